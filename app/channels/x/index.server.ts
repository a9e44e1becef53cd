import { z } from 'zod'
import type { Channel, Network, OpenAccount } from '#app/channels/channel.ts'
import { subscribe, xCalls } from './calls.server.ts'
import { loopback, xClient, type Answer, type XClient } from './client.server.ts'
import { reasonGiven } from './errors.ts'
import { LIMIT, measure } from './measure.ts'
import { xHook } from './hook.server.ts'
import { chargeOf, metered } from './meter.ts'
import { readOAuth2, renewingClient, xSignIn } from './oauth2.server.ts'
import { lookUp, readMentions, searchPosts } from './read.ts'
import { findReply, sendReply } from './send.ts'
import { identified, WEB } from './shape.ts'

/**
 * X's prices for pay-per-use since February 2026, in millionths of a dollar: a post by which somebody spoke to us,
 * a post found by search, a reply to somebody who summoned us, and any post that holds a link.
 */
const PRICES = { read: 1_000, searched: 5_000, reply: 10_000, 'reply-with-link': 200_000 }

const credentialsShape = z.object({ accessToken: z.string().min(1), accessSecret: z.string().min(1) })

/**
 * X, by its API v2, with OAuth 2 or OAuth 1.0a for each account.
 *
 * `apiUrl` is null for X itself, or the address of a stand-in on this machine. `timeoutMs` limits each request.
 * Credentials are JSON: `{ "accessToken": "…", "refreshToken": "…" }`, or with an `accessSecret` in place of the latter.
 * @throws {Error} when `apiUrl` is not a loopback address
 */
export function xNetwork(options: {
  /** The app's keys of OAuth 1.0a, for accounts whose tokens are typed in. */
  appKey?: string | null
  appSecret?: string | null
  /** The app's keys of OAuth 2, for accounts that sign in on X's page. */
  clientId?: string | null
  clientSecret?: string | null
  apiUrl: string | null
  clock: { now(): Date }
  timeoutMs?: number
  /** What X signs its calls with; null or absent: it does not call us. */
  hookSecret?: string | null
}): Network {
  const { apiUrl, clock, timeoutMs = 10_000, hookSecret = null } = options
  const web = apiUrl?.replace(/\/+$/, '') ?? WEB
  if (apiUrl !== null) loopback(apiUrl)
  const requests = { apiUrl, timeoutMs }
  const { appKey, appSecret, clientId, clientSecret } = options
  const keys = clientId && clientSecret ? { id: clientId, secret: clientSecret } : null

  function clientOf(account: OpenAccount): XClient {
    const ours = readOAuth2(account.credentials)
    if (ours) return keys ? renewingClient(account, ours, keys, requests) : signedOut(WITHOUT_KEYS)
    const tokens = readCredentials(account.credentials)
    if (!tokens) return signedOut('The stored sign-in for X cannot be read.')
    return appKey && appSecret ? xClient({ appKey, appSecret, ...tokens }, requests) : signedOut(WITHOUT_KEYS)
  }

  return {
    id: 'x',
    name: 'X',
    limit: LIMIT,
    measure,
    addresses: true,
    threads: false,
    prices: PRICES,
    chargeOf,
    ...(keys ? { signIn: xSignIn(keys, web, requests) } : {}),
    profileUrl: (handle) => `${web}/${handle}`,
    ...(hookSecret ? { hook: xHook(hookSecret, web) } : {}),
    ...(hookSecret && appKey && appSecret
      ? { calls: xCalls({ key: appKey, secret: appSecret }, requests) }
      : {}),
    open(opened): Channel {
      const account = { ...opened, web }
      const { client, allowances } = metered(clientOf(opened), opened.purse ?? null)
      return {
        id: 'x',
        read: (since) => readMentions(client, account, since, clock.now()),
        search: (hashtags, since) => searchPosts(client, account, hashtags, since, clock.now()),
        lookUp: (externalIds) => lookUp(client, account, externalIds, clock.now()),
        send: (post) => sendReply(client, account, post, clock.now()),
        find: (key) => findReply(client, account, key, clock.now()),
        allowances,
        subscribe: (webhookId, events) => subscribe(client, opened.externalId, webhookId, events),
        async identify() {
          const answer = await client.get('users/me', {})
          if (answer.kind === 'silent') return { kind: 'failed', reason: answer.reason }
          const me = identified.safeParse(answer.body).data
          if (answer.status === 200 && me) return { kind: 'identified', author: me.data }
          const reason =
            reasonGiven(answer.body) ?? `X gave an answer that we could not read (${answer.status}).`
          return { kind: 'failed', reason }
        },
      }
    },
  }
}

function readCredentials(text: string) {
  try {
    return credentialsShape.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const WITHOUT_KEYS = 'This server has no keys of X any more for the way this account signed in.'

/** For an account that cannot sign its requests: asks nothing, and says what X would say. */
function signedOut(detail: string): XClient {
  const answer: Answer = { kind: 'answered', status: 401, headers: {}, body: { detail } }
  return { get: async () => answer, post: async () => answer, put: async () => answer }
}
