import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import type { InvalidationReason } from '#app/vocabulary.ts'
import {
  invalidatedTickets,
  invalidationMails,
  invalidations,
  tickets,
  voteFlags,
  votes,
  type VotePattern,
} from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { hold } from '../tickets/hold.server.ts'
import { settle, votesMeant, type Flag } from './flags.server.ts'
import type { Preview } from './views.ts'

/** What would be taken out, and what the counts would be then. */
export async function previewInvalidation(
  campus: Campus,
  flagId: bigint,
  pattern: VotePattern,
): Promise<Preview> {
  const flag = await theFlag(campus, flagId)
  const meant = await countMeant(campus, flag, pattern)
  const rows = await campus.db
    .select({ number: tickets.number, slug: tickets.slug, title: tickets.title, votes: tickets.votes })
    .from(tickets)
    .where(inArray(tickets.number, [...meant.keys()]))
    .orderBy(asc(tickets.number))
  return {
    votes: sum(meant),
    tickets: rows.map(({ votes: before, ...ticket }) => {
      const taken = meant.get(ticket.number) ?? 0
      return { ticket, votes: taken, before, after: before - taken }
    }),
  }
}

/**
 * Counts these votes no more. They stay, so that it can be undone, and so that nobody gives them again.
 * @param request `expected`: how many the preview showed; should they be others by now, nothing is done
 * @throws {Refusal} when the actor may not, raised one of the tickets, or the votes have moved since the preview
 */
export async function invalidateVotes(
  campus: Campus,
  actor: Actor,
  request: { flagId: bigint; pattern: VotePattern; reason: InvalidationReason; expected: number },
): Promise<bigint> {
  if (!can(actor, 'invalidate-votes')) throw notAllowed('not-yours')
  const { flagId, pattern, reason, expected } = request
  return together(campus, async (campus) => {
    const flag = await theFlag(campus, flagId)
    // Tickets are held before their votes are counted, as whoever votes takes them.
    const numbers = [...(await countMeant(campus, flag, pattern)).keys()]
    const held = await hold(campus, numbers)
    if (held.some(({ authorId }) => authorId === actor.personId)) throw conflict('own-ticket')
    await settle(campus, actor, flagId)
    const [made] = await campus.db
      .insert(invalidations)
      .values({
        at: campus.clock.now(),
        madeBy: actor.personId,
        madeByRole: actor.role,
        reason,
        flagId,
        pattern,
      })
      .returning({ id: invalidations.id })
    const { id } = made!
    const taken = await run<{ number: number; person: string }>(
      campus.db,
      sql`update ${votes} set invalidated_by = ${String(id)}::bigint
          where (ticket_number, person_id) in (${votesMeant(flag, pattern)})
          returning ticket_number as number, person_id as person`,
    )
    const counts = tally(taken)
    if (
      taken.length !== expected ||
      taken.length === 0 ||
      [...counts.keys()].some((n) => !numbers.includes(n))
    )
      throw conflict('votes-moved')
    await campus.db.insert(invalidatedTickets).values(
      held
        .filter(({ number }) => counts.has(number))
        .map(({ number, votes: before }) => ({
          invalidationId: id,
          ticketNumber: number,
          votes: counts.get(number)!,
          before,
        })),
    )
    await move(campus, counts, -1)
    // Not by a list of values: a statement takes only so many.
    await run(
      campus.db,
      sql`insert into ${invalidationMails} (invalidation_id, person_id)
          select distinct invalidated_by, person_id from ${votes} where invalidated_by = ${String(id)}::bigint`,
    )
    await record(campus, {
      actorId: actor.personId,
      event: 'votes.invalidated',
      subject: `invalidation:${id}`,
      details: { votes: taken.length, tickets: counts.size, reason },
    })
    return id
  })
}

/**
 * Counts them again, as if nothing had been: each vote that is still there.
 * @throws {Refusal} when the actor may not, or it has been undone already
 */
export async function undoInvalidation(campus: Campus, actor: Actor, id: bigint): Promise<void> {
  if (!can(actor, 'invalidate-votes')) throw notAllowed('not-yours')
  await together(campus, async (campus) => {
    const there = await campus.db
      .selectDistinct({ number: votes.ticketNumber })
      .from(votes)
      .where(eq(votes.invalidatedBy, id))
      .orderBy(asc(votes.ticketNumber))
    await hold(
      campus,
      there.map(({ number }) => number),
    )
    const back = await campus.db
      .update(votes)
      .set({ invalidatedBy: null })
      .where(eq(votes.invalidatedBy, id))
      .returning({ number: votes.ticketNumber })
    const undone = await campus.db
      .update(invalidations)
      .set({
        undoneAt: campus.clock.now(),
        undoneBy: actor.personId,
        undoneByRole: actor.role,
        restored: back.length,
      })
      .where(and(eq(invalidations.id, id), isNull(invalidations.undoneAt)))
      .returning({ flagId: invalidations.flagId })
    if (undone.length === 0) {
      const found = await campus.db.$count(invalidations, eq(invalidations.id, id))
      throw found > 0 ? conflict('already-undone') : notFound('no-such-adjustment')
    }
    await move(campus, tally(back), 1)
    // What made them look odd can be looked at again.
    await campus.db
      .update(voteFlags)
      .set({ settledAt: null, settledBy: null })
      .where(eq(voteFlags.id, undone[0]!.flagId))
    await campus.db
      .delete(invalidationMails)
      .where(and(eq(invalidationMails.invalidationId, id), isNull(invalidationMails.sentAt)))
    await record(campus, {
      actorId: actor.personId,
      event: 'votes.restored',
      subject: `invalidation:${id}`,
      details: { votes: back.length },
    })
  })
}

async function theFlag(campus: Campus, id: bigint): Promise<Flag> {
  const [flag] = await campus.db.select().from(voteFlags).where(eq(voteFlags.id, id))
  if (!flag) throw notFound('no-such-flag')
  return flag
}

/** How many votes of which tickets a pattern means. */
async function countMeant(campus: Campus, flag: Flag, pattern: VotePattern): Promise<Map<number, number>> {
  const rows = await run<{ number: number; votes: number }>(
    campus.db,
    sql`select ticket_number as number, count(*)::int as votes from (${votesMeant(flag, pattern)}) meant group by 1`,
  )
  return new Map(rows.map(({ number, votes }) => [number, votes]))
}

function tally(rows: Array<{ number: number }>): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { number } of rows) counts.set(number, (counts.get(number) ?? 0) + 1)
  return counts
}

const sum = (counts: Map<number, number>) => [...counts.values()].reduce((all, count) => all + count, 0)

async function move(campus: InTransaction, counts: Map<number, number>, direction: 1 | -1): Promise<void> {
  for (const [number, count] of counts)
    await campus.db
      .update(tickets)
      .set({ votes: sql`${tickets.votes} + ${direction * count}` })
      .where(eq(tickets.number, number))
}
