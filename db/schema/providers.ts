import { boolean, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ProviderKind } from '#app/vocabulary.ts'
import { moment } from './columns.ts'

/** Where people sign in, as set at the desk. Those of the configuration file stand there alone. */
export const providers = pgTable('providers', {
  slug: text().primaryKey(),
  kind: text().$type<ProviderKind>().notNull(),
  /** As its button says. */
  name: text().notNull(),
  position: integer().notNull().default(0),
  /** What its kind needs, without secrets: each kind reads it with a schema of its own. */
  settings: jsonb().$type<Record<string, unknown>>().notNull(),
  /** Sealed: see `platform/seal`. */
  secret: text(),
  enabled: boolean().notNull().default(true),
  /** When its metadata or discovery was last read well, and what went wrong since. */
  checkedAt: moment('checked_at'),
  trouble: text(),
  troubleAt: moment('trouble_at'),
})

/** Somebody is at a provider's page. It ends with one answer from there. */
export const signInFlows = pgTable(
  'sign_in_flows',
  {
    /** The `state` of OIDC, the `RelayState` of SAML, a part of the `service` of CAS. */
    id: text().primaryKey(),
    provider: text().notNull(),
    /** Keyed hash of what this browser alone holds, so that nobody is signed in by somebody else's answer. */
    browserMark: text('browser_mark').notNull(),
    /** Sealed: verifier and nonce of OIDC, the id of a SAML request. */
    kept: text().notNull(),
    /** Where to go afterwards: a path of ours. */
    next: text().notNull(),
    createdAt: moment('created_at').notNull(),
    expiresAt: moment('expires_at').notNull(),
    usedAt: moment('used_at'),
  },
  (table) => [index('sign_in_flows_by_age').on(table.createdAt)],
)

/** Assertions and tickets that were taken once, until they would be refused for their age anyway. */
export const assertionsSeen = pgTable(
  'assertions_seen',
  {
    issuer: text().notNull(),
    id: text().notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.issuer, table.id] }),
    index('assertions_seen_by_expiry').on(table.expiresAt),
  ],
)
