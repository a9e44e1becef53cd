import type { Cursor, InboundPost, LookUpResult, ReadResult, Trouble } from '#app/channels/channel.ts'
import type { Answer, Query, XClient } from './client.server.ts'
import { commonTrouble, reasonGiven } from './errors.ts'
import { inbound, readLookUp, readPage, versionsOf, type Includes, type Post, type Us } from './shape.ts'

/** In the documented vocabulary, in which author and references are expansions. See `shape.ts`. */
const FIELDS = {
  'post.fields': 'attachments,conversation_id,created_at,entities,note_post',
  'media.fields': 'alt_text,preview_image_url,type,url',
  expansions: 'attachments.media_keys,author_id,edit_history_post_ids,in_reply_to_user_id,referenced_posts',
}
const WANTED = { ...FIELDS, max_results: 100 }

/** How many posts X looks up at once. */
const LOOKED_UP_AT_ONCE = 100

/** The longest question that X's search takes from everybody. */
const LONGEST_QUERY = 512

/** X has been seen to hand out tokens for ever, for the same posts. */
const BARREN_PAGES = 3

type Reading = { posts: Array<{ post: Post; includes: Includes }>; trouble: Trouble | null }

/**
 * Posts that mention the account, oldest first. The first reading takes one page only: it shows what is going on
 * now, and does not raise tickets from years of old mentions.
 */
export async function readMentions(
  client: XClient,
  account: Us,
  since: Cursor,
  now: Date,
): Promise<ReadResult> {
  return readSince(client, account, since, now, {
    path: 'users/:id/mentions',
    params: { id: account.externalId },
  })
}

/**
 * Posts with one of our hashtags, and posts that quote one of ours: X's timeline of mentions holds neither. A quote
 * carries the address of what it quotes, by which the search finds them all at once.
 */
export async function searchPosts(
  client: XClient,
  account: Us,
  hashtags: Array<string>,
  since: Cursor,
  now: Date,
): Promise<ReadResult> {
  const found: Array<ReadResult> = []
  for (const query of searchQueries(account.handle, hashtags))
    found.push(
      await readSince(client, account, since, now, { path: 'tweets/search/recent', query: { query } }),
    )
  const tagged = new Set(hashtags)
  const posts = new Map(
    found
      .flatMap((one) => one.posts)
      // Somebody else may be quoted beside a link to a post of ours.
      .filter((post) => post.summons !== null || !post.quotes || post.hashtags.some((tag) => tagged.has(tag)))
      .map((post) => [post.externalId, post]),
  )
  const inOrder = [...posts.values()].toSorted((a, b) => compareIds(a.externalId, b.externalId))
  const trouble = found.find((one) => one.trouble)?.trouble ?? null
  const all = found.flatMap((one) => one.next ?? [])
  if (trouble) return { posts: inOrder, next: since, trouble }
  const next = all.toSorted(compareIds).at(-1) ?? since
  return { posts: inOrder, next, after: placeIn(inOrder, since), trouble }
}

/** As few questions as X takes. Our own posts and reposts are left out there, as they would be here. */
export function searchQueries(handle: string, hashtags: Array<string>): Array<string> {
  const terms = [
    `(is:quote url:"${handle}/status")`,
    ...hashtags.filter((tag) => /^[\p{L}\p{M}\p{N}_]+$/u.test(tag)).map((tag) => `#${tag}`),
  ]
  const asked = (some: Array<string>) => `(${some.join(' OR ')}) -is:retweet -from:${handle}`
  const batches: Array<Array<string>> = [[]]
  for (const term of terms) {
    if (asked([...batches.at(-1)!, term]).length > LONGEST_QUERY) batches.push([])
    batches.at(-1)!.push(term)
  }
  return batches.map(asked)
}

async function readSince(
  client: XClient,
  account: Us,
  since: Cursor,
  now: Date,
  where: Where,
): Promise<ReadResult> {
  const sinceId = since !== null && /^\d{1,19}$/.test(since) ? since : null
  const { posts, trouble } = await readTimeline(client, where, {
    sinceId,
    pages: sinceId === null ? 1 : Infinity,
    now,
  })
  const inOrder = posts
    .map(({ post, includes }) => inbound(post, includes, account))
    .toSorted((a, b) => compareIds(a.externalId, b.externalId))
  if (trouble) return { posts: inOrder, next: since, trouble }
  return { posts: inOrder, next: highest(inOrder, sinceId), after: placeIn(inOrder, since), trouble }
}

/** Where posts are read from, and what else is asked there. */
type Where = {
  path: 'users/:id/mentions' | 'users/:id/tweets' | 'tweets/search/recent'
  params?: Record<string, string>
  query?: Query
}

