import { createHash } from 'node:crypto'
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server'
import { and, eq } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import { passkeys, sessions } from '#db/schema/index.ts'
import { together, type Campus } from '../campus.ts'
import { record } from './audit.server.ts'
import { ofFactor } from './factors.server.ts'

/** The library takes longer to load than anything else of a page does, and few pages ask for it. */
const webauthn = () => import('@simplewebauthn/server')

/** As whom a passkey knows this site. */
export type RelyingParty = {
  /** Its host: a passkey answers to no other. */
  id: string
  name: string
  origin: string
}

export function relyingParty(publicUrl: string, name: string): RelyingParty {
  const { hostname, origin } = new URL(publicUrl)
  return { id: hostname, name, origin }
}

/** In whose session a passkey is asked for. */
export type Asking = { personId: string; sessionId: string }

/** How long somebody may look for their key. */
const ANSWER_WITHIN = 5 * MINUTE

/** What a browser needs to make a passkey. */
export async function offerPasskey(campus: Campus, asking: Asking, site: RelyingParty, label: string) {
  const { generateRegistrationOptions } = await webauthn()
  const options = await generateRegistrationOptions({
    rpID: site.id,
    rpName: site.name,
    // The same for each passkey of a person, and says nothing of them.
    userID: createHash('sha256').update(campus.seal.mark('passkey owner', asking.personId)).digest(),
    userName: label,
    timeout: ANSWER_WITHIN,
    attestationType: 'none',
    excludeCredentials: await credentialsOf(campus, asking.personId),
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
  })
  await keepChallenge(campus, asking, options.challenge)
  return options
}

/** What a browser needs to use one. */
export async function askForPasskey(campus: Campus, asking: Asking, site: RelyingParty) {
  const { generateAuthenticationOptions } = await webauthn()
  const options = await generateAuthenticationOptions({
    rpID: site.id,
    timeout: ANSWER_WITHIN,
    allowCredentials: await credentialsOf(campus, asking.personId),
    userVerification: 'required',
  })
  await keepChallenge(campus, asking, options.challenge)
  return options
}

/** @param answer what the browser said, unchecked @returns whether it is a passkey made for this session's challenge */
export async function addPasskey(
  campus: Campus,
  asking: Asking,
  site: RelyingParty,
  { name, answer }: { name: string; answer: unknown },
): Promise<boolean> {
  const expectedChallenge = await takeChallenge(campus, asking)
  if (expectedChallenge === null) return false
  const { verifyRegistrationResponse } = await webauthn()
  const verified = await verifyRegistrationResponse({
    response: answer as RegistrationResponseJSON,
    expectedChallenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    requireUserVerification: true,
  }).catch(() => null)
  if (!verified?.verified) return false
  const { id, publicKey, counter, transports } = verified.registrationInfo.credential
  return together(campus, async (campus) => {
    const kept = await campus.db
      .insert(passkeys)
      .values({
        id,
        personId: asking.personId,
        name,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        counter,
        transports: transports ?? [],
        createdAt: campus.clock.now(),
      })
      // Somebody else's, or known already.
      .onConflictDoNothing()
      .returning({ id: passkeys.id })
    if (kept.length === 0) return false
    await record(campus, ofFactor(asking.personId, 'factor.added', { kind: 'passkey' }))
    return true
  })
}

/** @param answer what the browser said, unchecked @returns whether a passkey of theirs signed this session's challenge */
export async function proveByPasskey(
  campus: Campus,
  asking: Asking,
  site: RelyingParty,
  answer: unknown,
): Promise<boolean> {
  const expectedChallenge = await takeChallenge(campus, asking)
  const response = answer as AuthenticationResponseJSON
  if (expectedChallenge === null || typeof response?.id !== 'string') return false
  const [key] = await campus.db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.id, response.id), eq(passkeys.personId, asking.personId)))
  if (!key) return false
  const { verifyAuthenticationResponse } = await webauthn()
  const verified = await verifyAuthenticationResponse({
    response,
    expectedChallenge,
    expectedOrigin: site.origin,
    expectedRPID: site.id,
    requireUserVerification: true,
    // A counter that did not grow, which a copied key would show, is refused here.
    credential: {
      id: key.id,
      publicKey: Buffer.from(key.publicKey, 'base64url'),
      counter: key.counter,
    },
  }).catch(() => null)
  if (!verified?.verified) return false
  const used = await campus.db
    .update(passkeys)
    .set({ counter: verified.authenticationInfo.newCounter, usedAt: campus.clock.now() })
    .where(and(eq(passkeys.id, key.id), eq(passkeys.counter, key.counter)))
    .returning({ id: passkeys.id })
  return used.length > 0
}

async function credentialsOf(campus: Campus, personId: string) {
  const rows = await campus.db
    .select({ id: passkeys.id, transports: passkeys.transports })
    .from(passkeys)
    .where(eq(passkeys.personId, personId))
  return rows.map(({ id, transports }) => ({
    id,
    transports: transports as Array<AuthenticatorTransport>,
  }))
}

async function keepChallenge(campus: Campus, { sessionId }: Asking, challenge: string): Promise<void> {
  await campus.db
    .update(sessions)
    .set({ challenge, challengeAt: campus.clock.now() })
    .where(eq(sessions.id, sessionId))
}

/** The challenge of a session, once: whatever comes of it, it is used up. */
async function takeChallenge(campus: Campus, { personId, sessionId }: Asking): Promise<string | null> {
  const here = and(eq(sessions.id, sessionId), eq(sessions.userId, personId))
  const [asked] = await campus.db
    .select({ challenge: sessions.challenge, at: sessions.challengeAt })
    .from(sessions)
    .where(here)
  if (!asked?.challenge) return null
  const taken = await campus.db
    .update(sessions)
    .set({ challenge: null, challengeAt: null })
    .where(and(here, eq(sessions.challenge, asked.challenge)))
    .returning({ id: sessions.id })
  const inTime = asked.at !== null && campus.clock.now() <= after(asked.at, ANSWER_WITHIN)
  return taken.length > 0 && inTime ? asked.challenge : null
}
