import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Status } from '#app/vocabulary.ts'
import { entries, tickets } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** What moves on an open page. */
export type Counts = {
  number: number
  votes: number
  status: Status
  /** The id of the newest public entry: what a page does not show yet is newer. */
  newest: string
}

/** The counts of these tickets, of those that there are. Of a merged one the status says that its page is another. */
export async function readCounts(campus: Campus, numbers: Array<number>): Promise<Array<Counts>> {
  if (numbers.length === 0) return []
  return campus.db
    .select({
      number: tickets.number,
      votes: tickets.votes,
      status: tickets.status,
      newest: sql<string>`coalesce((select max(${entries.id}) from ${entries} where ${and(
        eq(entries.ticketNumber, tickets.number),
        eq(entries.audience, 'public'),
      )}), 0)::text`,
    })
    .from(tickets)
    .where(inArray(tickets.number, numbers))
}
