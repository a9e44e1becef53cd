import { and, asc, eq, inArray, isNotNull, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import { accounts, stops, announcements, deliveries, posts, tickets } from '#db/schema/index.ts'
import { storable } from '#db/storable.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { InTransaction } from '../campus.ts'
import { echoOf } from '../screening/echo.server.ts'
import { hold, holdOfPost, openHeld, replaceHeld, settle, type Held } from '../screening/hold.server.ts'
import { readRules } from '../screening/rules.server.ts'
import { holdFor } from '../screening/screen.ts'
import { holdOne } from '../tickets/hold.server.ts'
import { isStop } from './stop.ts'
import { append } from '../timeline/append.server.ts'
import { alreadySeenPost } from './seen.server.ts'
import type { IncomingPost } from './concern.ts'
import { openTicket } from './raise.server.ts'
import { publicTitleOf } from './quotations.server.ts'
import { retell } from './retell.server.ts'

type Post = typeof posts.$inferSelect

export type Received = 'ticket' | 'comment' | 'edited' | 'held' | 'seen' | 'ignored'

/**
 * Takes in one post, once: what starts a conversation becomes a ticket, what answers or quotes in one we know a
 * comment on its ticket, an edit the same ticket in new words. What screening finds something in waits for a person
 * instead: of it only the ids are kept here, and the rest sealed. Our own posts and reposts are nothing, and neither is
 * what its network has taken back. Run it in the transaction that moves the cursor.
 * @param accountId the account of ours that was shown it
 */
export async function receivePost(
  campus: InTransaction,
  accountId: number,
  incoming: IncomingPost,
): Promise<Received> {
  const post = kept(incoming)
  if (post.repost || (await isOurs(campus, post))) return 'ignored'
  const stop = isStop(post.text) && (await speaksToUs(campus, post))
  if (stop) await noteStop(campus, post)
  const seen = await alreadySeenPost(campus, post)
  if (seen) {
    if (seen.post.goneAt !== null) return 'seen'
    const known = await seeAgain(campus, seen.post, accountId, post)
    return seen.newer ? screenEdit(campus, known, post) : 'seen'
  }

  const conversation = await ticketOfConversation(campus, post)
  // It is no concern; where there is a ticket to say it on, it is a comment.
  if (stop && conversation === null) return 'ignored'
  const why = (await screenPost(campus, post)) ?? (await repeated(campus, post, conversation))
  const [row] = await campus.db
    .insert(posts)
    .values({
      channel: post.channel,
      firstId: post.firstId,
      accountId,
      summons: post.summons,
      checkedAt: campus.clock.now(),
      ...(why ? idsOf(post) : shownOf(campus, post)),
    })
    .onConflictDoNothing()
    .returning({ id: posts.id })
  // Another process took it in between, through another account it names.
  if (!row) return 'seen'
  if (why) {
    await holdPostBack(campus, row.id, post, why)
    return 'held'
  }
  return publish(campus, row.id, accountId, post, conversation)
}

/** Makes a post public whose row has all that is shown of it: a comment where there is a ticket, else a ticket. */
async function publish(
  campus: InTransaction,
  postId: bigint,
  accountId: number | null,
  post: IncomingPost,
  conversation: number | null,
): Promise<'ticket' | 'comment'> {
  const at = eq(posts.id, postId)
  if (conversation !== null) {
    await campus.db.update(posts).set({ kind: 'comment', ticketNumber: conversation }).where(at)
    await append(campus, { ticketNumber: conversation, kind: 'comment', postId })
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
      title: await publicTitleOf(campus, post),
      text: post.text,
      personId: null,
      departmentId: null,
      addressed: await addressedDepartments(campus, post, accountId),
      hashtags: post.hashtags,
      submissionKey: null,
    },
    postId,
  )
  await campus.db.update(posts).set({ ticketNumber: ticket!.number }).where(at)
  return 'ticket'
}

/**
 * Makes public what was held of a post, as it would have been when it came: its first version or a newer one.
 * @returns the ticket it stands on
 */
export async function publishHeld(
  campus: InTransaction,
  postId: bigint,
  post: IncomingPost,
): Promise<number> {
  const [known] = await campus.db.select().from(posts).where(eq(posts.id, postId))
  if (known!.ticketNumber !== null) {
    await takeEdit(campus, known!, post)
    return known!.ticketNumber
  }
  await campus.db.update(posts).set(shownOf(campus, post)).where(eq(posts.id, postId))
  await publish(campus, postId, known!.accountId, post, await ticketOfConversation(campus, post))
  const [now] = await campus.db.select({ number: posts.ticketNumber }).from(posts).where(eq(posts.id, postId))
  return now!.number!
}

/** What of a post is kept while it is held: what it is known again by, when it is edited or deleted. */
function idsOf(post: IncomingPost) {
  return {
    externalId: post.externalId,
    kind: 'concern' as const,
    authorId: post.author.id,
    authorHandle: '',
    authorName: '',
    text: '',
    url: '',
    postedAt: post.postedAt,
    conversationId: post.conversationId,
    inReplyTo: post.inReplyTo,
  }
}

