import { and, eq, sql } from 'drizzle-orm'
import type { BlockDays, BlockReason } from '#app/vocabulary.ts'
import { after, DAY } from '#app/platform/clock.ts'
import { conflict, notFound } from '#app/platform/errors.ts'
import { blocks, people, pseudonyms } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { standingBlocks } from '../people/blocked.server.ts'
import { addressOf, refuseUnlessModerator, type ToTell } from './hide.server.ts'
import { readPolicy } from './policy.server.ts'

export type BlockRequest = {
  ticketNumber: number
  /** What they are called on that ticket. */
  name: string
  reason: BlockReason
  days: BlockDays
  explanation: string
}

/** Until when somebody blocked now would be. */
export function blockedUntil(now: Date, days: BlockDays): Date {
  return after(now, days * DAY)
}

/**
 * Keeps somebody from raising and commenting for a while. Whoever does so knows only their name on one ticket.
 * @throws {Refusal} when nobody stands behind that name, or they are blocked already
 */
export async function block(
  campus: Campus,
  actor: Actor,
  request: BlockRequest,
): Promise<ToTell & { until: Date }> {
  return together(campus, async (campus) => {
    const [named] = await campus.db
      .select({ personId: pseudonyms.personId })
      .from(pseudonyms)
      .where(
        and(
          // After a merge all names are on the survivor.
          sql`${pseudonyms.ticketNumber} = (select coalesce(merged_into, number) from tickets where number = ${request.ticketNumber})`,
          eq(pseudonyms.name, request.name),
        ),
      )
    const personId = named?.personId ?? null
    refuseUnlessModerator(actor, personId)
    if (personId === null) throw notFound('nobody-behind')
    // One at a time, so that two moderators do not block them twice.
    await campus.db.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('update')
    if ((await standingBlocks(campus, personId)).length > 0) throw conflict('already-blocked')
    const policy = await readPolicy(campus, null)
    const now = campus.clock.now()
    const until = blockedUntil(now, request.days)
    const [row] = await campus.db
      .insert(blocks)
      .values({
        personId,
        ticketNumber: request.ticketNumber,
        name: request.name,
        reason: request.reason,
        explanation: request.explanation,
        policyVersion: policy.version,
        blockedBy: actor.personId,
        role: actor.role,
        blockedAt: now,
        until,
      })
      .returning({ id: blocks.id })
    await record(campus, {
      actorId: actor.personId,
      event: 'person.blocked',
      // Whom stands in the row: the log would lead from the name to the person.
      subject: `block:${row!.id}`,
      details: { ticket: request.ticketNumber, reason: request.reason, days: request.days },
    })
    return { email: await addressOf(campus, personId), ticketNumber: request.ticketNumber, until }
  })
}
