import { and, eq, inArray, or } from 'drizzle-orm'
import { entries, posts } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { hold } from '../tickets/hold.server.ts'
import type { IncomingPost } from './concern.ts'

type Post = typeof posts.$inferSelect

/**
 * The post as we have it, if we do, and whether what came is a newer version of it. Its tickets are held before
 * the post is, the order in which a merge takes them.
 */
export async function alreadySeenPost(
  campus: InTransaction,
  post: Pick<IncomingPost, 'channel' | 'firstId' | 'externalId'>,
): Promise<{ post: Post; newer: boolean } | null> {
  const known = await holdPost(campus, post)
  return known && { post: known, newer: isNewer(post.externalId, known.externalId) }
}

/** A post by any id of it that we know, held with the ticket it stands on and the one it raised. */
export async function holdPost(
  campus: InTransaction,
  { channel, firstId, externalId }: Pick<IncomingPost, 'channel' | 'firstId' | 'externalId'>,
): Promise<Post | null> {
  const ids = [firstId, externalId]
  const same = and(
    eq(posts.channel, channel),
    or(inArray(posts.firstId, ids), inArray(posts.externalId, ids)),
  )
  const [found] = await campus.db
    .select({ id: posts.id, ticketNumber: posts.ticketNumber })
    .from(posts)
    .where(same)
  if (!found) return null
  const [raised] = await campus.db
    .select({ number: entries.ticketNumber })
    .from(entries)
    .where(and(eq(entries.postId, found.id), eq(entries.kind, 'raised')))
  const numbers = new Set([found.ticketNumber, raised?.number].filter((number) => number != null))
  if (numbers.size > 0) await hold(campus, [...numbers])
  const [known] = await campus.db.select().from(posts).where(eq(posts.id, found.id)).for('update')
  return known ?? null
}

/** Networks count their ids upwards: the longer, or else the greater, is the newer. */
function isNewer(candidate: string, known: string): boolean {
  return candidate.length === known.length ? candidate > known : candidate.length > known.length
}
