import type { Clock } from '#app/platform/clock.ts'
import type { Seal } from '#app/platform/seal.ts'
import type { Role } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'

/** What every rule needs to know of the campus it runs for. */
export type Campus = { db: Database; clock: Clock; zone: string; seal: Seal }

/** The same campus inside a transaction. Only this `db` may be used until it ends. */
export type InTransaction = Campus

/** Who asks. */
export type Actor = { personId: string; role: Role; departmentIds: Array<number> }

/** Runs `work` in one transaction; everything in it is kept, or nothing. */
export function together<T>(campus: Campus, work: (campus: InTransaction) => Promise<T>): Promise<T> {
  return campus.db.transaction((db) => work({ ...campus, db }))
}
