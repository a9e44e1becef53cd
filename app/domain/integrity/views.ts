import type { InvalidationReason, Role, VoteSign } from '#app/vocabulary.ts'
import type { VoteMeasures } from '#db/schema/index.ts'

export type TicketName = { number: number; slug: string; title: string }

/** Ten minutes of odd votes, in numbers. */
export type FlagView = {
  id: string
  ticket: TicketName
  since: Date
  until: Date
  signs: Array<VoteSign>
  measures: VoteMeasures
  /** Whether it is known still from which address ranges they came. */
  ranged: boolean
  settledAt: Date | null
}

/** What an invalidation would do. */
export type Preview = {
  votes: number
  tickets: Array<{ ticket: TicketName; votes: number; before: number; after: number }>
}

/** One line of the public ledger. No name stands in it, and nothing that leads to one. */
export type LedgerLine = {
  id: string
  at: Date
  role: Role
  reason: InvalidationReason
  /** By number alone: a title may be hidden later, and this page is kept. */
  tickets: Array<{ number: number; votes: number }>
  /** `votes`: how many are counted again. */
  undone: { at: Date; role: Role; votes: number } | null
}

/** A vote of one's own that is not counted. `line`: where the ledger tells of it. */
export type InvalidVote = { number: number; at: Date; reason: InvalidationReason; line: string }
