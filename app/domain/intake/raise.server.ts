import { eq, sql } from 'drizzle-orm'
import { after, HOUR } from '#app/platform/clock.ts'
import { tooMany } from '#app/platform/errors.ts'
import { FEWEST } from '#app/platform/suppressed.ts'
import { drawNames } from '#db/pseudonyms.server.ts'
import { departments, entries, follows, pseudonyms, routingRules, tickets, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import { refuseBlocked } from '../people/blocked.server.ts'
import { departmentOf } from '../tickets/hold.server.ts'
import { promiseFrom } from '../tickets/promise.ts'
import { slugOf } from '../tickets/slug.ts'
import type { Concern } from './concern.ts'
import { route } from './route.ts'

/** More in an hour is no concern but a flood. */
const TICKETS_AN_HOUR = 10

export type RaisedTicket = { number: number; slug: string }

/**
 * Raises a concern from our own form. The same form sent twice gives the same ticket.
 * @throws {Refusal} to who is blocked, past the hourly limit, or when the chosen department is gone
 */
export async function raise(
  campus: Campus,
  concern: Concern & { personId: string; submissionKey: string; backed: boolean },
): Promise<RaisedTicket> {
  const { known, recent } = await raisedBefore(campus, concern)
  if (known) return known
  await refuseBlocked(campus, concern.personId)
  if (recent >= TICKETS_AN_HOUR) throw tooMany('too-many-tickets')
  const ticket = await openTicket(campus, concern, null)
  return ticket ?? (await raisedBefore(campus, concern)).known!
}

/** What this form has raised already; null: nothing yet. */
export async function findRaised(
  campus: Campus,
  form: { submissionKey: string; personId: string },
): Promise<RaisedTicket | null> {
  return (await raisedBefore(campus, form)).known
}

/** A key is its author's own: the same one from somebody else is another form. */
async function raisedBefore(
  campus: Campus,
  { submissionKey, personId }: { submissionKey: string; personId: string },
): Promise<{ known: RaisedTicket | null; recent: number }> {
  const anHourAgo = after(campus.clock.now(), -HOUR).toISOString()
  const [row] = await run<{ recent: number; number: number | null; slug: string }>(
    campus.db,
    sql`select
          (select count(*)::int from ${tickets} where author_id = ${personId} and created_at > ${anHourAgo}::timestamptz) as recent,
          known.number, known.slug
        from (select) as one left join ${tickets} known on author_id = ${personId} and submission_key = ${submissionKey}`,
  )
  const { recent, number, slug } = row!
  return { known: number === null ? null : { number, slug }, recent }
}

/**
 * Writes the ticket, its first entry, and the author's own vote and follow: one statement, so that they are there
 * together and the database is asked once.
 * @param postId the post that raised it, when a network did
 * @returns null when a ticket with the same submission key is there already
 * @throws {Refusal} when the chosen department is gone
 */
export async function openTicket(
  campus: Campus,
  concern: Concern,
  postId: bigint | null,
): Promise<RaisedTicket | null> {
  const rules = concern.departmentId === null ? await campus.db.select().from(routingRules) : []
  const departmentId = route(concern, rules)
  const department = departmentId === null ? null : await departmentOf(campus, departmentId)
  const now = campus.clock.now()
  const at = sql`${now.toISOString()}::timestamptz`
  const promised = department ? promiseFrom(now, department.answerWithin, campus.zone).toISOString() : null
  const [ticket] = await run<RaisedTicket>(
    campus.db,
    sql`with ticket as (
          insert into ${tickets} (slug, title, body, department_id, author_id, source, submission_key, created_at,
            votes, promised_at, answer_due_at)
          values (${slugOf(concern.title)}, ${concern.title}, ${concern.text}, ${departmentId}, ${concern.personId},
            ${concern.source}, ${concern.submissionKey}, ${at}, ${concern.backed ? 1 : 0},
            ${promised}::timestamptz, ${promised}::timestamptz)
          on conflict (author_id, submission_key) do nothing
          returning number, slug, author_id
        ), raised as (
          insert into ${entries} (ticket_number, kind, author_id, department_id, post_id, to_status, created_at)
          select number, 'raised', author_id, ${departmentId}::int, ${postId && String(postId)}::bigint, 'received', ${at}
          from ticket
        ), backed as (
          insert into ${votes} (ticket_number, person_id, created_at)
          select number, author_id, ${at} from ticket where author_id is not null and ${concern.backed ?? false}::boolean
        ), named as (
          insert into ${pseudonyms} (ticket_number, person_id, name, affiliation)
          select number, author_id, ${drawNames()[0]}, quad_shared_affiliation(author_id, ${FEWEST}::int)
          from ticket where author_id is not null
        ), followed as (
          insert into ${follows} (ticket_number, person_id)
          select number, author_id from ticket where author_id is not null
        )
        select number, slug from ticket`,
  )
  return ticket ?? null
}

/** Whether a department can be chosen. */
export async function departmentExists(campus: Campus, id: number): Promise<boolean> {
  const found = await campus.db.select({ id: departments.id }).from(departments).where(eq(departments.id, id))
  return found.length > 0
}
