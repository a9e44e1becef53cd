import { lt } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { drafts, sessions, signIns } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import { DRAFT_LASTS } from './drafts.server.ts'

/** Forgets what nobody can use any more. Sign-ins stay a day, because the daily limit counts them. */
export async function forgetExpired(campus: Campus): Promise<void> {
  const now = campus.clock.now()
  await campus.db.delete(signIns).where(lt(signIns.createdAt, after(now, -DAY)))
  await campus.db.delete(drafts).where(lt(drafts.createdAt, after(now, -DRAFT_LASTS)))
  await campus.db.delete(sessions).where(lt(sessions.expiresAt, now))
}
