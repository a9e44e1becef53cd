import { TwitterApi } from 'twitter-api-v2'
import { z } from 'zod'
import type { OpenAccount, Renewal, SignIn } from '#app/channels/channel.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { xClient, xTokens, type Answer, type ClientOptions, type XClient } from './client.server.ts'

/** What an account lets us do: read, reply, know whose it is, and go on doing so after two hours. */
export const SCOPES = ['tweet.read', 'tweet.write', 'users.read', 'offline.access']

/** The keys of our app at X, by which it knows who asks to speak for an account. */
export type ClientKeys = { id: string; secret: string }

const credentialsShape = z.object({
  accessToken: z.string().min(1),
  /** Good for one use: X gives another with each new access token. */
  refreshToken: z.string().min(1),
})
export type OAuth2Credentials = z.infer<typeof credentialsShape>

export function readOAuth2(text: string): OAuth2Credentials | null {
  try {
    return credentialsShape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Signing in on X's own page, by OAuth 2 with PKCE. */
export function xSignIn(keys: ClientKeys, web: string, options: ClientOptions): SignIn {
  return {
    begin(callback) {
      const app = new TwitterApi({ clientId: keys.id, clientSecret: keys.secret })
      const link = app.generateOAuth2AuthLink(callback, { scope: SCOPES })
      const { pathname, search } = new URL(link.url)
      return { url: `${web}${pathname}${search}`, state: link.state, verifier: link.codeVerifier }
    },
    async finish(code, verifier, callback) {
      const answer = await xTokens(
        keys,
        options,
      )({
        grant_type: 'authorization_code',
        client_id: keys.id,
        code,
        code_verifier: verifier,
        redirect_uri: callback,
      })
      const outcome = outcomeOf(answer, null)
      return outcome.kind === 'renewed' ? outcome : { kind: 'failed', reason: outcome.reason }
    },
  }
}

/**
 * Requests of an account that signed in on X's page. A refused access token is exchanged once, and the request made
 * once more: X has not looked at the first. A 403 is no reason to exchange anything.
 */
export function renewingClient(
  account: OpenAccount,
  first: OAuth2Credentials,
  keys: ClientKeys,
  options: ClientOptions,
): XClient {
  let held = first

  async function ask(send: (client: XClient) => Promise<Answer>): Promise<Answer> {
    const began = Date.now()
    const spent = held.accessToken
    const answer = await send(xClient(spent, options))
    if (answer.kind !== 'answered' || answer.status !== 401) return answer
    const renewal = await account
      .renew((kept) => exchange(kept, spent, keys, options))
      .catch((error: unknown): Renewal => ({ kind: 'later', reason: reasonOf(error) }))
    if (renewal.kind === 'later') return { kind: 'silent', left: false, reason: renewal.reason }
    if (renewal.kind === 'signed-out') return refused(renewal.reason)
    held = readOAuth2(renewal.credentials) ?? held
    // Both tries together last no longer than one may: a claim on a delivery ends.
    const left = options.timeoutMs - (Date.now() - began)
    if (left <= 0) return { kind: 'silent', left: false, reason: 'X took long to give a new sign-in.' }
    return send(xClient(held.accessToken, { ...options, timeoutMs: left }))
  }

  return {
    get: (path, query, params) => ask((client) => client.get(path, query, params)),
    post: (path, body) => ask((client) => client.post(path, body)),
    put: (path, params) => ask((client) => client.put(path, params)),
  }
}

/** New credentials for those that were refused; those that another process got meanwhile, as they are. */
async function exchange(
  kept: string,
  spent: string,
  keys: ClientKeys,
  options: ClientOptions,
): Promise<Renewal> {
  const own = readOAuth2(kept)
  if (!own) return { kind: 'signed-out', reason: 'The stored sign-in for X cannot be read.' }
  if (own.accessToken !== spent) return { kind: 'renewed', credentials: kept }
  const answer = await xTokens(
    keys,
    options,
  )({
    grant_type: 'refresh_token',
    client_id: keys.id,
    refresh_token: own.refreshToken,
  })
  return outcomeOf(answer, own.refreshToken)
}

const granted = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  scope: z.string().optional(),
})
const refusal = z.object({ error: z.string(), error_description: z.string().optional() })

/** @param refreshToken the one that was used, in case X should let it live on */
function outcomeOf(answer: Answer, refreshToken: string | null): Renewal {
  if (answer.kind === 'silent') return { kind: 'later', reason: answer.reason }
  if (answer.status === 200) {
    const { data } = granted.safeParse(answer.body)
    if (!data) return { kind: 'later', reason: 'X gave a sign-in that we could not read.' }
    const missing = SCOPES.filter((scope) => data.scope && !data.scope.split(' ').includes(scope))
    const next = data.refresh_token ?? refreshToken
    if (missing.length > 0 || next === null)
      return {
        kind: 'signed-out',
        reason: `X did not grant all that is needed: ${missing.join(', ') || 'offline.access'}.`,
      }
    const fresh: OAuth2Credentials = { accessToken: data.access_token, refreshToken: next }
    return { kind: 'renewed', credentials: JSON.stringify(fresh) }
  }
  const { data } = refusal.safeParse(answer.body)
  // Our app is to blame, not the account: signing it in again would change nothing.
  if (answer.status === 401 || answer.status === 403 || /_client$/.test(data?.error ?? ''))
    return { kind: 'later', reason: 'X does not accept the X_CLIENT_ID and X_CLIENT_SECRET of this server.' }
  if (answer.status === 429 || answer.status >= 500)
    return { kind: 'later', reason: `X gives no new sign-in just now (${answer.status}).` }
  return {
    kind: 'signed-out',
    reason: data?.error_description ?? data?.error ?? `X takes back the sign-in (${answer.status}).`,
  }
}

const refused = (detail: string): Answer => ({
  kind: 'answered',
  status: 401,
  headers: {},
  body: { detail },
})
