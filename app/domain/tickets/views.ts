/** What a page may know of a ticket. Pure types: the parts in `ui` draw these, the queries beside this file fill them. */
import type {
  Affiliation,
  EntryKind,
  Audience,
  Source,
  Status,
  StatusChoice,
  Summons,
  ChannelId,
  DeliveryState,
  HideReason,
  Urgency,
} from '#app/vocabulary.ts'

export type DepartmentName = { id: number; slug: string; name: string }

/** A piece of a text, and whether it is what was searched for. */
export type Piece = { text: string; hit: boolean }

/** Where a search hit a ticket. */
export type Hit = { title: Array<Piece>; snippet: Array<Piece> | null }

/** A ticket that may say what somebody is about to say again. */
export type SimilarTicket = {
  number: number
  slug: string
  title: string
  status: Status
  votes: number
  /** From 0 to 1. */
  alike: number
}

/** One line of the board. */
export type TicketRow = {
  number: number
  slug: string
  title: string
  status: Status
  department: DepartmentName | null
  source: Source
  createdAt: Date
  votes: number
  comments: number
  /** Official answers given so far. */
  answers: number
  answeredAt: Date | null
  /** Whether the person looking has backed it. */
  voted: boolean
  /** Set where a search found it. */
  hit?: Hit | undefined
}

/** How many tickets each filter would show under the rest of the query. */
export type BoardCounts = {
  found: number
  departments: Record<string, number>
  statuses: Record<StatusChoice, number>
  sources: Record<Source, number>
  anyDepartment: number
  anySource: number
  /** So many match that only some were counted: there are at least as many as it says. */
  atLeast: { found: boolean; departments: boolean; statuses: boolean; sources: boolean }
}

/** A post as the network's display rules ask for it: author, handle, unmodified text, linked time. */
export type PostView = {
  channel: ChannelId
  authorName: string
  authorHandle: string
  text: string
  url: string
  postedAt: Date
  edited: boolean
  parent: { authorName: string | null; authorHandle: string | null; text: string; url: string } | null
  /** Links to pictures, with what they show in words. Nothing of another site is loaded into a page. */
  images: Array<{ url: string; alt: string | null; moving?: boolean | undefined }>
  /** Why its network lets us reply; null: it does not. */
  summons: Summons | null
  /** It is no longer on its network: nothing of it is left but the fact. */
  gone: boolean
  /** A moderator hid it, so nothing of it is here either. */
  hidden: HiddenNote | null
}

/** What stands in the place of what a moderator hid. */
export type HiddenNote = {
  at: Date
  reason: HideReason
  policyVersion: number
  appeal: 'none' | 'open' | 'upheld'
}

/** Who stands behind an entry, as the public may know it. `former`: somebody who had themselves erased since. */
export type Voice = 'author' | 'member' | 'former' | 'department' | 'network' | 'quad'

/**
 * What somebody is called on one ticket and nowhere else. `affiliation`: what they are to the campus; null where
 * fewer than ten people are the same.
 */
export type Pseudonym = { name: string; affiliation: Affiliation | null }

export type EntryView = {
  id: string
  kind: EntryKind
  audience: Audience
  at: Date
  voice: Voice
  /** Set where a person speaks for themselves. */
  pseudonym: Pseudonym | null
  /** Set where a department speaks or receives. */
  department: DepartmentName | null
  body: string | null
  photos: Array<PhotoView>
  from: Status | null
  to: Status | null
  related: { number: number; slug: string; title: string } | null
  post: PostView | null
  /** Set where its words are hidden: then it has neither words nor a post. */
  hidden: HiddenNote | null
  /** The entry it answers, where that is on this ticket: what a post on a network replied to. */
  replyTo: string | null
  /** Where an official answer was mirrored to, oldest first. */
  mirrored: Array<{ channel: ChannelId; handle: string; url: string | null; state: DeliveryState }>
}

/** `description`: what it shows. Width and height in pixels. */
export type PhotoView = { id: string; description: string; width: number; height: number }

/** What somebody said themselves on a ticket. */
export type OwnWords = { id: string; raised: boolean; text: string; at: Date; photos: Array<PhotoView> }

/** A status and the moment the ticket entered it, oldest first. */
export type Step = { status: Status; at: Date }

/** By when a department says something. `first`: its first answer; otherwise the next word on an open ticket. */
export type PromiseMade = { department: string; workingDays: number; by: Date; first: boolean }

/**
 * The first answer by a person: how long it took in working days, the day itself not counted, and what had been
 * promised. `target` and `due` are null where nobody owned it then.
 */
export type FirstResponse = { at: Date; workingDays: number; target: number | null; due: Date | null }

/** Who answers for a ticket. `from`: the department that handed it over; null when it was nobody's, or never moved. */
export type Responsible = {
  department: DepartmentName
  since: Date
  from: DepartmentName | null
  accounts: Array<{ channel: ChannelId; handle: string; url: string }>
}

/** What those who raised or backed it say of the newest resolution. */
export type Tally = { solved: number; answered: number }

/** `few`: so few have said something that it could be told who said what; see `platform/suppressed`. */
export type PublicTally = Tally | 'few'

/** Whether someone is asked if it was really solved, and what they said. Null: not asked. */
export type Asked = 'may' | 'yes' | 'no' | null

/** What of a ticket's page belongs to one person. */
export type Marks = {
  voted: boolean
  followed: boolean
  /** Whether the person looking raised it. */
  mine: boolean
  asked: Asked
}

export type TicketView = TicketRow &
  Marks & {
    body: string
    photos: Array<PhotoView>
    /** Set where title and text are hidden: they say so themselves. */
    hidden: HiddenNote | null
    /** The entry with which it begins: what is reported. */
    raisedEntry: string | null
    /** Who raised it here; null where a network did. */
    raisedBy: Pseudonym | 'former' | null
    /** What the department has promised; null when nothing is owed. */
    promise: PromiseMade | null
    response: FirstResponse | null
    responsible: Responsible | null
    /** People who stand behind it on a network, beside the votes and never among them. */
    voices: Array<{ channel: ChannelId; count: number }>
    /** Null while it is not resolved. */
    tally: PublicTally | null
    /** How many votes were taken out by decisions that stand; see `/ledger`. */
    takenOut: number
    /** Until when those behind it are asked whether it was solved; null while it is not resolved. */
    askedUntil: Date | null
    steps: Array<Step>
    /** The post that raised it, when it came from a network, then those of merged tickets. */
    posts: Array<PostView>
    /** The answer that stands, pinned: the newest official answer or final word. */
    official: EntryView | null
    /** Oldest first, without staff notes unless staff is looking. */
    entries: Array<EntryView>
  }

/** One line of the desk's queue. */
export type QueueItem = {
  number: number
  slug: string
  title: string
  status: Status
  source: Source
  department: DepartmentName | null
  createdAt: Date
  votes: number
  comments: number
  promisedAt: Date | null
  urgency: Urgency
  /** Whether a person has responded before. */
  responded: boolean
}
