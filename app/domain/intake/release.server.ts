import { and, asc, eq, isNull, lte } from 'drizzle-orm'
import { notAllowed } from '#app/platform/errors.ts'
import { departments, holds, posts } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { can } from '../people/can.ts'
import { lockWaiting, openHeld, settle, type WaitingHold } from '../screening/hold.server.ts'
import { addComment, type comment } from '../tickets/comment.server.ts'
import { holdOne, refuseEnded } from '../tickets/hold.server.ts'
import type { IncomingPost } from './concern.ts'
import { openTicket, type raise } from './raise.server.ts'
import { holdSurvivor, publishHeld } from './receive.server.ts'
import { holdPost } from './seen.server.ts'

/**
 * Makes public what was held, as if it came now.
 * @returns the ticket it stands on
 * @throws {Refusal} to whom it is not to decide, and where it was decided already
 */
export async function release(campus: Campus, actor: Actor, id: bigint): Promise<number> {
  return together(campus, async (campus) => {
    await holdItsPost(campus, id)
    const waiting = await lockWaiting(campus, id)
    if (!can(actor, waiting.kind === 'safety' ? 'handle-care' : 'decide-held')) throw notAllowed('not-yours')
    const ticketNumber = await publish(campus, waiting)
    await settle(campus, id, { outcome: 'released', by: actor.personId, ticketNumber })
    return ticketNumber
  })
}

/** Publishes what was held as spam and nobody decided in time. Each in a transaction of its own. */
export async function releaseExpired(campus: Campus): Promise<void> {
  const due = await campus.db
    .select({ id: holds.id })
    .from(holds)
    .where(and(eq(holds.kind, 'spam'), isNull(holds.outcome), lte(holds.expiresAt, campus.clock.now())))
    .orderBy(asc(holds.id))
  for (const { id } of due)
    await together(campus, async (campus) => {
      await holdItsPost(campus, id)
      const [still] = await campus.db
        .select({ kind: holds.kind, outcome: holds.outcome })
        .from(holds)
        .where(eq(holds.id, id))
        .for('update')
      if (still?.kind !== 'spam' || still.outcome !== null) return
      const ticketNumber = await publish(campus, await lockWaiting(campus, id))
      await settle(campus, id, { outcome: 'expired', by: null, ticketNumber })
    })
}

/** Posts before holds, the order in which an import takes them. */
async function holdItsPost(campus: InTransaction, id: bigint): Promise<void> {
  const [row] = await campus.db
    .select({ channel: posts.channel, firstId: posts.firstId, externalId: posts.externalId })
    .from(holds)
    .innerJoin(posts, eq(posts.id, holds.postId))
    .where(eq(holds.id, id))
  if (row) await holdPost(campus, row)
}

async function publish(campus: InTransaction, waiting: WaitingHold): Promise<number> {
  const { taken } = openHeld(campus, waiting.content)
  switch (waiting.what) {
    case 'concern': {
      const concern = taken as Parameters<typeof raise>[1]
      const departmentId = await stillThere(campus, concern.departmentId)
      // Without its key: the same form may have raised another one since, without what was held.
      const ticket = await openTicket(campus, { ...concern, departmentId, submissionKey: null }, null)
      return ticket!.number
    }
    case 'comment': {
      const said = taken as Parameters<typeof comment>[1]
      const number = await holdSurvivor(campus, said.number)
      refuseEnded(await holdOne(campus, number))
      await addComment(campus, number, { ...said, key: null })
      return number
    }
    case 'post': {
      const post = taken as Omit<IncomingPost, 'postedAt'> & { postedAt: string }
      return publishHeld(campus, waiting.postId!, { ...post, postedAt: new Date(post.postedAt) })
    }
  }
}

/** A department that is gone meanwhile is chosen anew, as if nobody had. */
async function stillThere(campus: InTransaction, id: number | null): Promise<number | null> {
  if (id === null) return null
  const [department] = await campus.db
    .select({ id: departments.id })
    .from(departments)
    .where(eq(departments.id, id))
  return department?.id ?? null
}
