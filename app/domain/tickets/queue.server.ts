import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { OPEN_STATUSES } from '#app/vocabulary.ts'
import { departments, tickets } from '#db/schema/index.ts'
import type { Actor, Campus } from '../campus.ts'
import { reach } from '../people/can.ts'
import { urgencyOf } from './promise.ts'
import type { QueueItem } from './views.ts'

/** What a desk page lists. Older promises come first, so what is cut off is never what is late. */
const LONGEST_QUEUE = 100

/**
 * What needs an answer, oldest promise first. Responders see their own departments and what nobody owns yet.
 * @param departmentId only this one's
 */
export async function readQueue(
  campus: Campus,
  actor: Actor,
  departmentId: number | null,
): Promise<Array<QueueItem>> {
  const seen = reach(actor)
  const own =
    seen === 'everywhere'
      ? undefined
      : or(isNull(tickets.departmentId), inArray(tickets.departmentId, [...seen, -1]))
  const rows = await campus.db
    .select({
      number: tickets.number,
      slug: tickets.slug,
      title: tickets.title,
      status: tickets.status,
      source: tickets.source,
      createdAt: tickets.createdAt,
      votes: tickets.votes,
      comments: tickets.comments,
      promisedAt: tickets.promisedAt,
      responded: sql<boolean>`${tickets.firstResponseAt} is not null`,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        inArray(tickets.status, [...OPEN_STATUSES]),
        own,
        departmentId === null ? undefined : eq(tickets.departmentId, departmentId),
      ),
    )
    // What nobody owns has no promise yet, and waits for a department first of all.
    .orderBy(sql`${tickets.promisedAt} asc nulls first`, desc(tickets.votes), asc(tickets.number))
    .limit(LONGEST_QUEUE)
  const now = campus.clock.now()
  return rows.map((row) => ({
    ...row,
    urgency: row.department === null ? 'unowned' : urgencyOf(row.promisedAt, now, campus.zone),
  }))
}
