import { and, desc, eq, notInArray, sql } from 'drizzle-orm'
import { UNLISTED_STATUSES } from '#app/vocabulary.ts'
import { departments, entries, pseudonyms, tickets } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

const ITEMS = 50

/** The tickets last raised or answered, newest first, with the words that stand. */
export function readFeed(campus: Campus, departmentId: number | null) {
  const newest = sql`greatest(${tickets.createdAt}, ${tickets.answeredAt})`
  return campus.db
    .select({
      number: tickets.number,
      slug: tickets.slug,
      title: tickets.title,
      body: tickets.body,
      status: tickets.status,
      createdAt: tickets.createdAt,
      updatedAt: newest.mapWith(tickets.createdAt),
      department: departments.name,
      raisedBy: { name: pseudonyms.name, affiliation: pseudonyms.affiliation },
      official: sql<
        string | null
      >`(select ${entries.body} from ${entries} where ${entries.ticketNumber} = ${tickets.number} and ${entries.audience} = 'public' and (${entries.kind} = 'answer' or ${entries.to} in ('resolved', 'declined')) order by ${entries.id} desc limit 1)`,
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .leftJoin(
      pseudonyms,
      and(eq(pseudonyms.ticketNumber, tickets.number), eq(pseudonyms.personId, tickets.authorId)),
    )
    .where(
      and(
        notInArray(tickets.status, [...UNLISTED_STATUSES]),
        departmentId === null ? undefined : eq(tickets.departmentId, departmentId),
      ),
    )
    .orderBy(desc(newest))
    .limit(ITEMS)
}
