import { z } from 'zod'
import type { InboundPost, NetworkAuthor, PostImage } from '#app/channels/channel.ts'
import { postAt } from './keys.ts'

/**
 * Posts come from programs of every kind. What a post lacks or has wrong is left out; only what it is known by, whose
 * it is and when it came have to be right.
 */

const uri = z.string().refine((text) => postAt(text) !== null)
const reference = z.object({ uri, cid: z.string() })

const author = z
  .object({
    did: z.string().regex(/^did:[a-z]+:/),
    handle: z.string(),
    displayName: z.string().nullish().catch(null),
  })
  .transform(({ did, handle, displayName }): NetworkAuthor => {
    // An account whose handle no longer leads to it is known by its permanent name.
    const known = handle === 'handle.invalid' ? did : handle
    return { id: did, handle: known, name: displayName?.trim() || known }
  })

const facet = z.object({
  index: z.object({ byteStart: z.number().int().min(0), byteEnd: z.number().int().min(0) }),
  features: list(
    z.object({
      $type: z.string(),
      did: z.string().optional(),
      uri: z.string().optional(),
      tag: z.string().optional(),
    }),
  ),
})

const record = z.object({
  text: z.string().catch(''),
  facets: list(facet),
  tags: list(z.string()),
  reply: z.object({ root: reference, parent: reference }).nullish().catch(null),
  embed: z.unknown().optional(),
})
type Record = z.infer<typeof record>

const moment = z.iso.datetime({ offset: true }).transform((at) => new Date(at))

/** One post as somebody told us of it. */
export const notice = z.object({ uri, author, reason: z.string(), record, indexedAt: moment })
export type Notice = z.infer<typeof notice>

/** One post as Bluesky shows it. */
export const view = z.object({
  uri,
  cid: z.string().min(1),
  author,
  record,
  embed: z.unknown().optional(),
  indexedAt: moment,
  viewer: z.object({ replyDisabled: z.boolean().optional() }).nullish().catch(null),
})
export type View = z.infer<typeof view>

export const viewPage = z.object({ posts: z.array(z.unknown()) })
export const thread = z.object({
  thread: z.object({ $type: z.string().optional(), post: view.optional().catch(undefined) }),
})
export const placed = z.object({ uri, cid: z.string().min(1) })
export const resolved = z.object({ did: z.string().regex(/^did:[a-z]+:/) })
export const profile = z.object({ displayName: z.string().nullish().catch(null) })
/** A record of ours, as our own server has it. */
export const ownRecord = z.object({
  uri,
  cid: z.string().min(1),
  value: z.object({ reply: z.object({ root: reference, parent: reference }).nullish().catch(null) }),
})
export type ReplyTo = { root: z.infer<typeof reference>; parent: z.infer<typeof reference> }

export const notices = z.object({ notifications: z.array(z.unknown()), cursor: z.string().optional() })

/** Lets through the members that fit, and drops the rest. */
function list<T>(member: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .nullish()
    .catch(null)
    .transform((items) =>
      (items ?? [])
        .map((item) => member.safeParse(item))
        .flatMap(({ data }) => (data === undefined ? [] : [data])),
    )
}

/** Where people read Bluesky. */
const WEB = 'https://bsky.app'

export const profileUrl = (handle: string) => `${WEB}/profile/${handle}`

export function postUrl(author: { id: string; handle: string }, address: string): string {
  return `${profileUrl(author.handle)}/post/${postAt(address)?.rkey ?? ''}`
}

/** The account that reads. */
export type Us = { did: string; handle: string }

/** @param views posts as Bluesky shows them: this one for its pictures, what it answers or quotes for their words */
export function inbound(post: Omit<Notice, 'reason'>, views: ReadonlyMap<string, View>, us: Us): InboundPost {
  const { named, hashtags, text } = readText(post.record, us)
  const quoted = quotedIn(post.record)
  const inReplyTo = post.record.reply?.parent.uri ?? null
  const context = views.get(inReplyTo ?? quoted ?? '')
  const quotesUs = quoted !== null && postAt(quoted)?.did === us.did
  const mentionsUs = named.some(({ did }) => did === us.did)
  return {
    externalId: post.uri,
    firstId: post.uri,
    author: post.author,
    text,
    url: postUrl(post.author, post.uri),
    postedAt: post.indexedAt,
    conversationId: post.record.reply?.root.uri ?? post.uri,
    inReplyTo,
    quotes: quoted,
    mentions: [...new Set(named.map(({ handle }) => handle))],
    hashtags,
    // Bluesky lets anyone answer, and whoever answers or quotes us has spoken to us.
    summons: quotesUs && !mentionsUs ? 'quoted' : 'mentioned',
    repost: false,
    parent: context
      ? {
          author: context.author,
          text: readText(context.record, us).text,
          url: postUrl(context.author, context.uri),
        }
      : null,
    images: imagesIn(views.get(post.uri)?.embed),
  }
}

