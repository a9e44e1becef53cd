import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Status } from '#app/vocabulary.ts'
import { entries, ticketCounts, tickets } from '#db/schema/index.ts'
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

/** More rows than this take longer to add up than a page should wait. */
const MANY = 1_000

/** Draws together the rows that the board's numbers are added up from. In one statement, so that no sum misses any. */
export async function foldCounts(campus: Campus): Promise<void> {
  await campus.db.execute(sql`
    with folded as (
      delete from ${ticketCounts} where (select count(*) from ${ticketCounts}) > ${MANY} returning *
    )
    insert into ${ticketCounts}
    select department_id, status, source, answered, sum(count) from folded group by 1, 2, 3, 4 having sum(count) <> 0`)
}
