import { afterAll, beforeAll } from 'vitest'
import { blueskyNetwork } from '#app/channels/bluesky/index.server.ts'
import type { Channel } from '#app/channels/channel.ts'
import {
  channelContract,
  type ChannelHarness,
  type ContractFault,
  type ContractRequest,
} from '../contract/channel.ts'
import { aLine, aPerson, channelOf, eventually, says, type Person } from './network.ts'

/** Which requests each part of the channel makes: whichever comes first goes wrong. */
const METHODS: Record<ContractRequest, string> = {
  read: 'app.bsky.notification.listNotifications',
  send: 'com.atproto.repo.createRecord',
  look: 'com.atproto.repo.getRecord',
  'look-up': 'app.bsky.feed.getPosts',
  identify: 'com.atproto.server.getSession',
}

let library: Person
let sam: Person
let line: Awaited<ReturnType<typeof aLine>>
let harness: ChannelHarness

beforeAll(async () => {
  library = await aPerson('contract')
  sam = await aPerson('sam')
  line = await aLine()
  const said = new Map<string, { uri: string; cid: string; root: { uri: string; cid: string } }>()
  harness = {
    network: blueskyNetwork({ service: line.url, clock: { now: () => new Date() } }),
    account: { id: library.did, handle: library.handle },
    open: (options = {}): Channel => channelOf(library, { service: line.url, ...options }).channel,
    openRefused: () =>
      channelOf(library, {
        service: line.url,
        credentials: JSON.stringify({ identifier: library.handle, password: 'not-the-app-password' }),
      }).channel,
    async post(text, inReplyTo) {
      const parent = inReplyTo === undefined ? undefined : said.get(inReplyTo)
      const placed = await says(
        sam,
        `@${library.handle} ${text}`,
        parent && { inReplyTo: parent, root: parent.root },
      )
      said.set(placed.uri, { ...placed, root: parent?.root ?? placed })
      await eventually(async () => {
        const { data } = await library.agent.listNotifications({ limit: 20 })
        return data.notifications.some(({ uri }) => uri === placed.uri)
      }, 'the post is told')
      return { id: placed.uri, conversationId: (parent?.root ?? placed).uri }
    },
    async postMany(texts) {
      const placed: Array<string> = []
      for (const text of texts) placed.push((await says(sam, `@${library.handle} ${text}`)).uri)
      await eventually(async () => {
        const { data } = await library.agent.listNotifications({ limit: 100 })
        return placed.slice(-90).every((uri) => data.notifications.some((one) => one.uri === uri))
      }, 'the posts are told')
      return placed
    },
    async remove(uri) {
      await sam.agent.deletePost(uri)
      await eventually(
        async () => (await library.agent.getPosts({ uris: [uri] })).data.posts.length === 0,
        'the post is gone',
      )
    },
    async replies(to) {
      // From the account's own repository, which knows at once what the AppView is told later.
      const { data } = await library.agent.com.atproto.repo.listRecords({
        repo: library.did,
        collection: 'app.bsky.feed.post',
        limit: 100,
        reverse: false,
      })
      const records = data.records.map(({ uri, value }) => ({
        id: uri,
        ...(value as { text: string; reply?: { parent: { uri: string } } }),
      }))
      const below = (parent: string): Array<{ id: string; text: string }> =>
        records
          .filter(({ reply }) => reply?.parent.uri === parent)
          .flatMap(({ id, text }) => [{ id, text }, ...below(id)])
      return below(to)
    },
    fault: (request, fault) => line.next(METHODS[request], ...asItsFault(fault)),
    mend: () => line.mend(),
    tooMany: (until) => ({
      status: 429,
      headers: {
        'ratelimit-limit': '1',
        'ratelimit-remaining': '0',
        'ratelimit-reset': String(until.getTime() / 1000),
      },
      body: JSON.stringify({ error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' }),
    }),
    pageSize: 100,
  }
})
afterAll(() => line.close())

function asItsFault(fault: ContractFault): Parameters<typeof line.next>[1][] {
  if (fault === 'drop-before') return ['break-off']
  if (fault === 'drop-after') return ['break-off-after']
  return [fault]
}

channelContract('Bluesky', { threads: true, lookUp: true, keys: true }, () => harness)
