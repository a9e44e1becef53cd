import { eq } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import { careNotes, holds } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { knownAs } from '../people/known-as.server.ts'
import type { KnownAs } from '../people/views.ts'
import { lockWaiting, type Hold } from './hold.server.ts'

/** How long the care team can read who it was, after one of them asked. */
const READABLE = DAY

/**
 * Tells the care team who wrote something, because somebody may be in danger: at once and without a second person, as an
 * articulable and significant threat to health or safety allows (34 CFR 99.36), and with the reason written down beside
 * it (34 CFR 99.32 (a)(5)). Its author is told on their own page, and administrators by mail.
 * @throws {Refusal} where a network spoke, and for what was decided already
 */
export async function learnAuthor(
  campus: Campus,
  actor: Actor,
  { id, reason }: { id: bigint; reason: string },
): Promise<void> {
  if (!can(actor, 'learn-author')) throw notAllowed('not-yours')
  await together(campus, async (campus) => {
    const waiting = await lockWaiting(campus, id)
    if (waiting.kind !== 'safety') throw notFound('no-such-hold')
    if (waiting.personId === null) throw conflict('nobody-behind')
    const now = campus.clock.now()
    await campus.db.update(holds).set({ learnedAt: now, learnedBy: actor.personId }).where(eq(holds.id, id))
    await campus.db
      .insert(careNotes)
      .values({ holdId: id, authorId: actor.personId, body: campus.seal.seal(reason), at: now })
    // Not why: a reason tells of somebody, and this log is for good.
    await record(campus, { actorId: actor.personId, event: 'hold.author-learned', subject: `hold:${id}` })
  })
}

/** Who wrote it, where somebody of the care team asked within the last day. */
export async function learnedAuthor(
  campus: Campus,
  { personId, learnedAt, outcome }: Pick<Hold, 'personId' | 'learnedAt' | 'outcome'>,
): Promise<KnownAs | null> {
  const readable = learnedAt !== null && outcome === null && campus.clock.now() < after(learnedAt, READABLE)
  return readable && personId !== null ? knownAs(campus, personId) : null
}
