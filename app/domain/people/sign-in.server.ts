import { randomInt } from 'node:crypto'
import { and, count, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { after, DAY, MINUTE } from '#app/platform/clock.ts'
import { signIns } from '#db/schema/index.ts'
import { together, type Campus } from '../campus.ts'
import { aToken, personWith } from './identity.server.ts'
import { canonicalAddress } from './mail-address.ts'

/** How long a code and a link are good for (OWASP ASVS 5.0, 6.5.5). */
export const SIGN_IN_LASTS = 10 * MINUTE
/** Counted before comparing, so that two guesses at once are two. */
const TRIES = 5
/** Requests for one address: at most so many codes are in the air, so many guesses a day can be made. */
const REQUESTS = { inFifteenMinutes: 5, inOneDay: 30 }

export type SignInRequest = {
  /** Names this request in our forms. Opens nothing by itself. */
  id: string
  /** Null when too many were asked for: nothing is to be sent, and nobody is told. */
  mail: { to: string; code: string; token: string } | null
}

/**
 * Makes a six-digit code and a link for an address, known or not: a stranger gets the same answer. They are sent to its
 * canonical spelling, so that nobody signs in as somebody else by an address that only looks like another spelling.
 */
export async function requestSignIn(
  campus: Campus,
  request: { email: string; next: string },
): Promise<SignInRequest> {
  const email = canonicalAddress(request.email, campus.mailDots)
  const now = campus.clock.now()
  const since = (age: number) => and(eq(signIns.email, email), gt(signIns.createdAt, after(now, -age)))
  const counted = async (age: number) =>
    (await campus.db.select({ requests: count() }).from(signIns).where(since(age)))[0]?.requests ?? 0
  const flooded =
    (await counted(15 * MINUTE)) >= REQUESTS.inFifteenMinutes || (await counted(DAY)) >= REQUESTS.inOneDay
  const id = aToken()
  const mail = { to: email, code: String(randomInt(0, 1_000_000)).padStart(6, '0'), token: aToken() }
  await campus.db.insert(signIns).values({
    id,
    email,
    codeHash: codeMark(campus, id, mail.code),
    linkHash: campus.seal.mark('sign-in link', mail.token),
    // A request past the limit looks like any other, but nothing opens it.
    tries: flooded ? TRIES : 0,
    next: request.next,
    createdAt: now,
    expiresAt: flooded ? now : after(now, SIGN_IN_LASTS),
  })
  return { id, mail: flooded ? null : mail }
}

export type SignInResult = { kind: 'signed-in'; personId: string; next: string } | { kind: 'wrong' | 'over' }

/** What a proven address alone makes of somebody: the administrator whose it is, and whether it counts as a student's. */
export type MailTrust = { adminEmail: string | null; counts: boolean }

/** Compares a code. `over`: this request is used up, too old or unknown, and a new one must be asked for. */
export async function signInByCode(
  campus: Campus,
  attempt: { id: string; code: string },
  trusts: MailTrust,
): Promise<SignInResult> {
  const [tried] = await campus.db
    .update(signIns)
    .set({ tries: sql`${signIns.tries} + 1` })
    .where(
      and(
        eq(signIns.id, attempt.id),
        isNull(signIns.usedAt),
        gt(signIns.expiresAt, campus.clock.now()),
        lt(signIns.tries, TRIES),
      ),
    )
    .returning({ codeHash: signIns.codeHash, tries: signIns.tries })
  if (!tried) return { kind: 'over' }
  if (!campus.seal.sameMark(tried.codeHash, codeMark(campus, attempt.id, attempt.code))) {
    return { kind: tried.tries >= TRIES ? 'over' : 'wrong' }
  }
  return useUp(campus, eq(signIns.id, attempt.id), trusts)
}

/** Whether a link is still good. Looking does not use it: mail scanners open every link. */
export async function isLinkGood(campus: Campus, link: string): Promise<boolean> {
  const found = await campus.db
    .select({ id: signIns.id })
    .from(signIns)
    .where(
      and(
        eq(signIns.linkHash, campus.seal.mark('sign-in link', link)),
        isNull(signIns.usedAt),
        gt(signIns.expiresAt, campus.clock.now()),
      ),
    )
  return found.length > 0
}

export function signInByLink(campus: Campus, link: string, trusts: MailTrust): Promise<SignInResult> {
  return useUp(campus, eq(signIns.linkHash, campus.seal.mark('sign-in link', link)), trusts)
}

/** Spends a request once, and finds or makes its person. */
function useUp(
  campus: Campus,
  which: ReturnType<typeof eq>,
  { adminEmail, counts }: MailTrust,
): Promise<SignInResult> {
  return together(campus, async (campus) => {
    const now = campus.clock.now()
    const [used] = await campus.db
      .update(signIns)
      .set({ usedAt: now })
      .where(and(which, isNull(signIns.usedAt), gt(signIns.expiresAt, now)))
      .returning({ email: signIns.email, next: signIns.next })
    if (!used) return { kind: 'over' }
    const admin = adminEmail !== null && used.email === canonicalAddress(adminEmail, campus.mailDots)
    const person = await personWith(campus, used.email, admin ? 'admin' : undefined, counts)
    return { kind: 'signed-in', personId: person, next: used.next }
  })
}

function codeMark(campus: Campus, id: string, code: string): string {
  return campus.seal.mark('sign-in code', `${id}:${code}`)
}
