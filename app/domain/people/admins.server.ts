import { and, asc, eq, exists, isNull, ne, or } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import { authenticatorApps, identities, passkeys, people } from '#db/schema/index.ts'
import { together, type Campus } from '../campus.ts'
import { record } from './audit.server.ts'
import { countAsEmployee, personWith } from './identity.server.ts'

/** Makes whoever proves this address an administrator. @returns false when they are one already */
export function makeAdmin(campus: Campus, email: string): Promise<boolean> {
  return together(campus, async (campus) => {
    const personId = await personWith(campus, email)
    const changed = await campus.db
      .update(people)
      .set({ role: 'admin' })
      .where(and(eq(people.id, personId), ne(people.role, 'admin')))
      .returning({ id: people.id })
    if (changed.length === 0) return false
    await countAsEmployee(campus, personId)
    await record(campus, { actorId: null, event: 'admin.made', subject: `person:${personId}`, details: {} })
    return true
  })
}

/** The administrator who has proven an address. @throws {Refusal} `no-such-person` */
export async function findAdmin(campus: Campus, email: string): Promise<string> {
  const [person] = await campus.db
    .select({ id: people.id })
    .from(identities)
    .innerJoin(people, eq(people.id, identities.personId))
    .where(and(eq(identities.issuer, 'mail'), eq(identities.subject, email), eq(people.role, 'admin')))
  if (!person) throw notFound('no-such-person')
  return person.id
}

export async function listAdmins(
  campus: Campus,
): Promise<Array<{ email: string | null; disabled: boolean; factor: boolean }>> {
  const holds = (table: typeof passkeys | typeof authenticatorApps) =>
    exists(campus.db.select().from(table).where(eq(table.personId, people.id)))
  const rows = await campus.db
    .select({
      email: people.email,
      disabledAt: people.disabledAt,
      factor: or(holds(passkeys), holds(authenticatorApps))!,
    })
    .from(people)
    .where(and(eq(people.role, 'admin'), isNull(people.erasedAt)))
    .orderBy(asc(people.email))
  return rows.map(({ email, disabledAt, factor }) => ({
    email,
    disabled: disabledAt !== null,
    factor: Boolean(factor),
  }))
}
