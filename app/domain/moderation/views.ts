import type { BlockReason, HideReason, Role } from '#app/vocabulary.ts'

/** What became of an appeal; `taken-back`: there was none, and whoever decided saw that it was a mistake. */
export type AppealState = 'none' | 'open' | 'upheld' | 'restored' | 'taken-back'

/** A line of the public log. Nothing in it leads to a person or to what was said. */
export type LogEntry = {
  id: string
  kind: 'concern' | 'comment' | 'block'
  /** Said on a network: the author could not be told. */
  network: boolean
  at: Date
  reason: HideReason | BlockReason
  policyVersion: number
  role: Role
  days: number | null
  appeal: AppealState
}

/** How many decisions of each kind fell in a month. `month`: such as `2026-03`. */
export type MonthCount = {
  month: string
  concerns: number
  comments: number
  blocks: number
  restored: number
}

export type Policy = { version: number; body: string; publishedAt: Date }

export type AppealView = {
  id: string
  body: string
  filedAt: Date
  dueAt: Date
  decidedAt: Date | null
  upheld: boolean | null
  sentence: string | null
}

/** Something that was decided, as its author, moderators, the care team and auditors read it. */
export type Decision = {
  id: string
  kind: 'concern' | 'comment' | 'block'
  ticketNumber: number
  /** What was hidden; null for a block. */
  words: string | null
  /** Under which name they spoke; null for a hidden post or entry. */
  name: string | null
  reason: HideReason | BlockReason
  explanation: string
  policyVersion: number
  at: Date
  /** The end of a block. */
  until: Date | null
  /** When it was taken back. */
  undoneAt: Date | null
  appeal: AppealView | null
  /** Whether whoever looks may appeal now, until when, or decide about the appeal, or take it back as their own mistake. */
  may: { appeal: boolean; until: Date; decide: boolean; takeBack: boolean }
}

/** What readers reported, one line for each thing. */
export type Reported = {
  entryId: string
  ticketNumber: number
  kind: 'concern' | 'comment'
  words: string
  reporters: number
  reasons: Array<{ reason: HideReason; count: number }>
  /** What some of them wrote. */
  remarks: Array<string>
  firstAt: Date
  /** So many that it stands first. */
  urgent: boolean
  coordinated: boolean
}

/** What somebody reported, and what came of it. */
export type OwnReport = {
  ticketNumber: number
  reason: HideReason
  reportedAt: Date
  hidden: boolean | null
}
