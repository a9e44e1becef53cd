/** What the desk may know of our accounts and of what they still have to say. Pure types. */
import type { DepartmentName } from '#app/domain/tickets/views.ts'
import type { AccountState, ChannelId, DeliveryState, Mirror } from '#app/vocabulary.ts'

export type AllowanceView = { left: number; of: number; until: Date }

export type AccountView = {
  id: number
  channel: ChannelId
  handle: string
  /** Null: it speaks for the whole campus. */
  department: DepartmentName | null
  state: AccountState
  lastReadAt: Date | null
  lastSentAt: Date | null
  /** Waiting to be sent. */
  queued: number
  /** Waiting for a person. */
  parked: number
  /** Requests left at the network, while their window lasts. */
  allowances: { read: AllowanceView | null; send: AllowanceView | null }
  /** This month's, in millionths of a dollar; null: its network costs nothing. */
  spent: number | null
  policy: PolicyView
  /** The network asks for a label that nobody has said is there. */
  wantsLabel: boolean
  /** Whether who looks may connect, disconnect and direct it. */
  manages: boolean
  /** Connected on the network's own page; else by what is typed in here. */
  signsInThere: boolean
  /** The last error in a sentence, until a later success clears it. `until`: when it is tried again. */
  trouble: { reason: string; at: Date; until: Date | null } | null
}

export type PolicyView = {
  mirror: Mirror
  /** What may be chosen. */
  offered: Array<Mirror>
  links: boolean
  /** Minutes of the campus's day. */
  quiet: { from: number; until: number } | null
  /** In cents. */
  cap: number | null
  hashtags: Array<string>
}

export type DeliveryView = {
  id: string
  channel: ChannelId
  /** The account that speaks. */
  handle: string
  ticket: { number: number; slug: string; title: string }
  state: DeliveryState
  text: string
  /** One sentence: why it is not out yet. */
  reason: string | null
  retryAt: Date | null
  /** Whether a person may still decide about it. */
  undecided: boolean
  attempts: number
  /** The post it answers, for answering by hand. */
  postUrl: string | null
}
