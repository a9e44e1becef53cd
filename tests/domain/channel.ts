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
  /** What reading and finding ask the purse for, and use of it; `null` used: its answer never came. */
  costs: { most: number; used: number | null } | null
  /** What it answers; replaced by the test. */
  onRead(since: Cursor, handle: string): Promise<ReadResult>
  onSend(post: OutboundPost): Promise<SendResult>
  onFind(key: DeliveryKey): Promise<FindResult>
  onSearch(since: Cursor, handle: string): Promise<ReadResult>
  onLookUp(ids: Array<string>, handle: string): Promise<LookUpResult>
}

const BEYOND = { kind: 'later' as const, reason: 'Beyond what is left.', at: null }

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
    costs: null,
    onSearch: async (since) => ({ posts: [], next: since, trouble: null }),
    onLookUp: async () => ({ kind: 'looked', posts: [], gone: [] }),
    onRead: async (since) => ({ posts: [], next: since, trouble: null }),
    onSend: async () => ({ kind: 'sent', externalId: randomUUID(), url: null }),
    onFind: async () => ({ kind: 'absent' }),
    open: ({ handle, purse }): Channel => ({
      id: 'x',
      read: async (since) => {
        const paid = network.costs && (await purse?.reserve('mentions', 'read', network.costs.most))
        if (paid === null && network.costs) return { posts: [], next: since, trouble: BEYOND }
        network.reads.push({ handle, since })
        const result = await network.onRead(since, handle)
        if (network.costs && network.costs.used !== null) await paid?.settle(network.costs.used)
        return result
      },
      send: (post) => {
        network.sends.push(post)
        return network.onSend(post)
      },
      find: async (key) => {
        const paid = network.costs && (await purse?.reserve('own', 'read', network.costs.most))
        if (paid === null && network.costs) return BEYOND
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
