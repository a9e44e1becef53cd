import { randomBytes } from 'node:crypto'
import { and, eq, ne, notExists, or, sql } from 'drizzle-orm'
import { notAllowed } from '#app/platform/errors.ts'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import { identities, people } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { canonicalAddress } from './mail-address.ts'

/** What a provider has proven of somebody who signs in. */
export type Arrival = {
  /** See `identities.issuer`. */
  issuer: string
  subject: string
  /** Where mail reaches them, if the provider says. It never tells who they are. */
  email: string | null
  /** Null: this provider says nothing of it, and what is known stays. */
  affiliations: ReadonlyArray<Affiliation> | null
}

/**
 * Finds the person a provider means, or makes them: nobody has to be registered before.
 * @param role given to them, whatever they had
 * @throws {Refusal} `account-disabled`
 */
export async function arrive(campus: InTransaction, arrival: Arrival, role?: Role): Promise<string> {
  const now = campus.clock.now()
  const personId = (await known(campus, arrival)) ?? (await admit(campus, arrival))
  const [person] = await campus.db
    .update(people)
    .set({
      ...(arrival.email === null ? {} : { email: arrival.email }),
      ...(arrival.affiliations === null ? {} : { affiliations: [...arrival.affiliations] }),
      ...(role === undefined ? {} : { role }),
      // Whoever was forgotten and comes back begins anew, but for the votes that are counted already.
      erasedAt: null,
    })
    .where(eq(people.id, personId))
    .returning({ disabledAt: people.disabledAt })
  if (person?.disabledAt) throw notAllowed('account-disabled')
  await campus.db
    .update(identities)
    .set({ seenAt: now })
    .where(and(eq(identities.issuer, arrival.issuer), eq(identities.subject, arrival.subject)))
  return personId
}

async function known(campus: InTransaction, arrival: Arrival): Promise<string | null> {
  const { issuer, subject } = arrival
  const is = (known: Identity) =>
    and(eq(identities.issuer, known.issuer), eq(identities.subject, known.subject))
  const mark = markOf(campus, arrival)
  const [identity] = await campus.db
    .select({ personId: identities.personId, issuer: identities.issuer })
    .from(identities)
    .where(or(is(arrival), is(mark)))
  if (identity?.issuer === mark.issuer)
    await campus.db.update(identities).set({ issuer, subject, createdAt: campus.clock.now() }).where(is(mark))
  return identity?.personId ?? null
}

/** As whom a provider knows somebody. */
export type Identity = { issuer: string; subject: string }

/**
 * What stands in place of an identity that was erased, while votes of it are still counted: it says nothing to whoever
 * has only the database, and tells us when the same person comes again, so that nobody votes twice.
 */
export function markOf(campus: InTransaction, { issuer, subject }: Identity): Identity {
  return {
    issuer: 'erased',
    subject: campus.seal.mark('erased identity', JSON.stringify([issuer, subject])),
  }
}

async function admit(campus: InTransaction, { issuer, subject, email }: Arrival): Promise<string> {
  const now = campus.clock.now()
  const id = aToken()
  await campus.db.insert(people).values({ id, email, createdAt: now })
  const [identity] = await campus.db
    .insert(identities)
    .values({ issuer, subject, personId: id, createdAt: now, seenAt: now })
    // Two browsers of one new person: the second waits here, and finds the first one's person.
    .onConflictDoUpdate({
      target: [identities.issuer, identities.subject],
      set: { seenAt: sql`excluded.seen_at` },
    })
    .returning({ personId: identities.personId })
  if (identity!.personId !== id) await campus.db.delete(people).where(eq(people.id, id))
  return identity!.personId
}

/**
 * Finds or makes the person who has proven a mail address. Whether they work here, their role says.
 * @param counts whether such an address alone makes somebody a student, until more is known
 */
export async function personWith(
  campus: InTransaction,
  email: string,
  role?: Role,
  counts = true,
): Promise<string> {
  const subject = canonicalAddress(email, campus.mailDots)
  const affiliations: Array<Affiliation> = [role === undefined || role === 'student' ? 'student' : 'employee']
  const personId = await arrive(
    campus,
    { issuer: 'mail', subject, email: subject, affiliations: role === undefined ? null : affiliations },
    role,
  )
  if (role === undefined && counts)
    await campus.db
      .update(people)
      .set({ affiliations })
      .where(and(eq(people.id, personId), eq(people.affiliations, [])))
  return personId
}

/** Who works here is no student, unless a provider of the university says so: until then it was only assumed. */
export async function countAsEmployee(campus: InTransaction, personId: string): Promise<void> {
  const proven = campus.db
    .select()
    .from(identities)
    .where(and(eq(identities.personId, personId), ne(identities.issuer, 'mail')))
  await campus.db
    .update(people)
    .set({ affiliations: ['employee'] })
    .where(and(eq(people.id, personId), notExists(proven)))
}

/** 128 bits nobody can guess. */
export function aToken(): string {
  return randomBytes(16).toString('base64url')
}
