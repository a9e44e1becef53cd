import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AtpAgent, RichText, type AppBskyEmbedImages } from '@atproto/api'
import { blueskyNetwork } from '#app/channels/bluesky/index.server.ts'
import type { Renew } from '#app/channels/channel.ts'
import { startLine } from '#sandbox/bluesky/line.ts'

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

/** A line to the network that can be watched and disturbed. */
export const aLine = () => startLine(service)

/** The words of an answer in several parts, without the marks that say which part each one is. */
export function unmarked(parts: Array<string>): string {
  return parts
    .map((part) => part.replace(/^\(no\. \d+, \d of \d\) /, '').replace(/ \(1 of \d\)$/, ''))
    .join(' ')
}
