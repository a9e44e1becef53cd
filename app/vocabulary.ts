/** Every closed list of words in Quad. This file imports nothing, so that anything may import it. */

/** Where a ticket stands. `docs/architecture.md` holds the picture; `domain/tickets/status.ts` the transitions. */
export const STATUSES = [
  'received',
  'under-review',
  'planned',
  'in-progress',
  'waiting',
  'resolved',
  'declined',
  'merged',
  'withdrawn',
] as const
export type Status = (typeof STATUSES)[number]

/** Statuses in which a department still owes something. */
export const OPEN_STATUSES = ['received', 'under-review', 'planned', 'in-progress', 'waiting'] as const
export type OpenStatus = (typeof OPEN_STATUSES)[number]

/** Statuses whose tickets no list shows: one goes on in another, one is no more. */
export const UNLISTED_STATUSES = ['merged', 'withdrawn'] as const satisfies ReadonlyArray<Status>

/** Which tickets a board may show: all in which something is still owed, all that are listed, or those of one status. */
export const STATUS_CHOICES = [
  'open',
  'all',
  'received',
  'under-review',
  'planned',
  'in-progress',
  'waiting',
  'resolved',
  'declined',
] as const satisfies ReadonlyArray<Status | 'open' | 'all'>
export type StatusChoice = (typeof STATUS_CHOICES)[number]

/** One line of a timeline. */
export const ENTRY_KINDS = [
  'raised',
  'comment',
  'answer',
  'status',
  'handover',
  'merge',
  'note',
  'edit',
  'gone',
] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]

export const AUDIENCES = ['public', 'staff'] as const
export type Audience = (typeof AUDIENCES)[number]

/** Where a concern can come from. `web` is our own form; the others are networks. */
export const SOURCES = ['web', 'x', 'bluesky'] as const
export type Source = (typeof SOURCES)[number]

export const CHANNELS = ['x', 'bluesky'] as const
export type ChannelId = (typeof CHANNELS)[number]

/**
 * What somebody may do here beyond being a member of the campus; `domain/people/can.ts` says what each may. Whom a
 * responder answers for is kept beside the role, and others may answer for a department too.
 */
export const ROLES = [
  'student',
  'responder',
  'moderator',
  'care',
  'alert-officer',
  'auditor',
  'admin',
] as const
export type Role = (typeof ROLES)[number]

/** How a university says what somebody is to it: the values of eduPerson's affiliation (internet2 eduPerson 202208). */
export const AFFILIATIONS = [
  'student',
  'faculty',
  'staff',
  'employee',
  'member',
  'affiliate',
  'alum',
  'library-walk-in',
] as const
export type Affiliation = (typeof AFFILIATIONS)[number]

/** By which protocol somebody proves who they are. `mail` is our own code to a campus address. */
export const PROVIDER_KINDS = ['oidc', 'saml', 'cas', 'mail'] as const
export type ProviderKind = (typeof PROVIDER_KINDS)[number]

/** Why a sign-in by a provider came to nothing. The catalogue says each in a sentence. */
export const SIGN_IN_FAULTS = [
  'not-begun',
  'other-browser',
  'other-provider',
  'used',
  'expired',
  'early',
  'denied',
  'not-reached',
  'half-configured',
  'tampered',
  'bad-signature',
  'not-for-us',
  'unasked',
  'no-subject',
  'no-second-factor',
] as const
export type SignInFault = (typeof SIGN_IN_FAULTS)[number]

/** Why somebody's second factor is reset. */
export const RESET_REASONS = ['lost', 'new-device', 'misuse', 'asked'] as const
export type ResetReason = (typeof RESET_REASONS)[number]

/** Why something is held before it is public. A safety hold never becomes public by itself. */
export const HOLD_KINDS = ['personal-data', 'review', 'spam', 'safety'] as const
export type HoldKind = (typeof HOLD_KINDS)[number]

export const HELD_THINGS = ['concern', 'comment', 'post'] as const
export type HeldThing = (typeof HELD_THINGS)[number]

/** What became of a hold; `gone` from its network, `closed` by the care team, which keeps it from the board. */
export const HOLD_OUTCOMES = ['released', 'expired', 'refused', 'closed', 'withdrawn', 'gone'] as const
export type HoldOutcome = (typeof HOLD_OUTCOMES)[number]

/** Why a person refuses to publish something. None of them is about the opinion it holds. */
export const HOLD_REFUSALS = ['personal-data', 'spam', 'copyright', 'unlawful'] as const
export type HoldRefusal = (typeof HOLD_REFUSALS)[number]

/** What a word list is there for. */
export const LIST_KINDS = ['self-harm', 'sexual-misconduct', 'threat', 'custom'] as const
export type ListKind = (typeof LIST_KINDS)[number]

