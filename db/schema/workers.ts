import { pgTable, text } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'

/** The processes that read and send, each with its last sign of life. */
export const workers = pgTable('workers', {
  id: text().primaryKey(),
  seenAt: moment('seen_at').notNull(),
})
