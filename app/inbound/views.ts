/** What the desk may know of networks that call us. Pure types. */
import type { ChannelId } from '#app/vocabulary.ts'

export type CallsView = {
  channel: ChannelId
  /** Where it is to call. */
  url: string
  /** `invalid`: it was registered, and the network has given up on it. `unknown`: the network did not say. */
  state: 'valid' | 'invalid' | 'unregistered' | 'unknown'
  /** Why it is not known. */
  reason: string | null
  /** Where else the network calls for this app. */
  others: Array<string>
  accounts: Array<{ handle: string; told: boolean }>
  /** Whether there are the keys that registering needs. */
  mayRegister: boolean
}
