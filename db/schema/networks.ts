import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type {
  AccountState,
  ChannelId,
  Charge,
  DeliveryState,
  Mirror,
  Moment,
  PostKind,
  Summons,
} from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { departments } from './departments.ts'
import { people } from './people.ts'
import { entries, tickets } from './tickets.ts'

/** An account of ours on a network. Without a department it belongs to the whole campus. */
export const accounts = pgTable(
  'accounts',
  {
    id: integer().primaryKey().generatedAlwaysAsIdentity(),
    channel: text().$type<ChannelId>().notNull(),
    externalId: text('external_id').notNull(),
    /** Lower case, without the at sign. */
    handle: text().notNull(),
    name: text().notNull(),
    /** Its page on the network. */
    url: text().notNull(),
    departmentId: integer('department_id').references(() => departments.id),
    /** Sealed: see `platform/seal`. */
    credentials: text().notNull(),
    state: text().$type<AccountState>().notNull().default('connected'),
    cursor: text(),
    /** While this lies ahead, one process is reading the account. */
    leasedUntil: moment('leased_until'),
    readAfter: moment('read_after'),
    sendAfter: moment('send_after'),
    readAt: moment('read_at'),
    sentAt: moment('sent_at'),
    trouble: text(),
    troubleAt: moment('trouble_at'),
    /** While this lies ahead, one process is asking for new credentials. */
    renewingUntil: moment('renewing_until'),
    /** When those who look after it were told that it is signed out. */
    toldAt: moment('told_at'),
    /** Requests left at the network, as it told last. */
    allowances: jsonb()
      .$type<Partial<Record<'read' | 'send', { left: number; of: number; until: string }>>>()
      .notNull()
      .default({}),
    /** The policy: see `outbound/policy`. */
    mirror: text().$type<Mirror>().notNull().default('first-and-final'),
    links: boolean().notNull().default(false),
    /** Minutes of the campus's day between which nothing is sent; null: it speaks at any hour. */
    quietFrom: integer('quiet_from'),
    quietUntil: integer('quiet_until'),
    /** What it may cost in a month, in cents; null: no bound. */
    monthlyCap: integer('monthly_cap'),
    /** Whether somebody has said that the network shows this account as automated. */
    labelled: boolean().notNull().default(false),
    /** Without the number sign, lower case: posts that carry one are taken in too. */
    hashtags: text().array().notNull().default([]),
    searchCursor: text('search_cursor'),
    /** Search and look-up are not asked before this moment; reading goes on meanwhile. */
    lookAfter: moment('look_after'),
  },
  (table) => [unique('accounts_identity').on(table.channel, table.externalId)],
)

/** Who was told that an account is signed out, mail by mail. */
export const signOutMails = pgTable(
  'sign_out_mails',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    /** Which signing-out: each is told once. */
    signedOutAt: moment('signed_out_at').notNull(),
    /** While this lies ahead, one process is handing the mail over. */
    claimedUntil: moment('claimed_until'),
    sentAt: moment('sent_at'),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.personId, table.signedOutAt] })],
)

/** Something on a network, in or out. Unique by its first version, so that an edit is the same post. */
export const posts = pgTable(
  'posts',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    channel: text().$type<ChannelId>().notNull(),
    firstId: text('first_id').notNull(),
    /** The newest version. */
    externalId: text('external_id').notNull(),
    kind: text().$type<PostKind>().notNull(),
    accountId: integer('account_id').references(() => accounts.id),
    ticketNumber: integer('ticket_number').references(() => tickets.number),
    authorId: text('author_id').notNull(),
    authorHandle: text('author_handle').notNull(),
    authorName: text('author_name').notNull(),
    text: text().notNull(),
    url: text().notNull(),
    postedAt: moment('posted_at').notNull(),
    editedAt: moment('edited_at'),
    conversationId: text('conversation_id').notNull(),
    inReplyTo: text('in_reply_to'),
    summons: text().$type<Summons>(),
    images: jsonb()
      .$type<Array<{ url: string; alt: string | null; moving?: boolean | undefined }>>()
      .notNull()
      .default([]),
    /** When it was last looked up on the network. */
    checkedAt: moment('checked_at'),
    /** Since when its network has not shown it; null: it did when it was last looked up. */
    missingSince: moment('missing_since'),
    /** When it was found to be gone there. Its words are gone here too. */
    goneAt: moment('gone_at'),
    parent: jsonb().$type<{
      authorName: string | null
      authorHandle: string | null
      text: string
      url: string
    }>(),
  },
  (table) => [
    unique('posts_identity').on(table.channel, table.firstId),
    unique('posts_version').on(table.channel, table.externalId),
    index('posts_of_conversation').on(table.channel, table.conversationId),
    index('posts_of_ticket').on(table.ticketNumber),
    // What is to be looked up next, the longest unseen first.
    index('posts_to_look_up')
      .on(table.channel, table.checkedAt)
      .where(sql`gone_at is null and kind <> 'reply'`),
  ],
)

