import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { BlockReason, HideReason, Role } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { people } from './people.ts'
import { entries, tickets } from './tickets.ts'

/** By which rules moderators decide. A version is never changed, held by a trigger: the next one replaces it. */
export const moderationPolicies = pgTable('moderation_policies', {
  version: integer().primaryKey().generatedByDefaultAsIdentity(),
  body: text().notNull(),
  publishedAt: moment('published_at').notNull(),
})

/** That the words of an entry are not shown, and why. The entry itself is never touched. */
export const hidings = pgTable(
  'hidings',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    /** A comment, or the entry that raised a ticket: then the ticket's own words are hidden. */
    entryId: bigint('entry_id', { mode: 'bigint' })
      .notNull()
      .references(() => entries.id),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    /** What a hidden ticket was called and said: its own row, which everything public reads, holds it no more. */
    title: text(),
    body: text(),
    /** Null where a network's post was hidden: its author cannot be reached. */
    authorId: text('author_id').references(() => people.id, { onDelete: 'set null' }),
    reason: text().$type<HideReason>().notNull(),
    /** What the author is told beside the reason. */
    explanation: text().notNull(),
    policyVersion: integer('policy_version')
      .notNull()
      .references(() => moderationPolicies.version),
    hiddenBy: text('hidden_by').references(() => people.id, { onDelete: 'set null' }),
    role: text().$type<Role>().notNull(),
    hiddenAt: moment('hidden_at').notNull(),
    restoredAt: moment('restored_at'),
  },
  (table) => [
    uniqueIndex('hidings_once')
      .on(table.entryId)
      .where(sql`restored_at is null`),
    index('hidings_of_ticket').on(table.ticketNumber),
    index('hidings_of_author').on(table.authorId),
    index('hidings_by_moderator').on(table.hiddenBy),
    index('hidings_newest').on(table.hiddenAt),
    check('hidings_say_why', sql`${table.explanation} ~ '\\S'`),
    check('hidings_not_their_own', sql`${table.hiddenBy} <> ${table.authorId}`),
  ],
)

/** That somebody may not raise or comment until a day. Over by itself. */
export const blocks = pgTable(
  'blocks',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    personId: text('person_id').references(() => people.id, { onDelete: 'set null' }),
    /** Under which name and where they were met: the one who blocks knows no more. */
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    name: text().notNull(),
    reason: text().$type<BlockReason>().notNull(),
    explanation: text().notNull(),
    policyVersion: integer('policy_version')
      .notNull()
      .references(() => moderationPolicies.version),
    blockedBy: text('blocked_by').references(() => people.id, { onDelete: 'set null' }),
    role: text().$type<Role>().notNull(),
    blockedAt: moment('blocked_at').notNull(),
    until: moment('until').notNull(),
    liftedAt: moment('lifted_at'),
  },
  (table) => [
    index('blocks_of_person').on(table.personId),
    index('blocks_by_moderator').on(table.blockedBy),
    index('blocks_newest').on(table.blockedAt),
    check('blocks_say_why', sql`${table.explanation} ~ '\\S'`),
    check('blocks_not_oneself', sql`${table.blockedBy} <> ${table.personId}`),
    check('blocks_bounded', sql`${table.until} <= ${table.blockedAt} + interval '181 days'`),
  ],
)

/** Against a hiding or a block: once, in writing, and decided by somebody else. */
export const appeals = pgTable(
  'appeals',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    hidingId: bigint('hiding_id', { mode: 'bigint' })
      .unique()
      .references(() => hidings.id),
    blockId: bigint('block_id', { mode: 'bigint' })
      .unique()
      .references(() => blocks.id),
    personId: text('person_id').references(() => people.id, { onDelete: 'set null' }),
    body: text().notNull(),
    filedAt: moment('filed_at').notNull(),
    dueAt: moment('due_at').notNull(),
    decidedBy: text('decided_by').references(() => people.id, { onDelete: 'set null' }),
    role: text().$type<Role>(),
    decidedAt: moment('decided_at'),
    /** Whether what was decided first stands. */
    upheld: boolean(),
    sentence: text(),
  },
  (table) => [
    index('appeals_of_person').on(table.personId),
    index('appeals_by_moderator').on(table.decidedBy),
    index('appeals_open')
      .on(table.dueAt)
      .where(sql`decided_at is null`),
    check('appeals_against_one', sql`(${table.hidingId} is null) <> (${table.blockId} is null)`),
    check('appeals_not_their_own', sql`${table.decidedBy} <> ${table.personId}`),
    check(
      'appeals_decided_whole',
      sql`(${table.decidedAt} is null) = (${table.upheld} is null) and (${table.decidedAt} is null or coalesce(${table.sentence}, '') ~ '\\S')`,
    ),
  ],
)

/** That a reader thinks an entry breaks the rules. It hides nothing by itself. */
export const reports = pgTable(
  'reports',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    entryId: bigint('entry_id', { mode: 'bigint' })
      .notNull()
      .references(() => entries.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    reason: text().$type<HideReason>().notNull(),
    words: text(),
    reportedAt: moment('reported_at').notNull(),
    settledAt: moment('settled_at'),
    /** Whether what was reported was hidden; null while nobody has looked. */
    hidden: boolean(),
  },
  (table) => [
    unique('reports_once').on(table.entryId, table.personId),
    index('reports_of_person').on(table.personId),
    index('reports_open')
      .on(table.entryId)
      .where(sql`settled_at is null`),
    check('reports_settled_whole', sql`(${table.settledAt} is null) = (${table.hidden} is null)`),
  ],
)
