import { and, eq, inArray, isNull } from 'drizzle-orm'
import { votes } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** Those of these tickets that one person backs, by number. */
export async function backedAmong(
  campus: Campus,
  personId: string,
  numbers: Array<number>,
): Promise<Array<number>> {
  if (numbers.length === 0) return []
  const rows = await campus.db
    .select({ number: votes.ticketNumber })
    .from(votes)
    .where(
      and(eq(votes.personId, personId), inArray(votes.ticketNumber, numbers), isNull(votes.invalidatedBy)),
    )
  return rows.map(({ number }) => number)
}
