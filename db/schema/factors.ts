import { bigint, index, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { people } from './people.ts'

/** What staff prove beside their sign-in: passkeys, an authenticator app, codes for the day both are lost. */
export const passkeys = pgTable(
  'passkeys',
  {
    /** The credential's own id, in base64url. */
    id: text().primaryKey(),
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    /** COSE, in base64url. */
    publicKey: text('public_key').notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull().default([]),
    createdAt: moment('created_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('passkeys_of_person').on(table.personId)],
)

export const authenticatorApps = pgTable('authenticator_apps', {
  personId: text('person_id')
    .primaryKey()
    .references(() => people.id, { onDelete: 'cascade' }),
  /** Sealed: see `platform/seal`. */
  secret: text().notNull(),
  createdAt: moment('created_at').notNull(),
  /** The time step of the newest code taken, so that none is taken twice (RFC 6238, 5.2). */
  lastStep: integer('last_step').notNull().default(0),
})

export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    personId: text('person_id')
      .notNull()
      .references(() => people.id, { onDelete: 'cascade' }),
    codeHash: text('code_hash').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [primaryKey({ columns: [table.personId, table.codeHash] })],
)

/** How often somebody tried in vain to prove a second factor, so that nobody tries them all. */
export const factorTries = pgTable('factor_tries', {
  personId: text('person_id')
    .primaryKey()
    .references(() => people.id, { onDelete: 'cascade' }),
  tries: integer().notNull(),
  lastAt: moment('last_at').notNull(),
})
