/** What the desk may know of our accounts and of what they still have to say. Pure types. */
import type { DepartmentName } from '#app/domain/tickets/views.ts'
import type { AccountState, ChannelId, DeliveryState } from '#app/vocabulary.ts'

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
  /** The last error in a sentence, until a later success clears it. `until`: when it is tried again. */
  trouble: { reason: string; at: Date; until: Date | null } | null
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
  attempts: number
  /** The post it answers, for answering by hand. */
  postUrl: string | null
}
