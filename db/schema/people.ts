import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Role } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { departments } from './departments.ts'

export const people = pgTable('people', {
  id: text().primaryKey(),
  /** Lower case. Never shown: it only receives codes. */
  email: text().notNull().unique(),
  role: text().$type<Role>().notNull().default('student'),
  createdAt: moment('created_at').notNull(),
})

/** Who answers for which department. */
export const staff = pgTable(
  'staff',
  {
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    departmentId: integer('department_id')
      .notNull()
      .references(() => departments.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.personId, table.departmentId] })],
)

export const sessions = pgTable(
  'sessions',
  {
    id: text().primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [index('sessions_by_person').on(table.userId), index('sessions_by_expiry').on(table.expiresAt)],
)

/** A pending sign-in: one code and one link for one address. Only keyed hashes are kept. */
export const signIns = pgTable(
  'sign_ins',
  {
    id: text().primaryKey(),
    email: text().notNull(),
    codeHash: text('code_hash').notNull(),
    linkHash: text('link_hash').notNull().unique(),
    tries: integer().notNull().default(0),
    /** Where to go afterwards: a path of ours. */
    next: text().notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('sign_ins_by_email').on(table.email, table.createdAt)],
)

/** What someone wrote before signing in, kept until they are back. */
export const drafts = pgTable(
  'drafts',
  {
    id: text().primaryKey(),
    fields: jsonb().$type<Record<string, string>>().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('drafts_by_age').on(table.createdAt)],
)
