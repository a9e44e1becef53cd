import { lt, sql } from 'drizzle-orm'
import { RateLimiterDrizzle, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '#app/platform/errors.ts'
import { limits } from '#db/schema/index.ts'
import type { Database } from '#db/client.server.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'

/** What may be done so often, by one person and from one address range. */
const LIMITS = {
  // Whoever changes their mind presses twice. A home's range is never a campus, but a phone network's may hold many.
  vote: { seconds: 600, person: 120, range: 600 },
  // How many tickets and comments one person may write is a rule of the domain, and stands there.
  raise: { seconds: 600, person: null, range: 60 },
  comment: { seconds: 600, person: null, range: 300 },
  // Everything that is one press: following, and saying whether something is solved.
  press: { seconds: 600, person: 120, range: 600 },
  // A reader tells of what they met. Reports in bulk are one voice, however many things they name.
  report: { seconds: 3600, person: 20, range: 200 },
  // How many codes one address may ask for stands with signing in.
  'sign-in': { seconds: 900, person: null, range: 60 },
  // Run, and not answered with a page that is kept. Similar tickets are looked for while a title is typed.
  search: { seconds: 60, person: 120, range: 600 },
} as const
type Countable = keyof typeof LIMITS
/** What is written. A search is only read: see `searchLimit`. */
export type Limited = Exclude<Countable, 'search'>

/** A network of the campus is thousands of people behind a few addresses. */
const TIMES_ON_CAMPUS = 50
const ON_CAMPUS = 'campus:'

/** @param range a keyed hash @returns as `votes.origin` */
export const originOf = (range: string, onCampus: boolean): string => (onCampus ? ON_CAMPUS : '') + range

/** Who sends: `origin` as `votes.origin`, and nothing where it is not known. */
export type Sender = { personId: string | null; origin: string }

/** `person`: they themselves have done it too often. `range`: many have, near to them, so they are asked to wait. */
export type Allowed = { kind: 'yes' } | { kind: 'person' | 'range'; seconds: number }

/**
 * Counts one try, and says whether it may go on. Both are counted at the same time, so that a vote waits for the database
 * once; what is refused to one person is given back to their neighbours.
 * @throws {Refusal} `limits-unknown`, when it cannot be counted: then nothing is let through
 */
export async function countTry(campus: Campus, what: Limited, sender: Sender): Promise<Allowed> {
  try {
    return await count((points) => limiterOf(campus.db, what, points), what, sender)
  } catch (error) {
    throw new Refusal('too-slow', 'limits-unknown', { retryAfter: 60, cause: error })
  }
}

/** Counts one search. @returns in how many seconds it may be run, where too many came; null: now */
export type SearchLimit = (sender: Sender) => Promise<number | null>

/**
 * Counts searches that are about to be run, in the memory of one process: looking writes nothing and waits for nothing, so
 * it is always counted, and who is not known may look.
 */
export function searchLimit(): SearchLimit {
  const limiters = new Map<number, RateLimiterMemory>()
  const limiterOf = (points: number) => {
    const limiter = limiters.get(points) ?? new RateLimiterMemory({ points, duration: LIMITS.search.seconds })
    limiters.set(points, limiter)
    return limiter
  }
  return async (sender) => {
    const allowed = await count(limiterOf, 'search', sender)
    return allowed.kind === 'yes' ? null : allowed.seconds
  }
}

async function count(
  limiterOf: (points: number) => Limiter,
  what: Countable,
  { personId, origin }: Sender,
): Promise<Allowed> {
  const { person, range } = LIMITS[what]
  const own =
    person === null || personId === null ? null : { limiter: limiterOf(person), key: `person:${personId}` }
  const near =
    origin === ''
      ? null
      : {
          limiter: limiterOf(origin.startsWith(ON_CAMPUS) ? range * TIMES_ON_CAMPUS : range),
          key: `range:${origin}`,
        }
  const [alone, together] = await Promise.all([waitFor(own), waitFor(near)])
  if (alone !== null) {
    await near?.limiter.reward(near.key)
    return { kind: 'person', seconds: alone }
  }
  return together === null ? { kind: 'yes' } : { kind: 'range', seconds: together }
}

type Limiter = RateLimiterDrizzle | RateLimiterMemory

/** @returns how many seconds it has to wait, or null */
async function waitFor(counted: { limiter: Limiter; key: string } | null): Promise<number | null> {
  try {
    await counted?.limiter.consume(counted.key)
    return null
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    return Math.ceil(error.msBeforeNext / 1000)
  }
}

const limiters = new WeakMap<Database, Map<string, RateLimiterDrizzle>>()

function limiterOf(db: Database, what: Limited, points: number): RateLimiterDrizzle {
  const known = limiters.get(db) ?? new Map<string, RateLimiterDrizzle>()
  limiters.set(db, known)
  const name = `${what} ${points}`
  const limiter =
    known.get(name) ??
    new SharedStatement({
      storeClient: db,
      schema: limits,
      keyPrefix: what,
      points,
      duration: LIMITS[what].seconds,
      // Housekeeping does it, in one process.
      clearExpiredByTimeout: false,
    })
  known.set(name, limiter)
  return limiter
}

type Counted = { points: number; expire: number }
type Counting = {
  points: number
  lasts: number
  waiting: Array<{ points: number; resolve(row: Counted): void; reject(error: unknown): void }>
}

/** What is to be counted in the next statement, by key. */
const next = new WeakMap<Database, Map<string, Counting>>()

/** Its own store asks once for each key. What is counted in the same moment is asked here in one statement. */
class SharedStatement extends RateLimiterDrizzle {
  readonly #db: Database

  constructor(options: ConstructorParameters<typeof RateLimiterDrizzle>[0] & { storeClient: Database }) {
    super(options)
    this.#db = options.storeClient
  }

  /** As its store does: from nothing where the time of the key is over, else added. */
  _upsert(key: string, points: number, lasts: number): Promise<Counted> {
    return new Promise((resolve, reject) => {
      const counting = next.get(this.#db) ?? new Map<string, Counting>()
      if (counting.size === 0) {
        next.set(this.#db, counting)
        queueMicrotask(() => {
          next.delete(this.#db)
          void countAll(this.#db, counting)
        })
      }
      const one = counting.get(key) ?? { points: 0, lasts, waiting: [] }
      one.points += points
      one.waiting.push({ points, resolve, reject })
      counting.set(key, one)
    })
  }
}

async function countAll(db: Database, counting: Map<string, Counting>): Promise<void> {
  // In one order, so that no two statements wait for each other.
  const keys = [...counting].sort(([one], [other]) => (one < other ? -1 : 1))
  const now = Date.now()
  const at = (ms: number) => sql`${new Date(ms).toISOString()}::timestamptz`
  try {
    const rows = await run<Counted & { key: string }>(
      db,
      sql`insert into ${limits} (key, points, expire) values ${sql.join(
        keys.map(([key, { points, lasts }]) => sql`(${key}, ${points}, ${at(now + lasts)})`),
        sql`, `,
      )}
          on conflict (key) do update set
            points = case when limits.expire <= ${at(now)} then excluded.points else limits.points + excluded.points end,
            expire = case when limits.expire <= ${at(now)} then excluded.expire else limits.expire end
          returning key, points, (extract(epoch from expire) * 1000)::float8 as expire`,
    )
    for (const { key, points, expire } of rows) {
      const one = counting.get(key)!
      // Each is told how far it came itself, as if they had been counted one after the other.
      let reached = points - one.points
      for (const { points, resolve } of one.waiting) resolve({ points: (reached += points), expire })
    }
  } catch (error) {
    for (const { waiting } of counting.values()) for (const { reject } of waiting) reject(error)
  }
}

export async function forgetTries(campus: Campus): Promise<void> {
  await campus.db.delete(limits).where(lt(limits.expire, campus.clock.now()))
}
