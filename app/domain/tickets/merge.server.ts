import { and, eq, inArray, sql } from 'drizzle-orm'
import { announce } from '#app/outbox/announce.server.ts'
import { conflict, notAllowed } from '#app/platform/errors.ts'
import { announcements, follows, posts, tickets, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { can } from '../people/can.ts'
import { alreadySaid, append } from '../timeline/append.server.ts'
import { joinNames } from '../timeline/pseudonym.server.ts'
import { hold, refuseEnded, type HeldTicket } from './hold.server.ts'
import { isOpen, judgeChange } from './status.ts'

/**
 * Joins a ticket with the one that survives: its votes, followers and posts move there, its page leads there,
 * and what the survivor has been answered is also said to those who raised the other on a network.
 * @throws {Refusal} when the actor may not, or one of them is merged already, or both are the same
 */
export async function merge(
  campus: Campus,
  actor: Actor,
  request: { number: number; into: number; sentence: string; key?: string | undefined },
): Promise<void> {
  if (request.number === request.into) throw conflict('merge-into-itself')
  await together(campus, async (campus) => {
    const [ticket, survivor] = (await hold(campus, [request.number, request.into])) as [
      HeldTicket,
      HeldTicket,
    ]
    if (await alreadySaid(campus, actor.personId, request.key)) return
    if (!can(actor, 'merge', ticket)) throw notAllowed('other-department')
    refuseEnded(survivor)
    refuseEnded(ticket)
    const verdict = judgeChange(ticket.status, {
      to: 'merged',
      sentence: request.sentence,
      into: survivor.number,
    })
    if (verdict.kind === 'refused') throw conflict(verdict.reason)

    await append(campus, {
      ticketNumber: ticket.number,
      kind: 'status',
      authorId: actor.personId,
      departmentId: ticket.departmentId,
      body: request.sentence,
      from: ticket.status,
      to: 'merged',
      relatedTicket: survivor.number,
      submissionKey: request.key ?? null,
    })
    await append(campus, {
      ticketNumber: survivor.number,
      kind: 'merge',
      authorId: actor.personId,
      departmentId: ticket.departmentId,
      body: request.sentence,
      relatedTicket: ticket.number,
    })
    await moveSupport(campus, ticket.number, survivor.number)
    await joinNames(campus, ticket.number, survivor.number)
    await campus.db
      .update(posts)
      .set({ ticketNumber: survivor.number })
      .where(eq(posts.ticketNumber, ticket.number))
    await campus.db
      .update(tickets)
      .set({ mergedInto: survivor.number })
      .where(eq(tickets.mergedInto, ticket.number))
    await campus.db
      .update(tickets)
      .set({
        status: 'merged',
        mergedInto: survivor.number,
        votes: 0,
        promisedAt: null,
        closedAt: campus.clock.now(),
      })
      .where(eq(tickets.number, ticket.number))
    await campus.db
      .update(tickets)
      .set({
        votes: sql`(select count(*) from ${votes} where ${votes.ticketNumber} = ${survivor.number} and ${votes.invalidatedBy} is null)`,
        comments: survivor.comments + ticket.comments,
      })
      .where(eq(tickets.number, survivor.number))
    await repeatAnnouncements(campus, survivor)
  })
}

/** People who backed or followed both count once on the survivor. */
async function moveSupport(campus: InTransaction, from: number, into: number): Promise<void> {
  await run(
    campus.db,
    sql`insert into ${votes} (ticket_number, person_id, created_at, origin, invalidated_by)
        select ${into}::int, person_id, created_at, origin, invalidated_by from ${votes} where ticket_number = ${from}
        on conflict do nothing`,
  )
  await campus.db.delete(votes).where(eq(votes.ticketNumber, from))
  await run(
    campus.db,
    sql`insert into ${follows} (ticket_number, person_id, active)
        select ${into}::int, person_id, active from ${follows} where ticket_number = ${from}
        on conflict do nothing`,
  )
  await campus.db.delete(follows).where(eq(follows.ticketNumber, from))
}

/**
 * Says again what was answered; a delivery's slot keeps those who have heard it from hearing it twice. A last
 * word that was taken back by reopening is not said again.
 */
async function repeatAnnouncements(campus: InTransaction, { number, status }: HeldTicket): Promise<void> {
  const said = await campus.db
    .selectDistinctOn([announcements.moment], {
      entryId: announcements.entryId,
      moment: announcements.moment,
    })
    .from(announcements)
    .where(
      and(eq(announcements.ticketNumber, number), inArray(announcements.moment, ['first-answer', 'final'])),
    )
    .orderBy(announcements.moment, sql`${announcements.id} desc`)
  for (const moment of ['first-answer', 'final'] as const) {
    const earlier = said.find((row) => row.moment === moment)
    if (moment === 'final' && isOpen(status)) continue
    if (earlier) await announce(campus.db, { ...earlier, ticketNumber: number, at: campus.clock.now() })
  }
}