/** What can tell who or where a private person is. */
export const PERSONAL_KINDS = ['student-number', 'mail', 'phone', 'room', 'name'] as const
export type PersonalKind = (typeof PERSONAL_KINDS)[number]
/** Why words may be hidden: none of them says anything of the opinion in them. */
export const HIDE_REASONS = [
  'threat',
  'personal-data',
  'obscenity',
  'spam',
  'copyright',
  'unlawful',
  'safety-referral',
] as const
export type HideReason = (typeof HIDE_REASONS)[number]

/** Why somebody may be kept from raising and commenting; `vote-fraud` keeps from voting, too. */
export const BLOCK_REASONS = [
  'threat',
  'personal-data',
  'obscenity',
  'spam',
  'unlawful',
  'vote-fraud',
] as const
export type BlockReason = (typeof BLOCK_REASONS)[number]

/** For how many days. */
export const BLOCK_DAYS = [1, 7, 30, 90, 180] as const
export type BlockDays = (typeof BLOCK_DAYS)[number]
/** What can be odd about the votes of ten minutes. Each says what was counted; none says alone that it was wrong. */
export const VOTE_SIGNS = ['burst', 'young', 'single', 'one-range', 'ring'] as const
export type VoteSign = (typeof VOTE_SIGNS)[number]

/** Why votes are not counted. */
export const INVALIDATION_REASONS = ['one-person', 'automated', 'not-a-member', 'our-fault'] as const
export type InvalidationReason = (typeof INVALIDATION_REASONS)[number]

/** A field that no person sees and no browser fills in by itself: what stands in it was written by a program. */
export const TRAP = 'second-title'

/** How the board may be ordered. */
export const SORTS = ['most-backed', 'newest', 'recently-answered'] as const
export type Sort = (typeof SORTS)[number]

/** What a post is to us: it raised a ticket, it said something on one, or we sent it. */
export const POST_KINDS = ['concern', 'comment', 'reply'] as const
export type PostKind = (typeof POST_KINDS)[number]

/** Why a network lets us reply to a post. X refuses programmatic replies without such a reason. */
export const SUMMONS = ['mentioned', 'quoted'] as const
export type Summons = (typeof SUMMONS)[number]

/** `signed-out` by its network, `disconnected` by us: we then hold no sign-in of it any more. */
export const ACCOUNT_STATES = ['connected', 'signed-out', 'disconnected'] as const
export type AccountState = (typeof ACCOUNT_STATES)[number]

/**
 * The life of a delivery. `checking` means: it may be out, so look before sending again.
 * `parked` waits for a person; `skipped` and `by-hand` were settled by one.
 */
export const DELIVERY_STATES = [
  'queued',
  'sending',
  'checking',
  'sent',
  'parked',
  'skipped',
  'by-hand',
] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** What an announcement is about, as far as a mirror policy needs to know. */
export const MOMENTS = ['first-answer', 'answer', 'progress', 'final'] as const
export type Moment = (typeof MOMENTS)[number]

/** Which official words an account repeats on its network. */
export const MIRRORS = ['every-answer', 'first-and-final', 'nothing'] as const
export type Mirror = (typeof MIRRORS)[number]

/** What a network bills for. */
export const CHARGES = ['read', 'searched', 'reply', 'reply-with-link'] as const
export type Charge = (typeof CHARGES)[number]

export const ROUTING_KINDS = ['hashtag', 'keyword'] as const
export type RoutingKind = (typeof ROUTING_KINDS)[number]

export const THEMES = ['light', 'dark', 'system'] as const
export type Theme = (typeof THEMES)[number]

/** The parts of the site, as its navigation knows them. */
export const PLACES = ['board', 'resolved', 'departments', 'desk', 'new', 'sign-in'] as const
export type Place = (typeof PLACES)[number]

/** The small scripts of `app/enhance` that pages ask for: voting anywhere, and what else a page gains by. */
export const ENHANCEMENTS = ['passkey', 'raise', 'ticket', 'vote'] as const
export type Enhancement = (typeof ENHANCEMENTS)[number]

/** The HTTP statuses we have words for. */
export const ERROR_STATUSES = [400, 403, 404, 409, 410, 413, 429, 500, 503] as const
export type ErrorStatus = (typeof ERROR_STATUSES)[number]

/** How a promise stands; `settled` when nothing is owed, `unowned` when nobody could promise anything yet. */
export const URGENCIES = ['unowned', 'late', 'soon', 'calm', 'settled'] as const
export type Urgency = (typeof URGENCIES)[number]

/** Languages whose grammar the search knows, by their ISO codes; `simple` for every other one. */
export const SEARCH_LANGUAGES = [
  'ar', 'ca', 'da', 'de', 'el', 'en', 'es', 'eu', 'fi', 'fr', 'ga', 'hi', 'hu', 'hy', 'id', 'it', 'lt', 'nb', 'ne',
  'nl', 'nn', 'no', 'pt', 'ro', 'ru', 'simple', 'sr', 'sv', 'ta', 'tr', 'yi',
] as const // prettier-ignore
export type SearchLanguage = (typeof SEARCH_LANGUAGES)[number]
