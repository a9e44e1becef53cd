import { and, count, eq, gt, sql } from 'drizzle-orm'
import { after, HOUR } from '#app/platform/clock.ts'
import { tooMany } from '#app/platform/errors.ts'
import { entries, tickets } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { refuseBlocked } from '../people/blocked.server.ts'
import { alreadySaid, append } from '../timeline/append.server.ts'
import { holdOne, refuseEnded } from './hold.server.ts'

/** More in an hour is no conversation. */
const COMMENTS_AN_HOUR = 30

/**
 * Adds a comment by a signed-in person. The same key twice is one comment.
 * @throws {Refusal} on a merged ticket, to who is blocked, or past the hourly limit
 */
export async function comment(
  campus: Campus,
  said: { number: number; personId: string; body: string; key: string },
): Promise<void> {
  await together(campus, async (campus) => {
    const ticket = await holdOne(campus, said.number)
    if (await alreadySaid(campus, said.personId, said.key)) return
    refuseEnded(ticket)
    await refuseBlocked(campus, said.personId)
    await refuseFlood(campus, said.personId)
    await addComment(campus, ticket.number, said)
  })
}

/** Writes it down on a ticket that is held. */
export async function addComment(
  campus: InTransaction,
  ticketNumber: number,
  { personId, body, key }: { personId: string; body: string; key: string | null },
): Promise<void> {
  await append(campus, { ticketNumber, kind: 'comment', authorId: personId, body, submissionKey: key })
  await campus.db
    .update(tickets)
    .set({ comments: sql`${tickets.comments} + 1` })
    .where(eq(tickets.number, ticketNumber))
}

/** @throws {Refusal} to who has said too much within an hour */
export async function refuseFlood(campus: InTransaction, personId: string): Promise<void> {
  const [recent] = await campus.db
    .select({ comments: count() })
    .from(entries)
    .where(and(eq(entries.authorId, personId), gt(entries.createdAt, after(campus.clock.now(), -HOUR))))
  if (recent && recent.comments >= COMMENTS_AN_HOUR) throw tooMany('too-many-comments')
}
