import { and, eq } from 'drizzle-orm'
import { posts } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import type { IncomingPost } from './concern.ts'

/** The post as we have it, if we do, and whether what came is a newer version of it. */
export async function alreadySeenPost(
  campus: InTransaction,
  post: Pick<IncomingPost, 'channel' | 'firstId' | 'externalId'>,
): Promise<{ post: typeof posts.$inferSelect; newer: boolean } | null> {
  const [known] = await campus.db
    .select()
    .from(posts)
    .where(and(eq(posts.channel, post.channel), eq(posts.firstId, post.firstId)))
    .for('update')
  if (!known) return null
  return { post: known, newer: isNewer(post.externalId, known.externalId) }
}

/** Networks count their ids upwards: the longer, or else the greater, is the newer. */
function isNewer(candidate: string, known: string): boolean {
  return candidate.length === known.length ? candidate > known : candidate.length > known.length
}
