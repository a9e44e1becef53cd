import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Reply } from './api.ts'
import type { OAuth2 } from './oauth2.ts'
import type { World, WorldUser } from './world.ts'

/** X's own address, which clients sign whatever address they really talk to. */
const SIGNED_ORIGIN = 'https://api.x.com'
const CLOCK_TOLERANCE_S = 5 * 60

/** `scopes`: what a user allowed; null where they allowed everything. `key`: of the app that asks. */
export type Caller =
  { kind: 'user'; user: WorldUser; scopes: Array<string> | null; key: string } | { kind: 'app'; key: string }

/** Who signed a request: a user by OAuth 1.0a (RFC 5849) or OAuth 2, or an app by its token. Null: nobody we know. */
export function caller(
  world: World,
  grants: Pick<OAuth2, 'holder'>,
  request: { method: string; url: URL; authorization: string | undefined },
): Caller | null {
  const [scheme, rest = ''] = (request.authorization ?? '').split(/ (.*)/s)
  if (scheme === 'Bearer') {
    const app = world.apps.find((one) => rest === appToken(one))
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
  return genuine ? { kind: 'user', user, scopes: null, key: app.key } : null
}

/** An app's own token, which is always the same. */
export function appToken({ key, secret, bearerToken }: World['apps'][number]): string {
  return bearerToken ?? createHmac('sha256', secret).update(key).digest('base64url')
}

/** The answer of `POST /oauth2/token`: the app's own token, for its key and secret. */
export function appLogin(world: World, authorization: string | undefined, body: string): Reply {
  const app = world.apps.find(
    ({ key, secret }) =>
      authorization === `Basic ${Buffer.from(`${encode(key)}:${encode(secret)}`).toString('base64')}`,
  )
  const granted = app && new URLSearchParams(body).get('grant_type') === 'client_credentials'
  return granted
    ? { status: 200, body: { token_type: 'bearer', access_token: appToken(app) } }
    : {
        status: 403,
        body: {
          errors: [
            { code: 99, message: 'Unable to verify your credentials', label: 'authenticity_token_error' },
          ],
        },
      }
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
