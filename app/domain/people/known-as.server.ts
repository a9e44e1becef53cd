import { eq } from 'drizzle-orm'
import { identities, people } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { KnownAs } from './views.ts'

/** Who somebody is, as their sign-ins say. Only for what was allowed and is written down. @returns null: they were erased */
export async function knownAs(campus: Campus, personId: string): Promise<KnownAs | null> {
  const [person] = await campus.db.select({ email: people.email }).from(people).where(eq(people.id, personId))
  if (!person) return null
  const known = await campus.db
    .select({ issuer: identities.issuer, subject: identities.subject })
    .from(identities)
    .where(eq(identities.personId, personId))
  return { email: person.email, identities: known }
}
