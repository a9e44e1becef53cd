import { and, eq, isNull } from 'drizzle-orm'
import { textIn } from '#app/catalogue/text.ts'
import type { HideReason } from '#app/vocabulary.ts'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import { entries, hidings, people, posts, reports, tickets } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { retellQuotations } from '../intake/quotations.server.ts'
import { rewrite } from '../intake/retell.server.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { holdOne } from '../tickets/hold.server.ts'
import { readPolicy } from './policy.server.ts'

/** What is said by a reader in public. Never what a department says. */
export type Said = {
  entryId: bigint
  ticketNumber: number
  kind: 'concern' | 'comment'
  authorId: string | null
  postId: bigint | null
  words: string
}

/** @throws {Refusal} for what there is not, and for what is never hidden: the words of a department and what happened */
export async function readSaid(campus: Campus, entryId: bigint): Promise<Said> {
  const [row] = await campus.db
    .select({
      entryId: entries.id,
      ticketNumber: entries.ticketNumber,
      kind: entries.kind,
      audience: entries.audience,
      authorId: entries.authorId,
      postId: entries.postId,
      body: entries.body,
      title: tickets.title,
      text: tickets.body,
      status: tickets.status,
      post: posts.text,
    })
    .from(entries)
    .innerJoin(tickets, eq(tickets.number, entries.ticketNumber))
    .leftJoin(posts, eq(posts.id, entries.postId))
    .where(and(eq(entries.id, entryId), eq(entries.audience, 'public')))
  if (!row || row.status === 'withdrawn') throw notFound('no-such-entry')
  const { kind, title, text, body, post, authorId, postId, ticketNumber } = row
  switch (kind) {
    case 'raised':
      return { entryId, ticketNumber, kind: 'concern', authorId, postId, words: `${title}\n\n${text}` }
    case 'comment':
      return { entryId, ticketNumber, kind: 'comment', authorId, postId, words: post ?? body ?? '' }
    default:
      throw conflict('not-hidable')
  }
}

/** The words of something, though they are hidden. Only for those who may. */
export async function readOriginal(campus: Campus, entryId: bigint): Promise<string> {
  const said = await readSaid(campus, entryId)
  const standing = await standingHiding(campus, entryId)
  return standing && standing.body !== null ? `${standing.title}\n\n${standing.body}` : said.words
}

export async function standingHiding(campus: Campus, entryId: bigint) {
  const [row] = await campus.db
    .select()
    .from(hidings)
    .where(and(eq(hidings.entryId, entryId), isNull(hidings.restoredAt)))
  return row ?? null
}

/** Whom to tell, and of what; `email` null: nobody can be reached. */
export type ToTell = { email: string | null; ticketNumber: number }

/**
 * Hides what somebody said, for everybody but its author, moderators, the care team and auditors. A ticket's words
 * leave its row, so that no list, search or feed can show them; a comment's stay in the timeline, unread.
 * @throws {Refusal} to its author, for what is hidden already, and for the words of a department
 */
export async function hide(
  campus: Campus,
  actor: Actor,
  request: { entryId: bigint; reason: HideReason; explanation: string },
): Promise<ToTell> {
  return together(campus, async (campus) => {
    const { ticketNumber } = await readSaid(campus, request.entryId)
    await holdOne(campus, ticketNumber)
    // Read again while nobody else can change it.
    const said = await readSaid(campus, request.entryId)
    refuseUnlessModerator(actor, said.authorId)
    if (await standingHiding(campus, said.entryId)) throw conflict('already-hidden')
    const policy = await readPolicy(campus, null)
    const [ticket] =
      said.kind === 'concern'
        ? await campus.db
            .select({ title: tickets.title, body: tickets.body })
            .from(tickets)
            .where(eq(tickets.number, ticketNumber))
        : []
    const now = campus.clock.now()
    if (ticket) {
      const t = textIn('en')
      await rewrite(campus, eq(tickets.number, ticketNumber), {
        title: t('hiddenWords.title'),
        body: t('hiddenWords.body'),
      })
    }
    const [row] = await campus.db
      .insert(hidings)
      .values({
        entryId: said.entryId,
        ticketNumber,
        title: ticket?.title ?? null,
        body: ticket?.body ?? null,
        authorId: said.authorId,
        reason: request.reason,
        explanation: request.explanation,
        policyVersion: policy.version,
        hiddenBy: actor.personId,
        role: actor.role,
        hiddenAt: now,
      })
      .returning({ id: hidings.id })
    if (said.postId !== null) await retellQuotations(campus, said.postId)
    await campus.db
      .update(reports)
      .set({ settledAt: now, hidden: true })
      .where(and(eq(reports.entryId, said.entryId), isNull(reports.settledAt)))
    await record(campus, {
      actorId: actor.personId,
      event: 'entry.hidden',
      subject: `entry:${said.entryId}`,
      details: {
        ticket: ticketNumber,
        reason: request.reason,
        policy: policy.version,
        hiding: String(row!.id),
      },
    })
    return { email: await addressOf(campus, said.authorId), ticketNumber }
  })
}

/** Shows again what was hidden, in its author's newest words. Its ticket is held. */
export async function restore(
  campus: InTransaction,
  hiding: typeof hidings.$inferSelect,
  at: Date,
): Promise<void> {
  await campus.db.update(hidings).set({ restoredAt: at }).where(eq(hidings.id, hiding.id))
  if (hiding.title !== null && hiding.body !== null)
    await rewrite(campus, eq(tickets.number, hiding.ticketNumber), {
      title: hiding.title,
      body: hiding.body,
    })
  const [entry] = await campus.db
    .select({ postId: entries.postId })
    .from(entries)
    .where(eq(entries.id, hiding.entryId))
  if (entry && entry.postId !== null) await retellQuotations(campus, entry.postId)
}

/** @throws {Refusal} to who is no moderator, or would judge their own words */
export function refuseUnlessModerator(actor: Actor, authorId: string | null): void {
  if (can(actor, 'moderate', { authorId })) return
  throw notAllowed(authorId === actor.personId ? 'your-own-words' : 'staff-only')
}

export async function addressOf(campus: Campus, personId: string | null): Promise<string | null> {
  if (personId === null) return null
  const [person] = await campus.db.select({ email: people.email }).from(people).where(eq(people.id, personId))
  return person?.email ?? null
}
