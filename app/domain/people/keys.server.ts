import { randomBytes } from 'node:crypto'
import { and, eq, sql } from 'drizzle-orm'
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core'
import { createSeal } from '#app/platform/seal.ts'
import { openKeys, wrapping } from '#db/keys.server.ts'
import { accounts, authenticatorApps, campusKeys, careNotes, holds, providers } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { record } from './audit.server.ts'

/** Where sealed texts stay for longer than a sign-in takes. */
const SEALED: ReadonlyArray<{ table: PgTable; id: PgColumn; column: PgColumn; name: string }> = [
  { table: accounts, id: accounts.id, column: accounts.credentials, name: 'credentials' },
  {
    table: authenticatorApps,
    id: authenticatorApps.personId,
    column: authenticatorApps.secret,
    name: 'secret',
  },
  { table: careNotes, id: careNotes.id, column: careNotes.body, name: 'body' },
  { table: holds, id: holds.id, column: holds.content, name: 'content' },
  { table: providers, id: providers.slug, column: providers.secret, name: 'secret' },
]

/**
 * Seals the campus's keys with another SECRET_KEY. Nothing else changes: nobody is signed out, no code ends.
 * @throws when `before` does not open them
 */
export async function changeSecretKey(
  campus: Campus,
  { before, now }: { before: string; now: string },
): Promise<void> {
  await together(campus, async (campus) => {
    const keys = await openKeys(campus.db, before)
    const wrap = wrapping(now)
    for (const [index, key] of keys.entries())
      await campus.db
        .update(campusKeys)
        .set({ sealed: wrap.seal(key) })
        .where(eq(campusKeys.number, index + 1))
    await record(campus, { actorId: null, event: 'keys.rewrapped', subject: 'campus', details: {} })
  })
}

/**
 * Makes a new key and seals every secret with it, in one transaction. The keys before it stay: what is sealed for
 * minutes ends by itself, and a backup can still be read.
 * @returns how many secrets were sealed anew
 */
export async function rotateKeys(campus: Campus, secretKey: string): Promise<number> {
  return together(campus, async (campus) => {
    const [first, ...later] = await openKeys(campus.db, secretKey)
    const key = randomBytes(32).toString('base64url')
    await campus.db.insert(campusKeys).values({
      number: later.length + 2,
      sealed: wrapping(secretKey).seal(key),
      createdAt: campus.clock.now(),
    })
    const seal = createSeal(first!, ...later, key)
    let anew = 0
    for (const place of SEALED) anew += await sealAnew({ ...campus, seal }, place)
    await record(campus, {
      actorId: null,
      event: 'keys.rotated',
      subject: 'campus',
      details: { secrets: anew },
    })
    return anew
  })
}

async function sealAnew(
  { db, seal }: InTransaction,
  { table, id, column, name }: (typeof SEALED)[number],
): Promise<number> {
  const rows = await db
    .select({ id, sealed: sql<string | null>`${column}` })
    .from(table)
    .for('update')
  let anew = 0
  for (const { id: one, sealed } of rows) {
    if (sealed === null || sealed === '' || !seal.isOld(sealed)) continue
    await db
      .update(table)
      .set({ [name]: seal.seal(seal.open(sealed)) })
      .where(and(eq(id, one), eq(column, sealed)))
    anew += 1
  }
  return anew
}
