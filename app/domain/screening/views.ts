/** What pages may know of screening. Pure types: the queries beside this file fill them. */
import type {
  HeldThing,
  HoldKind,
  HoldOutcome,
  HoldRefusal,
  ListKind,
  PersonalKind,
  Source,
} from '#app/vocabulary.ts'

import type { KnownAs } from '../people/views.ts'

/** Something personal that was found in a field of a form. `id` names it as long as the form stays the same. */
export type PointedOut = { id: string; field: string; kind: PersonalKind; text: string }

/** Where somebody finds help. An empty string: the campus has not filled it in. */
export type Office = {
  id: number
  kind: ListKind
  name: string
  office: string
  phone: string
  crisisLine: string
  crisisPhone: string
  guidance: string
}

/** A word list as it is looked after. */
export type WordList = Office & { email: string; words: Record<string, Array<string>> }

/** What its author is told of a hold. */
export type OwnHold = {
  id: string
  kind: HoldKind
  what: HeldThing
  ticketNumber: number | null
  /** Null once it is public or erased. */
  words: { title: string | null; text: string } | null
  createdAt: Date
  disputed: boolean
  /** When the care team learned who wrote it. */
  learnedAt: Date | null
  expiresAt: Date | null
  outcome: HoldOutcome | null
  reason: HoldRefusal | null
}

/** A line of the care queue. It tells what kind of help may be needed, and no words. */
export type CareRow = {
  id: string
  kinds: Array<ListKind>
  source: Source
  createdAt: Date
  openedAt: Date | null
  referredAt: Date | null
  disputed: boolean
  overdue: boolean
}

/** One of them, opened. */
export type CareHold = CareRow & {
  /** Who wrote it, where the care team may read that now. */
  author: KnownAs | null
  /** Whether somebody here wrote it, and no network. */
  hasAuthor: boolean
  outcome: HoldOutcome | null
  /** Null once they are erased. */
  words: { title: string | null; text: string } | null
  url: string | null
  ticketNumber: number | null
  notes: Array<{ body: string; at: Date; mine: boolean }>
  referrals: Array<{ office: string; at: Date; minutes: number; mailedAt: Date | null }>
}

/** What waits for a moderator. */
export type HeldRow = {
  id: string
  kind: HoldKind
  what: HeldThing
  source: Source
  author: string | null
  url: string | null
  words: { title: string | null; text: string }
  found: Array<PersonalKind>
  ticketNumber: number | null
  createdAt: Date
  expiresAt: Date | null
  /** How many wait that have the same words: this one and others. */
  alike: number
  overdue: boolean
}

/** What everybody is told of a kind of hold. Null: so few that nothing more is said. */
export type HeldTold = {
  kind: HoldKind
  held: number | null
  /** By a person, or because nobody decided about spam in time. */
  published: number | null
  medianMinutes: number | null
}

/** The same for those who decide. */
export type HeldCount = {
  kind: HoldKind
  held: number
  waiting: number
  overdue: number
  outcomes: Partial<Record<HoldOutcome, number>>
  /** Half of what a person decided was decided within so many minutes; null before anything was. */
  medianMinutes: number | null
}

/** Whether whoever reads the page finds somebody to call there. */
export function isFilledIn({ phone, crisisPhone }: Pick<Office, 'phone' | 'crisisPhone'>): boolean {
  return phone !== '' || crisisPhone !== ''
}
