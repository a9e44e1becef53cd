import { asc } from 'drizzle-orm'
import { createSeal, type Seal } from '#app/platform/seal.ts'
import type { Database } from './client.server.ts'
import { campusKeys } from './schema/index.ts'

/**
 * The campus's own seal, whose keys only SECRET_KEY opens. A campus that has none yet begins with SECRET_KEY itself, so
 * that what it sealed before is still opened.
 * @throws when SECRET_KEY is not the one that the keys were sealed with
 */
export async function openSeal(db: Database, secretKey: string): Promise<Seal> {
  const [first, ...later] = await openKeys(db, secretKey)
  return createSeal(first!, ...later)
}

/** The keys themselves, the oldest first. */
export async function openKeys(db: Database, secretKey: string): Promise<Array<string>> {
  const wrap = wrapping(secretKey)
  let rows = await read(db)
  if (rows.length === 0) {
    await db
      .insert(campusKeys)
      .values({ number: 1, sealed: wrap.seal(secretKey), createdAt: new Date() })
      // Two processes that start together on a new campus, with the same settings.
      .onConflictDoNothing()
    rows = await read(db)
  }
  try {
    return rows.map(({ sealed }) => wrap.open(sealed))
  } catch {
    throw new Error(
      'SECRET_KEY is not the one this campus was set up with, so that its secrets stay closed. Put the old one back, or run: SECRET_KEY_BEFORE=the-old-one npx quad keys change',
    )
  }
}

/** Seals keys, for which SECRET_KEY is used in no other way. */
export function wrapping(secretKey: string): Seal {
  return createSeal(createSeal(secretKey).mark('keys of the campus', ''))
}

function read(db: Database) {
  return db.select().from(campusKeys).orderBy(asc(campusKeys.number))
}
