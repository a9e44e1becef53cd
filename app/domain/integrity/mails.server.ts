import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import type { InvalidationReason } from '#app/vocabulary.ts'
import { invalidationMails, invalidations, people, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'

/** Whoever holds a claim has so long to send. */
const CLAIMED_FOR = MINUTE

type Untold = {
  invalidationId: bigint
  personId: string
  /** Null: they have no address, and read it on their own page alone. */
  email: string | null
  reason: InvalidationReason
  tickets: Array<number>
}

/** Takes the next person who is to be told, for a while. @returns null when everybody is told */
export async function claimUntold(campus: Campus): Promise<Untold | null> {
  const now = campus.clock.now()
  const [claimed] = await run<{ id: string; person: string }>(
    campus.db,
    sql`update ${invalidationMails} set claimed_until = ${after(now, CLAIMED_FOR).toISOString()}::timestamptz
        where (invalidation_id, person_id) = (
          select invalidation_id, person_id from ${invalidationMails}
          where sent_at is null and (claimed_until is null or claimed_until <= ${now.toISOString()}::timestamptz)
          order by invalidation_id, person_id limit 1 for update skip locked
        )
        returning invalidation_id::text as id, person_id as person`,
  )
  if (!claimed) return null
  const invalidationId = BigInt(claimed.id)
  const [about] = await campus.db
    .select({ reason: invalidations.reason, email: people.email })
    .from(invalidations)
    .innerJoin(people, eq(people.id, claimed.person))
    .where(eq(invalidations.id, invalidationId))
  // Erased in the very moment: their mail went with them.
  if (!about) return claimUntold(campus)
  const theirs = await campus.db
    .select({ number: votes.ticketNumber })
    .from(votes)
    .where(and(eq(votes.personId, claimed.person), eq(votes.invalidatedBy, invalidationId)))
    .orderBy(asc(votes.ticketNumber))
  return { invalidationId, personId: claimed.person, ...about, tickets: theirs.map(({ number }) => number) }
}

export async function noteTold(
  campus: Campus,
  { invalidationId, personId }: Pick<Untold, 'invalidationId' | 'personId'>,
): Promise<void> {
  await campus.db
    .update(invalidationMails)
    .set({ sentAt: campus.clock.now() })
    .where(
      and(
        eq(invalidationMails.invalidationId, invalidationId),
        eq(invalidationMails.personId, personId),
        isNull(invalidationMails.sentAt),
      ),
    )
}
