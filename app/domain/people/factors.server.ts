import { randomInt } from 'node:crypto'
import { and, asc, count, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import { conflict, notFound } from '#app/platform/errors.ts'
import { authenticatorApps, factorTries, passkeys, people, recoveryCodes } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { record } from './audit.server.ts'

/** What somebody can prove beside their sign-in. */
export type Factors = {
  passkeys: Array<{ id: string; name: string; createdAt: Date; usedAt: Date | null }>
  app: { createdAt: Date } | null
  /** Codes not yet used. They are for the day the others are lost, and are no factor alone. */
  codesLeft: number
}

export async function readFactors(campus: Campus, personId: string): Promise<Factors> {
  const [keys, [app], [codes]] = await Promise.all([
    campus.db
      .select({
        id: passkeys.id,
        name: passkeys.name,
        createdAt: passkeys.createdAt,
        usedAt: passkeys.usedAt,
      })
      .from(passkeys)
      .where(eq(passkeys.personId, personId))
      .orderBy(asc(passkeys.createdAt)),
    campus.db
      .select({ createdAt: authenticatorApps.createdAt })
      .from(authenticatorApps)
      .where(eq(authenticatorApps.personId, personId)),
    campus.db
      .select({ left: count() })
      .from(recoveryCodes)
      .where(and(eq(recoveryCodes.personId, personId), isNull(recoveryCodes.usedAt))),
  ])
  return { passkeys: keys, app: app ?? null, codesLeft: codes?.left ?? 0 }
}

export function holdsFactor({ passkeys, app }: Pick<Factors, 'passkeys' | 'app'>): boolean {
  return passkeys.length > 0 || app !== null
}

/** Wrong tries in a row, and for how long none is taken after that. */
const TRIES = 5
const REST = 15 * MINUTE

export type Proven = 'proven' | 'wrong' | 'resting'

/**
 * Compares what somebody proves, by whichever factor. Counted before comparing, so that two guesses at once are two;
 * counted for the person, so that no other browser or address has tries of its own.
 */
export async function prove(
  campus: Campus,
  personId: string,
  check: () => Promise<boolean>,
): Promise<Proven> {
  const now = campus.clock.now()
  const rested = lt(factorTries.lastAt, after(now, -REST))
  const [counted] = await campus.db
    .insert(factorTries)
    .values({ personId, tries: 1, lastAt: now })
    .onConflictDoUpdate({
      target: factorTries.personId,
      set: { tries: sql`case when ${rested} then 1 else ${factorTries.tries} + 1 end`, lastAt: now },
      setWhere: or(lt(factorTries.tries, TRIES), rested),
    })
    .returning({ tries: factorTries.tries })
  if (!counted) return 'resting'
  if (await check()) {
    await campus.db.delete(factorTries).where(eq(factorTries.personId, personId))
    return 'proven'
  }
  if (counted.tries < TRIES) return 'wrong'
  await record(campus, {
    actorId: personId,
    event: 'factor.too-many-tries',
    subject: `person:${personId}`,
    details: {},
  })
  return 'resting'
}

const CODES = 10
/** Without what looks alike. 31 signs: 12 of them are 59 bits. */
const SIGNS = '23456789abcdefghjkmnpqrstuvwxyz'

/** Makes ten codes in place of those there were. @returns them, for they are kept as keyed hashes only */
export function makeRecoveryCodes(campus: Campus, personId: string): Promise<Array<string>> {
  return together(campus, async (campus) => {
    const codes = Array.from({ length: CODES }, () =>
      Array.from({ length: 3 }, () =>
        Array.from({ length: 4 }, () => SIGNS[randomInt(SIGNS.length)]).join(''),
      ).join('-'),
    )
    await campus.db.delete(recoveryCodes).where(eq(recoveryCodes.personId, personId))
    await campus.db
      .insert(recoveryCodes)
      .values(codes.map((code) => ({ personId, codeHash: codeMark(campus, personId, code) })))
    await record(campus, ofFactor(personId, 'factor.codes-made', {}))
    return codes
  })
}

/** Spends one. However it is written: what stands between its signs does not count. */
export async function spendRecoveryCode(campus: Campus, personId: string, code: string): Promise<boolean> {
  const spent = await campus.db
    .update(recoveryCodes)
    .set({ usedAt: campus.clock.now() })
    .where(
      and(
        eq(recoveryCodes.personId, personId),
        eq(recoveryCodes.codeHash, codeMark(campus, personId, code)),
        isNull(recoveryCodes.usedAt),
      ),
    )
    .returning({ usedAt: recoveryCodes.usedAt })
  if (spent.length === 0) return false
  await record(campus, ofFactor(personId, 'factor.code-spent', {}))
  return true
}

function codeMark(campus: Campus, personId: string, code: string): string {
  return campus.seal.mark('recovery code', `${personId}:${code.toLowerCase().replace(/[^a-z0-9]/g, '')}`)
}

/**
 * Takes a passkey or the app away from its owner.
 * @throws {Refusal} `last-factor`: one always stays, for whoever works here needs one
 */
export function removeFactor(
  campus: Campus,
  personId: string,
  which: { passkey: string } | 'app',
): Promise<void> {
  return together(campus, async (campus) => {
    // Two removals at once would each leave the other's.
    await campus.db.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('update')
    const held = await readFactors(campus, personId)
    const known = which === 'app' ? held.app !== null : held.passkeys.some(({ id }) => id === which.passkey)
    if (!known) throw notFound('no-such-factor')
    if (held.passkeys.length + (held.app ? 1 : 0) === 1) throw conflict('last-factor')
    if (which === 'app')
      await campus.db.delete(authenticatorApps).where(eq(authenticatorApps.personId, personId))
    else await campus.db.delete(passkeys).where(eq(passkeys.id, which.passkey))
    await record(campus, ofFactor(personId, 'factor.removed', { kind: which === 'app' ? 'app' : 'passkey' }))
  })
}

/** Everything somebody could prove is gone, and counts no more: they set up anew when they come to the desk. */
export async function forgetFactors(campus: InTransaction, personId: string): Promise<void> {
  for (const table of [passkeys, authenticatorApps, recoveryCodes, factorTries])
    await campus.db.delete(table).where(eq(table.personId, personId))
}

export function ofFactor(personId: string, event: string, details: Record<string, string>) {
  return { actorId: personId, event, subject: `person:${personId}`, details }
}