function shownOf(campus: InTransaction, post: IncomingPost) {
  return {
    ...idsOf(post),
    authorHandle: post.author.handle,
    authorName: post.author.name,
    text: post.text,
    url: post.url,
    editedAt: post.externalId === post.firstId ? null : campus.clock.now(),
    parent: post.parent,
    images: post.images,
  }
}

type Why = NonNullable<ReturnType<typeof holdFor>> & { echoOf?: string }

/** Everything that would be shown of it is looked through: what it answers stands beside it, its pictures are described. */
async function screenPost(
  campus: InTransaction,
  { text, parent, images }: IncomingPost,
): Promise<Why | null> {
  const texts = [text, parent?.text, ...images.map(({ alt }) => alt)].filter((one) => one != null)
  return holdFor(texts, await readRules(campus))
}

/** The same words, from one account or from many: a flood waits for a person. */
async function repeated(
  campus: InTransaction,
  { channel, firstId, author, text }: IncomingPost,
  conversation: number | null,
): Promise<Why | null> {
  const words = await echoOf(campus, {
    what: conversation === null ? 'post' : 'comment',
    title: null,
    text,
    author: `${channel} ${author.id}`,
    sentAs: `${channel} ${firstId}`,
  })
  return words === null ? null : { kind: 'spam', lists: [], found: [], echoOf: words }
}

/** A newer version takes the place of one that waits. */
async function holdPostBack(
  campus: InTransaction,
  postId: bigint,
  post: IncomingPost,
  why: Why,
): Promise<void> {
  const held: Held = {
    title: null,
    text: [post.text, post.parent?.text].filter(Boolean).join('\n\n'),
    source: post.channel,
    author: post.author.handle || post.author.name,
    url: post.url,
    lists: why.lists,
    found: why.found,
    taken: post,
  }
  const waiting = await holdOfPost(campus, postId)
  if (!waiting) {
    const echo = why.echoOf === undefined ? {} : { echoOf: why.echoOf }
    await hold(campus, { kind: why.kind, what: 'post', postId, held, ...echo })
  } else {
    // Once it is about somebody's safety, a person decides, whatever a later version leaves out.
    const kind = waiting.kind === 'safety' ? 'safety' : why.kind
    const lists = [...new Set([...openHeld(campus, waiting.content).lists, ...why.lists])]
    await replaceHeld(campus, waiting.id, { kind, held: { ...held, lists } })
  }
}

/** One post the database refuses would stop the reading of its account for ever. */
function kept(post: IncomingPost): IncomingPost {
  const orNull = (text: string | null) => text && storable(text)
  return {
    ...post,
    text: storable(post.text),
    url: storable(post.url),
    quotes: orNull(post.quotes ?? null),
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
    images: post.images.map(({ alt, ...image }) => ({
      ...image,
      url: storable(image.url),
      alt: orNull(alt),
    })),
  }
}

/** Whether a post mentions or quotes us, or answers a reply of ours. */
async function speaksToUs(campus: InTransaction, post: IncomingPost): Promise<boolean> {
  if (post.summons !== null) return true
  if (post.inReplyTo === null) return false
  const ours = await campus.db
    .select({ id: posts.id })
    .from(posts)
    .where(
      and(eq(posts.channel, post.channel), eq(posts.externalId, post.inReplyTo), eq(posts.kind, 'reply')),
    )
  return ours.length > 0
}

/** From now on nothing of ours answers this person on that network. */
async function noteStop(campus: InTransaction, post: IncomingPost): Promise<void> {
  await campus.db
    .insert(stops)
    .values({ channel: post.channel, authorId: post.author.id, at: campus.clock.now() })
    .onConflictDoNothing()
}

async function isOurs(campus: InTransaction, post: IncomingPost): Promise<boolean> {
  const ours = await campus.db
    .select({ id: accounts.id })
    .from(accounts)
    .where(and(eq(accounts.channel, post.channel), eq(accounts.externalId, post.author.id)))
  return ours.length > 0
}

/**
 * The ticket its conversation leads to, held: a merge under way is waited for and followed. What a post answers
 * comes before what it quotes; a conversation whose ticket was withdrawn leads nowhere.
 */
async function ticketOfConversation(campus: InTransaction, post: IncomingPost): Promise<number | null> {
  const number =
    (post.inReplyTo === null
      ? null
      : await ticketWith(campus, post, eq(posts.conversationId, post.conversationId))) ??
    (post.quotes ? await ticketOfQuoted(campus, post, post.quotes) : null)
  return number === null ? null : holdSurvivor(campus, number)
}

/** The ticket of the post it quotes: somebody's that we know, or an answer that we mirrored. */
async function ticketOfQuoted(
  campus: InTransaction,
  post: IncomingPost,
  quoted: string,
): Promise<number | null> {
  const said = await ticketWith(campus, post, or(eq(posts.firstId, quoted), eq(posts.externalId, quoted)))
  if (said !== null) return said
  const [mirrored] = await campus.db
    .select({ number: tickets.number })
    .from(deliveries)
    .innerJoin(accounts, eq(accounts.id, deliveries.accountId))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .innerJoin(tickets, eq(tickets.number, announcements.ticketNumber))
    .where(
      and(
        eq(accounts.channel, post.channel),
        eq(deliveries.externalId, quoted),
        ne(tickets.status, 'withdrawn'),
      ),
    )
    .limit(1)
  return mirrored?.number ?? null
}

