import type { Channel, Network } from '#app/channels/channel.ts'
import { blueskyClient, isSafe, WHOLE_MS } from './client.server.ts'
import { hindrance, lookUpPosts } from './look.ts'
import { LIMIT, measure } from './measure.ts'
import { readNotices } from './read.ts'
import { findReply, sendReply } from './send.ts'
import { profile, profileUrl, type Us } from './shape.ts'

/**
 * Bluesky, by the AT Protocol, with an app password for each account.
 *
 * `service` is where accounts sign in. `timeoutMs` limits each request. Credentials are JSON:
 * `{ "identifier": "handle or mail address", "password": "app password" }`, to which the session is added.
 * @throws {Error} when `service` is neither encrypted nor on this machine
 */
export function blueskyNetwork(options: {
  service: string
  clock: { now(): Date }
  timeoutMs?: number
}): Network {
  const { service, clock, timeoutMs = 10_000 } = options
  if (!isSafe(service)) throw new Error(`Bluesky must be spoken to by https, and not at ${service}`)

  return {
    id: 'bluesky',
    name: 'Bluesky',
    limit: LIMIT,
    measure,
    addresses: false,
    threads: true,
    prices: null,
    profileUrl,
    open(account): Channel {
      const us: Us = { did: account.externalId, handle: account.handle }
      const client = blueskyClient(account, { service, timeoutMs, clock })
      return {
        id: 'bluesky',
        read: (since) => readNotices(client, us, since, clock.now()),
        send: (post) => sendReply(client.within(WHOLE_MS), us, post, clock.now()),
        find: (key) => findReply(client.within(WHOLE_MS), us, key),
        lookUp: (ids) => lookUpPosts(client, us, ids),
        allowances: client.allowances,
        async identify() {
          // Any request that needs the account opens the session, which then says whose it is.
          const answer = await client.ask((agent, options) =>
            agent.com.atproto.server.getSession({}, options),
          )
          const [did, handle] = [client.did(), client.handle()]
          if (answer.kind !== 'answered' || did === null || handle === null)
            return { kind: 'failed', reason: hindrance(answer).reason }
          const shown = await client.ask((agent, options) =>
            agent.app.bsky.actor.getProfile({ actor: did }, options),
          )
          const { data } = profile.safeParse(shown.kind === 'answered' ? shown.body : null)
          return {
            kind: 'identified',
            author: { id: did, handle, name: data?.displayName?.trim() || handle },
          }
        },
      }
    },
  }
}
