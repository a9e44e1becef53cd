import { and, asc, count, desc, eq, isNull } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import type { ListKind } from '#app/vocabulary.ts'
import { careNotes, holds, referrals, wordLists } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { workingMinutes } from '../tickets/promise.ts'
import { isOverdue } from './due.ts'
import { learnedAuthor } from './emergency.server.ts'
import { lockWaiting, openHeld, settle, type Hold } from './hold.server.ts'
import { readRules, type ScreeningRules } from './rules.server.ts'
import type { CareHold, CareRow } from './views.ts'

/** What waits for the care team, the oldest first. */
export async function readCareQueue(campus: Campus): Promise<Array<CareRow>> {
  const rules = await readRules(campus)
  const rows = await campus.db
    .select()
    .from(holds)
    .where(and(eq(holds.kind, 'safety'), isNull(holds.outcome)))
    .orderBy(asc(holds.createdAt), asc(holds.id))
  return rows.map((row) => rowOf(campus, rules, row))
}

function rowOf(campus: Campus, rules: ScreeningRules, row: Hold): CareRow {
  const held = row.content === null ? null : openHeld(campus, row.content)
  const kinds = rules.lists.filter(({ id }) => held?.lists.includes(id)).map(({ kind }): ListKind => kind)
  return {
    id: String(row.id),
    kinds: [...new Set(kinds)],
    source: held?.source ?? 'web',
    createdAt: row.createdAt,
    openedAt: row.openedAt,
    referredAt: row.referredAt,
    disputed: row.disputedAt !== null,
    overdue: row.outcome === null && isOverdue(row, rules.careMinutes, campus.clock.now(), campus.zone),
  }
}

/** How much waits, for those who may not read it. */
export async function countCare(
  campus: Campus,
): Promise<{ waiting: number; unopened: number; overdue: number }> {
  const rows = await readCareQueue(campus)
  return {
    waiting: rows.length,
    unopened: rows.filter(({ openedAt }) => openedAt === null).length,
    overdue: rows.filter(({ overdue }) => overdue).length,
  }
}

/** Opens one; each time is written down. @throws {Refusal} where there is none */
export async function openCareHold(campus: Campus, actor: Actor, id: bigint): Promise<CareHold> {
  const now = campus.clock.now()
  const row = await together(campus, async (campus) => {
    const [row] = await campus.db
      .select()
      .from(holds)
      .where(and(eq(holds.id, id), eq(holds.kind, 'safety')))
      .for('update')
    if (!row) throw notFound('no-such-hold')
    if (row.openedAt === null)
      await campus.db.update(holds).set({ openedAt: now, openedBy: actor.personId }).where(eq(holds.id, id))
    await record(campus, { actorId: actor.personId, event: 'hold.read', subject: `hold:${id}` })
    return { ...row, openedAt: row.openedAt ?? now }
  })
  const held = row.content === null ? null : openHeld(campus, row.content)
  const [rules, author, notes, sent] = await Promise.all([
    readRules(campus),
    learnedAuthor(campus, row),
    campus.db.select().from(careNotes).where(eq(careNotes.holdId, id)).orderBy(asc(careNotes.id)),
    campus.db
      .select({
        office: wordLists.office,
        name: wordLists.name,
        at: referrals.at,
        mailedAt: referrals.mailedAt,
      })
      .from(referrals)
      .innerJoin(wordLists, eq(wordLists.id, referrals.listId))
      .where(eq(referrals.holdId, id))
      .orderBy(desc(referrals.id)),
  ])
  return {
    ...rowOf(campus, rules, row),
    outcome: row.outcome,
    author,
    hasAuthor: row.personId !== null,
    words: held && { title: held.title, text: held.text },
    url: held?.url ?? null,
    ticketNumber: row.ticketNumber,
    notes: notes.map(({ body, at, authorId }) => ({
      body: campus.seal.open(body),
      at,
      mine: authorId === actor.personId,
    })),
    referrals: sent.map(({ office, name, at, mailedAt }) => ({
      office: office || name,
      at,
      minutes: workingMinutes(row.createdAt, at, campus.zone),
      mailedAt,
    })),
  }
}

export async function leaveCareNote(campus: Campus, actor: Actor, id: bigint, body: string): Promise<void> {
  await together(campus, async (campus) => {
    await careHold(campus, id)
    await campus.db.insert(careNotes).values({
      holdId: id,
      authorId: actor.personId,
      body: campus.seal.seal(body),
      at: campus.clock.now(),
    })
    await record(campus, { actorId: actor.personId, event: 'hold.noted', subject: `hold:${id}` })
  })
}

/** The care team has done what there was to do. It stays off the board, and its author can read what became of it. */
export async function closeCareHold(campus: Campus, actor: Actor, id: bigint): Promise<void> {
  await together(campus, async (campus) => {
    const waiting = await lockWaiting(campus, id)
    if (waiting.kind !== 'safety') throw notFound('no-such-hold')
    await settle(campus, id, { outcome: 'closed', by: actor.personId })
  })
}

/** Passes a safety hold to an office. How long that took is written down with it. */
export async function referHold(campus: Campus, actor: Actor, id: bigint, listId: number): Promise<void> {
  await together(campus, async (campus) => {
    const row = await careHold(campus, id)
    const now = campus.clock.now()
    await sendTo(campus, actor, listId, { holdId: id })
    if (row.referredAt === null)
      await campus.db.update(holds).set({ referredAt: now }).where(eq(holds.id, id))
    await record(campus, {
      actorId: actor.personId,
      event: 'hold.referred',
      subject: `hold:${id}`,
      details: { office: listId, minutes: workingMinutes(row.createdAt, now, campus.zone) },
    })
  })
}

/** Passes a public ticket to an office. It hides nothing. @throws {Refusal} where the office has no address */
export async function refer(
  campus: Campus,
  actor: Actor,
  { number, listId }: { number: number; listId: number },
): Promise<void> {
  await together(campus, async (campus) => {
    await sendTo(campus, actor, listId, { ticketNumber: number })
    await record(campus, {
      actorId: actor.personId,
      event: 'ticket.referred',
      subject: `ticket:${number}`,
      details: { office: listId },
    })
  })
}

async function sendTo(
  campus: InTransaction,
  actor: Actor,
  listId: number,
  about: { holdId: bigint } | { ticketNumber: number },
): Promise<void> {
  const [list] = await campus.db
    .select({ email: wordLists.email })
    .from(wordLists)
    .where(eq(wordLists.id, listId))
  if (!list || list.email === '') throw notFound('no-such-office')
  await campus.db
    .insert(referrals)
    .values({ ...about, listId, referredBy: actor.personId, at: campus.clock.now() })
}

async function careHold(campus: InTransaction, id: bigint): Promise<Hold> {
  const [row] = await campus.db
    .select()
    .from(holds)
    .where(and(eq(holds.id, id), eq(holds.kind, 'safety')))
    .for('update')
  if (!row) throw notFound('no-such-hold')
  return row
}

/** Offices that something can be passed to. */
export async function listOffices(campus: Campus): Promise<Array<{ id: number; name: string }>> {
  const { lists } = await readRules(campus)
  return lists.flatMap(({ id, office, name, email }) => (email === '' ? [] : [{ id, name: office || name }]))
}

/** How many were passed on from a ticket. */
export async function countReferrals(campus: Campus, number: number): Promise<number> {
  const [row] = await campus.db
    .select({ referrals: count() })
    .from(referrals)
    .where(eq(referrals.ticketNumber, number))
  return row!.referrals
}
