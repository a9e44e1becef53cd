import { record } from '../people/audit.server.ts'
import type { Campus } from '../campus.ts'
import { echoOf } from '../screening/echo.server.ts'
import { hold, type NewHold } from '../screening/hold.server.ts'
import { needsPerson, type Look } from '../screening/screen.ts'
import { comment } from '../tickets/comment.server.ts'
import { raise, type RaisedTicket } from './raise.server.ts'

export type Submitted<T> = { kind: 'public'; made: T } | { kind: 'held'; id: bigint }

type RaisedConcern = Parameters<typeof raise>[1]
type SaidComment = Parameters<typeof comment>[1]

/**
 * Takes a concern from our form, after it was looked through: it becomes a ticket, or waits for a person.
 * @throws {Refusal} as `raise` and `hold` do, and where its author was not asked yet what becomes of what was found
 */
export async function submitConcern(
  campus: Campus,
  concern: RaisedConcern,
  look: Look,
): Promise<Submitted<RaisedTicket>> {
  const { personId, submissionKey } = concern
  const held = await holdBack(campus, look, {
    what: 'concern',
    personId,
    submissionKey,
    words: { title: concern.title, text: concern.text },
    taken: concern,
  })
  if (held !== null) return { kind: 'held', id: held }
  const made = await raise(campus, concern)
  await noteChoice(campus, look, made.number)
  return { kind: 'public', made }
}

/** The same for a comment. */
export async function submitComment(
  campus: Campus,
  said: SaidComment,
  look: Look,
): Promise<Submitted<number>> {
  const held = await holdBack(campus, look, {
    what: 'comment',
    personId: said.personId,
    submissionKey: said.key,
    ticketNumber: said.number,
    words: { title: null, text: said.body },
    taken: said,
  })
  if (held !== null) return { kind: 'held', id: held }
  await comment(campus, said)
  await noteChoice(campus, look, said.number)
  return { kind: 'public', made: said.number }
}

async function holdBack(
  campus: Campus,
  look: Look,
  {
    words,
    taken,
    ...wanted
  }: Omit<NewHold, 'kind' | 'held'> & {
    personId: string
    submissionKey: string
    words: { title: string | null; text: string }
    taken: unknown
  },
): Promise<bigint | null> {
  const safety = look.offices.length > 0
  if (!safety && look.asks) throw new Error('What was found has to be decided by its author first')
  const personal = needsPerson(look)
  const { what, personId, submissionKey } = wanted
  const echo =
    safety || personal
      ? null
      : await echoOf(campus, { what, ...words, author: personId, sentAs: `${personId} ${submissionKey}` })
  if (!safety && !personal && echo === null) return null
  return hold(campus, {
    ...wanted,
    ...(echo === null ? {} : { echoOf: echo }),
    kind: safety ? 'safety' : personal ? 'personal-data' : 'spam',
    held: {
      ...words,
      source: 'web',
      author: null,
      url: null,
      lists: look.offices.map(({ id }) => id),
      found: [...new Set(look.found.map(({ kind }) => kind))],
      taken,
    },
  })
}

/** That its author was asked and chose to publish it. Not who: the log stays when they are erased. */
async function noteChoice(campus: Campus, { found }: Look, ticketNumber: number): Promise<void> {
  if (found.length === 0) return
  const kinds = [...new Set(found.map(({ kind }) => kind))].join(' ')
  await record(campus, {
    actorId: null,
    event: 'personal-data.kept-by-author',
    subject: `ticket:${ticketNumber}`,
    details: { kinds },
  })
}
