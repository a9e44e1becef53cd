import type { Cursor, InboundPost, ReadResult, Trouble } from '#app/channels/channel.ts'
import type { XClient } from './client.server.ts'
import { commonTrouble, reasonGiven } from './errors.ts'
import { inbound, readPage, type Includes, type Post, type Us } from './shape.ts'

/** In the documented vocabulary, in which author and references are expansions. See `shape.ts`. */
const WANTED = {
  max_results: 100,
  'post.fields': 'conversation_id,created_at,entities,note_post',
  expansions: 'author_id,edit_history_post_ids,in_reply_to_user_id,referenced_posts',
}

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
  const sinceId = since !== null && /^\d{1,19}$/.test(since) ? since : null
  const { posts, trouble } = await readTimeline(client, 'users/:id/mentions', account.externalId, {
    sinceId,
    pages: sinceId === null ? 1 : Infinity,
    now,
  })
  const inOrder = posts
    .map(({ post, includes }) => inbound(post, includes, account))
    .toSorted((a, b) => compareIds(a.externalId, b.externalId))
  return { posts: inOrder, next: trouble ? since : highest(inOrder, sinceId), trouble }
}

/** Reads a timeline back to `sinceId`, page after page, until X has no more or something goes wrong. */
export async function readTimeline(
  client: XClient,
  path: 'users/:id/mentions' | 'users/:id/tweets',
  id: string,
  { sinceId, pages, now }: { sinceId: string | null; pages: number; now: Date },
): Promise<Reading> {
  const found = new Map<string, Reading['posts'][number]>()
  let malformed = 0
  let barren = 0
  let token: string | undefined
  const broken = (trouble: Trouble): Reading => ({ posts: [...found.values()], trouble })

  for (let count = 0; count < pages; count++) {
    const answer = await client.get(
      path,
      { ...WANTED, since_id: sinceId ?? undefined, pagination_token: token },
      { id },
    )
    if (answer.kind === 'silent') return broken({ kind: 'later', reason: answer.reason, at: null })
    const trouble = commonTrouble(answer, now)
    if (trouble) return broken({ at: null, ...trouble })
    const page = answer.status === 200 ? readPage(answer.body) : null
    if (!page) {
      const reason = reasonGiven(answer.body) ?? `X gave an answer that we could not read (${answer.status}).`
      return broken({ kind: 'later', reason, at: null })
    }

    const before = found.size
    for (const post of page.posts) found.set(post.id, { post, includes: page.includes })
    malformed += page.malformed
    barren = found.size === before ? barren + 1 : 0
    if (page.nextToken === null || barren === BARREN_PAGES) break
    token = page.nextToken
  }
  return {
    posts: [...found.values()],
    trouble: malformed
      ? { kind: 'later', reason: `X sent ${malformed} post(s) that we could not read.`, at: null }
      : null,
  }
}

// Ids are longer than a number can hold, and may differ in length.
function compareIds(a: string, b: string): number {
  const [left, right] = [BigInt(a), BigInt(b)]
  return left < right ? -1 : left > right ? 1 : 0
}

function highest(inOrder: Array<InboundPost>, sinceId: string | null): Cursor {
  const newest = inOrder.at(-1)?.externalId ?? null
  return newest !== null && (sinceId === null || compareIds(newest, sinceId) > 0) ? newest : sinceId
}
