import { cookieIn } from './bound-cookie.ts'

/** What a page says once, after a form was taken. Keys of the catalogue's `said` group. */
export const FLASHES = [
  'raised',
  'voted',
  'unvoted',
  'mine',
  'commented',
  'photo-added',
  'photo-removed',
  'followed',
  'unfollowed',
  'signed-in',
  'signed-out',
  'answered',
  'changed',
  'handed-over',
  'merged',
  'noted',
  'delivery-retried',
  'delivery-settled',
  'account-added',
  'account-changed',
  'account-disconnected',
  'calls-registered',
  'department-saved',
  'provider-saved',
  'provider-on',
  'provider-off',
  'vote-closed',
  'no-voter',
  'vote-taken-out',
  'too-often',
  'flag-dismissed',
  'votes-taken-out',
  'votes-restored',
  'solved',
  'not-solved',
  'reopened',
  'no-longer-asked',
  'session-ended',
  'sessions-ended',
  'person-changed',
  'person-untold',
  'invited',
  'uninvited',
  'invitation-withdrawn',
  'accepted',
  'department-saved-invited',
  'factor-added',
  'factor-removed',
  'proven',
  'erased',
  'unmasking-asked',
  'unmasking-decided',
  'hold-taken-back',
  'hold-disputed',
  'hold-released',
  'hold-refused',
  'hold-closed',
  'referred',
  'screening-saved',
  'reported',
  'appealed',
  'hidden',
  'hidden-untold',
  'dismissed',
  'author-learned',
  'decision-taken-back',
  'appeal-decided',
  'blocked',
  'policy-published',
] as const
export type FlashKey = (typeof FLASHES)[number]

const name = 'said'

/** Kept for a moment; it names no person and opens nothing. */
export function flashCookie(key: FlashKey): string {
  return `${name}=${key}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax`
}

export const forgetFlash = `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`

export function readFlash(request: Request, https: boolean): FlashKey | null {
  const said = cookieIn(request.headers.get('Cookie'), name, '[a-z-]+', https)
  return FLASHES.find((key) => key === said) ?? null
}
