import { sql } from 'drizzle-orm'
import {
  type AnyPgColumn,
  bigint,
  boolean,
  check,
  customType,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core'
import type { Audience, EntryKind, Source, Status } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { departments } from './departments.ts'
import { invalidations } from './integrity.ts'
import { people } from './people.ts'

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/**
 * One public ticket. Status, counts and times are shadows of its entries and votes, moved in the same
 * transaction as they are.
 */
export const tickets = pgTable(
  'tickets',
  {
    number: integer().primaryKey().generatedByDefaultAsIdentity({ startWith: 1001 }),
    slug: text().notNull(),
    title: text().notNull(),
    body: text().notNull(),
    status: text().$type<Status>().notNull().default('received'),
    departmentId: integer('department_id').references(() => departments.id),
    /** Null when it came from a network. */
    authorId: text('author_id').references(() => people.id, { onDelete: 'set null' }),
    source: text().$type<Source>().notNull(),
    /** Made with the form: a form sent twice by one person makes one ticket. */
    submissionKey: text('submission_key'),
    createdAt: moment('created_at').notNull(),
    votes: integer().notNull().default(0),
    comments: integer().notNull().default(0),
    answers: integer().notNull().default(0),
    /** By when the first answer was promised; null while nobody owns it. Unlike `promisedAt` it stays. */
    answerDueAt: moment('answer_due_at'),
    /** When a person of a department first said something in public. */
    firstResponseAt: moment('first_response_at'),
    /** How long that took, in minutes of the campus's working time. */
    responseMinutes: integer('response_minutes'),
    /** Whether it came by the day promised; null when nothing had been promised. */
    respondedInTime: boolean('responded_in_time'),
    /** The newest official answer or final word. */
    answeredAt: moment('answered_at'),
    closedAt: moment('closed_at'),
    /** By when an answer is owed; null when none is. */
    promisedAt: moment('promised_at'),
    mergedInto: integer('merged_into').references((): AnyPgColumn => tickets.number),
  },
  (table) => [
    unique('tickets_submission').on(table.authorId, table.submissionKey),
    check('tickets_merged', sql`(${table.status} = 'merged') = (${table.mergedInto} is not null)`),
    check('tickets_not_into_itself', sql`${table.mergedInto} <> ${table.number}`),
    // Nulls first, as a query that says only `desc` asks: with any other word the index does not serve it.
    index('tickets_most_backed').on(table.votes.desc().nullsFirst(), table.number.desc().nullsFirst()),
    index('tickets_newest').on(table.createdAt.desc().nullsFirst(), table.number.desc().nullsFirst()),
    index('tickets_recently_answered').on(
      table.answeredAt.desc().nullsFirst(),
      table.number.desc().nullsFirst(),
    ),
    index('tickets_of_department').on(table.departmentId, table.status, table.source),
    index('tickets_owing')
      .on(table.promisedAt)
      .where(sql`promised_at is not null`),
    index('tickets_by_author').on(table.authorId, table.createdAt),
    index('tickets_merged_into')
      .on(table.mergedInto)
      .where(sql`merged_into is not null`),
  ],
)

/**
 * What a search reads, kept by a trigger. Apart from the ticket, because every vote rewrites the ticket's
 * row, and would drag this large index along.
 */
export const ticketSearch = pgTable(
  'ticket_search',
  {
    ticketNumber: integer('ticket_number')
      .primaryKey()
      .references(() => tickets.number, { onDelete: 'cascade' }),
    /** Every word twice: its stem in the campus's language, and as it is written. */
    document: tsvector('document').notNull(),
    /** What the stems were made with: another language than the campus's has yet to be indexed anew. */
    language: text().notNull().default(''),
    // What the filters ask for, as it stands in the ticket; a trigger keeps it so.
    departmentId: integer('department_id'),
    status: text().$type<Status>().notNull().default('received'),
    source: text().$type<Source>().notNull().default('web'),
    answered: boolean().notNull().default(false),
  },
  (table) => [
    // With the filters, because reading every ticket that has a common word takes most of a search.
    index('ticket_search_found').using(
      'gin',
      table.document,
      sql`quad_facets(status, department_id, source)`,
    ),
  ],
)

/**
 * How many tickets share all of these, for the numbers beside the board's filters: to be added up. A change only adds
 * rows, so that no change waits for another one; they are drawn together now and then. Kept by triggers.
 */
export const ticketCounts = pgTable('ticket_counts', {
  departmentId: integer('department_id'),
  status: text().$type<Status>().notNull(),
  source: text().$type<Source>().notNull(),
  answered: boolean().notNull(),
  /** Below nothing for those that are so no more. */
  count: integer().notNull(),
})

/**
 * Every word that was ever written in a ticket, without case and accents: what a misspelt word is compared with.
 * Two transactions may write the same one, so that neither has to wait for the other.
 */
export const searchWords = pgTable('search_words', { word: text().notNull() }, (table) => [
  index('search_words_word').on(table.word),
  index('search_words_spelling').using('gin', sql`word gin_trgm_ops`),
])

/** One line of a timeline. Append-only, held by a trigger: a correction is a new entry. */
export const entries = pgTable(
  'entries',
  {
    id: bigint({ mode: 'bigint' }).primaryKey().generatedAlwaysAsIdentity(),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    kind: text().$type<EntryKind>().notNull(),
    audience: text().$type<Audience>().notNull().default('public'),
    authorId: text('author_id').references(() => people.id, { onDelete: 'set null' }),
    /** The department that speaks, or receives. */
    departmentId: integer('department_id').references(() => departments.id),
    /** The post that says it, when a network does. */
    postId: bigint('post_id', { mode: 'bigint' }),
    body: text(),
    from: text('from_status').$type<Status>(),
    to: text('to_status').$type<Status>(),
    /** The other ticket of a merge. */
    relatedTicket: integer('related_ticket').references(() => tickets.number),
    submissionKey: text('submission_key'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    unique('entries_submission').on(table.authorId, table.submissionKey),
    index('entries_of_ticket').on(table.ticketNumber, table.id),
    // What made the ticket what it is, found at once however long the talk between.
    index('entries_milestones')
      .on(table.ticketNumber, table.id)
      .where(sql`kind in ('answer', 'handover') or to_status is not null`),
    index('entries_by_author').on(table.authorId, table.createdAt),
    index('entries_of_post').on(table.postId),
    check(
      'entries_declined_says_why',
      // Without the coalesce no body at all would do: a check that is neither true nor false holds.
      sql`${table.to} is distinct from 'declined' or coalesce(${table.body}, '') ~ '\\S'`,
    ),
  ],
)

export const votes = pgTable(
  'votes',
  {
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull(),
    /**
     * From which address range it came: a keyed hash, with `campus:` before it where that is a network of the campus, and
     * nothing where the address was not known. Null after two days.
     */
    origin: text(),
    /** The decision by which it is not counted. It stays, so that it can be undone and is not given again. */
    invalidatedBy: bigint('invalidated_by', { mode: 'bigint' }).references(() => invalidations.id),
  },
  (table) => [
    primaryKey({ columns: [table.ticketNumber, table.personId] }),
    index('votes_of_person').on(table.personId),
    index('votes_recent')
      .on(table.createdAt)
      .where(sql`origin is not null`),
    index('votes_invalidated')
      .on(table.invalidatedBy)
      .where(sql`invalidated_by is not null`),
  ],
)

export const follows = pgTable(
  'follows',
  {
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    /** False once someone has chosen not to follow, so that a later vote does not undo the choice. */
    active: boolean().notNull().default(true),
  },
  (table) => [
    primaryKey({ columns: [table.ticketNumber, table.personId] }),
    index('follows_of_person').on(table.personId),
  ],
)

/** What one person says of one resolution: whether it really solved the concern. Only counts are public. */
export const verdicts = pgTable(
  'verdicts',
  {
    /** The entry that resolved the ticket. Resolved again, everybody is asked again. */
    resolutionId: bigint('resolution_id', { mode: 'bigint' })
      .notNull()
      .references(() => entries.id),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    solved: boolean().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.resolutionId, table.personId] }),
    index('verdicts_of_person').on(table.personId),
  ],
)