async function ticketWith(
  campus: InTransaction,
  post: IncomingPost,
  such: SQL | undefined,
): Promise<number | null> {
  const [known] = await campus.db
    .select({ number: posts.ticketNumber })
    .from(posts)
    .innerJoin(tickets, eq(tickets.number, posts.ticketNumber))
    .where(
      and(
        eq(posts.channel, post.channel),
        isNotNull(posts.ticketNumber),
        ne(tickets.status, 'withdrawn'),
        such,
      ),
    )
    .orderBy(asc(posts.id))
    .limit(1)
  return known?.number ?? null
}

export async function holdSurvivor(campus: InTransaction, number: number): Promise<number> {
  const { mergedInto } = await holdOne(campus, number)
  return mergedInto === null ? number : holdSurvivor(campus, mergedInto)
}

/** The departments whose accounts it names, in that order; else the one in whose timeline it stood. */
async function addressedDepartments(
  campus: InTransaction,
  post: IncomingPost,
  accountId: number | null,
): Promise<Array<number>> {
  const named = await campus.db
    .select({ id: accounts.id, handle: accounts.handle, departmentId: accounts.departmentId })
    .from(accounts)
    .where(and(eq(accounts.channel, post.channel), inArray(accounts.handle, [...post.mentions, ''])))
  const inOrder = post.mentions.flatMap((handle) => named.filter((account) => account.handle === handle))
  const spoken =
    inOrder.length > 0 || accountId === null
      ? inOrder
      : await campus.db.select().from(accounts).where(eq(accounts.id, accountId))
  return spoken.flatMap((account) => (account.departmentId === null ? [] : [account.departmentId]))
}

/**
 * A post that comes a second time, through another account or when it is looked up: it may now be ours to answer.
 */
async function seeAgain(
  campus: InTransaction,
  known: Post,
  accountId: number,
  post: IncomingPost,
): Promise<Post> {
  const found = { checkedAt: campus.clock.now(), missingSince: null }
  await campus.db.update(posts).set(found).where(eq(posts.id, known.id))
  if (known.summons !== null || post.summons === null) return known
  // Found by search first: only now, and by this account, may it be answered.
  const answerable = { summons: post.summons, accountId }
  await campus.db.update(posts).set(answerable).where(eq(posts.id, known.id))
  await campus.db
    .update(deliveries)
    .set({ accountId, ...(await nowThatItMay(campus, accountId)) })
    .where(
      and(
        eq(deliveries.postId, known.id),
        eq(deliveries.state, 'parked'),
        // Parked when it was promised, and never since: nobody had spoken to us.
        isNull(deliveries.attemptedAt),
        isNull(deliveries.settledAt),
      ),
    )
  return { ...known, ...answerable }
}

/** What becomes of a reply that was parked because the network would have refused it. */
async function nowThatItMay(campus: InTransaction, accountId: number) {
  const [account] = await campus.db
    .select({ mirror: accounts.mirror })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  return account?.mirror === 'nothing'
    ? { state: 'skipped' as const, reason: textIn('en')('held.nothing') }
    : { state: 'queued' as const, reason: null, dueAt: campus.clock.now() }
}

/** A newer version is screened like the first: until a person has decided, what was public before stays. */
async function screenEdit(campus: InTransaction, known: Post, post: IncomingPost): Promise<Received> {
  const waiting = await holdOfPost(campus, known.id)
  const why =
    (await screenPost(campus, post)) ??
    (waiting?.kind === 'safety' ? { kind: 'safety' as const, lists: [], found: [] } : null)
  if (why) {
    await campus.db.update(posts).set({ externalId: post.externalId }).where(eq(posts.id, known.id))
    await holdPostBack(campus, known.id, post, why)
    return 'held'
  }
  if (known.ticketNumber !== null) {
    if (waiting) await settle(campus, waiting.id, { outcome: 'withdrawn', by: null })
    return takeEdit(campus, known, post)
  }
  // Its author took out what it was held for, so that it is like any other.
  const ticketNumber = await publishHeld(campus, known.id, post)
  if (waiting) await settle(campus, waiting.id, { outcome: 'released', by: null, ticketNumber })
  return 'edited'
}

async function takeEdit(campus: InTransaction, known: Post, post: IncomingPost): Promise<Received> {
  await campus.db
    .update(posts)
    .set({
      externalId: post.externalId,
      text: post.text,
      url: post.url,
      images: post.images,
      editedAt: campus.clock.now(),
    })
    .where(eq(posts.id, known.id))
  if (known.ticketNumber === null) return 'edited'
  await append(campus, { ticketNumber: known.ticketNumber, kind: 'edit', postId: known.id })
  if (known.kind === 'concern')
    await retell(campus, known, { title: await publicTitleOf(campus, post), body: post.text })
  return 'edited'
}
