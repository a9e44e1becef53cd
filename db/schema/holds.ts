import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgTable,
  smallint,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { HeldThing, HoldKind, HoldOutcome, HoldRefusal, ListKind } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { posts } from './networks.ts'
import { people } from './people.ts'
import { tickets } from './tickets.ts'

/** How this campus screens what is not public yet. One row. */
export const screeningSettings = pgTable(
  'screening_settings',
  {
    id: smallint().primaryKey().default(1),
    /** Whether every post of a network waits for a person. */
    reviewImports: boolean('review_imports').notNull().default(false),
    /** Where a phone number is dialled that begins without a country: an ISO code. */
    country: text().notNull().default('US'),
    /** In the pattern language of `screening/pattern`. */
    studentNumbers: text('student_numbers').array().notNull().default([]),
    rooms: text().array().notNull().default([]),
    /** Mail addresses, domains and phone numbers of the campus's own offices. */
    own: text().array().notNull().default([]),
    /** Offices and people in public office, whose names are no private ones. */
    seniors: text().array().notNull().default([]),
    /** Working minutes until somebody should have opened a safety hold. */
    careMinutes: integer('care_minutes').notNull().default(60),
    /** Working minutes until any other hold should have been decided. */
    heldMinutes: integer('held_minutes').notNull().default(480),
    /** Hours after which a spam hold that nobody decided is published. */
    spamHours: integer('spam_hours').notNull().default(24),
  },
  (table) => [check('screening_settings_one', sql`${table.id} = 1`)],
)

/** Words that lead somebody to an office instead of the board. An empty office still has to be filled in. */
export const wordLists = pgTable('word_lists', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  kind: text().$type<ListKind>().notNull(),
  name: text().notNull().unique(),
  /** Words and phrases by language. */
  words: jsonb().$type<Record<string, Array<string>>>().notNull().default({}),
  office: text().notNull().default(''),
  phone: text().notNull().default(''),
  /** Where a referral is sent. */
  email: text().notNull().default(''),
  crisisLine: text('crisis_line').notNull().default(''),
  crisisPhone: text('crisis_phone').notNull().default(''),
  /** What the page says to who wrote it. */
  guidance: text().notNull().default(''),
})

/**
 * What somebody wrote and nobody sees yet: neither a ticket nor an entry. Released, it goes through the ordinary
 * intake; its words are only here, and sealed.
 */
export const holds = pgTable(
  'holds',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    kind: text().$type<HoldKind>().notNull(),
    what: text().$type<HeldThing>().notNull(),
    /** Null when a network spoke. */
    personId: text('person_id').references(() => people.id, { onDelete: 'cascade' }),
    submissionKey: text('submission_key'),
    /** Of a comment the ticket it is for; of what was released, where it stands now. */
    ticketNumber: integer('ticket_number').references(() => tickets.number),
    /** The post, of which nothing but its ids is kept elsewhere until it is released. */
    postId: bigint('post_id', { mode: 'bigint' }).references(() => posts.id),
    /** Of what was sent many times: `echoes.words`, by which they are decided together. */
    echoOf: text('echo_of'),
    /** Sealed: see `platform/seal`. Null once it is public, taken back, or long decided. */
    content: text(),
    createdAt: moment('created_at').notNull(),
    /** When its author said that it is not about what the word list stands for. */
    disputedAt: moment('disputed_at'),
    /** When it is published if nobody decides. */
    expiresAt: moment('expires_at'),
    openedAt: moment('opened_at'),
    openedBy: text('opened_by').references(() => people.id, { onDelete: 'set null' }),
    /** When the care team learned who wrote it, and who of them: see `screening/emergency`. */
    learnedAt: moment('learned_at'),
    learnedBy: text('learned_by').references(() => people.id, { onDelete: 'set null' }),
    referredAt: moment('referred_at'),
    /** When those who look after it were last written to, and until when somebody is writing. */
    alertedAt: moment('alerted_at'),
    claimedUntil: moment('claimed_until'),
    outcome: text().$type<HoldOutcome>(),
    decidedAt: moment('decided_at'),
    decidedBy: text('decided_by').references(() => people.id, { onDelete: 'set null' }),
    reason: text().$type<HoldRefusal>(),
  },
  (table) => [
    unique('holds_submission').on(table.personId, table.submissionKey),
    uniqueIndex('holds_of_post')
      .on(table.postId)
      .where(sql`outcome is null`),
    index('holds_waiting')
      .on(table.kind, table.createdAt)
      .where(sql`outcome is null`),
    index('holds_of_person').on(table.personId, table.createdAt),
    index('holds_echoes')
      .on(table.echoOf)
      .where(sql`outcome is null and echo_of is not null`),
    check('holds_decided_whole', sql`(${table.outcome} is null) = (${table.decidedAt} is null)`),
    check('holds_waiting_whole', sql`${table.outcome} is not null or ${table.content} is not null`),
    // What is about somebody's safety is never published by a clock.
    check('holds_only_spam_expires', sql`${table.kind} = 'spam' or ${table.expiresAt} is null`),
    check(
      'holds_only_spam_expired',
      sql`${table.kind} = 'spam' or ${table.outcome} is distinct from 'expired'`,
    ),
    check(
      'holds_refused_says_why',
      sql`${table.outcome} is distinct from 'refused' or ${table.reason} is not null`,
    ),
  ],
)

/** The same words, sent again and again. For a day, and of nobody: all of it keyed hashes. */
export const echoes = pgTable(
  'echoes',
  {
    words: text().primaryKey(),
    /** The forms and posts that had these words, in the order they came. */
    senders: text().array().notNull(),
    since: moment('since').notNull(),
  },
  (table) => [index('echoes_by_age').on(table.since)],
)

/** What the care team writes down about a hold. */
export const careNotes = pgTable(
  'care_notes',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    holdId: bigint('hold_id', { mode: 'bigint' })
      .notNull()
      .references(() => holds.id, { onDelete: 'cascade' }),
    authorId: text('author_id').references(() => people.id, { onDelete: 'set null' }),
    /** Sealed. */
    body: text().notNull(),
    at: moment('at').notNull(),
  },
  (table) => [index('care_notes_of_hold').on(table.holdId), index('care_notes_by_author').on(table.authorId)],
)

/** That something was passed to the office that is there for it. */
export const referrals = pgTable(
  'referrals',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    holdId: bigint('hold_id', { mode: 'bigint' }).references(() => holds.id, { onDelete: 'cascade' }),
    ticketNumber: integer('ticket_number').references(() => tickets.number),
    listId: integer('list_id')
      .notNull()
      .references(() => wordLists.id),
    referredBy: text('referred_by').references(() => people.id, { onDelete: 'set null' }),
    at: moment('at').notNull(),
    /** When the mail went out, and until when somebody is writing it. */
    mailedAt: moment('mailed_at'),
    claimedUntil: moment('claimed_until'),
  },
  (table) => [
    check('referrals_of_one_thing', sql`(${table.holdId} is null) <> (${table.ticketNumber} is null)`),
    index('referrals_unmailed')
      .on(table.id)
      .where(sql`mailed_at is null`),
    index('referrals_of_hold').on(table.holdId),
    index('referrals_by_person').on(table.referredBy),
  ],
)
