import { and, isNull, lt, or } from 'drizzle-orm'
import { after, DAY, HOUR } from '#app/platform/clock.ts'
import { assertionsSeen, drafts, invitations, sessions, signInFlows, signIns } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import { DRAFT_LASTS } from './drafts.server.ts'

const INVITATIONS_KEPT = 30 * DAY

/** Forgets what nobody can use any more. Sign-ins stay a day, because the daily limit counts them. */
export async function forgetExpired(campus: Campus): Promise<void> {
  const now = campus.clock.now()
  await campus.db.delete(signIns).where(lt(signIns.createdAt, after(now, -DAY)))
  await campus.db.delete(drafts).where(lt(drafts.createdAt, after(now, -DRAFT_LASTS)))
  // They can be sent again for a while; after that it is the address of somebody who did not come.
  await campus.db
    .delete(invitations)
    .where(and(isNull(invitations.usedAt), lt(invitations.expiresAt, after(now, -INVITATIONS_KEPT))))
  // Late answers are told that they are late, for a while.
  await campus.db.delete(signInFlows).where(lt(signInFlows.expiresAt, after(now, -HOUR)))
  await campus.db.delete(assertionsSeen).where(lt(assertionsSeen.expiresAt, now))
  await campus.db.delete(sessions).where(or(lt(sessions.expiresAt, now), lt(sessions.endsAt, now)))
}
