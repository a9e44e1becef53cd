import { sql, type SQL } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import type { Status } from '#app/vocabulary.ts'
import { entries, follows, tickets, verdicts, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import { askedUntil } from './verdict.ts'
import type { Marks } from './views.ts'

/** A visitor's page, and what a person's own one starts from. */
export const NO_MARKS: Marks = { voted: false, followed: false, mine: false, asked: null }

/**
 * What of a ticket's page belongs to one person; everything else on it is the same for all.
 * @throws {Refusal} when there is no such ticket
 */
export async function readMarks(campus: Campus, personId: string, number: number): Promise<Marks> {
  const [row] = await run<{
    voted: boolean
    followed: boolean
    mine: boolean
    raised: boolean
    status: Status
    closed: number | null
    solved: boolean | null
  }>(
    campus.db,
    sql`select
          exists (select from ${votes} where ticket_number = ${number} and person_id = ${personId} and invalidated_by is null) as voted,
          exists (select from ${follows} where ticket_number = ${number} and person_id = ${personId} and active) as followed,
          coalesce(author_id = ${personId}, false) as mine,
          ${raisedBy(number, personId)} as raised,
          status,
          (extract(epoch from closed_at) * 1000)::float8 as closed,
          (select solved from ${verdicts} where resolution_id = ${resolutionOf(number)} and person_id = ${personId}) as solved
        from ${tickets} where number = ${number}`,
  )
  if (!row) throw notFound('no-such-ticket')
  const { voted, followed, mine, raised, status, closed, solved } = row
  const until = askedUntil({ status, closedAt: closed === null ? null : new Date(closed) })
  const asking = until !== null && campus.clock.now() <= until && (voted || raised)
  return {
    voted,
    followed,
    mine,
    asked: !asking ? null : solved === null ? 'may' : solved ? 'yes' : 'no',
  }
}

/** The entry that resolved a ticket last. */
export function resolutionOf(number: number): SQL {
  return sql`(select max(id) from ${entries} where ticket_number = ${number} and to_status = 'resolved')`
}

/** Whether someone raised a ticket, or one that was merged into it. */
export function raisedBy(number: number, personId: SQL | string): SQL {
  return sql`exists (select from ${tickets} raised where raised.author_id = ${personId} and (raised.number = ${number} or raised.merged_into = ${number}))`
}
