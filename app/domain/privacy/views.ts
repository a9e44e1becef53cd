import type { KnownAs } from '../people/views.ts'
import type { OwnHold } from '../screening/views.ts'
import type { Affiliation, Role, Status } from '#app/vocabulary.ts'

/** What becomes of what somebody said, and of their votes and verdicts, when they are erased. */
export const KEPT_OR_NOT = ['keep', 'take-back'] as const
export type KeptOrNot = (typeof KEPT_OR_NOT)[number]
export type Erasure = { words: KeptOrNot; votes: KeptOrNot }

/** That somebody asked who I am: who, by their role, and what came of it. */
export type Asking = {
  ticketNumber: number
  name: string
  reason: string
  /** Null: they have had themselves erased since. */
  askedBy: Role | null
  decidedBy: Role | null
  askedAt: Date
  decidedAt: Date
  granted: boolean
  readAt: Date | null
}

/** What is held about somebody, as their own page tells it. */
export type Self = {
  email: string | null
  role: Role
  affiliations: Array<Affiliation>
  since: Date
  identities: Array<{ issuer: string; subject: string; seenAt: Date }>
  departments: Array<string>
  raised: Array<{ number: number; slug: string; title: string; status: Status; name: string | null }>
  askings: Array<Asking>
  held: Array<OwnHold>
  /** How many rows of each kind there are. */
  counts: Record<'comments' | 'votes' | 'follows' | 'verdicts' | 'sessions' | 'factors', number>
}

/** A request to be told who somebody is, as the desk shows it. */
export type UnmaskingRequest = {
  id: string
  ticketNumber: number
  name: string
  reason: string
  askedBy: { role: Role; email: string | null } | null
  /** Whether the one who looks asked it. */
  mine: boolean
  askedAt: Date
  decidedAt: Date | null
  granted: boolean | null
  barredWhy: string | null
  /** Until when the one who asked may look; null where it was not agreed to. */
  until: Date | null
}

/** Who stands behind a name. */
export type Unmasked = KnownAs & { id: string; name: string }
