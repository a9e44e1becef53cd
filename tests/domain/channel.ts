import { randomUUID } from 'node:crypto'
import type {
  Channel,
  Cursor,
  DeliveryKey,
  FindResult,
  InboundPost,
  LookUpResult,
  Network,
  OutboundPost,
  ReadResult,
  SendResult,
} from '#app/channels/channel.ts'
import { registry } from '#app/channels/registry.ts'
import { LIMIT, measure } from '#app/channels/x/measure.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'

/** A network of which the tests say what it answers, and which remembers what it was asked. */
export type FakeNetwork = Network & {
  networks: ReturnType<typeof registry>
  /** What was asked, in order. */
  reads: Array<{ handle: string; since: Cursor }>
  sends: Array<OutboundPost>
  finds: Array<DeliveryKey>
  searches: Array<{ handle: string; hashtags: Array<string>; since: Cursor }>
  lookUps: Array<{ handle: string; ids: Array<string> }>
  /** What it answers; replaced by the test. */
  onRead(since: Cursor, handle: string): Promise<ReadResult>
  onSend(post: OutboundPost): Promise<SendResult>
  onFind(key: DeliveryKey): Promise<FindResult>
  onSearch(since: Cursor, handle: string): Promise<ReadResult>
  onLookUp(ids: Array<string>, handle: string): Promise<LookUpResult>
}

export function aNetwork(): FakeNetwork {
  const network: FakeNetwork = {
    id: 'x',
    name: 'X',
    limit: LIMIT,
    measure,
    addresses: true,
    threads: false,
    prices: null,
    profileUrl: (handle) => `https://x.example/${handle}`,
    networks: new Map(),
    reads: [],
    sends: [],
    finds: [],
    searches: [],
    lookUps: [],
    onSearch: async (since) => ({ posts: [], next: since, trouble: null }),
    onLookUp: async () => ({ kind: 'looked', posts: [], gone: [] }),
    onRead: async (since) => ({ posts: [], next: since, trouble: null }),
    onSend: async () => ({ kind: 'sent', externalId: randomUUID(), url: null }),
    onFind: async () => ({ kind: 'absent' }),
    open: ({ handle }): Channel => ({
      id: 'x',
      read: (since) => {
        network.reads.push({ handle, since })
        return network.onRead(since, handle)
      },
      send: (post) => {
        network.sends.push(post)
        return network.onSend(post)
      },
      find: (key) => {
        network.finds.push(key)
        return network.onFind(key)
      },
      search: (hashtags, since) => {
        network.searches.push({ handle, hashtags, since })
        return network.onSearch(since, handle)
      },
      lookUp: (ids) => {
        network.lookUps.push({ handle, ids })
        return network.onLookUp(ids, handle)
      },
      identify: async () => ({ kind: 'failed', reason: 'nobody asks here' }),
    }),
  }
  network.networks = registry([network])
  return network
}

/** The same post as a channel delivers it. */
export function asDelivered(post: IncomingPost): InboundPost {
  const { channel: _channel, parent: _parent, ...rest } = post
  return { ...rest, parent: null }
}