/** Reads a timeline back to `sinceId`, page after page, until X has no more or something goes wrong. */
export async function readTimeline(
  client: XClient,
  { path, params, query }: Where,
  { sinceId, pages, now }: { sinceId: string | null; pages: number; now: Date },
): Promise<Reading> {
  const found = new Map<string, Reading['posts'][number]>()
  let malformed = 0
  let barren = 0
  let from = sinceId
  let token: string | undefined
  const broken = (trouble: Trouble): Reading => ({ posts: [...found.values()], trouble })

  for (let count = 0; count < pages; count++) {
    const asked = { ...WANTED, ...query, since_id: from ?? undefined, pagination_token: token }
    const answer = await client.get(path, asked, params)
    if (answer.kind === 'silent') return broken({ kind: 'later', reason: answer.reason, at: null })
    if (from !== null && isTooOld(answer)) {
      // X does not reach back that far any more: what it still has is read until what we know begins.
      from = null
      count--
      continue
    }
    const trouble = commonTrouble(answer, now)
    if (trouble) return broken({ at: null, ...trouble })
    const page = answer.status === 200 ? readPage(answer.body) : null
    if (!page) {
      const reason = reasonGiven(answer.body) ?? `X gave an answer that we could not read (${answer.status}).`
      return broken({ kind: 'later', reason, at: null })
    }

    const before = found.size
    for (const post of page.posts)
      if (sinceId === null || compareIds(post.id, sinceId) > 0)
        found.set(post.id, { post, includes: page.includes })
    malformed += page.malformed
    const known = sinceId !== null && page.posts.some(({ id }) => compareIds(id, sinceId) <= 0)
    barren = found.size === before ? barren + 1 : 0
    if (known || page.nextToken === null || barren === BARREN_PAGES) break
    token = page.nextToken
  }
  return {
    posts: [...found.values()],
    trouble: malformed
      ? { kind: 'later', reason: `X sent ${malformed} post(s) that we could not read.`, at: null }
      : null,
  }
}

/** The search reaches back seven days, and refuses to begin where it ended before that. */
function isTooOld(answer: Extract<Answer, { kind: 'answered' }>): boolean {
  return (
    answer.status === 400 && /since_id.*(?:created after|too old)/s.test(JSON.stringify(answer.body ?? ''))
  )
}

/**
 * How posts stand on X now, the newest version of each. Where X stops in between, what it said before counts only
 * when all has been said: a post we did not hear of is asked for again.
 */
export async function lookUp(
  client: XClient,
  account: Us,
  externalIds: Array<string>,
  now: Date,
): Promise<LookUpResult> {
  const posts: Array<InboundPost> = []
  const gone: Array<string> = []
  let left = [...new Set(externalIds.filter((id) => /^\d{1,19}$/.test(id)))]
  const all = new Set(left)
  while (left.length > 0) {
    const asked = left.slice(0, LOOKED_UP_AT_ONCE)
    left = left.slice(LOOKED_UP_AT_ONCE)
    const answer = await client.get('tweets', { ...FIELDS, ids: asked.join(',') })
    if (answer.kind === 'silent') return { kind: 'later', reason: answer.reason, at: null }
    const trouble = commonTrouble(answer, now)
    if (trouble) return trouble
    const found = answer.status === 200 ? readLookUp(answer.body, asked) : null
    if (!found) {
      const reason = reasonGiven(answer.body) ?? `X gave an answer that we could not read (${answer.status}).`
      return { kind: 'later', reason, at: null }
    }
    gone.push(...found.gone)
    for (const post of found.posts) {
      const newest = versionsOf(post).at(-1)!
      // X answers with the version asked for, and tells the ids of all: the newest is what people see.
      if (newest === post.id || all.has(newest)) posts.push(inbound(post, found.includes, account))
      else {
        all.add(newest)
        left.push(newest)
      }
    }
  }
  return { kind: 'looked', posts, gone }
}

// Ids are longer than a number can hold, and may differ in length.
function compareIds(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

/** What comes after a post has a higher id; a reading that was cut short lacks some before it. */
const placeIn =
  (inOrder: Array<InboundPost>, since: Cursor) =>
  (kept: number): Cursor =>
    inOrder[kept - 1]?.externalId ?? since

function highest(inOrder: Array<InboundPost>, sinceId: string | null): Cursor {
  const newest = inOrder.at(-1)?.externalId ?? null
  return newest !== null && (sinceId === null || compareIds(newest, sinceId) > 0) ? newest : sinceId
}
