/**
 * What a person asked for cannot be done, and they can be told why. Thrown by the domain, turned into a page
 * by `web/respond`. Each kind has its HTTP status there; nothing else in the program throws these.
 */
export class Refusal extends Error {
  constructor(
    readonly kind: 'not-found' | 'gone' | 'not-allowed' | 'conflict' | 'invalid' | 'too-many' | 'too-slow',
    /** A key of the catalogue's `refusal` group. */
    readonly reason: RefusalReason,
    more: { retryAfter?: number; cause?: unknown } = {},
  ) {
    super(`${kind}: ${reason}`, { cause: more.cause })
    this.name = 'Refusal'
    this.retryAfter = more.retryAfter ?? null
  }

  /** In how many seconds it may be tried again, where that is known. */
  readonly retryAfter: number | null
}

export type RefusalReason =
  | 'no-such-ticket'
  | 'withdrawn'
  | 'no-such-department'
  | 'no-such-page'
  | 'bad-address'
  | 'bad-form'
  | 'not-storable'
  | 'staff-only'
  | 'admin-only'
  | 'not-yours'
  | 'account-disabled'
  | 'account-erased'
  | 'no-such-session'
  | 'no-such-factor'
  | 'last-factor'
  | 'factor-first'
  | 'last-admin'
  | 'nobody-behind'
  | 'already-asked'
  | 'already-decided'
  | 'two-people'
  | 'no-such-hold'
  | 'no-such-office'
  | 'look-over'
  | 'no-such-person'
  | 'no-such-invitation'
  | 'old-invitation'
  | 'not-yourself'
  | 'other-department'
  | 'no-such-change'
  | 'sentence-missing'
  | 'already-merged'
  | 'merge-into-itself'
  | 'ticket-closed'
  | 'not-behind-it'
  | 'too-many-tickets'
  | 'too-many-comments'
  | 'too-many-photos'
  | 'no-such-photo'
  | 'not-your-words'
  | 'limits-unknown'
  | 'no-such-flag'
  | 'flag-settled'
  | 'no-such-adjustment'
  | 'already-undone'
  | 'votes-moved'
  | 'own-ticket'
  | 'delivery-settled'
  | 'search-too-slow'
  | 'too-many-searches'
  | 'no-such-entry'
  | 'not-hidable'
  | 'already-hidden'
  | 'already-appealed'
  | 'appeal-too-late'
  | 'not-your-mistake'
  | 'take-back-too-late'
  | 'not-your-decision'
  | 'your-own-words'
  | 'you-decided-it'
  | 'blocked'
  | 'already-blocked'

export const notFound = (reason: RefusalReason) => new Refusal('not-found', reason)
export const gone = (reason: RefusalReason) => new Refusal('gone', reason)
export const notAllowed = (reason: RefusalReason) => new Refusal('not-allowed', reason)
export const conflict = (reason: RefusalReason) => new Refusal('conflict', reason)
export const tooMany = (reason: RefusalReason) => new Refusal('too-many', reason)

/**
 * Where in the program it went wrong. What stands before that in a stack is a message, and the message of a query that
 * failed holds what was asked with: words, addresses, the keys of sessions.
 */
export function placeOf(error: unknown): string | undefined {
  return error instanceof Error ? /(?:\n {4}at .*)+$/.exec(error.stack ?? '')?.[0].trim() : undefined
}

/** The first line of what went wrong, for logs and the desk: never a stack, never a secret. */
export function reasonOf(error: unknown): string {
  // Where a query failed, Drizzle's own message is the statement; why is the cause.
  const told = error instanceof Error && error.cause instanceof Error ? error.cause : error
  // A host with two addresses that refuses on both has a code, but no message.
  const text =
    told instanceof Error ? told.message || String('code' in told ? told.code : told.name) : String(told)
  return (text.split('\n')[0] ?? '').slice(0, 300)
}
