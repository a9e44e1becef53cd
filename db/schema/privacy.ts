import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { Affiliation } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { people } from './people.ts'
import { tickets } from './tickets.ts'

/** What a person is called on one ticket: drawn by lot there, so that nobody can tell them from it on another. */
export const pseudonyms = pgTable(
  'pseudonyms',
  {
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    /** Null when they were erased: the name stays taken. */
    personId: text('person_id').references(() => people.id, { onDelete: 'set null' }),
    name: text().notNull(),
    /** What they were to the campus when it was drawn, where at least ten people were the same; see `people/suppressed`. */
    affiliation: text().$type<Affiliation>(),
  },
  (table) => [
    primaryKey({ columns: [table.ticketNumber, table.name] }),
    unique('pseudonyms_of_person').on(table.ticketNumber, table.personId),
    index('pseudonyms_by_person').on(table.personId),
  ],
)

/** That somebody asked who wrote something, who agreed, and when the person was told. Kept as a record of disclosure. */
export const unmaskings = pgTable(
  'unmaskings',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    /** The pseudonym asked about, as it stands on the ticket. */
    name: text().notNull(),
    personId: text('person_id').references(() => people.id, { onDelete: 'set null' }),
    askedBy: text('asked_by').references(() => people.id, { onDelete: 'set null' }),
    reason: text().notNull(),
    /** The person is not told, because a law or an order forbids it: who says so writes which. */
    barred: boolean().notNull().default(false),
    barredWhy: text('barred_why'),
    askedAt: moment('asked_at').notNull(),
    decidedBy: text('decided_by').references(() => people.id, { onDelete: 'set null' }),
    decidedAt: moment('decided_at'),
    granted: boolean(),
    /** When the one who asked first saw the name. */
    readAt: moment('read_at'),
    /** When the mail that tells the person went out, and until when somebody is writing it. */
    toldAt: moment('told_at'),
    claimedUntil: moment('claimed_until'),
  },
  (table) => [
    index('unmaskings_of_person').on(table.personId),
    index('unmaskings_by_asker').on(table.askedBy),
    index('unmaskings_open')
      .on(table.askedAt)
      .where(sql`decided_at is null`),
    check(
      'unmaskings_by_two',
      sql`${table.decidedBy} is distinct from ${table.askedBy} or ${table.askedBy} is null`,
    ),
    check('unmaskings_say_why', sql`${table.reason} ~ '\\S'`),
    check(
      'unmaskings_decided_whole',
      sql`(${table.decidedAt} is null) = (${table.granted} is null) and (not ${table.barred} or coalesce(${table.granted}, false))`,
    ),
    check('unmaskings_barred_says_why', sql`not ${table.barred} or coalesce(${table.barredWhy}, '') ~ '\\S'`),
  ],
)

/**
 * Who did what to whom, for the auditor. Append-only and chained, held by triggers. No names and no addresses.
 * See docs/decisions/018-audit-chain.md.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull(),
    /** A person's id, or null where nobody is signed in, such as the command line. */
    actorId: text('actor_id'),
    /** Such as `person.disabled`. */
    event: text().notNull(),
    /** What it was done to, such as `person:x7Kd` or `ticket:1001`. */
    subject: text().notNull(),
    details: jsonb().$type<Record<string, string | number | boolean | null>>().notNull().default({}),
    /** The place in the chain, from 1 and without gaps. Null only until the transaction that writes the line commits. */
    sequence: bigint({ mode: 'bigint' }).unique(),
    /** SHA-256 in hexadecimal, of the line before and of this one. */
    previous: text(),
    hash: text(),
  },
  (table) => [index('audit_log_by_subject').on(table.subject, table.id)],
)
