import { and, eq } from 'drizzle-orm'
import { posts } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { holdOne } from '../tickets/hold.server.ts'
import type { IncomingPost } from './concern.ts'

/**
 * The post as we have it, if we do, and whether what came is a newer version of it. Its ticket is held before
 * the post is, the order in which a merge takes them.
 */
export async function alreadySeenPost(
  campus: InTransaction,
  post: Pick<IncomingPost, 'channel' | 'firstId' | 'externalId'>,
): Promise<{ post: typeof posts.$inferSelect; newer: boolean } | null> {
  const same = and(eq(posts.channel, post.channel), eq(posts.firstId, post.firstId))
  const [found] = await campus.db.select({ ticketNumber: posts.ticketNumber }).from(posts).where(same)
  if (!found) return null
  if (found.ticketNumber !== null) await holdOne(campus, found.ticketNumber)
  const [known] = await campus.db.select().from(posts).where(same).for('update')
  if (!known) return null
  return { post: known, newer: isNewer(post.externalId, known.externalId) }
}

/** Networks count their ids upwards: the longer, or else the greater, is the newer. */
function isNewer(candidate: string, known: string): boolean {
  return candidate.length === known.length ? candidate > known : candidate.length > known.length
}
