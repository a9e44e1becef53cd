import type { Clock } from '#app/platform/clock.ts'
import type { Seal } from '#app/platform/seal.ts'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { isDeadlock } from '#db/statement.ts'

/** What every rule needs to know of the campus it runs for. */
export type Campus = {
  db: Database
  clock: Clock
  zone: string
  seal: Seal
  /** Whose affiliation makes them a voter here. */
  voters: ReadonlyArray<Affiliation>
  /** Whether the campus's mail takes `s.am` and `sam` for the same mailbox; left out: it does not. */
  mailDots?: 'count' | 'ignored'
}

/** The same campus inside a transaction. Only this `db` may be used until it ends. */
export type InTransaction = Campus

/** Who asks. */
export type Actor = {
  personId: string
  role: Role
  /** What their provider said of them at the last sign-in. */
  affiliations: ReadonlyArray<Affiliation>
  departmentIds: ReadonlyArray<number>
  /** They work here but have not proven a second factor: until then they may do what asks for none. */
  unproven?: true
}

/** A reading takes tickets in the order of its posts and may meet a merge coming the other way; seldom, so few. */
const TRIES = 3

/**
 * Runs `work` in one transaction; everything in it is kept, or nothing. Where two transactions wait for each
 * other the database ends one of them, and that one is run again: so `work` may do nothing but read and write here.
 */
export async function together<T>(campus: Campus, work: (campus: InTransaction) => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await campus.db.transaction((db) => work({ ...campus, db }))
    } catch (error) {
      if (tried === TRIES || !isDeadlock(error)) throw error
    }
  }
}
