import { desc, eq, inArray, lt, sql } from 'drizzle-orm'
import { invalidatedTickets, invalidations, votes } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { InvalidVote, LedgerLine } from './views.ts'

const PAGE = 50

/** Every decision that votes are not counted, the newest first. @returns one page, and where the next begins */
export async function readLedger(
  campus: Campus,
  before: bigint | null = null,
): Promise<{ lines: Array<LedgerLine>; next: string | null }> {
  const rows = await campus.db
    .select({
      id: invalidations.id,
      at: invalidations.at,
      role: invalidations.madeByRole,
      reason: invalidations.reason,
      undoneAt: invalidations.undoneAt,
      undoneByRole: invalidations.undoneByRole,
      restored: invalidations.restored,
    })
    .from(invalidations)
    .where(before === null ? undefined : lt(invalidations.id, before))
    .orderBy(desc(invalidations.id))
    .limit(PAGE + 1)
  const page = rows.slice(0, PAGE)
  const taken = await campus.db
    .select({
      id: invalidatedTickets.invalidationId,
      votes: invalidatedTickets.votes,
      number: invalidatedTickets.ticketNumber,
    })
    .from(invalidatedTickets)
    .where(
      inArray(
        invalidatedTickets.invalidationId,
        page.map(({ id }) => id),
      ),
    )
    .orderBy(desc(invalidatedTickets.votes), invalidatedTickets.ticketNumber)
  return {
    lines: page.map(({ id, at, role, reason, undoneAt, undoneByRole, restored }) => ({
      id: String(id),
      at,
      role,
      reason,
      tickets: taken.filter((row) => row.id === id).map(({ number, votes }) => ({ number, votes })),
      undone: undoneAt && { at: undoneAt, role: undoneByRole!, votes: restored! },
    })),
    next: rows.length > PAGE ? String(page.at(-1)!.id) : null,
  }
}

/** Which votes of somebody are not counted. */
export function readInvalidVotes(campus: Campus, personId: string): Promise<Array<InvalidVote>> {
  return campus.db
    .select({
      number: votes.ticketNumber,
      at: invalidations.at,
      reason: invalidations.reason,
      line: sql<string>`${invalidations.id}::text`,
    })
    .from(votes)
    .innerJoin(invalidations, eq(invalidations.id, votes.invalidatedBy))
    .where(eq(votes.personId, personId))
    .orderBy(desc(invalidations.id), votes.ticketNumber)
}
