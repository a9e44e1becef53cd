import { and, count, eq, gt } from 'drizzle-orm'
import { after, HOUR } from '#app/platform/clock.ts'
import { tooMany } from '#app/platform/errors.ts'
import { departments, follows, routingRules, tickets, votes } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { departmentOf } from '../tickets/hold.server.ts'
import { promiseFrom } from '../tickets/promise.ts'
import { slugOf } from '../tickets/slug.ts'
import { append } from '../timeline/append.server.ts'
import type { Concern } from './concern.ts'
import { route } from './route.ts'

/** More in an hour is no concern but a flood. */
const TICKETS_AN_HOUR = 10

export type RaisedTicket = { number: number; slug: string }

/**
 * Raises a concern from our own form. The same form sent twice gives the same ticket.
 * @throws {Refusal} past the hourly limit, or when the chosen department is gone
 */
export async function raise(
  campus: Campus,
  concern: Concern & { personId: string; submissionKey: string; backed: boolean },
): Promise<RaisedTicket> {
  const [known, [recent]] = await Promise.all([
    raisedBefore(campus, concern),
    campus.db
      .select({ tickets: count() })
      .from(tickets)
      .where(
        and(eq(tickets.authorId, concern.personId), gt(tickets.createdAt, after(campus.clock.now(), -HOUR))),
      ),
  ])
  if (known) return known
  if (recent && recent.tickets >= TICKETS_AN_HOUR) throw tooMany('too-many-tickets')
  const ticket = await together(campus, (campus) => openTicket(campus, concern, null))
  return ticket ?? (await raisedBefore(campus, concern))!
}

/** A key is its author's own: the same one from somebody else is another form. */
async function raisedBefore(campus: Campus, concern: { submissionKey: string; personId: string }) {
  const [known] = await campus.db
    .select({ number: tickets.number, slug: tickets.slug })
    .from(tickets)
    .where(and(eq(tickets.submissionKey, concern.submissionKey), eq(tickets.authorId, concern.personId)))
  return known ?? null
}

/**
 * Writes the ticket, its first entry, and the author's own vote and follow.
 * @param postId the post that raised it, when a network did
 * @returns null when a ticket with the same submission key is there already
 */
export async function openTicket(
  campus: InTransaction,
  concern: Concern,
  postId: bigint | null,
): Promise<RaisedTicket | null> {
  const rules = await campus.db.select().from(routingRules)
  const departmentId = route(concern, rules)
  const department = departmentId === null ? null : await departmentOf(campus, departmentId)
  const now = campus.clock.now()
  const promisedAt = department ? promiseFrom(now, department.answerWithin, campus.zone) : null
  const [ticket] = await campus.db
    .insert(tickets)
    .values({
      slug: slugOf(concern.title),
      title: concern.title,
      body: concern.text,
      departmentId,
      authorId: concern.personId,
      source: concern.source,
      submissionKey: concern.submissionKey,
      createdAt: now,
      votes: concern.backed ? 1 : 0,
      promisedAt,
      answerDueAt: promisedAt,
    })
    .onConflictDoNothing({ target: [tickets.authorId, tickets.submissionKey] })
    .returning({ number: tickets.number, slug: tickets.slug })
  if (!ticket) return null
  const author = concern.personId !== null && { ticketNumber: ticket.number, personId: concern.personId }
  // Asked for at once, so that the database is waited for once.
  await Promise.all([
    append(campus, {
      ticketNumber: ticket.number,
      kind: 'raised',
      authorId: concern.personId,
      departmentId,
      postId,
      to: 'received',
    }),
    author && concern.backed && campus.db.insert(votes).values({ ...author, createdAt: now }),
    author && campus.db.insert(follows).values(author),
  ])
  return ticket
}

/** Whether a department can be chosen. */
export async function departmentExists(campus: Campus, id: number): Promise<boolean> {
  const found = await campus.db.select({ id: departments.id }).from(departments).where(eq(departments.id, id))
  return found.length > 0
}
