import { eq } from 'drizzle-orm'
import { conflict, notAllowed } from '#app/platform/errors.ts'
import { tickets } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { can } from '../people/can.ts'
import { alreadySaid, append } from '../timeline/append.server.ts'
import { departmentOf, holdOne, refuseEnded } from './hold.server.ts'
import { promiseFrom } from './promise.ts'

/**
 * Gives a ticket to another department, with a public sentence. The clock keeps running: the first answer is
 * still owed by the day first promised.
 * @throws {Refusal} when the actor may not, or the ticket is merged, or it is theirs already
 */
export async function handOver(
  campus: Campus,
  actor: Actor,
  request: { number: number; departmentId: number; sentence: string; key?: string | undefined },
): Promise<void> {
  await together(campus, async (campus) => {
    const ticket = await holdOne(campus, request.number)
    if (await alreadySaid(campus, actor.personId, request.key)) return
    if (!can(actor, 'hand-over', ticket)) throw notAllowed('other-department')
    refuseEnded(ticket)
    if (request.departmentId === ticket.departmentId) throw conflict('no-such-change')
    if (request.sentence.trim() === '') throw conflict('sentence-missing')
    const department = await departmentOf(campus, request.departmentId)
    await append(campus, {
      ticketNumber: ticket.number,
      kind: 'handover',
      authorId: actor.personId,
      departmentId: department.id,
      body: request.sentence,
      submissionKey: request.key ?? null,
    })
    // A ticket nobody owned had no promise yet: it gets one from the day it was raised.
    const promisedAt =
      ticket.promisedAt ??
      (ticket.closedAt ? null : promiseFrom(ticket.createdAt, department.answerWithin, campus.zone))
    await campus.db
      .update(tickets)
      .set({
        departmentId: department.id,
        promisedAt,
        answerDueAt: ticket.answerDueAt ?? (ticket.firstResponseAt === null ? promisedAt : null),
      })
      .where(eq(tickets.number, ticket.number))
  })
}
