import { index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import { moment } from './columns.ts'
import { departments } from './departments.ts'

export const people = pgTable('people', {
  id: text().primaryKey(),
  /** Lower case. Never shown, and nobody is known by it: it only receives mail. Two people may have the same. */
  email: text(),
  role: text().$type<Role>().notNull().default('student'),
  /** What the provider said at the last sign-in: who may vote is decided by it, when they vote. */
  affiliations: text().array().$type<Array<Affiliation>>().notNull().default([]),
  createdAt: moment('created_at').notNull(),
  /** Since when they may not sign in. */
  disabledAt: moment('disabled_at'),
  /** When they had themselves forgotten: a row without a name is left, so that counts stay right. */
  erasedAt: moment('erased_at'),
})

/**
 * As whom a provider knows a person. Issuer and subject together are the person, and nothing else is: neither a mail
 * address nor a name (OWASP ASVS 5.0, 6.8.1).
 */
export const identities = pgTable(
  'identities',
  {
    /** The protocol and the provider's own name, such as `oidc:https://login.example.edu`; `mail` for our codes. */
    issuer: text().notNull(),
    /** What the provider never gives to somebody else; for `mail` the canonical address. */
    subject: text().notNull(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull(),
    seenAt: moment('seen_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.subject] }),
    index('identities_of_person').on(table.personId),
  ],
)

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
    /** When it is over if nobody uses it. */
    expiresAt: moment('expires_at').notNull(),
    /** When it is over in any case. */
    endsAt: moment('ends_at').notNull(),
    createdAt: moment('created_at').notNull(),
    seenAt: moment('seen_at').notNull(),
    /** By which provider they signed in: its slug. */
    provider: text().notNull(),
    /** Browser and system in words, so that its owner knows it again. No address is kept. */
    device: text().notNull(),
    /** When a second factor was last proven in it, by us or by the provider. */
    strongAt: moment('strong_at'),
    /** What a passkey has to sign next, once. */
    challenge: text(),
    challengeAt: moment('challenge_at'),
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

/** A role offered by mail. Whoever opens the link and signs in takes it, whatever address their provider tells. */
export const invitations = pgTable(
  'invitations',
  {
    id: text().primaryKey(),
    tokenHash: text('token_hash').notNull().unique(),
    email: text().notNull(),
    role: text().$type<Role>().notNull(),
    departmentId: integer('department_id').references(() => departments.id, { onDelete: 'cascade' }),
    invitedBy: text('invited_by').references(() => people.id, { onDelete: 'set null' }),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
    usedBy: text('used_by').references(() => people.id, { onDelete: 'set null' }),
  },
  (table) => [index('invitations_by_age').on(table.createdAt)],
)
