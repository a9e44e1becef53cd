import { and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { accounts, posts, tickets } from '#db/schema/index.ts'
import { storable } from '#db/storable.ts'
import type { InTransaction } from '../campus.ts'
import { holdOne } from '../tickets/hold.server.ts'
import { slugOf } from '../tickets/slug.ts'
import { append } from '../timeline/append.server.ts'
import { alreadySeenPost } from './seen.server.ts'
import type { IncomingPost } from './concern.ts'
import { openTicket } from './raise.server.ts'
import { LONGEST_TITLE, shorten, titleFrom } from './title.ts'

export type Received = 'ticket' | 'comment' | 'edited' | 'seen' | 'ignored'

/**
 * Takes in one post, once: a mention that starts a conversation becomes a ticket, a reply in a conversation we
 * know a comment on its ticket, an edit the same ticket in new words. Our own posts and reposts are nothing.
 * Run it in the transaction that moves the cursor.
 * @param accountId the account of ours whose timeline showed it
 */
export async function receivePost(
  campus: InTransaction,
  accountId: number,
  incoming: IncomingPost,
): Promise<Received> {
  const post = kept(incoming)
  if (post.repost || (await isOurs(campus, post))) return 'ignored'
  const seen = await alreadySeenPost(campus, post)
  if (seen) return seen.newer ? takeEdit(campus, seen.post, post) : 'seen'

  const conversation = post.inReplyTo === null ? null : await ticketOfConversation(campus, post)
  const [row] = await campus.db
    .insert(posts)
    .values({
      channel: post.channel,
      firstId: post.firstId,
      externalId: post.externalId,
      kind: conversation === null ? 'concern' : 'comment',
      accountId,
      ticketNumber: conversation,
      authorId: post.author.id,
      authorHandle: post.author.handle,
      authorName: post.author.name,
      text: post.text,
      url: post.url,
      postedAt: post.postedAt,
      editedAt: post.externalId === post.firstId ? null : campus.clock.now(),
      conversationId: post.conversationId,
      inReplyTo: post.inReplyTo,
      summons: post.summons,
      parent: post.parent,
      images: post.images,
    })
    .onConflictDoNothing()
    .returning({ id: posts.id })
  // Another process took it in between, through another account it names.
  if (!row) return 'seen'

  if (conversation !== null) {
    await append(campus, { ticketNumber: conversation, kind: 'comment', postId: row.id })
    await campus.db
      .update(tickets)
      .set({ comments: sql`${tickets.comments} + 1` })
      .where(eq(tickets.number, conversation))
    return 'comment'
  }
  const ticket = await openTicket(
    campus,
    {
      source: post.channel,
      title: titleOf(post),
      text: post.text,
      personId: null,
      departmentId: null,
      addressed: await addressedDepartments(campus, post, accountId),
      hashtags: post.hashtags,
      submissionKey: null,
    },
    row.id,
  )
  await campus.db.update(posts).set({ ticketNumber: ticket!.number }).where(eq(posts.id, row.id))
  return 'ticket'
}

/** One post the database refuses would stop the reading of its account for ever. */
function kept(post: IncomingPost): IncomingPost {
  const orNull = (text: string | null) => text && storable(text)
  return {
    ...post,
    text: storable(post.text),
    url: storable(post.url),
    author: {
      id: storable(post.author.id),
      handle: storable(post.author.handle),
      name: storable(post.author.name),
    },
    mentions: post.mentions.map(storable),
    hashtags: post.hashtags.map(storable),
    parent: post.parent && {
      authorName: orNull(post.parent.authorName),
      authorHandle: orNull(post.parent.authorHandle),
      text: storable(post.parent.text),
      url: storable(post.parent.url),
    },
    images: post.images.map(({ url, alt }) => ({ url: storable(url), alt: orNull(alt) })),
  }
}

function titleOf(post: IncomingPost): string {
  const title = titleFrom(post.text) ?? (post.parent && titleFrom(post.parent.text))
  return title ?? shorten(post.author.handle ? `@${post.author.handle}` : post.author.name, LONGEST_TITLE)
}

async function isOurs(campus: InTransaction, post: IncomingPost): Promise<boolean> {
  const ours = await campus.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.channel, post.channel), eq(accounts.externalId, post.author.id)))
  return ours.length > 0
}

/** The ticket its conversation leads to, held: a merge under way is waited for and followed. */
async function ticketOfConversation(campus: InTransaction, post: IncomingPost): Promise<number | null> {
  const [known] = await campus.db
    .select({ number: posts.ticketNumber })
    .from(posts)
    .where(
      and(
        eq(posts.channel, post.channel),
        eq(posts.conversationId, post.conversationId),
        isNotNull(posts.ticketNumber),
      ),
    )
    .orderBy(asc(posts.id))
    .limit(1)
  return known?.number ? holdSurvivor(campus, known.number) : null
}

async function holdSurvivor(campus: InTransaction, number: number): Promise<number> {
  const { mergedInto } = await holdOne(campus, number)
  return mergedInto === null ? number : holdSurvivor(campus, mergedInto)
}

/** The departments whose accounts it names, in that order; else the one in whose timeline it stood. */
async function addressedDepartments(
  campus: InTransaction,
  post: IncomingPost,
  accountId: number,
): Promise<Array<number>> {
  const named = await campus.db
    .select({ id: accounts.id, handle: accounts.handle, departmentId: accounts.departmentId })
    .from(accounts)
    .where(and(eq(accounts.channel, post.channel), inArray(accounts.handle, [...post.mentions, ''])))
  const inOrder = post.mentions.flatMap((handle) => named.filter((account) => account.handle === handle))
  const spoken =
    inOrder.length > 0 ? inOrder : await campus.db.select().from(accounts).where(eq(accounts.id, accountId))
  return spoken.flatMap((account) => (account.departmentId === null ? [] : [account.departmentId]))
}

async function takeEdit(
  campus: InTransaction,
  known: typeof posts.$inferSelect,
  post: IncomingPost,
): Promise<Received> {
  await campus.db
    .update(posts)
    .set({ externalId: post.externalId, text: post.text, url: post.url, editedAt: campus.clock.now() })
    .where(eq(posts.id, known.id))
  if (known.ticketNumber === null) return 'edited'
  await append(campus, { ticketNumber: known.ticketNumber, kind: 'edit', postId: known.id })
  if (known.kind === 'concern') {
    const title = titleOf(post)
    // Only the ticket it raised: after a merge the survivor keeps its own words.
    await campus.db
      .update(tickets)
      .set({ title, slug: slugOf(title), body: post.text })
      .where(
        and(
          eq(tickets.number, known.ticketNumber),
          eq(tickets.source, post.channel),
          sql`exists (select from entries where entries.post_id = ${known.id} and entries.kind = 'raised' and entries.ticket_number = ${tickets.number})`,
        ),
      )
  }
  return 'edited'
}
