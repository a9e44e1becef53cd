import { bigint, customType, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { moment } from './columns.ts'
import { people } from './people.ts'
import { entries, tickets } from './tickets.ts'

/** The drivers give different kinds of the same bytes. */
const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })

/** A photo beside what somebody said: drawn anew by us, so that nothing of the file they sent is left in it. */
export const photos = pgTable(
  'photos',
  {
    /** 128 bits nobody can guess. */
    id: text().primaryKey(),
    entryId: bigint('entry_id', { mode: 'bigint' })
      .notNull()
      .references(() => entries.id),
    ticketNumber: integer('ticket_number')
      .notNull()
      .references(() => tickets.number),
    authorId: text('author_id').references(() => people.id, { onDelete: 'set null' }),
    /** What it shows, for those who do not see it. */
    description: text().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    /** WebP; empty once it is removed. */
    image: bytes().notNull(),
    /** Of the image: the same one is beside an entry only once. */
    digest: text().notNull(),
    createdAt: moment('created_at').notNull(),
    removedAt: moment('removed_at'),
  },
  (table) => [
    unique('photos_once').on(table.entryId, table.digest),
    index('photos_of_ticket').on(table.ticketNumber),
    index('photos_by_author').on(table.authorId, table.createdAt),
  ],
)
