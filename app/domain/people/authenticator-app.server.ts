import { and, eq, lt } from 'drizzle-orm'
import { Secret, TOTP } from 'otpauth'
import { after, MINUTE, SECOND } from '#app/platform/clock.ts'
import { authenticatorApps } from '#db/schema/index.ts'
import { together, type Campus } from '../campus.ts'
import { record } from './audit.server.ts'
import { ofFactor } from './factors.server.ts'

/** What every authenticator app takes (RFC 6238): six digits each half minute, by SHA-1. */
const STEP = 30 * SECOND
/** Steps by which the clock of a phone may differ. */
const SKEW = 1
/** How long a secret waits for its first code. */
const SHOWN_FOR = 15 * MINUTE

export type AppSetup = {
  /** As it is typed in, in groups of four. */
  secret: string
  /** As a QR code carries it. */
  uri: string
  /** The same secret for the form that confirms it: nothing is kept before its first code was right. */
  sealed: string
}

type Sealed = { personId: string; secret: string; until: number }

export function beginApp(
  campus: Campus,
  personId: string,
  names: { issuer: string; label: string },
): AppSetup {
  const secret = new Secret({ size: 20 }).base32
  const until = after(campus.clock.now(), SHOWN_FOR).getTime()
  const sealed = campus.seal.seal(JSON.stringify({ personId, secret, until } satisfies Sealed))
  return show(secret, sealed, names)
}

/** The set-up that a form brings back. @returns null when it is too old, tampered with or somebody else's */
export function resumeApp(
  campus: Campus,
  personId: string,
  sealed: string,
  names: { issuer: string; label: string },
): AppSetup | null {
  const secret = secretIn(campus, personId, sealed)
  return secret === null ? null : show(secret, sealed, names)
}

function show(secret: string, sealed: string, { issuer, label }: { issuer: string; label: string }) {
  const uri = new TOTP({ issuer, label, secret: Secret.fromBase32(secret) }).toString()
  return { secret: secret.match(/.{1,4}/g)!.join(' '), uri, sealed }
}

/** Keeps the app, in place of one before, when it shows the right code. */
export function confirmApp(
  campus: Campus,
  personId: string,
  { sealed, code }: { sealed: string; code: string },
): Promise<'kept' | 'wrong' | 'old'> {
  return together(campus, async (campus) => {
    const secret = secretIn(campus, personId, sealed)
    if (secret === null) return 'old'
    const step = stepOf(campus, secret, code)
    if (step === null) return 'wrong'
    const kept = { secret: campus.seal.seal(secret), createdAt: campus.clock.now(), lastStep: step }
    await campus.db
      .insert(authenticatorApps)
      .values({ personId, ...kept })
      .onConflictDoUpdate({ target: authenticatorApps.personId, set: kept })
    await record(campus, ofFactor(personId, 'factor.added', { kind: 'app' }))
    return 'kept'
  })
}

/** Whether this is a code of now. Each is taken once, and none older than the newest taken (RFC 6238, 5.2). */
export async function proveByApp(campus: Campus, personId: string, code: string): Promise<boolean> {
  const [app] = await campus.db
    .select({ secret: authenticatorApps.secret })
    .from(authenticatorApps)
    .where(eq(authenticatorApps.personId, personId))
  if (!app) return false
  const step = stepOf(campus, campus.seal.open(app.secret), code)
  if (step === null) return false
  const taken = await campus.db
    .update(authenticatorApps)
    .set({ lastStep: step })
    .where(and(eq(authenticatorApps.personId, personId), lt(authenticatorApps.lastStep, step)))
    .returning({ step: authenticatorApps.lastStep })
  return taken.length > 0
}

function secretIn(campus: Campus, personId: string, sealed: string): string | null {
  try {
    const kept = JSON.parse(campus.seal.open(sealed)) as Sealed
    return kept.personId === personId && kept.until > campus.clock.now().getTime() ? kept.secret : null
  } catch {
    return null
  }
}

/** The time step a code belongs to, or null. */
function stepOf(campus: Campus, secret: string, code: string): number | null {
  const timestamp = campus.clock.now().getTime()
  const delta = new TOTP({ secret: Secret.fromBase32(secret) }).validate({
    token: code,
    timestamp,
    window: SKEW,
  })
  return delta === null ? null : Math.floor(timestamp / STEP) + delta
}
