import { and, eq, isNotNull, or, sql, type SQL } from 'drizzle-orm'
import { posts } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { hiddenAmong } from '../tickets/hidden.server.ts'
import { retell, titleOf } from './retell.server.ts'

type Post = typeof posts.$inferSelect

/** Whether a post carries the words of this one along, because it answers or quotes it. */
export function carries(post: Pick<Post, 'channel' | 'url' | 'firstId' | 'externalId'>): SQL | undefined {
  const of = sql`${posts.parent}->>'url'`
  return and(
    eq(posts.channel, post.channel),
    isNotNull(posts.parent),
    or(
      sql`${of} = ${post.url}`,
      ...[post.firstId, post.externalId].map((id) => sql`right(${of}, ${id.length + 1}) = ${`/${id}`}`),
    ),
  )
}

/** Makes the titles anew that tickets may have taken from this post. */
export async function retellQuotations(campus: InTransaction, postId: bigint): Promise<void> {
  const [post] = await campus.db.select().from(posts).where(eq(posts.id, postId))
  if (!post || post.goneAt !== null) return
  for (const other of await campus.db.select().from(posts).where(carries(post))) await tellAnew(campus, other)
}

/** A ticket's title may have been made of what its post answers. */
export async function tellAnew(campus: InTransaction, post: Post): Promise<void> {
  if (post.kind !== 'concern' || post.goneAt !== null) return
  const author = { handle: post.authorHandle, name: post.authorName }
  await retell(campus, post, { title: await publicTitleOf(campus, { ...post, author }), body: post.text })
}

/** The title that a post makes, never of what it answers while that is hidden. */
export async function publicTitleOf(
  campus: InTransaction,
  said: Parameters<typeof titleOf>[0] & { parent: { url: string } | null },
): Promise<string> {
  const hidden = said.parent !== null && (await hiddenAmong(campus, [said.parent.url])).size > 0
  return titleOf(hidden ? { ...said, parent: null } : said)
}
