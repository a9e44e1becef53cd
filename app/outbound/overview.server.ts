import { and, asc, desc, eq, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm'
import { spentIn } from '#app/accounts/charges.server.ts'
import { monthOf } from '#app/accounts/spending.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Networks } from '#app/channels/registry.ts'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { can, reach } from '#app/domain/people/can.ts'
import { accounts, announcements, deliveries, departments, posts, tickets } from '#db/schema/index.ts'
import { ASKS_FOR_LABEL, OFFERED, policyOf } from './policy.ts'
import type { AccountView, AllowanceView, DeliveryView } from './views.ts'

/** What a desk page lists of deliveries. */
const LISTED = 100

/** Our accounts, as staff of their departments may see them; an admin sees all. */
export async function readAccounts(
  campus: Campus,
  networks: Networks,
  actor: Actor,
): Promise<Array<AccountView>> {
  const now = campus.clock.now()
  const inState = (states: SQL) =>
    sql<number>`(select count(*) from ${deliveries} where ${deliveries.accountId} = ${accounts.id} and ${deliveries.state} in ${states})::int`
  const rows = await campus.db
    .select({
      account: accounts,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
      queued: inState(sql`('queued', 'sending', 'checking')`),
      parked: inState(sql`('parked')`),
      spent: spentIn(sql`${accounts.id}`, monthOf(now)),
    })
    .from(accounts)
    .leftJoin(departments, eq(departments.id, accounts.departmentId))
    .where(ownAccounts(actor))
    .orderBy(sql`${departments.name} asc nulls first`, asc(accounts.handle))
  return rows.map(({ account, department, queued, parked, spent }) => ({
    id: account.id,
    channel: account.channel,
    handle: account.handle,
    department,
    state: account.state,
    lastReadAt: account.readAt,
    lastSentAt: account.sentAt,
    queued,
    parked,
    allowances: {
      read: allowanceNow(account.allowances.read, now),
      send: allowanceNow(account.allowances.send, now),
    },
    spent: networks.get(account.channel)?.prices ? spent : null,
    policy: {
      ...policyOf(account),
      offered: [...OFFERED[account.channel]],
      hashtags: account.hashtags,
    },
    wantsLabel: ASKS_FOR_LABEL[account.channel] && !account.labelled,
    manages: can(actor, 'manage-accounts', account),
    signsInThere: networks.get(account.channel)?.signIn !== undefined,
    trouble:
      account.trouble !== null && account.troubleAt !== null
        ? { reason: account.trouble, at: account.troubleAt, until: account.readAfter }
        : null,
  }))
}

/** When its window is over, nobody knows. */
function allowanceNow(
  told: { left: number; of: number; until: string } | undefined,
  now: Date,
): AllowanceView | null {
  const until = told ? new Date(told.until) : now
  return told && until > now ? { left: told.left, of: told.of, until } : null
}

/** What is not out yet, and what went out last. */
export async function readDeliveries(campus: Campus, actor: Actor): Promise<Array<DeliveryView>> {
  const rows = await campus.db
    .select({
      delivery: deliveries,
      account: accounts,
      ticket: tickets,
      postUrl: posts.url,
      waits: sql<boolean>`exists (select from ${deliveries} as earlier where earlier.post_id = ${deliveries.postId} and earlier.id < ${deliveries.id} and earlier.state in ('queued', 'sending', 'checking'))`,
    })
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
  return rows.map(({ delivery, account, ticket, postUrl, waits }) => ({
    id: String(delivery.id),
    channel: account.channel,
    handle: account.handle,
    ticket: { number: ticket.number, slug: ticket.slug, title: ticket.title },
    state: delivery.state,
    text: delivery.text,
    reason: reasonNow(delivery, account, waits, campus.clock.now()),
    retryAt:
      account.state === 'connected' &&
      delivery.reason !== null &&
      (delivery.state === 'queued' || delivery.state === 'checking')
        ? delivery.dueAt
        : null,
    undecided:
      ['queued', 'checking', 'parked'].includes(delivery.state) ||
      (delivery.state === 'skipped' && delivery.settledAt === null),
    attempts: delivery.attempts,
    postUrl,
  }))
}

/** One sentence for everything that is not out: what holds the whole account comes before what was last heard. */
function reasonNow(
  delivery: typeof deliveries.$inferSelect,
  account: typeof accounts.$inferSelect,
  waits: boolean,
  now: Date,
): string | null {
  if (delivery.state !== 'queued' && delivery.state !== 'checking') return delivery.reason
  const t = textIn('en')
  if (account.state === 'signed-out') return t('held.signedOut')
  if (account.state === 'disconnected') return t('held.disconnected')
  if (waits) return t('held.earlier')
  if (delivery.reason === null && account.sendAfter && account.sendAfter > now) return t('held.paused')
  return delivery.reason
}

/** The accounts that answer the posts of a ticket: who will repeat what is said on it. */
export async function readMirrors(campus: Campus, number: number) {
  return campus.db
    .selectDistinct({ channel: accounts.channel, handle: accounts.handle })
    .from(posts)
    .innerJoin(accounts, eq(accounts.id, posts.accountId))
    .where(
      and(
        eq(posts.ticketNumber, number),
        eq(posts.kind, 'concern'),
        ne(accounts.mirror, 'nothing'),
        ne(accounts.state, 'disconnected'),
      ),
    )
}

/** A campus-wide account is everybody's to see. */
export function ownAccounts(actor: Actor): SQL | undefined {
  const seen = reach(actor)
  return seen === 'everywhere'
    ? undefined
    : or(isNull(accounts.departmentId), inArray(accounts.departmentId, [...seen, -1]))
}
