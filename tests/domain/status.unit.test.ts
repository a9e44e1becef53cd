import { describe, expect, test } from 'vitest'
import { isOpen, judgeChange, momentOf, nextStatuses } from '#app/domain/tickets/status.ts'
import { OPEN_STATUSES, STATUSES, type Status } from '#app/vocabulary.ts'

// One row for each status a ticket is in, one column for each it might go to, in the order of STATUSES.
// y: allowed with a sentence, c: and closes, o: and reopens, m: only by a merge, which closes, -: never
// (`withdrawn` is what becomes of a ticket whose post is gone: nobody chooses it).
const TABLE: Record<Status, string> = {
  received: '- y y y y c c m -',
  'under-review': '- - y y y c c m -',
  planned: '- y - y y c c m -',
  'in-progress': '- y y - y c c m -',
  waiting: '- y y y - c c m -',
  resolved: '- o - - - - - - -',
  declined: '- o - - - - - - -',
  merged: '- - - - - - - - -',
  withdrawn: '- - - - - - - - -',
}

const pairs = STATUSES.flatMap((from) =>
  STATUSES.map((to, column) => ({ from, to, cell: TABLE[from].split(' ')[column]! })),
)

describe('every change of status', () => {
  test.each(pairs)('$from → $to: $cell', ({ from, to, cell }) => {
    const verdict = judgeChange(from, { to, sentence: 'Because we looked at it.' })
    const merged = judgeChange(from, { to, sentence: 'Because we looked at it.', into: 1001 })
    const refused = { kind: 'refused', reason: 'no-such-change' }
    if (cell === '-' || cell === 'm') expect(verdict).toEqual(refused)
    else expect(verdict).toEqual({ kind: 'allowed', closes: cell === 'c', reopens: cell === 'o' })
    if (cell === 'm') expect(merged).toEqual({ kind: 'allowed', closes: true, reopens: false })
    else expect(merged).toEqual(verdict)
  })

  test.each(pairs.filter(({ cell }) => cell !== '-'))('$from → $to needs its sentence', ({ from, to }) => {
    for (const sentence of ['', '   ', '\n\t'])
      expect(judgeChange(from, { to, sentence, into: 1001 })).toEqual({
        kind: 'refused',
        reason: 'sentence-missing',
      })
  })
})

test('what may be chosen is what is allowed, and never a merge', () => {
  for (const from of STATUSES) {
    const allowed = STATUSES.filter((to) => judgeChange(from, { to, sentence: 'Yes.' }).kind === 'allowed')
    expect([...nextStatuses(from)].sort()).toEqual([...allowed].sort())
    expect(nextStatuses(from)).not.toContain('merged')
  }
})

test('open is what the vocabulary calls open', () => {
  expect(STATUSES.filter(isOpen)).toEqual([...OPEN_STATUSES])
})

test.each<[what: Parameters<typeof momentOf>[0], moment: string]>([
  [{ kind: 'answer', to: null, answersBefore: 0 }, 'first-answer'],
  [{ kind: 'answer', to: 'planned', answersBefore: 0 }, 'first-answer'],
  [{ kind: 'answer', to: null, answersBefore: 1 }, 'answer'],
  [{ kind: 'answer', to: 'resolved', answersBefore: 0 }, 'final'],
  [{ kind: 'status', to: 'resolved', answersBefore: 0 }, 'final'],
  [{ kind: 'status', to: 'declined', answersBefore: 3 }, 'final'],
  [{ kind: 'status', to: 'in-progress', answersBefore: 0 }, 'progress'],
  [{ kind: 'status', to: 'under-review', answersBefore: 2 }, 'progress'],
])('%o is the moment %s', (entry, moment) => {
  expect(momentOf(entry)).toBe(moment)
})