/** What the views of which have to be asked for to show this post. */
export function beside(post: Pick<Notice, 'uri' | 'record'>): Array<string> {
  const context = post.record.reply?.parent.uri ?? quotedIn(post.record)
  return [...(post.record.embed ? [post.uri] : []), ...(context ? [context] : [])]
}

/** Handles, hashtags and links stand beside the text, by its bytes. */
function readText(record: Record, us: Us) {
  const bytes = Buffer.from(record.text)
  const named: Array<{ did: string; handle: string }> = []
  const hashtags: Array<string> = []
  let text = ''
  let end = 0
  for (const { index, features } of record.facets.toSorted((a, b) => a.index.byteStart - b.index.byteStart)) {
    if (index.byteEnd <= index.byteStart || index.byteEnd > bytes.length) continue
    const words = bytes.subarray(index.byteStart, index.byteEnd).toString()
    for (const feature of features) {
      if (feature.$type.endsWith('#mention') && feature.did) {
        // By the permanent name first: handles can be changed, and the words may be any.
        const handle = feature.did === us.did ? us.handle : handleIn(words)
        if (handle) named.push({ did: feature.did, handle: handle.toLowerCase() })
      }
      if (feature.$type.endsWith('#tag') && feature.tag) hashtags.push(bareTag(feature.tag))
      if (
        feature.$type.endsWith('#link') &&
        feature.uri &&
        index.byteStart >= end &&
        isShortFor(words, feature.uri)
      ) {
        text += bytes.subarray(end, index.byteStart).toString() + feature.uri
        end = index.byteEnd
      }
    }
  }
  text += bytes.subarray(end).toString()
  return { text, named, hashtags: [...new Set([...hashtags, ...record.tags.map(bareTag)])] }
}

const handleIn = (words: string) => /^@([a-z\d][a-z\d.-]*\.[a-z\d-]+)$/i.exec(words.trim())?.[1] ?? null
const bareTag = (tag: string) => tag.replace(/^#/, '').toLowerCase()

/** Apps shorten an address in the text and keep the whole one beside it, where no reader of ours would find it. */
function isShortFor(words: string, address: string): boolean {
  if (!/^https?:\/\//.test(address)) return false
  const shown = /^(.+?)(?:\.\.\.|…)$/.exec(words)?.[1]?.replace(/^https?:\/\//, '')
  return shown !== undefined && address.replace(/^https?:\/\//, '').startsWith(shown)
}

const quote = z.object({ record: z.object({ uri }) })
const quoteWithMedia = z.object({ record: quote })

/** The post that this one quotes. What that one quotes in turn is its own affair. */
function quotedIn({ embed }: Record): string | null {
  const found = quote.safeParse(embed).data ?? quoteWithMedia.safeParse(embed).data?.record
  return found?.record.uri ?? null
}

const address = z.string().regex(/^https?:\/\//)
const pictures = z.object({
  images: list(z.object({ fullsize: address, alt: z.string().nullish().catch(null) })),
})
/** Of a film, its first picture. */
const film = z.object({ thumbnail: address, alt: z.string().nullish().catch(null) })
const withMedia = z.object({ media: z.unknown() })

function imagesIn(embed: unknown): Array<PostImage> {
  const media = withMedia.safeParse(embed).data?.media ?? embed
  const moving = film.safeParse(media).data
  const still = pictures.safeParse(media).data?.images ?? []
  return [
    ...still.map(({ fullsize, alt }) => ({ url: fullsize, alt: alt?.trim() || null })),
    ...(moving ? [{ url: moving.thumbnail, alt: moving.alt?.trim() || null, moving: true }] : []),
  ]
}
