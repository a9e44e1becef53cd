import { z } from 'zod'
import type { InboundPost, NetworkAuthor, PostImage } from '#app/channels/channel.ts'

/**
 * X answers in one of two vocabularies: the documented one (`referenced_posts`, `note_post`) and an older one
 * (`referenced_tweets`, `note_tweet`). We ask in the documented one, and read both.
 */

const id = z.string().regex(/^\d{1,19}$/)

const entities = z.object({
  mentions: z
    .array(z.object({ start: z.number(), username: z.string().nullish(), id: z.string().nullish() }))
    .nullish(),
  hashtags: z.array(z.object({ start: z.number(), tag: z.string() })).nullish(),
  urls: z.array(z.object({ url: z.string().nullish(), expanded_url: z.string().nullish() })).nullish(),
})
type Entities = z.infer<typeof entities>

/** The whole of a post longer than 280, of which `text` is only the beginning. */
const note = z.object({ text: z.string(), entities: entities.nullish() }).nullish()
const references = z.array(z.object({ type: z.string(), id })).nullish()

const post = z.object({
  id,
  text: z.string(),
  author_id: id,
  created_at: z.iso.datetime({ offset: true }).transform((at) => new Date(at)),
  conversation_id: id,
  in_reply_to_user_id: id.nullish(),
  entities: entities.nullish(),
  note_post: note,
  note_tweet: note,
  referenced_posts: references,
  referenced_tweets: references,
  edit_history_post_ids: z.array(id).nullish(),
  edit_history_tweet_ids: z.array(id).nullish(),
  attachments: z.object({ media_keys: z.array(z.string()).nullish() }).nullish(),
})
export type Post = z.infer<typeof post>

const user = z
  .object({ id, username: z.string(), name: z.string() })
  .transform(({ username, ...rest }): NetworkAuthor => ({ ...rest, handle: username }))

/** Posts sent along are only context: what they lack is left out, never a reason to refuse the answer. */
const parent = z.object({
  id,
  text: z.string(),
  author_id: id.nullish(),
  entities: entities.nullish(),
  note_post: note,
  note_tweet: note,
})
type Parent = z.infer<typeof parent>

const media = z.object({
  media_key: z.string(),
  type: z.string().optional(),
  url: z.string().optional(),
  preview_image_url: z.string().optional(),
  alt_text: z.string().optional(),
})

const included = z
  .object({ users: list(user), posts: list(parent), tweets: list(parent), media: list(media) })
  .nullish()
  .transform((includes) => ({
    media: new Map((includes?.media ?? []).map((one) => [one.media_key, one])),
    users: new Map((includes?.users ?? []).map((author) => [author.id, author])),
    posts: new Map([...(includes?.posts ?? []), ...(includes?.tweets ?? [])].map((post) => [post.id, post])),
  }))

const page = z.object({
  data: z.array(z.unknown()).default([]),
  includes: included,
  // Required: without it nobody knows whether there is another page.
  meta: z.object({ next_token: z.string().optional() }),
})
export type Includes = z.infer<typeof included>

/** One page of a timeline, or null when it is none. A malformed post does not spoil its neighbours. */
export function readPage(body: unknown) {
  const read = page.safeParse(body)
  if (!read.success) return null
  const { data, includes, meta } = read.data
  const posts = data.flatMap((item) => post.safeParse(item).data ?? [])
  return { posts, includes, malformed: data.length - posts.length, nextToken: meta.next_token ?? null }
}

/** Kinds of errors by which X says that there is nothing to be seen: deleted, protected, suspended, withheld. */
const GONE = /\/(?:resource-not-found|not-authorized-for-resource|resource-unavailable)$/

const looked = z.object({
  data: z.array(z.unknown()).default([]),
  includes: included,
  errors: z
    .array(z.unknown())
    .default([])
    .transform((errors) =>
      errors.flatMap((error) => {
        const { data } = problemOf.safeParse(error)
        return data && GONE.test(data.type) ? { ...data, value: data.value ?? data.resource_id ?? '' } : []
      }),
    ),
})
const problemOf = z.object({
  type: z.string(),
  parameter: z.string().optional(),
  value: z.string().optional(),
  resource_id: z.string().optional(),
  resource_type: z.string().optional(),
})

/**
 * The answer to a look-up of several posts, or null when it is none. X says with success what is not there; about
 * what a post refers to it says so too, which is no word about the post itself.
 */
export function readLookUp(body: unknown, asked: ReadonlyArray<string>) {
  const read = looked.safeParse(body)
  if (!read.success || (read.data.data.length === 0 && read.data.errors.length === 0)) return null
  const { data, includes, errors } = read.data
  const missing = new Set(errors.filter((error) => error.resource_type !== 'user').map(({ value }) => value))
  // The posts of a suspended author are still answered with, but their author is not.
  const suspended = new Set(
    errors.filter((error) => error.parameter === 'author_id').map(({ value }) => value),
  )
  const posts = data.flatMap((item) => post.safeParse(item).data ?? [])
  const alive = posts.filter((one) => !suspended.has(one.author_id))
  const there = new Set(posts.map(({ id }) => id))
  const gone = [
    ...asked.filter((id) => missing.has(id) && !there.has(id)),
    ...posts.filter((one) => suspended.has(one.author_id)).map(({ id }) => id),
  ]
  return { posts: alive, includes, gone }
}

/** The ids of a post's versions, oldest first. */
export function versionsOf(post: Post): Array<string> {
  return post.edit_history_post_ids ?? post.edit_history_tweet_ids ?? [post.id]
}

