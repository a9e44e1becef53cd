import { and, asc, eq, inArray, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import type { ListKind } from '#app/vocabulary.ts'
import { holds, people, referrals, wordLists } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import { isAlertDue, isOverdue } from './due.ts'
import { readRules } from './rules.server.ts'

/** Longer than a mail server may take; after a crash, how long nobody writes the same mail again. */
const LEASE = 5 * MINUTE

/** What the mail says is how many wait and since when: nothing of what they say. */
export type Alert = { ids: Array<bigint>; oldest: Date; overdue: boolean; to: Array<string> }

/**
 * Claims everything unopened that the care team is to be told of: when it has come, and then again and again while
 * nobody opens it, administrators with them.
 */
export async function claimAlert(campus: Campus): Promise<Alert | null> {
  const now = campus.clock.now()
  const { careMinutes } = await readRules(campus)
  const waiting = await campus.db
    .select()
    .from(holds)
    .where(
      and(
        eq(holds.kind, 'safety'),
        isNull(holds.outcome),
        isNull(holds.openedAt),
        unclaimed(holds.claimedUntil, now),
      ),
    )
    .orderBy(asc(holds.createdAt))
  const due = waiting.filter((row) => isAlertDue(row, careMinutes, now, campus.zone))
  if (due.length === 0) return null
  const claimed = await campus.db
    .update(holds)
    .set({ claimedUntil: after(now, LEASE) })
    .where(
      and(
        inArray(
          holds.id,
          due.map(({ id }) => id),
        ),
        isNull(holds.openedAt),
        unclaimed(holds.claimedUntil, now),
      ),
    )
    .returning()
  if (claimed.length === 0) return null
  const overdue = claimed.some((row) => isOverdue(row, careMinutes, now, campus.zone))
  const reached = await campus.db
    .select({ email: people.email })
    .from(people)
    .where(
      and(
        inArray(people.role, overdue ? ['care', 'admin'] : ['care']),
        isNull(people.disabledAt),
        isNotNull(people.email),
      ),
    )
    .orderBy(asc(people.id))
  return {
    ids: claimed.map(({ id }) => id),
    oldest: new Date(Math.min(...claimed.map(({ createdAt }) => createdAt.getTime()))),
    overdue,
    to: [...new Set(reached.flatMap(({ email }) => email ?? []))],
  }
}

/** @param sent false: nobody could be written to, and it is tried again */
export async function noteAlerted(campus: Campus, { ids }: Alert, sent: boolean): Promise<void> {
  await campus.db
    .update(holds)
    .set({ claimedUntil: null, ...(sent ? { alertedAt: campus.clock.now() } : {}) })
    .where(inArray(holds.id, ids))
}

export type ReferralMail = {
  id: bigint
  to: string
  kind: ListKind
  at: Date
  holdId: bigint | null
  ticketNumber: number | null
}

/** Claims the next referral whose office has not been written to. */
export async function claimReferral(campus: Campus): Promise<ReferralMail | null> {
  const now = campus.clock.now()
  const [next] = await campus.db
    .select({ id: referrals.id })
    .from(referrals)
    .where(and(isNull(referrals.mailedAt), unclaimed(referrals.claimedUntil, now)))
    .orderBy(asc(referrals.id))
    .limit(1)
  if (!next) return null
  const [claimed] = await campus.db
    .update(referrals)
    .set({ claimedUntil: after(now, LEASE) })
    .where(and(eq(referrals.id, next.id), isNull(referrals.mailedAt), unclaimed(referrals.claimedUntil, now)))
    .returning()
  if (!claimed) return claimReferral(campus)
  const [list] = await campus.db.select().from(wordLists).where(eq(wordLists.id, claimed.listId))
  const { id, at, holdId, ticketNumber } = claimed
  return { id, at, holdId, ticketNumber, to: list!.email, kind: list!.kind }
}

export async function noteReferred(campus: Campus, id: bigint): Promise<void> {
  await campus.db
    .update(referrals)
    .set({ mailedAt: campus.clock.now(), claimedUntil: null })
    .where(eq(referrals.id, id))
}

function unclaimed(column: typeof holds.claimedUntil | typeof referrals.claimedUntil, now: Date) {
  return or(isNull(column), lt(column, now))
}
