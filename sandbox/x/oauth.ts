import { createHmac, timingSafeEqual } from 'node:crypto'
import type { OAuth2 } from './oauth2.ts'
import type { World, WorldUser } from './world.ts'

/** X's own address, which clients sign whatever address they really talk to. */
const SIGNED_ORIGIN = 'https://api.x.com'
const CLOCK_TOLERANCE_S = 5 * 60

/** `scopes`: what a user allowed; null where they allowed everything. */
export type Caller =
  { kind: 'user'; user: WorldUser; scopes: Array<string> | null } | { kind: 'app'; key: string }

/** Who signed a request: a user by OAuth 1.0a (RFC 5849) or OAuth 2, or an app by its token. Null: nobody we know. */
export function caller(
  world: World,
  grants: Pick<OAuth2, 'holder'>,
  request: { method: string; url: URL; authorization: string | undefined },
): Caller | null {
  const [scheme, rest = ''] = (request.authorization ?? '').split(/ (.*)/s)
  if (scheme === 'Bearer') {
    const app = world.apps.find(({ bearerToken }) => bearerToken !== undefined && bearerToken === rest)
    const holder = grants.holder(rest)
    if (holder) return { kind: 'user', ...holder }
    return app ? { kind: 'app', key: app.key } : null
  }
  if (scheme !== 'OAuth') return null

  const oauth = new Map(
    [...rest.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decodeSafely(value)]),
  )
  const app = world.apps.find(({ key }) => key === oauth.get('oauth_consumer_key'))
  const user = world.users.find(({ accessToken }) => accessToken && accessToken === oauth.get('oauth_token'))
  const age = Math.abs(Date.now() / 1000 - Number(oauth.get('oauth_timestamp')))
  if (!app || !user?.accessSecret || oauth.get('oauth_signature_method') !== 'HMAC-SHA1') return null
  if (!(age <= CLOCK_TOLERANCE_S)) return null

  const signature = Buffer.from(oauth.get('oauth_signature') ?? '', 'base64')
  oauth.delete('oauth_signature')
  const parameters = [...oauth, ...request.url.searchParams]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&')
  const base = [request.method, SIGNED_ORIGIN + request.url.pathname, parameters].map(encode).join('&')
  const expected = createHmac('sha1', `${encode(app.secret)}&${encode(user.accessSecret)}`)
    .update(base)
    .digest()
  const genuine = signature.length === expected.length && timingSafeEqual(signature, expected)
  return genuine ? { kind: 'user', user, scopes: null } : null
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
