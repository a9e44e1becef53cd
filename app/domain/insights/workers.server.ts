import { desc, eq, lt } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { workers } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** A worker's sign of life. */
export async function leaveSign(campus: Campus, id: string): Promise<void> {
  const now = campus.clock.now()
  await campus.db
    .insert(workers)
    .values({ id, seenAt: now })
    .onConflictDoUpdate({ target: workers.id, set: { seenAt: now } })
  await campus.db.delete(workers).where(lt(workers.seenAt, after(now, -DAY)))
}

export async function withdrawSign(campus: Campus, id: string): Promise<void> {
  await campus.db.delete(workers).where(eq(workers.id, id))
}

/** When any worker was last seen; null when none is. */
export async function latestSign(campus: Campus): Promise<Date | null> {
  const [row] = await campus.db
    .select({ at: workers.seenAt })
    .from(workers)
    .orderBy(desc(workers.seenAt))
    .limit(1)
  return row?.at ?? null
}
