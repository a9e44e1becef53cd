import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { InvalidationReason, Role, VoteSign } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { people } from './people.ts'
import { tickets } from './tickets.ts'

/** What was counted of the votes of ten minutes. */
export type VoteMeasures = {
  votes: number
  /** How many the ticket had in ten minutes before, in the mean of its life. */
  usual: number
  /** By accounts that were younger than a day. */
  young: number
  /** By accounts that have backed nothing else. */
  single: number
  /** From the address range that most came from, networks of the campus left out. */
  oneRange: number
  /** By young accounts that backed the same tickets in the same order as at least nine others. */
  ring: number
  /** Everybody else of the campus: how many they are, and how many of their accounts are younger than a day. */
  others: number
  othersYoung: number
}

/** Which votes of a burst are meant: those for which all of these hold. */
export type VotePattern = {
  conditions: Array<Exclude<VoteSign, 'burst'>>
  /** With them what the same people backed elsewhere, from an hour before to an hour after. */
  everywhere: boolean
}

/** Ten minutes of a ticket in which votes came in an odd way. It says what was seen, and nothing of why. */
export const voteFlags = pgTable(
  'vote_flags',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    since: moment('since').notNull(),
    until: moment('until').notNull(),
    signs: text().array().$type<Array<VoteSign>>().notNull(),
    measures: jsonb().$type<VoteMeasures>().notNull(),
    /** A keyed hash, as in `votes.origin`; forgotten with those. */
    origin: text(),
    foundAt: moment('found_at').notNull(),
    /** When somebody looked at it and decided. */
    settledAt: moment('settled_at'),
    settledBy: text('settled_by').references(() => people.id, { onDelete: 'set null' }),
  },
  (table) => [
    unique('vote_flags_once').on(table.ticketNumber, table.since),
    index('vote_flags_settled_by').on(table.settledBy),
  ],
)

/** A decision that votes are not counted. The votes stay, so that it can be undone. */
export const invalidations = pgTable(
  'invalidations',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull(),
    madeBy: text('made_by').references(() => people.id, { onDelete: 'set null' }),
    madeByRole: text('made_by_role').$type<Role>().notNull(),
    reason: text().$type<InvalidationReason>().notNull(),
    flagId: bigint('flag_id', { mode: 'bigint' })
      .notNull()
      .references(() => voteFlags.id),
    pattern: jsonb().$type<VotePattern>().notNull(),
    undoneAt: moment('undone_at'),
    undoneBy: text('undone_by').references(() => people.id, { onDelete: 'set null' }),
    undoneByRole: text('undone_by_role').$type<Role>(),
    /** How many votes came back; fewer when people have left since. */
    restored: integer(),
  },
  (table) => [
    index('invalidations_made_by').on(table.madeBy),
    index('invalidations_undone_by').on(table.undoneBy),
    index('invalidations_of_flag').on(table.flagId),
    check(
      'invalidations_undone_whole',
      sql`num_nulls(${table.undoneAt}, ${table.undoneByRole}, ${table.restored}) in (0, 3)`,
    ),
  ],
)

/** How many votes a decision took from which ticket. Written down, so that it stays true when people leave. */
export const invalidatedTickets = pgTable(
  'invalidated_tickets',
  {
    invalidationId: bigint('invalidation_id', { mode: 'bigint' })
      .notNull()
      .references(() => invalidations.id),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references((): AnyPgColumn => tickets.number),
    votes: integer().notNull(),
    before: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.invalidationId, table.ticketNumber] }),
    index('invalidated_tickets_of_ticket').on(table.ticketNumber),
  ],
)

/** Who is to be told by mail that votes of theirs are not counted. */
export const invalidationMails = pgTable(
  'invalidation_mails',
  {
    invalidationId: bigint('invalidation_id', { mode: 'bigint' })
      .notNull()
      .references(() => invalidations.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    /** Until when a process is sending it. */
    claimedUntil: moment('claimed_until'),
    sentAt: moment('sent_at'),
  },
  (table) => [
    primaryKey({ columns: [table.invalidationId, table.personId] }),
    index('invalidation_mails_of_person').on(table.personId),
    index('invalidation_mails_open')
      .on(table.invalidationId)
      .where(sql`sent_at is null`),
  ],
)

/**
 * How often somebody, or an address range, did something lately. Keys are ids and keyed hashes. Not logged by the
 * database, so that counting costs no waiting for the disk: after a crash everybody begins anew.
 */
export const limits = pgTable(
  'limits',
  {
    key: text().primaryKey(),
    points: integer().notNull(),
    expire: moment('expire').notNull(),
  },
  (table) => [index('limits_by_expiry').on(table.expire)],
)
