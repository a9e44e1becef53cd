import { randomBytes } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { AtpAgent, RichText, type AppBskyEmbedImages } from '@atproto/api'
import { blueskyNetwork } from '#app/channels/bluesky/index.server.ts'
import type { Renew } from '#app/channels/channel.ts'

/** Bluesky's own servers, on this machine. */
export const service = (() => {
  const told = process.env.TEST_BLUESKY_SERVICE
  if (!told) throw new Error('These tests need the local Bluesky network. Run: npm run test:bluesky')
  return told
})()

export type Person = { did: string; handle: string; agent: AtpAgent; appPassword: string }

/** Somebody new, with an app password. */
export async function aPerson(name: string, displayName?: string): Promise<Person> {
  const agent = new AtpAgent({ service })
  const handle = `${name}-${randomBytes(3).toString('hex')}.test`
  await agent.createAccount({ handle, email: `${handle}@example.edu`, password: 'a password of their own' })
  if (displayName) await agent.upsertProfile(() => ({ displayName }))
  const { data } = await agent.com.atproto.server.createAppPassword({ name: 'quad' })
  return { did: agent.assertDid, handle, agent, appPassword: data.password }
}

type Placed = { uri: string; cid: string }

/** Posts as an app does: mentions, links and hashtags are marked. */
export async function says(
  { agent }: Person,
  text: string,
  more: {
    inReplyTo?: Placed
    root?: Placed
    quote?: Placed
    images?: Array<AppBskyEmbedImages.Image>
    createdAt?: string
  } = {},
): Promise<Placed> {
  const rich = new RichText({ text })
  await rich.detectFacets(agent)
  const { inReplyTo, root = inReplyTo, quote, images, createdAt } = more
  // Nobody answers what they do not see yet; the network would tell nobody of such an answer.
  for (const { uri } of [inReplyTo, quote].flatMap((one) => one ?? []))
    await eventually(
      async () => (await agent.getPosts({ uris: [uri] })).data.posts.length > 0,
      `${uri} is seen`,
    )
  return agent.post({
    text: rich.text,
    facets: rich.facets,
    ...(createdAt ? { createdAt } : {}),
    ...(inReplyTo && root ? { reply: { root, parent: inReplyTo } } : {}),
    ...(quote
      ? { embed: { $type: 'app.bsky.embed.record', record: { uri: quote.uri, cid: quote.cid } } }
      : {}),
    ...(images ? { embed: { $type: 'app.bsky.embed.images', images } } : {}),
  })
}

/** A picture of one point. */
const POINT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

export async function aPicture({ agent }: Person, alt: string): Promise<AppBskyEmbedImages.Image> {
  const { data } = await agent.uploadBlob(POINT, { encoding: 'image/png' })
  return { image: data.blob, alt }
}

/** Waits until the network shows what it was told: its parts tell each other with a delay. */
export async function eventually<T>(
  check: () => Promise<T | null | undefined | false>,
  what: string,
  within = 15_000,
): Promise<T> {
  const until = Date.now() + within
  for (;;) {
    const found = await check().catch(() => null)
    if (found) return found
    if (Date.now() > until) throw new Error(`Not within ${within / 1000} s: ${what}`)
    await pause(100)
  }
}

/** Everything that this person has posted in one conversation, as their own server has it: nothing is late there. */
export async function saidIn({ agent, did }: Person, root: string): Promise<Array<string>> {
  const texts: Array<string> = []
  let cursor: string | undefined
  do {
    const { data } = await agent.com.atproto.repo.listRecords({
      repo: did,
      collection: 'app.bsky.feed.post',
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    })
    for (const { value } of data.records) {
      const { text, reply } = value as { text: string; reply?: { root: Placed } }
      if (reply?.root.uri === root) texts.push(text)
    }
    cursor = data.cursor
  } while (cursor !== undefined)
  return texts
}

/** What stands below a post, as this person sees it: author and words of each reply, and of those below it. */
export async function repliesTo(person: Person, uri: string) {
  const { data } = await person.agent.getPostThread({ uri, depth: 20 })
  return below(data.thread)
}

