import { and, eq } from 'drizzle-orm'
import { entries } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { nameOn } from './pseudonym.server.ts'

export type NewEntry = Omit<typeof entries.$inferInsert, 'id' | 'createdAt'>

/** Adds one line to a timeline, stamped now; whoever speaks for themselves has a name on it from then on. @returns its id */
export async function append(campus: InTransaction, entry: NewEntry): Promise<bigint> {
  const [row] = await campus.db
    .insert(entries)
    .values({ ...entry, createdAt: campus.clock.now() })
    .returning({ id: entries.id })
  if (entry.authorId && speaksForThemselves(entry)) await nameOn(campus, entry.ticketNumber, entry.authorId)
  return row!.id
}

/** Not in a department's name. A reader's note names the status it speaks of. */
function speaksForThemselves({ kind, from }: Pick<NewEntry, 'kind' | 'from'>): boolean {
  return kind === 'raised' || kind === 'comment' || (kind === 'note' && from != null)
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
