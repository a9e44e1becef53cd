import { and, asc, count, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import { notAllowed, notFound } from '#app/platform/errors.ts'
import { HOLD_KINDS, type HoldRefusal } from '#app/vocabulary.ts'
import { holds } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { can } from '../people/can.ts'
import { workingMinutes } from '../tickets/promise.ts'
import { isOverdue } from './due.ts'
import { lockWaiting, openHeld, settle, type Hold } from './hold.server.ts'
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
  // What was sent many times is looked at once.
  const first = rows.filter(
    (row, index) => row.echoOf === null || index === rows.findIndex((other) => other.echoOf === row.echoOf),
  )
  return first.map((row) => {
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
      alike: row.echoOf === null ? 1 : rows.filter(({ echoOf }) => echoOf === row.echoOf).length,
      overdue: isOverdue({ ...row, openedAt: null }, heldMinutes, campus.clock.now(), campus.zone),
    }
  })
}

/**
 * Keeps something from the board for good. Its author reads why, and has the words for a month.
 * @param alike with everything else that waits and has the same words
 */
export async function refuse(
  campus: Campus,
  actor: Actor,
  { id, reason, alike = false }: { id: bigint; reason: HoldRefusal; alike?: boolean },
): Promise<void> {
  await together(campus, async (campus) => {
    const waiting = await lockWaiting(campus, id)
    if (waiting.kind === 'safety') throw notFound('no-such-hold')
    if (!can(actor, 'decide-held')) throw notAllowed('not-yours')
    const others = alike ? await othersLike(campus, waiting) : []
    for (const one of [id, ...others])
      await settle(campus, one, { outcome: 'refused', by: actor.personId, reason })
  })
}

/** What else waits and has the same words, in the order it came. */
export async function othersLike(
  campus: InTransaction,
  { id, echoOf }: Pick<Hold, 'id' | 'echoOf'>,
): Promise<Array<bigint>> {
  if (echoOf === null) return []
  const rows = await campus.db
    .select({ id: holds.id })
    .from(holds)
    .where(and(eq(holds.echoOf, echoOf), eq(holds.kind, 'spam'), isNull(holds.outcome), ne(holds.id, id)))
    .orderBy(asc(holds.id))
    .for('update')
  return rows.map((row) => row.id)
}

/** How many were held, what became of them, and how fast. */
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
