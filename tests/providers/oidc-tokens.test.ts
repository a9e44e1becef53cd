import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { oidcProvider } from '#app/providers/oidc/index.server.ts'
import { oidcSettings } from '#app/providers/oidc/settings.ts'
import type { Finished, Flow, Provider } from '#app/providers/provider.ts'

/**
 * Tokens that no provider of good faith gives out, each wrong in one way and right in all others. The provider is ours, so
 * that it can lie; that we get along with real ones is shown in `oidc.test.ts`.
 */
const CLIENT = 'quad'
const SECRET = 'a-secret-of-the-client-that-is-long-enough'
const CALLBACK = 'https://quad.northfield.example/sign-in/with/campus/done'
const KEY_ID = 'key of the campus'

const keys = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const own = keys()
const other = keys()

let server: Server
let issuer: string
let campus: Provider
/** What the provider answers a code with. */
let token = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    const answers: Record<string, unknown> = {
      '/.well-known/openid-configuration': {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/keys': {
        keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: KEY_ID, use: 'sig', alg: 'RS256' }],
      },
      '/token': { access_token: 'an access token', token_type: 'Bearer', expires_in: 60, id_token: token },
    }
    request.resume()
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify(answers[request.url ?? '']))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  campus = oidcProvider({
    slug: 'campus',
    name: 'Campus',
    settings: oidcSettings.parse({ issuer, clientId: CLIENT, scope: 'openid' }),
    secret: SECRET,
    clock: { now: () => new Date() },
    patience: 2000,
  })
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

type Claims = Record<string, unknown>
type Signing = (text: string) => string
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const rsa =
  (key: KeyObject, hash = 'RSA-SHA256'): Signing =>
  (text) =>
    sign(hash, Buffer.from(text), key).toString('base64url')
const hmac =
  (secret: string | Buffer): Signing =>
  (text) =>
    createHmac('sha256', secret).update(text).digest('base64url')

function aToken(claims: Claims, header: Claims = {}, signing: Signing = rsa(own.privateKey)): string {
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: KEY_ID, ...header })}.${part(claims)}`
  return `${text}.${signing(text)}`
}

/** A sign-in whose code is answered with a token. @param make from the claims of a good one */
async function signIn(make: (good: Claims) => string): Promise<Finished> {
  const flow: Flow = { id: 'a flow', callback: CALLBACK, strong: false, begunAt: new Date() }
  const begun = await campus.begin(flow)
  if (begun.kind !== 'go') throw new Error(begun.detail)
  const nonce = new URL(begun.url).searchParams.get('nonce')
  const now = Math.floor(Date.now() / 1000)
  token = make({ iss: issuer, aud: CLIENT, sub: 'sam-7f3a', nonce, iat: now, exp: now + 60 })
  const query = new URLSearchParams({ code: 'a code', state: flow.id })
  return campus.finish({ query, form: null }, { ...flow, kept: begun.kept })
}

test('a token as it should be is believed', async () => {
  expect(await signIn((good) => aToken(good))).toMatchObject({ kind: 'proven', subject: 'sam-7f3a' })
})

const hourAgo = () => Math.floor(Date.now() / 1000) - 3600
const pem = () => own.publicKey.export({ type: 'spki', format: 'pem' })

test.each<[what: string, make: (good: Claims) => string]>([
  ['is for another client', (good) => aToken({ ...good, aud: 'another' })],
  ['is for others, we not among them', (good) => aToken({ ...good, aud: ['one', 'another'] })],
  [
    'is for several, given to another',
    (good) => aToken({ ...good, aud: [CLIENT, 'another'], azp: 'another' }),
  ],
  ['is for nobody', ({ aud: _, ...good }) => aToken(good)],
  ['is of another issuer', (good) => aToken({ ...good, iss: 'https://evil.example' })],
  ['was asked for by another flow', (good) => aToken({ ...good, nonce: 'another' })],
  ['was asked for by none', ({ nonce: _, ...good }) => aToken(good)],
  ['has run out', (good) => aToken({ ...good, iat: hourAgo(), exp: hourAgo() + 60 })],
  ['never runs out', ({ exp: _, ...good }) => aToken(good)],
  ['is not good yet', (good) => aToken({ ...good, nbf: hourAgo() + 7200 })],
  ['names nobody', ({ sub: _, ...good }) => aToken(good)],
  ['is an access token', ({ nonce: _, ...good }) => aToken(good, { typ: 'at+jwt' })],
  [
    'is a word of signing out',
    ({ nonce: _, ...good }) =>
      aToken({ ...good, events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
  ],
  ['is not signed', (good) => aToken(good, { alg: 'none' }, () => '')],
  ['says it is not, and is', (good) => aToken(good, { alg: 'none' })],
  ['is signed with our secret', (good) => aToken(good, { alg: 'HS256' }, hmac(SECRET))],
  ['is signed with the public key as a secret', (good) => aToken(good, { alg: 'HS256' }, hmac(pem()))],
  [
    'is signed in a way the provider does not name',
    (good) => aToken(good, { alg: 'RS512' }, rsa(own.privateKey, 'RSA-SHA512')),
  ],
  ['is signed by somebody else', (good) => aToken(good, {}, rsa(other.privateKey))],
  [
    'brings its own key',
    (good) =>
      aToken(good, { jwk: other.publicKey.export({ format: 'jwk' }), kid: 'mine' }, rsa(other.privateKey)),
  ],
  [
    'was changed afterwards',
    (good) => {
      const [header, , signature] = aToken(good).split('.')
      return [header, part({ ...good, sub: 'ada' }), signature].join('.')
    },
  ],
  ['is none', () => 'a.b.c'],
])('a token that %s is not', async (_what, make) => {
  expect(await signIn(make)).toMatchObject({ kind: 'refused' })
})
