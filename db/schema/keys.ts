import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'

/**
 * What secrets at rest are sealed with, itself sealed with SECRET_KEY. A sealed text begins with the number of its key.
 * The newest seals; the first also makes every keyed hash, because what was hashed cannot be hashed anew.
 */
export const campusKeys = pgTable('campus_keys', {
  number: integer().primaryKey(),
  sealed: text().notNull(),
  createdAt: moment('created_at').notNull(),
})
