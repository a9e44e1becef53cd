import { and, eq } from 'drizzle-orm'
import { entries } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'

export type NewEntry = Omit<typeof entries.$inferInsert, 'id' | 'createdAt'>

/** Adds one line to a timeline, stamped now. @returns its id */
export async function append(campus: InTransaction, entry: NewEntry): Promise<bigint> {
  const [row] = await campus.db
    .insert(entries)
    .values({ ...entry, createdAt: campus.clock.now() })
    .returning({ id: entries.id })
  return row!.id
}

/** Whether someone's form with this key was taken before. Ask while holding the ticket: then nobody else can be in between. */
export async function alreadySaid(
  campus: InTransaction,
  personId: string,
  key: string | undefined,
): Promise<boolean> {
  if (key === undefined) return false
  const [known] = await campus.db
    .select({ id: entries.id })
    .from(entries)
    .where(and(eq(entries.authorId, personId), eq(entries.submissionKey, key)))
  return known !== undefined
}
