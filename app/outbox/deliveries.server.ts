import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, isNull, lt, lte, or, sql } from 'drizzle-orm'
import { after, SECOND } from '#app/platform/clock.ts'
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { ChannelId, DeliveryState } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { accounts, deliveries, posts } from '#db/schema/index.ts'

/** Longer than sending and looking may take together; a claim older than this has lost its process. */
export const LEASE = 20 * SECOND

export type ClaimedDelivery = {
  delivery: typeof deliveries.$inferSelect
  account: typeof accounts.$inferSelect
  /** The post it answers. */
  post: typeof posts.$inferSelect
}

const WAITING: Array<DeliveryState> = ['queued', 'sending', 'checking']

/**
 * Takes the next delivery that is due on a network, for this process alone. A queued one comes back as `sending`; one that
 * may be out already, because its process died or the network did not say, comes back as `checking`. Two
 * replies to one post go out in the order they were promised.
 */
export async function claimDelivery(
  db: Database,
  channel: ChannelId,
  now: Date,
): Promise<ClaimedDelivery | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .select({ delivery: deliveries, account: accounts, post: posts })
      .from(deliveries)
      .innerJoin(accounts, eq(accounts.id, deliveries.accountId))
      .innerJoin(posts, eq(posts.id, deliveries.postId))
      .where(
        and(
          inArray(deliveries.state, WAITING),
          lte(deliveries.dueAt, now),
          or(isNull(deliveries.leasedUntil), lt(deliveries.leasedUntil, now)),
          eq(accounts.channel, channel),
          eq(accounts.state, 'connected'),
          or(isNull(accounts.sendAfter), lte(accounts.sendAfter, now)),
          sql`not exists (select from ${deliveries} as earlier where earlier.post_id = ${deliveries.postId} and earlier.id < ${deliveries.id} and earlier.state in ('queued', 'sending', 'checking'))`,
        ),
      )
      .orderBy(asc(deliveries.dueAt), asc(deliveries.id))
      .limit(1)
      .for('update', { of: deliveries, skipLocked: true })
    if (!row) return null
    const [delivery] = await tx
      .update(deliveries)
      .set({
        state: row.delivery.state === 'queued' ? 'sending' : 'checking',
        claim: randomUUID(),
        leasedUntil: after(now, LEASE),
        attempts: row.delivery.attempts + 1,
        // A look is told when the sending was, so it must not move that moment.
        ...(row.delivery.state === 'queued' ? { attemptedAt: now } : {}),
      })
      .where(eq(deliveries.id, row.delivery.id))
      .returning()
    return { ...row, delivery: delivery! }
  })
}

export type Settlement =
  | { state: 'sent'; externalId: string; url: string | null; at: Date }
  | { state: 'queued' | 'checking'; reason: string | null; dueAt: Date }
  | { state: 'parked'; reason: string; at: Date }
  /** Nothing was asked of the network: what it was before the claim it is again, or it waits for a person. */
  | { state: 'held'; as: 'queued' | 'checking'; reason: string; dueAt: Date }
  | { state: 'barred'; reason: string; at: Date }

/** Notes what became of a claimed delivery. @returns false when the claim was lost to another process meanwhile */
export async function settleDelivery(
  tx: Database,
  delivery: { id: bigint; claim: string | null },
  settlement: Settlement,
): Promise<boolean> {
  const settled = await tx
    .update(deliveries)
    .set({ claim: null, leasedUntil: null, ...changesOf(settlement) })
    .where(and(eq(deliveries.id, delivery.id), eq(deliveries.claim, delivery.claim ?? '')))
    .returning({ id: deliveries.id })
  return settled.length > 0
}

/** A queued one is known not to be out. */
const unattempted = { attempts: sql`${deliveries.attempts} - 1`, attemptedAt: null }

function changesOf(settlement: Settlement): PgUpdateSetSource<typeof deliveries> {
  switch (settlement.state) {
    case 'sent':
      return {
        state: 'sent',
        externalId: settlement.externalId,
        url: settlement.url,
        reason: null,
        settledAt: settlement.at,
      }
    case 'queued':
    case 'checking':
      return { state: settlement.state, reason: settlement.reason, dueAt: settlement.dueAt }
    case 'parked':
      return { state: 'parked', reason: settlement.reason, settledAt: settlement.at }
    case 'held':
      return {
        state: settlement.as,
        reason: settlement.reason,
        dueAt: settlement.dueAt,
        ...(settlement.as === 'queued' ? unattempted : { attempts: unattempted.attempts }),
      }
    case 'barred':
      return { state: 'parked', reason: settlement.reason, settledAt: settlement.at, ...unattempted }
  }
}

/**
 * What a person decided about a delivery that is not out: try again now, leave it, or note that they answered
 * by hand. One that was left by the account's policy, and not by a person, may be taken up. One being sent this moment cannot be decided. A retry of one that may be out looks first.
 * @returns false when it was settled or is being sent
 */
export async function decideDelivery(
  db: Database,
  id: bigint,
  decision: 'retry' | 'skip' | 'by-hand',
  now: Date,
): Promise<boolean> {
  const changes: Partial<typeof deliveries.$inferInsert> =
    decision === 'retry'
      ? { dueAt: now, attempts: 0, settledAt: null }
      : { state: decision === 'skip' ? 'skipped' : 'by-hand', settledAt: now }
  const decided = await db
    .update(deliveries)
    .set({
      ...changes,
      claim: null,
      leasedUntil: null,
      ...(decision === 'retry'
        ? { state: sql`case when ${deliveries.attemptedAt} is null then 'queued' else 'checking' end` }
        : {}),
    })
    .where(
      and(
        eq(deliveries.id, id),
        or(
          inArray(deliveries.state, ['queued', 'checking', 'parked']),
          and(eq(deliveries.state, 'skipped'), isNull(deliveries.settledAt)),
        ),
        or(isNull(deliveries.leasedUntil), lt(deliveries.leasedUntil, now)),
      ),
    )
    .returning({ id: deliveries.id })
  return decided.length > 0
}
