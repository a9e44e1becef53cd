import { eq } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import { appeals, blocks, hidings } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { hold } from '../tickets/hold.server.ts'
import { promiseFrom } from '../tickets/promise.ts'
import { addressOf, restore, type ToTell } from './hide.server.ts'

/** Whether something was hidden or somebody blocked, and which. */
export type Against = { kind: 'hiding' | 'block'; id: bigint }

export const APPEAL_DAYS = 30
/** In working days. */
export const ANSWER_APPEAL_WITHIN = 5

/** How long whoever decided may take it back by themselves. After that, and once there is an appeal, somebody else decides. */
export const TAKE_BACK_WITHIN = DAY

export const appealUntil = (decidedAt: Date): Date => after(decidedAt, APPEAL_DAYS * DAY)

/**
 * Takes an appeal by the one it was decided about.
 * @throws {Refusal} to everybody else, the second time, and after the time for it
 */
export async function appeal(
  campus: Campus,
  actor: Actor,
  { against, body }: { against: Against; body: string },
): Promise<void> {
  await together(campus, async (campus) => {
    const decided = await holdDecision(campus, against)
    if (!can(actor, 'appeal', { personId: decided.personId })) throw notAllowed('not-your-decision')
    if (await appealAgainst(campus, against)) throw conflict('already-appealed')
    const now = campus.clock.now()
    if (now > appealUntil(decided.at) || decided.over) throw conflict('appeal-too-late')
    await campus.db.insert(appeals).values({
      hidingId: against.kind === 'hiding' ? against.id : null,
      blockId: against.kind === 'block' ? against.id : null,
      personId: actor.personId,
      body,
      filedAt: now,
      dueAt: promiseFrom(now, ANSWER_APPEAL_WITHIN, campus.zone),
    })
    await record(campus, {
      actorId: actor.personId,
      event: 'appeal.filed',
      subject: `${against.kind}:${against.id}`,
    })
  })
}

/**
 * Upholds what was decided, or takes it back.
 * @throws {Refusal} to who decided first, and to the one who appeals
 */
export async function decideAppeal(
  campus: Campus,
  actor: Actor,
  { against, upheld, sentence }: { against: Against; upheld: boolean; sentence: string },
): Promise<ToTell> {
  return together(campus, async (campus) => {
    const decided = await holdDecision(campus, against)
    const standing = await appealAgainst(campus, against)
    if (!standing) throw notFound('no-such-page')
    if (!can(actor, 'decide-appeal', decided))
      throw notAllowed(
        decided.personId === actor.personId
          ? 'your-own-words'
          : decided.decidedBy === actor.personId
            ? 'you-decided-it'
            : 'staff-only',
      )
    if (standing.decidedAt !== null) throw conflict('already-decided')
    const now = campus.clock.now()
    await campus.db
      .update(appeals)
      .set({ decidedBy: actor.personId, role: actor.role, decidedAt: now, upheld, sentence })
      .where(eq(appeals.id, standing.id))
    if (!upheld) await decided.undo(now)
    await record(campus, {
      actorId: actor.personId,
      event: upheld ? 'appeal.upheld' : 'appeal.restored',
      subject: `${against.kind}:${against.id}`,
    })
    return { email: await addressOf(campus, decided.personId), ticketNumber: decided.ticketNumber }
  })
}

/**
 * Takes back one's own decision, as a mistake.
 * @throws {Refusal} to everybody else, after the time for it, and once there is an appeal
 */
export async function takeBack(campus: Campus, actor: Actor, against: Against): Promise<ToTell> {
  return together(campus, async (campus) => {
    const decided = await holdDecision(campus, against)
    if (!can(actor, 'moderate', { authorId: decided.personId })) throw notAllowed('staff-only')
    if (decided.decidedBy !== actor.personId) throw notAllowed('not-your-mistake')
    if (await appealAgainst(campus, against)) throw conflict('already-appealed')
    const now = campus.clock.now()
    if (decided.over || now > after(decided.at, TAKE_BACK_WITHIN)) throw conflict('take-back-too-late')
    await decided.undo(now)
    await record(campus, {
      actorId: actor.personId,
      event: 'decision.taken-back',
      subject: `${against.kind}:${against.id}`,
    })
    return { email: await addressOf(campus, decided.personId), ticketNumber: decided.ticketNumber }
  })
}

type HeldDecision = {
  personId: string | null
  decidedBy: string | null
  ticketNumber: number
  at: Date
  /** It ended by itself, or was taken back. */
  over: boolean
  undo(at: Date): Promise<void>
}

/** Holds what was decided, its ticket first, the order in which everything else takes them. */
async function holdDecision(campus: InTransaction, { kind, id }: Against): Promise<HeldDecision> {
  if (kind === 'block') {
    const [row] = await campus.db.select().from(blocks).where(eq(blocks.id, id)).for('update')
    if (!row) throw notFound('no-such-page')
    return {
      personId: row.personId,
      decidedBy: row.blockedBy,
      ticketNumber: row.ticketNumber,
      at: row.blockedAt,
      over: row.liftedAt !== null || row.until <= campus.clock.now(),
      undo: async (at) => {
        await campus.db.update(blocks).set({ liftedAt: at }).where(eq(blocks.id, id))
      },
    }
  }
  const [found] = await campus.db
    .select({ ticketNumber: hidings.ticketNumber })
    .from(hidings)
    .where(eq(hidings.id, id))
  if (!found) throw notFound('no-such-page')
  await hold(campus, [found.ticketNumber])
  const [row] = await campus.db.select().from(hidings).where(eq(hidings.id, id)).for('update')
  return {
    personId: row!.authorId,
    decidedBy: row!.hiddenBy,
    ticketNumber: row!.ticketNumber,
    at: row!.hiddenAt,
    over: row!.restoredAt !== null,
    undo: (at) => restore(campus, row!, at),
  }
}

async function appealAgainst(campus: InTransaction, { kind, id }: Against) {
  const [row] = await campus.db
    .select()
    .from(appeals)
    .where(eq(kind === 'hiding' ? appeals.hidingId : appeals.blockId, id))
    .for('update')
  return row ?? null
}
