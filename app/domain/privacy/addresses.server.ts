import { eq } from 'drizzle-orm'
import { identities, people } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** Every mail address that is known to be somebody's: what mail reaches them by, and what they signed in with. */
export async function addressesOf(campus: Campus, personId: string): Promise<Array<string>> {
  const [person, known] = await Promise.all([
    campus.db.select({ email: people.email }).from(people).where(eq(people.id, personId)),
    campus.db.select().from(identities).where(eq(identities.personId, personId)),
  ])
  return [
    ...new Set([
      ...person.flatMap(({ email }) => email ?? []),
      ...known.flatMap(({ issuer, subject }) => (issuer === 'mail' ? [subject] : [])),
    ]),
  ]
}
