import { eq } from 'drizzle-orm'
import { announce } from '#app/outbox/announce.server.ts'
import { conflict, notAllowed } from '#app/platform/errors.ts'
import type { Status } from '#app/vocabulary.ts'
import { tickets } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { can } from '../people/can.ts'
import { alreadySaid, append } from '../timeline/append.server.ts'
import { departmentOf, holdOne, refuseEnded, type HeldTicket } from './hold.server.ts'
import { promiseFrom, UPDATE_WITHIN, workingMinutes } from './promise.ts'
import { isOpen, judgeChange, momentOf } from './status.ts'

/**
 * Answers in public for the department, and moves the status with it when `to` is given.
 * @throws {Refusal} unless the actor speaks for the department, and the change is one of the table
 */
export function answer(
  campus: Campus,
  actor: Actor,
  said: { number: number; body: string; to?: Status | undefined; key?: string | undefined },
): Promise<void> {
  return speak(campus, actor, { ...said, kind: 'answer', to: said.to ?? null })
}

/** Moves the status, with the public sentence that every change carries. @throws {Refusal} as `answer` does */
export function changeStatus(
  campus: Campus,
  actor: Actor,
  change: { number: number; to: Status; sentence: string; key?: string | undefined },
): Promise<void> {
  return speak(campus, actor, {
    kind: 'status',
    number: change.number,
    to: change.to,
    body: change.sentence,
    key: change.key,
  })
}

type Said = {
  kind: 'answer' | 'status'
  number: number
  body: string
  to: Status | null
  key?: string | undefined
}

async function speak(campus: Campus, actor: Actor, said: Said): Promise<void> {
  await together(campus, async (campus) => {
    const ticket = await holdOne(campus, said.number)
    if (await alreadySaid(campus, actor.personId, said.key)) return
    if (!can(actor, 'speak', ticket)) throw notAllowed('other-department')
    refuseEnded(ticket)
    if (said.body.trim() === '') throw conflict('sentence-missing')
    const to = said.to === ticket.status ? null : said.to
    let reopens = false
    if (to !== null || said.kind === 'status') {
      const verdict = judgeChange(ticket.status, { to: to ?? ticket.status, sentence: said.body })
      if (verdict.kind === 'refused') throw conflict(verdict.reason)
      reopens = verdict.reopens
    }
    const now = campus.clock.now()
    const entryId = await append(campus, {
      ticketNumber: ticket.number,
      kind: said.kind,
      authorId: actor.personId,
      departmentId: ticket.departmentId,
      body: said.body,
      from: to === null ? null : ticket.status,
      to,
      submissionKey: said.key ?? null,
    })
    const moment = momentOf({ kind: said.kind, to, answersBefore: ticket.answers })
    const status = to ?? ticket.status
    const answers = moment === 'progress' ? ticket.answers : ticket.answers + 1
    await campus.db
      .update(tickets)
      .set({
        status,
        answers,
        answeredAt: moment === 'progress' ? ticket.answeredAt : now,
        ...(ticket.firstResponseAt === null
          ? {
              firstResponseAt: now,
              responseMinutes: workingMinutes(ticket.createdAt, now, campus.zone),
              respondedInTime: ticket.promisedAt === null ? null : now <= ticket.promisedAt,
            }
          : {}),
        closedAt: isOpen(status) ? null : (ticket.closedAt ?? now),
        promisedAt: await nextPromise(campus, ticket, status, reopens),
      })
      .where(eq(tickets.number, ticket.number))
    await announce(campus.db, { ticketNumber: ticket.number, entryId, moment, at: now })
  })
}

/** What is owed next: nothing on a closed ticket, an answer on a reopened one, else a regular word. */
async function nextPromise(
  campus: InTransaction,
  ticket: HeldTicket,
  status: Status,
  reopens: boolean,
): Promise<Date | null> {
  if (!isOpen(status)) return null
  const days =
    reopens && ticket.departmentId !== null
      ? (await departmentOf(campus, ticket.departmentId)).answerWithin
      : UPDATE_WITHIN
  return promiseFrom(campus.clock.now(), days, campus.zone)
}
