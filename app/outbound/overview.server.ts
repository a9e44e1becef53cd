import { and, asc, desc, eq, inArray, isNull, or, sql, type SQL } from 'drizzle-orm'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { accounts, announcements, deliveries, departments, posts, tickets } from '#db/schema/index.ts'
import type { AccountView, DeliveryView } from './views.ts'

/** What a desk page lists of deliveries. */
const LISTED = 100

/** Our accounts, as staff of their departments may see them; an admin sees all. */
export async function readAccounts(campus: Campus, actor: Actor): Promise<Array<AccountView>> {
  const inState = (states: SQL) =>
    sql<number>`(select count(*) from ${deliveries} where ${deliveries.accountId} = ${accounts.id} and ${deliveries.state} in ${states})::int`
  const rows = await campus.db
    .select({
      account: accounts,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
      queued: inState(sql`('queued', 'sending', 'checking')`),
      parked: inState(sql`('parked')`),
    })
    .from(accounts)
    .leftJoin(departments, eq(departments.id, accounts.departmentId))
    .where(ownAccounts(actor))
    .orderBy(sql`${departments.name} asc nulls first`, asc(accounts.handle))
  return rows.map(({ account, department, queued, parked }) => ({
    id: account.id,
    channel: account.channel,
    handle: account.handle,
    department,
    state: account.state,
    lastReadAt: account.readAt,
    lastSentAt: account.sentAt,
    queued,
    parked,
    trouble:
      account.trouble !== null && account.troubleAt !== null
        ? { reason: account.trouble, at: account.troubleAt, until: account.readAfter }
        : null,
  }))
}

/** What is not out yet, and what went out last. */
export async function readDeliveries(campus: Campus, actor: Actor): Promise<Array<DeliveryView>> {
  const rows = await campus.db
    .select({ delivery: deliveries, account: accounts, ticket: tickets, postUrl: posts.url })
    .from(deliveries)
    .innerJoin(accounts, eq(accounts.id, deliveries.accountId))
    .innerJoin(announcements, eq(announcements.id, deliveries.announcementId))
    .innerJoin(tickets, eq(tickets.number, announcements.ticketNumber))
    .innerJoin(posts, eq(posts.id, deliveries.postId))
    .where(ownAccounts(actor))
    .orderBy(
      sql`case ${deliveries.state} when 'parked' then 0 when 'checking' then 1 when 'queued' then 2 when 'sending' then 2 else 3 end`,
      desc(deliveries.id),
    )
    .limit(LISTED)
  return rows.map(({ delivery, account, ticket, postUrl }) => ({
    id: String(delivery.id),
    channel: account.channel,
    handle: account.handle,
    ticket: { number: ticket.number, slug: ticket.slug, title: ticket.title },
    state: delivery.state,
    text: delivery.text,
    reason: delivery.reason,
    retryAt:
      delivery.reason !== null && (delivery.state === 'queued' || delivery.state === 'checking')
        ? delivery.dueAt
        : null,
    attempts: delivery.attempts,
    postUrl,
  }))
}

/** The accounts that answer the posts of a ticket: who will repeat what is said on it. */
export async function readMirrors(campus: Campus, number: number) {
  return campus.db
    .selectDistinct({ channel: accounts.channel, handle: accounts.handle })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.accountId))
    .where(and(eq(posts.ticketNumber, number), eq(posts.kind, 'concern')))
}

/** A campus-wide account is everybody's to see. */
export function ownAccounts(actor: Actor): SQL | undefined {
  return actor.role === 'admin'
    ? undefined
    : or(isNull(accounts.departmentId), inArray(accounts.departmentId, [...actor.departmentIds, -1]))
}
