import { and, eq } from 'drizzle-orm'
import { identities } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/**
 * Every mail address that somebody has proven to be theirs, by a code sent there. One that a provider tells is not among
 * them: at some providers people write it themselves, and what is kept under an address would be shown to a stranger.
 */
export async function addressesOf(campus: Campus, personId: string): Promise<Array<string>> {
  const rows = await campus.db
    .select({ address: identities.subject })
    .from(identities)
    .where(and(eq(identities.personId, personId), eq(identities.issuer, 'mail')))
  return rows.map(({ address }) => address)
}