export type Reply = {
  uri: string
  did: string
  text: string
  record: Record<string, unknown>
  replies: Array<Reply>
}

function below(thread: unknown): Array<Reply> {
  const { replies = [] } = thread as { replies?: Array<Record<string, never>> }
  return replies.flatMap((one) => {
    const { post } = one as unknown as {
      post?: { uri: string; author: { did: string }; record: { text: string } & Record<string, unknown> }
    }
    return post
      ? [
          {
            uri: post.uri,
            did: post.author.did,
            text: post.record.text,
            record: post.record,
            replies: below(one),
          },
        ]
      : []
  })
}

/** The account's channel, as the campus opens it, and the credentials it has kept. */
export function channelOf(
  person: Person,
  options: { service?: string; timeoutMs?: number; credentials?: string } = {},
) {
  const kept = {
    credentials:
      options.credentials ?? JSON.stringify({ identifier: person.handle, password: person.appPassword }),
  }
  const renew: Renew = async (exchange) => {
    const renewal = await exchange(kept.credentials)
    if (renewal.kind === 'renewed') kept.credentials = renewal.credentials
    return renewal
  }
  const network = blueskyNetwork({
    service: options.service ?? service,
    clock: { now: () => new Date() },
    timeoutMs: options.timeoutMs,
  })
  const open = () =>
    network.open({ externalId: person.did, handle: person.handle, credentials: kept.credentials, renew })
  return { channel: open(), open, kept }
}

export type Phase = { phase: 'arrived' | 'accepted' | 'answered'; method: string }
type Answering = { status: number; headers?: Record<string, string>; body: string }
export type Fault = Answering | 'as-usual' | 'hang' | 'break-off' | 'break-off-after'

/**
 * A line to the network that can be watched and disturbed. `accepted`: the network has done it, and nobody knows yet.
 */
export async function aLine() {
  const requests: Array<{ method: string; status: number | null }> = []
  const faults = new Map<string, Array<Fault>>()
  const listeners = new Set<(event: Phase) => void>()
  const server = http.createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on(
      'end',
      () => void pass(request, response, Buffer.concat(chunks)).catch(() => response.destroy()),
    )
  })

  async function pass(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) {
    const url = new URL(request.url ?? '/', service)
    const method = url.pathname.replace('/xrpc/', '')
    const record: (typeof requests)[number] = { method, status: null }
    requests.push(record)
    const tell = (phase: Phase['phase']) => {
      for (const listener of listeners) listener({ phase, method })
    }
    tell('arrived')
    const next = faults.get(method)?.shift()
    const fault = next === 'as-usual' ? undefined : next
    if (fault === 'hang') return
    if (fault === 'break-off') return response.destroy()
    if (fault && fault !== 'break-off-after') {
      record.status = fault.status
      response
        .writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers })
        .end(fault.body)
      return
    }
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers)) {
      if (!['host', 'connection', 'content-length', 'transfer-encoding'].includes(name))
        headers.set(name, String(value))
    }
    const answer = await fetch(url, {
      method: request.method,
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const text = Buffer.from(await answer.arrayBuffer())
    record.status = answer.status
    tell('accepted')
    if (fault === 'break-off-after') return response.destroy()
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/octet-stream',
    })
    response.end(text, () => tell('answered'))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: (method: string) => requests.filter((one) => one.method === method).length,
    /** What the next requests of this method get, one each. */
    next(method: string, ...those: Array<Fault>) {
      faults.set(method, [...(faults.get(method) ?? []), ...those])
    },
    mend: () => faults.clear(),
    onRequest(listener: (event: Phase) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** The words of an answer in several parts, without the marks that say which part each one is. */
export function unmarked(parts: Array<string>): string {
  return parts
    .map((part) => part.replace(/^\(no\. \d+, \d of \d\) /, '').replace(/ \(1 of \d\)$/, ''))
    .join(' ')
}
