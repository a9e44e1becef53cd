import { and, desc, eq, gt, sql } from 'drizzle-orm'
import { textIn } from '#app/catalogue/text.ts'
import { announce } from '#app/outbox/announce.server.ts'
import { notAllowed } from '#app/platform/errors.ts'
import { suppressed } from '#app/platform/suppressed.ts'
import { entries, tickets, verdicts } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { append } from '../timeline/append.server.ts'
import { refuseFlood } from './comment.server.ts'
import { departmentOf, holdOne, type HeldTicket } from './hold.server.ts'
import { raisedBy, readMarks, resolutionOf } from './marks.server.ts'
import { promiseFrom } from './promise.ts'
import { askedUntil, reopens } from './verdict.ts'
import type { PublicTally, Tally } from './views.ts'

/** `not-asked`: it is not resolved any more, or was so long ago. */
export type VerdictTaken = 'counted' | 'reopened' | 'not-asked'

/**
 * Takes what one person says of the newest resolution: whether it really solved the concern. They may change
 * their mind. Enough no reopens the ticket in the same transaction, and once: the ticket is held, so a second
 * last no finds it open.
 * @param said.reason why not, for staff alone: a note on the timeline, where the department reads on
 * @throws {Refusal} for who neither raised nor backed it, or there is no such ticket
 */
export function sayVerdict(
  campus: Campus,
  said: { number: number; personId: string; solved: boolean; reason?: string | undefined },
): Promise<VerdictTaken> {
  return together(campus, async (campus) => {
    const { number, personId, solved } = said
    const ticket = await holdOne(campus, number)
    const until = askedUntil(ticket)
    const now = campus.clock.now()
    if (until === null || now > until) return 'not-asked'
    const { asked } = await readMarks(campus, personId, number)
    if (asked === null) throw notAllowed('not-behind-it')
    await run(
      campus.db,
      sql`insert into ${verdicts} (resolution_id, person_id, solved, created_at)
          values (${resolutionOf(number)}, ${personId}, ${solved}, ${now.toISOString()}::timestamptz)
          on conflict (resolution_id, person_id) do update set solved = excluded.solved, created_at = excluded.created_at`,
    )
    if (solved) return 'counted'
    if (said.reason) await keepReason(campus, number, personId, said.reason)
    const { author, ...tally } = await count(campus, number)
    if (!reopens({ yes: tally.solved, no: tally.answered - tally.solved, author })) return 'counted'
    await reopen(campus, ticket, tally)
    return 'reopened'
  })
}

/** What is said of the newest resolution so far. */
export async function readTally(campus: Campus, number: number): Promise<Tally> {
  const { solved, answered } = await count(campus, number)
  return { solved, answered }
}

/** The same, as everybody may know it. */
export async function readPublicTally(campus: Campus, number: number): Promise<PublicTally> {
  const tally = await readTally(campus, number)
  return suppressed(tally.answered) ? 'few' : tally
}

/** `author`: whether someone who raised it says no. */
async function count(campus: Campus, number: number): Promise<Tally & { author: boolean }> {
  const [row] = await run<Tally & { author: boolean }>(
    campus.db,
    sql`select (count(*) filter (where solved))::int as solved,
               count(*)::int as answered,
               coalesce(bool_or(not solved and ${raisedBy(number, sql`person_id`)}), false) as author
        from ${verdicts} where resolution_id = ${resolutionOf(number)}`,
  )
  return row!
}

/** The same words sent twice, or together with a changed mind, are one note. */
async function keepReason(campus: InTransaction, number: number, personId: string, reason: string) {
  const [last] = await campus.db
    .select({ body: entries.body })
    .from(entries)
    .where(
      and(
        eq(entries.ticketNumber, number),
        eq(entries.authorId, personId),
        eq(entries.kind, 'note'),
        gt(entries.id, resolutionOf(number)),
      ),
    )
    .orderBy(desc(entries.id))
    .limit(1)
  if (last?.body === reason) return
  await refuseFlood(campus, personId)
  await append(campus, {
    ticketNumber: number,
    kind: 'note',
    audience: 'staff',
    authorId: personId,
    body: reason,
    from: 'resolved',
  })
}

/** In Quad's own name: no department says this, so the entry has none. */
async function reopen(campus: InTransaction, ticket: HeldTicket, { solved, answered }: Tally) {
  const now = campus.clock.now()
  const entryId = await append(campus, {
    ticketNumber: ticket.number,
    kind: 'status',
    body: suppressed(answered)
      ? textIn('en')('verdict.reopenedByFew')
      : textIn('en')('verdict.reopened', { no: String(answered - solved), count: answered }),
    from: ticket.status,
    to: 'under-review',
  })
  // Only a department resolves, so there is one; it is asked as on the first day.
  const { answerWithin } = await departmentOf(campus, ticket.departmentId!)
  await campus.db
    .update(tickets)
    .set({
      status: 'under-review',
      closedAt: null,
      promisedAt: promiseFrom(now, answerWithin, campus.zone),
    })
    .where(eq(tickets.number, ticket.number))
  await announce(campus.db, { ticketNumber: ticket.number, entryId, moment: 'progress', at: now })
}
