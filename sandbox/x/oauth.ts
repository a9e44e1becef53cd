import { createHmac, timingSafeEqual } from 'node:crypto'
import type { World, WorldUser } from './world.ts'

/** X's own address, which clients sign whatever address they really talk to. */
const SIGNED_ORIGIN = 'https://api.x.com'
const CLOCK_TOLERANCE_S = 5 * 60

export type Caller = { kind: 'user'; user: WorldUser } | { kind: 'app'; key: string }

/** Who signed a request: OAuth 1.0a (RFC 5849) for a user, or an app's bearer token. Null: nobody we know. */
export function caller(
  world: World,
  request: { method: string; url: URL; authorization: string | undefined },
): Caller | null {
  const [scheme, rest = ''] = (request.authorization ?? '').split(/ (.*)/s)
  if (scheme === 'Bearer') {
    const app = world.apps.find(({ bearerToken }) => bearerToken !== undefined && bearerToken === rest)
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
  return genuine ? { kind: 'user', user } : null
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