const activity = z.object({
  data: z.object({
    event_type: z.string(),
    filter: z.object({ user_id: id.optional() }).optional(),
    payload: z.unknown(),
    includes: included,
  }),
})
const deletion = z.object({ id, author_id: id })

/** Something that happened, as X tells it by itself. A post that is none is null. Null: X did not write that. */
export function readActivity(body: unknown) {
  const read = activity.safeParse(body)
  if (!read.success) return null
  const { event_type: type, filter, payload, includes } = read.data.data
  return {
    type,
    accountId: filter?.user_id ?? null,
    includes,
    post: post.safeParse(payload).data ?? null,
    deleted: deletion.safeParse(payload).data ?? null,
  }
}

export const created = z.object({ data: z.object({ id }) })
export const identified = z.object({ data: user })

/** Lets through the members that fit, and drops the rest. */
function list<T>(member: z.ZodType<T>) {
  return z
    .array(z.unknown())
    .optional()
    .transform((items) =>
      (items ?? []).map((item) => member.safeParse(item)).flatMap(({ data }) => (data ? [data] : [])),
    )
}

/** Text as a person sees it: X escapes three characters, and puts its own short links in place of addresses. */
export function shownText({ text, entities, note_post, note_tweet }: Parent): string {
  const whole = note_post ?? note_tweet ?? { text, entities }
  let shown = whole.text
  for (const { url, expanded_url: address } of whole.entities?.urls ?? [])
    if (url && address && /^https?:/.test(address)) shown = shown.replaceAll(url, () => address)
  return unescape(shown)
}

// In one pass, so that a typed `&amp;lt;` does not turn into a less-than sign.
function unescape(text: string): string {
  return text.replace(
    /&(amp|lt|gt);/g,
    (_, name: 'amp' | 'lt' | 'gt') => ({ amp: '&', lt: '<', gt: '>' })[name],
  )
}

/** The post that this one replies to, quotes or repeats. */
export function referred(post: Post, type: 'replied_to' | 'quoted' | 'retweeted'): string | null {
  return (post.referenced_posts ?? post.referenced_tweets)?.find((one) => one.type === type)?.id ?? null
}

/** Where people read X. A stand-in is read where it is spoken to. */
export const WEB = 'https://x.com'

export function postUrl(web: string, handle: string, id: string): string {
  return `${web}/${handle}/status/${id}`
}

/** The account that asks, and where its network is read. */
export type Us = { externalId: string; handle: string; web: string }

/** @param us the account that reads: what summons it depends on who it is */
export function inbound(post: Post, includes: Includes, us: Us): InboundPost {
  // A suspended author is not sent along, but the post still is.
  const author = includes.users.get(post.author_id) ?? {
    id: post.author_id,
    handle: post.author_id,
    name: 'X user',
  }
  const inReplyTo = referred(post, 'replied_to')
  const quoted = referred(post, 'quoted')
  const { mentions, hashtags } = named((post.note_post ?? post.note_tweet)?.entities ?? post.entities)
  // By id first: handles can be changed.
  const mentioned = mentions.some((one) => one.id === us.externalId || one.handle === us.handle.toLowerCase())
  const quotesUs = quoted !== null && includes.posts.get(quoted)?.author_id === us.externalId
  const context = includes.posts.get(inReplyTo ?? quoted ?? '')

  return {
    externalId: post.id,
    firstId: versionsOf(post)[0] ?? post.id,
    author,
    text: shownText(post),
    url: postUrl(us.web, author.handle, post.id),
    postedAt: post.created_at,
    conversationId: post.conversation_id,
    inReplyTo,
    quotes: quoted,
    mentions: [...new Set(mentions.map((one) => one.handle))],
    hashtags,
    summons: mentioned ? 'mentioned' : quotesUs ? 'quoted' : null,
    repost: referred(post, 'retweeted') !== null,
    parent: context ? parentOf(context, inReplyTo ? post.in_reply_to_user_id : null, includes, us) : null,
    images: imagesOf(post, includes),
  }
}

/** A video or a moving picture is seen by its still. */
function imagesOf({ attachments }: Post, includes: Includes): Array<PostImage> {
  return (attachments?.media_keys ?? []).flatMap((key) => {
    const { type, url, preview_image_url: still, alt_text: alt = null } = includes.media.get(key) ?? {}
    const address = url ?? still
    if (!address || !/^https?:\/\//.test(address) || !URL.canParse(address)) return []
    return { url: address, alt: alt || null, ...(type !== 'photo' && { moving: true }) }
  })
}

function parentOf(post: Parent, repliedToUser: string | null | undefined, includes: Includes, us: Us) {
  const author = includes.users.get(post.author_id ?? repliedToUser ?? '') ?? null
  return { author, text: shownText(post), url: postUrl(us.web, author?.handle ?? 'i', post.id) }
}

/** The handles and hashtags of a post, in the order of the text. */
function named(entities: Entities | null | undefined) {
  const inOrder = <T extends { start: number }>(items: Array<T> | null | undefined) =>
    (items ?? []).toSorted((a, b) => a.start - b.start)
  return {
    mentions: inOrder(entities?.mentions).flatMap(({ username, id }) =>
      username ? [{ handle: username.toLowerCase(), id }] : [],
    ),
    hashtags: [...new Set(inOrder(entities?.hashtags).map(({ tag }) => tag.toLowerCase()))],
  }
}
