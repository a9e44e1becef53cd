import { and, eq, inArray, sql } from 'drizzle-orm'
import { textIn } from '#app/catalogue/text.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { accounts, deliveries, posts } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { dropHoldOfPost } from '../screening/hold.server.ts'
import { isBacked, withdraw } from '../tickets/backing.server.ts'
import { holdOne } from '../tickets/hold.server.ts'
import { append } from '../timeline/append.server.ts'
import { carries, tellAnew } from './quotations.server.ts'
import { retell } from './retell.server.ts'
import { holdPost } from './seen.server.ts'

type Post = typeof posts.$inferSelect

export type Forgotten = 'forgotten' | 'withdrawn' | 'already' | 'unknown' | 'missed'

/**
 * Follows the network that no longer shows a post: its words, its author and its pictures are erased here too, and
 * the ticket it raised leaves the board unless others stand behind it. What is kept of the post is its id, so that
 * it is never taken in again.
 * @param authorId where the network told it: only this author's post is meant
 */
export async function forgetPost(
  campus: InTransaction,
  gone: { channel: ChannelId; externalId: string; authorId?: string },
): Promise<Forgotten> {
  const post = await holdPost(campus, { ...gone, firstId: gone.externalId })
  if (!post || (gone.authorId !== undefined && post.goneAt === null && post.authorId !== gone.authorId))
    return 'unknown'
  if (post.goneAt !== null) return 'already'
  await erase(campus, post)
  await dropHoldOfPost(campus, post.id)
  await forgetQuotations(campus, post)
  await settleDeliveries(campus, post)
  if (post.ticketNumber === null) return 'forgotten'
  if (post.kind === 'concern') {
    const network = textIn('en')(`source.${post.channel}`)
    await retell(campus, post, {
      title: textIn('en')('gonePost.title', { network }),
      body: textIn('en')('gonePost.body', { network }),
    })
  }
  const ticket = await holdOne(campus, post.ticketNumber)
  if (ticket.source !== 'web' && !(await isBacked(campus, ticket, { networkAuthor: post.authorId }))) {
    await withdraw(campus, ticket, post.id)
    return 'withdrawn'
  }
  if (post.kind === 'concern')
    await append(campus, { ticketNumber: ticket.number, kind: 'gone', postId: post.id })
  return 'forgotten'
}

/**
 * Notes that a look did not find a post, and forgets it when it was missed long enough.
 * @param lost what was missed by then, and still is, is gone
 */
export async function missPost(
  campus: InTransaction,
  missing: { channel: ChannelId; externalId: string },
  lost: Date,
): Promise<Forgotten> {
  const post = await holdPost(campus, { ...missing, firstId: missing.externalId })
  if (!post || post.goneAt !== null || (post.missingSince !== null && post.missingSince <= lost))
    return forgetPost(campus, missing)
  if (post.missingSince === null)
    await campus.db.update(posts).set({ missingSince: campus.clock.now() }).where(eq(posts.id, post.id))
  return 'missed'
}

/**
 * Remembers that a post is gone that we have not seen yet, for when the news of it come in the wrong order.
 * Our own posts are none of these.
 */
export async function forgetUnseen(
  campus: InTransaction,
  gone: { channel: ChannelId; externalId: string; authorId: string },
): Promise<void> {
  const [ours] = await campus.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.channel, gone.channel), eq(accounts.externalId, gone.authorId)))
  if (ours) return
  const now = campus.clock.now()
  await campus.db
    .insert(posts)
    .values({
      channel: gone.channel,
      firstId: gone.externalId,
      externalId: gone.externalId,
      kind: 'comment',
      conversationId: gone.externalId,
      postedAt: now,
      goneAt: now,
      ...ERASED,
    })
    .onConflictDoNothing()
}

const ERASED = { authorId: '', authorHandle: '', authorName: '', text: '', url: '', images: [], parent: null }

async function erase(campus: InTransaction, post: Post): Promise<void> {
  await campus.db
    .update(posts)
    // Without an account nobody answers it any more.
    .set({ ...ERASED, accountId: null, summons: null, goneAt: campus.clock.now() })
    .where(eq(posts.id, post.id))
}

/** Posts that answer or quote it carry its words along. */
async function forgetQuotations(campus: InTransaction, post: Post): Promise<void> {
  const quoting = await campus.db.update(posts).set({ parent: null }).where(carries(post)).returning()
  for (const other of quoting) await tellAnew(campus, other)
}

/** The network no longer sends along what a post answers or quotes, so we no longer show it either. */
export async function forgetParent(
  campus: InTransaction,
  child: { channel: ChannelId; firstId: string; externalId: string },
): Promise<void> {
  const post = await holdPost(campus, child)
  if (!post || post.parent === null) return
  await campus.db.update(posts).set({ parent: null }).where(eq(posts.id, post.id))
  await tellAnew(campus, { ...post, parent: null })
}

/** What was still to be said to it is said to nobody, and what was said no longer names its author. */
async function settleDeliveries(campus: InTransaction, post: Post): Promise<void> {
  const toIt = eq(deliveries.postId, post.id)
  await campus.db
    .update(deliveries)
    .set({
      state: 'skipped',
      reason: 'the post it answers is gone from the network',
      settledAt: campus.clock.now(),
      claim: null,
      leasedUntil: null,
    })
    .where(and(toIt, inArray(deliveries.state, ['queued', 'parked'])))
  const name = `@${post.authorHandle} `
  await campus.db
    .update(deliveries)
    .set({ text: sql`substr(${deliveries.text}, ${name.length + 1})` })
    .where(and(toIt, sql`starts_with(${deliveries.text}, ${name})`))
}
