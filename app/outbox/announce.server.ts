import type { Moment } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { announcements } from '#db/schema/index.ts'

export type Announcement = { ticketNumber: number; entryId: bigint; moment: Moment; at: Date }

/**
 * Promises to say an official entry on the networks. Must run in the transaction that writes the entry: then
 * there is no entry without its promise, and no promise without its entry.
 */
export async function announce(tx: Database, { at, ...announcement }: Announcement): Promise<void> {
  await tx.insert(announcements).values({ ...announcement, createdAt: at })
}
