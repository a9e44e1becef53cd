import { follows } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** Follows a ticket, or stops following it. Either may be said twice. */
export async function setFollow(
  campus: Campus,
  follow: { number: number; personId: string; active: boolean },
): Promise<void> {
  await campus.db
    .insert(follows)
    .values({ ticketNumber: follow.number, personId: follow.personId, active: follow.active })
    .onConflictDoUpdate({
      target: [follows.ticketNumber, follows.personId],
      set: { active: follow.active },
    })
}
