import { and, eq, isNotNull, or, sql, type SQL } from 'drizzle-orm'
import { posts } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { InTransaction } from '../campus.ts'
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

/** Makes the title of tickets anew that may have taken it from this post, without it while it is hidden. */
export async function retellQuotations(campus: InTransaction, postId: bigint): Promise<void> {
  const [post] = await campus.db.select().from(posts).where(eq(posts.id, postId))
  if (!post || post.goneAt !== null) return
  const [row] = await run<{ hidden: boolean }>(
    campus.db,
    sql`select exists (select from hidings join entries on entries.id = hidings.entry_id
          where entries.post_id = ${String(postId)}::bigint and hidings.restored_at is null) as hidden`,
  )
  for (const other of await campus.db.select().from(posts).where(carries(post)))
    await tellAnew(campus, row!.hidden ? { ...other, parent: null } : other)
}

/** A ticket's title may have been made of what its post answers. */
export async function tellAnew(campus: InTransaction, post: Post): Promise<void> {
  if (post.kind !== 'concern' || post.goneAt !== null) return
  const author = { handle: post.authorHandle, name: post.authorName }
  await retell(campus, post, { title: titleOf({ ...post, author }), body: post.text })
}
