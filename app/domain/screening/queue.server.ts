import { and, asc, count, inArray, isNull, sql } from 'drizzle-orm'
import { notAllowed, notFound } from '#app/platform/errors.ts'
import { HOLD_KINDS, type HoldRefusal } from '#app/vocabulary.ts'
import { holds } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { can } from '../people/can.ts'
import { workingMinutes } from '../tickets/promise.ts'
import { isOverdue } from './due.ts'
import { lockWaiting, openHeld, settle } from './hold.server.ts'
import { readRules } from './rules.server.ts'
import type { HeldCount, HeldRow } from './views.ts'

/** What waits for a moderator, the oldest first. What is about somebody's safety does not. */
export async function readHeldQueue(campus: Campus): Promise<Array<HeldRow>> {
  const { heldMinutes } = await readRules(campus)
  const rows = await campus.db
    .select()
    .from(holds)
    .where(and(inArray(holds.kind, ['personal-data', 'review', 'spam']), isNull(holds.outcome)))
    .orderBy(asc(holds.createdAt), asc(holds.id))
  return rows.map((row) => {
    const { title, text, source, author, url, found } = openHeld(campus, row.content!)
    return {
      id: String(row.id),
      kind: row.kind,
      what: row.what,
      source,
      author,
      url,
      words: { title, text },
      found,
      ticketNumber: row.ticketNumber,
      createdAt: row.createdAt,
      expiresAt: row.expiresAt,
      overdue: isOverdue({ ...row, openedAt: null }, heldMinutes, campus.clock.now(), campus.zone),
    }
  })
}

/** Keeps something from the board for good. Its author reads why, and has the words for a month. */
export async function refuse(
  campus: Campus,
  actor: Actor,
  { id, reason }: { id: bigint; reason: HoldRefusal },
): Promise<void> {
  await together(campus, async (campus) => {
    const waiting = await lockWaiting(campus, id)
    if (waiting.kind === 'safety') throw notFound('no-such-hold')
    if (!can(actor, 'decide-held')) throw notAllowed('not-yours')
    await settle(campus, id, { outcome: 'refused', by: actor.personId, reason })
  })
}

/** How many were held, what became of them, and how fast: figures that tell nobody who wrote what. */
export async function countHeld(campus: Campus): Promise<Array<HeldCount>> {
  const { careMinutes, heldMinutes } = await readRules(campus)
  const [sums, waiting, decided] = await Promise.all([
    campus.db
      .select({ kind: holds.kind, outcome: holds.outcome, holds: count() })
      .from(holds)
      .groupBy(holds.kind, holds.outcome),
    campus.db.select().from(holds).where(isNull(holds.outcome)),
    campus.db
      .select({
        kind: holds.kind,
        createdAt: holds.createdAt,
        decidedAt: sql`${holds.decidedAt}`.mapWith(holds.decidedAt),
      })
      .from(holds)
      .where(inArray(holds.outcome, ['released', 'refused', 'closed'])),
  ])
  const now = campus.clock.now()
  return HOLD_KINDS.map((kind) => {
    const own = sums.filter((sum) => sum.kind === kind)
    const open = waiting.filter((row) => row.kind === kind)
    const minutes = decided
      .filter((row) => row.kind === kind)
      .map((row) => workingMinutes(row.createdAt, row.decidedAt, campus.zone))
      .sort((a, b) => a - b)
    return {
      kind,
      held: own.reduce((sum, { holds }) => sum + holds, 0),
      waiting: open.length,
      overdue: open.filter((row) =>
        kind === 'safety'
          ? isOverdue(row, careMinutes, now, campus.zone)
          : isOverdue({ ...row, openedAt: null }, heldMinutes, now, campus.zone),
      ).length,
      outcomes: Object.fromEntries(
        own.flatMap(({ outcome, holds }) => (outcome === null ? [] : [[outcome, holds]])),
      ),
      medianMinutes: minutes[Math.floor(minutes.length / 2)] ?? null,
    }
  })
}