/** What an account used of what its network bills, month by month. */
export const charges = pgTable(
  'charges',
  {
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Of the UTC calendar, `2026-11`: networks bill by that. */
    month: text().notNull(),
    kind: text().$type<Charge>().notNull(),
    count: integer().notNull(),
    /** In millionths of a dollar, at the price of the time. */
    cost: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.month, table.kind] })],
)

/**
 * What requests under way may cost, counted as spent until it is known. What a process that died had asked stays
 * here: of a delivery until somebody has looked for it, of a reading until the same is read again.
 */
export const reservations = pgTable(
  'reservations',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    /** What it is for: a delivery, or what is read. */
    purpose: text().notNull(),
    month: text().notNull(),
    kind: text().$type<Charge>().notNull(),
    count: integer().notNull(),
    cost: bigint({ mode: 'number' }).notNull(),
    madeAt: moment('made_at').notNull(),
  },
  (table) => [index('reservations_of_account').on(table.accountId, table.purpose)],
)

/** People on a network who asked us to stop answering them. */
export const stops = pgTable(
  'stops',
  {
    channel: text().$type<ChannelId>().notNull(),
    authorId: text('author_id').notNull(),
    at: moment('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.channel, table.authorId] })],
)

/** Something that must be said on the networks. Written with the entry that says it, in one transaction. */
export const announcements = pgTable(
  'announcements',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    entryId: bigint('entry_id', { mode: 'bigint' })
      .notNull()
      .references(() => entries.id),
    moment: text().$type<Moment>().notNull(),
    createdAt: moment('created_at').notNull(),
    /** When its deliveries were written; null: not yet. */
    addressedAt: moment('addressed_at'),
  },
  (table) => [
    index('announcements_of_entry').on(table.entryId),
    index('announcements_open')
      .on(table.id)
      .where(sql`addressed_at is null`),
  ],
)

/** One promise to one place. The slot makes it unique: a policy decides how many replies a post may get. */
export const deliveries = pgTable(
  'deliveries',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    announcementId: bigint('announcement_id', { mode: 'bigint' })
      .notNull()
      .references(() => announcements.id),
    /** The post it answers. */
    postId: bigint('post_id', { mode: 'bigint' })
      .notNull()
      .references(() => posts.id),
    slot: text().notNull(),
    accountId: integer('account_id')
      .notNull()
      .references(() => accounts.id),
    /** As it is sent: fixed here, so that a second look can recognise it. */
    text: text().notNull(),
    /** What did not fit, part by part. */
    more: text().array().notNull().default([]),
    state: text().$type<DeliveryState>().notNull().default('queued'),
    attempts: integer().notNull().default(0),
    attemptedAt: moment('attempted_at'),
    /** Not before this moment. */
    dueAt: moment('due_at').notNull(),
    /** Who is sending, and until when the claim holds. */
    claim: text(),
    leasedUntil: moment('leased_until'),
    reason: text(),
    externalId: text('external_id'),
    url: text(),
    createdAt: moment('created_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    unique('deliveries_slot').on(table.postId, table.slot),
    index('deliveries_due')
      .on(table.dueAt)
      .where(sql`state in ('queued', 'sending', 'checking')`),
    index('deliveries_of_announcement').on(table.announcementId),
    index('deliveries_of_account').on(table.accountId, table.state),
  ],
)
