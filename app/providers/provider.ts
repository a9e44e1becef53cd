import type { Affiliation, ProviderKind, SignInFault } from '#app/vocabulary.ts'
import { MINUTE } from '#app/platform/clock.ts'

/** How far a provider's clock and ours may be apart. */
export const SKEW = 2 * MINUTE

/** How long one request to a provider may take, in milliseconds. */
export const PATIENCE = 8_000

/** The most that is read of a provider's answer, in bytes: metadata of one provider is far smaller. */
export const LARGEST_ANSWER = 2 * 1024 * 1024

/** Somebody is about to be sent to a provider, and comes back with one answer. */
export type Flow = {
  /** Comes back with the answer: OIDC's `state`, SAML's `RelayState`, a part of CAS's `service`. */
  id: string
  /** Our address that the answer is sent to: it ends in `/done`. */
  callback: string
  /** A second factor must be proven, and now. */
  strong: boolean
  begunAt: Date
}

/** A flow that was begun. `kept` is what `begin` gave, and nobody else has seen it. */
export type BegunFlow = Flow & { kept: string }

export type Begun = { kind: 'go'; url: string; kept: string } | Refused

/** What came back: the address the browser was sent to, or the form that it posted. */
export type Answer = { query: URLSearchParams; form: URLSearchParams | null }

/** What the provider said of somebody, by its own names. */
export type Sent = Record<string, Array<string>>

export type Proven = {
  kind: 'proven'
  /** The protocol and the provider's own name, such as `oidc:https://login.example.edu`. */
  issuer: string
  /** What this issuer never gives to somebody else. */
  subject: string
  /** Lower case. */
  email: string | null
  /** Null: this provider says nothing of it. */
  affiliations: ReadonlyArray<Affiliation> | null
  /** The provider has seen a second factor for this very sign-in. */
  strong: boolean
  /** What may be taken once only, and until when it would be taken; null where the flow alone sees to that. */
  once: { id: string; until: Date } | null
  sent: Sent
  /** Values of affiliation that were sent, and not taken. */
  ignored: Array<string>
}

export type Refused = {
  kind: 'refused'
  fault: SignInFault
  /** For the log and the desk: no name, no address, no secret. */
  detail: string
  /** It is the provider's to mend or ours, and no outsider can bring it about. */
  trouble: boolean
  sent: Sent
}

export type Finished = Proven | Refused

/** How a provider is, as asked just now. `facts` are shown to an administrator. */
export type Health = { kind: 'well'; facts: Record<string, string> } | Refused

/** What a provider has to be told about us; the names are keys of the catalogue's `providerOurs`. */
export type Ours =
  { redirect: string } | { entity: string; acs: string; metadata: string } | { service: string }

/** Somewhere people prove who they are. No member throws: trouble is data. */
export type Provider = {
  slug: string
  kind: Exclude<ProviderKind, 'mail'>
  name: string
  begin(flow: Flow): Promise<Begun>
  finish(answer: Answer, flow: BegunFlow): Promise<Finished>
  check(): Promise<Health>
  /** @param at our address for this provider, without a slash at the end */
  ours(at: string): Ours
  /** A document about us, for the provider to read. */
  metadata?(at: string): string
}

export function refused(fault: SignInFault, detail: string, more: Partial<Refused> = {}): Refused {
  return { kind: 'refused', fault, detail: detail.slice(0, 300), trouble: false, sent: {}, ...more }
}

/** The address we are known by to a provider, from where its answers come. */
export function ourAddress({ callback }: Flow): string {
  return callback.replace(/\/done$/, '')
}

/** A mail address as we keep it, or null for what is none. */
export function mailOf(value: string | undefined): string | null {
  const address = value?.trim().toLowerCase() ?? ''
  return address.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+$/.test(address) ? address : null
}
