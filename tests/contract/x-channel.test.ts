import { afterAll, beforeAll } from 'vitest'
import { xNetwork } from '#app/channels/x/index.server.ts'
import type { Endpoint } from '#sandbox/x/endpoints.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { APP, campus, IT, IT_TOKENS, neverRenewed } from '#tests/channels/campus.ts'
import { channelContract, type ChannelHarness, type ContractRequest } from './channel.ts'

const ENDPOINTS: Record<ContractRequest, Endpoint> = {
  read: 'GET /2/users/:id/mentions',
  send: 'POST /2/tweets',
  look: 'GET /2/users/:id/tweets',
  'look-up': 'GET /2/tweets',
  identify: 'GET /2/users/me',
}

let sandbox: Sandbox
let harness: ChannelHarness

beforeAll(async () => {
  // X's own numbers of requests would stop a suite that makes hundreds within a second.
  const plenty = Object.fromEntries(Object.values(ENDPOINTS).map((endpoint) => [endpoint, 100_000]))
  sandbox = await startSandbox({ world: campus, limits: plenty })
  const networkWith = (timeoutMs?: number) =>
    xNetwork({
      appKey: APP.key,
      appSecret: APP.secret,
      apiUrl: sandbox.url,
      clock: { now: () => new Date() },
      timeoutMs,
    })
  const openAs = (credentials: string, timeoutMs?: number) =>
    networkWith(timeoutMs).open({
      externalId: IT.id,
      handle: IT.handle,
      credentials,
      renew: neverRenewed,
    })
  harness = {
    network: networkWith(),
    account: IT,
    open: ({ timeoutMs } = {}) => openAs(JSON.stringify(IT_TOKENS), timeoutMs),
    openRefused: () => openAs(JSON.stringify({ ...IT_TOKENS, accessSecret: 'another' })),
    async post(text, inReplyTo) {
      const id = sandbox.post({ as: 'sam_reads', text: `@${IT.handle} ${text}`, inReplyTo })
      return { id, conversationId: sandbox.posts().find((post) => post.id === id)!.conversationId }
    },
    postMany: async (texts) =>
      texts.map((text) => sandbox.post({ as: 'sam_reads', text: `@${IT.handle} ${text}` })),
    remove: async (id) => sandbox.remove(id),
    edit: async (id, text) => sandbox.edit(id, `@${IT.handle} ${text}`),
    replies: async (to) => sandbox.replies(to).filter(({ handle }) => handle === IT.handle),
    fault: (request, fault) =>
      sandbox.faults.next(ENDPOINTS[request], fault === 'as-usual' ? 'delay:0' : fault),
    mend: () => sandbox.faults.clear(),
    tooMany: (until) => ({
      status: 429,
      headers: { 'x-rate-limit-reset': String(until.getTime() / 1000), 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Too Many Requests', detail: 'Too Many Requests', type: 'about:blank' }),
    }),
    pageSize: 100,
  }
})
afterAll(() => sandbox.close())

channelContract('X', { threads: false, lookUp: true, keys: false }, () => harness)
