import {
  OPEN_STATUSES,
  UNLISTED_STATUSES,
  type Moment,
  type OpenStatus,
  type Status,
} from '#app/vocabulary.ts'

const TRANSITIONS: Record<Status, ReadonlyArray<Status>> = {
  received: ['under-review', 'planned', 'in-progress', 'waiting', 'resolved', 'declined', 'merged'],
  'under-review': ['planned', 'in-progress', 'waiting', 'resolved', 'declined', 'merged'],
  planned: ['under-review', 'in-progress', 'waiting', 'resolved', 'declined', 'merged'],
  'in-progress': ['under-review', 'planned', 'waiting', 'resolved', 'declined', 'merged'],
  waiting: ['under-review', 'planned', 'in-progress', 'resolved', 'declined', 'merged'],
  // A closed ticket is reopened first, so that nobody's "resolved" turns into "declined" unseen.
  resolved: ['under-review'],
  declined: ['under-review'],
  merged: [],
  // Where the post that raised it is gone from its network, and nobody else stands behind it.
  withdrawn: [],
}

export type Change = { to: Status; sentence: string; into?: number }

export type ChangeVerdict =
  | { kind: 'allowed'; closes: boolean; reopens: boolean }
  | { kind: 'refused'; reason: 'no-such-change' | 'sentence-missing' }

/** Where a ticket may go from here, in the order of the plan. `merged` is reached only by a merge. */
export function nextStatuses(from: Status): Array<Status> {
  return TRANSITIONS[from].filter((status) => status !== 'merged')
}

/** Decides one change of status. Every change by staff carries a public sentence; `merged` also needs its survivor. */
export function judgeChange(from: Status, change: Change): ChangeVerdict {
  if (!TRANSITIONS[from].includes(change.to)) return { kind: 'refused', reason: 'no-such-change' }
  if (change.to === 'merged' && change.into === undefined)
    return { kind: 'refused', reason: 'no-such-change' }
  if (change.sentence.trim() === '') return { kind: 'refused', reason: 'sentence-missing' }
  return {
    kind: 'allowed',
    closes: isOpen(from) && !isOpen(change.to),
    reopens: !isOpen(from) && isOpen(change.to),
  }
}

export function isOpen(status: Status): status is OpenStatus {
  return (OPEN_STATUSES as ReadonlyArray<Status>).includes(status)
}

/** Whether lists, feeds and searches show it. */
export function isListed(status: Status): boolean {
  return !(UNLISTED_STATUSES as ReadonlyArray<Status>).includes(status)
}

/** What an official entry means to those outside: the last word, the first answer, one more, or progress. */
export function momentOf(entry: {
  kind: 'answer' | 'status'
  to: Status | null
  answersBefore: number
}): Moment {
  if (entry.to !== null && !isOpen(entry.to)) return 'final'
  if (entry.kind === 'status') return 'progress'
  return entry.answersBefore === 0 ? 'first-answer' : 'answer'
}
