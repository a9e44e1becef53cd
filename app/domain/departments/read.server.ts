import { and, asc, desc, eq, inArray, isNotNull, ne, sql } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { notFound } from '#app/platform/errors.ts'
import { OPEN_STATUSES, type RoutingKind } from '#app/vocabulary.ts'
import { accounts, departments, entries, routingRules, tickets } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { DepartmentCard, DepartmentFigures, Resolution } from './views.ts'

/** The window of every figure on a department's page, in days. */
const WINDOW = 90

/** With fewer answers, one more or less would turn a share or a median into something else. */
const ENOUGH = 5

/** All departments by name, each with its accounts and figures. */
export async function readDepartments(campus: Campus): Promise<Array<DepartmentCard>> {
  return readCards(campus, null)
}

/** One department. @throws {Refusal} when there is none with this slug */
export async function readDepartment(campus: Campus, slug: string): Promise<DepartmentCard> {
  const [card] = await readCards(campus, slug)
  if (!card) throw notFound('no-such-department')
  return card
}

/** What a department resolved last, newest first, each with the public word that did it. */
export function readResolutions(
  campus: Campus,
  departmentId: number,
  most: number,
): Promise<Array<Resolution>> {
  return campus.db
    .select({
      number: tickets.number,
      slug: tickets.slug,
      title: tickets.title,
      at: sql`${tickets.closedAt}`.mapWith(tickets.closedAt),
      sentence: sql<
        string | null
      >`(select ${entries.body} from ${entries} where ${entries.ticketNumber} = "tickets"."number" and ${entries.to} = 'resolved' order by ${entries.id} desc limit 1)`,
    })
    .from(tickets)
    .where(
      and(
        eq(tickets.departmentId, departmentId),
        eq(tickets.status, 'resolved'),
        isNotNull(tickets.closedAt),
      ),
    )
    .orderBy(desc(tickets.closedAt), desc(tickets.number))
    .limit(most)
}

/** Names for a choice in a form or a filter. */
export function listDepartments(campus: Campus): Promise<Array<{ id: number; slug: string; name: string }>> {
  return campus.db
    .select({ id: departments.id, slug: departments.slug, name: departments.name })
    .from(departments)
    .orderBy(asc(departments.name))
}

async function readCards(campus: Campus, slug: string | null): Promise<Array<DepartmentCard>> {
  const [rows, figures, channels, rules] = await Promise.all([
    campus.db
      .select()
      .from(departments)
      .where(slug === null ? undefined : eq(departments.slug, slug))
      .orderBy(asc(departments.name)),
    readFigures(campus, slug),
    campus.db
      .select({
        departmentId: accounts.departmentId,
        channel: accounts.channel,
        handle: accounts.handle,
        url: accounts.url,
      })
      .from(accounts)
      .where(and(isNotNull(accounts.departmentId), ne(accounts.state, 'disconnected')))
      .orderBy(asc(accounts.handle)),
    campus.db.select().from(routingRules).orderBy(asc(routingRules.term)),
  ])
  const terms = (id: number, kind: RoutingKind) =>
    rules.flatMap((rule) => (rule.departmentId === id && rule.kind === kind ? rule.term : []))
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    name: row.name,
    purpose: row.purpose,
    answerWithin: row.answerWithin,
    figures: figures.get(row.id) ?? {
      open: 0,
      late: 0,
      answered: 0,
      resolved: 0,
      medianMinutes: null,
      withinTarget: null,
    },
    accounts: channels
      .filter((account) => account.departmentId === row.id)
      .map(({ channel, handle, url }) => ({ channel, handle, url })),
    hashtags: terms(row.id, 'hashtag'),
    keywords: terms(row.id, 'keyword'),
  }))
}

/** @param slug of one department, or null for all */
async function readFigures(campus: Campus, slug: string | null): Promise<Map<number, DepartmentFigures>> {
  const now = campus.clock.now()
  const since = after(now, -WINDOW * DAY).toISOString()
  const open = inArray(tickets.status, [...OPEN_STATUSES])
  const responded = sql`${tickets.firstResponseAt} >= ${since}::timestamptz`
  // A first answer that is overdue and still missing is a target missed, or silence would look like promptness.
  const met = sql`case when ${responded} then ${tickets.respondedInTime} when ${open} and ${tickets.firstResponseAt} is null and ${tickets.answerDueAt} < ${now.toISOString()}::timestamptz then false end`
  const rows = await campus.db
    .select({
      departmentId: tickets.departmentId,
      open: sql<number>`(count(*) filter (where ${open}))::int`,
      late: sql<number>`(count(*) filter (where ${open} and ${tickets.promisedAt} < ${now.toISOString()}::timestamptz))::int`,
      answered: sql<number>`(count(*) filter (where ${responded}))::int`,
      resolved: sql<number>`(count(*) filter (where ${tickets.status} = 'resolved' and ${tickets.closedAt} >= ${since}::timestamptz))::int`,
      timed: sql<number>`count(${met})::int`,
      medianMinutes: sql<
        number | null
      >`percentile_cont(0.5) within group (order by ${tickets.responseMinutes}) filter (where ${responded})`,
      withinTarget: sql<number | null>`avg(${met}::int)::float8`,
    })
    .from(tickets)
    .where(
      slug === null
        ? isNotNull(tickets.departmentId)
        : inArray(
            tickets.departmentId,
            campus.db.select({ id: departments.id }).from(departments).where(eq(departments.slug, slug)),
          ),
    )
    .groupBy(tickets.departmentId)
  return new Map(
    rows.map(({ departmentId, timed, medianMinutes, withinTarget, ...counts }) => [
      departmentId!,
      {
        ...counts,
        medianMinutes: counts.answered < ENOUGH ? null : medianMinutes,
        withinTarget: timed < ENOUGH ? null : withinTarget,
      },
    ]),
  )
}
