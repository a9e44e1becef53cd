import { and, asc, count, desc, eq, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { after, DAY, MINUTE } from '#app/platform/clock.ts'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import { people, pseudonyms, tickets, unmaskings } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { holdOne } from '../tickets/hold.server.ts'
import { knownAs } from '../people/known-as.server.ts'
import type { Unmasked, UnmaskingRequest } from './views.ts'

/** How long the one who asked may look. */
const LOOK_FOR = DAY

/**
 * Asks who stands behind a name on a ticket. Nothing is told yet.
 * @throws {Refusal} unless the actor's department owns the ticket, and somebody is behind the name
 */
export async function askUnmasking(
  campus: Campus,
  actor: Actor,
  asked: { number: number; name: string; reason: string },
): Promise<void> {
  await together(campus, async (campus) => {
    const ticket = await holdOne(campus, asked.number)
    if (!can(actor, 'ask-unmasking', ticket)) throw notAllowed('other-department')
    const [behind] = await campus.db
      .select({ personId: pseudonyms.personId })
      .from(pseudonyms)
      .where(and(eq(pseudonyms.ticketNumber, ticket.number), eq(pseudonyms.name, asked.name)))
    if (!behind?.personId) throw conflict('nobody-behind')
    const waiting = await campus.db.$count(
      unmaskings,
      and(
        eq(unmaskings.ticketNumber, ticket.number),
        eq(unmaskings.personId, behind.personId),
        eq(unmaskings.askedBy, actor.personId),
        isNull(unmaskings.decidedAt),
      ),
    )
    if (waiting > 0) throw conflict('already-asked')
    const [row] = await campus.db
      .insert(unmaskings)
      .values({
        ticketNumber: ticket.number,
        name: asked.name,
        personId: behind.personId,
        askedBy: actor.personId,
        reason: asked.reason,
        askedAt: campus.clock.now(),
      })
      .returning({ id: unmaskings.id })
    await note(campus, actor, 'unmasking.asked', row!.id, { ticket: ticket.number })
  })
}

/**
 * Decides a request: the second of the two people, whom the database asks for as well.
 * @param decided.barredWhy the law or order that forbids to tell the person; null: they are told
 */
export async function decideUnmasking(
  campus: Campus,
  actor: Actor,
  decided: { id: bigint; granted: boolean; barredWhy: string | null },
): Promise<void> {
  await together(campus, async (campus) => {
    const row = await holdRequest(campus, decided.id)
    const { askedBy, personId } = row
    if (!can(actor, 'decide-unmasking', { askedBy }) || personId === actor.personId)
      throw notAllowed('two-people')
    if (row.decidedAt !== null) throw conflict('already-decided')
    if (decided.granted && (personId === null || askedBy === null)) throw conflict('nobody-behind')
    const barredWhy = decided.granted ? decided.barredWhy : null
    await campus.db
      .update(unmaskings)
      .set({
        decidedBy: actor.personId,
        decidedAt: campus.clock.now(),
        granted: decided.granted,
        barred: barredWhy !== null,
        barredWhy,
      })
      .where(eq(unmaskings.id, row.id))
    await note(campus, actor, decided.granted ? 'unmasking.granted' : 'unmasking.refused', row.id, {
      ticket: row.ticketNumber,
      barred: barredWhy !== null,
    })
  })
}

/**
 * Tells the one who asked who it is, and writes down that they looked.
 * @throws {Refusal} to everybody else, and after the time for it
 */
export function lookBehind(campus: Campus, actor: Actor, id: bigint): Promise<Unmasked> {
  return together(campus, async (campus) => {
    const row = await holdRequest(campus, id)
    const [ticket] = await campus.db
      .select({ departmentId: tickets.departmentId })
      .from(tickets)
      .where(eq(tickets.number, row.ticketNumber))
    const now = campus.clock.now()
    const open =
      row.askedBy === actor.personId &&
      row.granted === true &&
      now < after(row.decidedAt!, LOOK_FOR) &&
      can(actor, 'ask-unmasking', ticket!)
    if (!open) throw notAllowed('look-over')
    const known = row.personId === null ? null : await knownAs(campus, row.personId)
    if (!known) throw conflict('nobody-behind')
    if (row.readAt === null)
      await campus.db.update(unmaskings).set({ readAt: now }).where(eq(unmaskings.id, id))
    await note(campus, actor, 'unmasking.read', id, { ticket: row.ticketNumber })
    return { id: String(id), name: row.name, ...known }
  })
}

async function holdRequest(campus: Campus, id: bigint) {
  const [row] = await campus.db.select().from(unmaskings).where(eq(unmaskings.id, id)).for('update')
  if (!row) throw notFound('no-such-page')
  return row
}

function note(
  campus: Campus,
  actor: Actor,
  event: string,
  id: bigint,
  details: Record<string, string | number | boolean>,
): Promise<void> {
  return record(campus, { actorId: actor.personId, event, subject: `unmasking:${id}`, details })
}

const asker = alias(people, 'asker')

/** More is in the audit log. */
const MOST_SHOWN = 100

/** What of the requests somebody of the desk sees: their own, and all of them where they decide or audit. */
export async function readRequests(
  campus: Campus,
  actor: Actor,
): Promise<{ mine: Array<UnmaskingRequest>; all: Array<UnmaskingRequest> | null }> {
  // Whoever may decide at all: the one about whom it is asked is another question.
  const seesAll = can(actor, 'decide-unmasking', { askedBy: null }) || can(actor, 'read-audit-log')
  const rows = (which: ReturnType<typeof eq> | undefined) =>
    campus.db
      .select({
        id: sql<string>`${unmaskings.id}::text`,
        ticketNumber: unmaskings.ticketNumber,
        name: unmaskings.name,
        reason: unmaskings.reason,
        askedBy: { role: asker.role, email: asker.email },
        mine: sql<boolean>`coalesce(${unmaskings.askedBy} = ${actor.personId}, false)`,
        askedAt: unmaskings.askedAt,
        decidedAt: unmaskings.decidedAt,
        granted: unmaskings.granted,
        barredWhy: unmaskings.barredWhy,
      })
      .from(unmaskings)
      .leftJoin(asker, eq(asker.id, unmaskings.askedBy))
      .where(which)
      .orderBy(asc(isNotNull(unmaskings.decidedAt)), desc(unmaskings.id))
      .limit(MOST_SHOWN)
  const view = (row: Awaited<ReturnType<typeof rows>>[number]): UnmaskingRequest => ({
    ...row,
    until: row.granted ? after(row.decidedAt!, LOOK_FOR) : null,
  })
  const [mine, all] = await Promise.all([
    rows(eq(unmaskings.askedBy, actor.personId)),
    seesAll ? rows(undefined) : null,
  ])
  return { mine: mine.map(view), all: all && all.map(view) }
}

/** How often it was asked and agreed to who somebody is, since there is this campus. */
export async function countUnmaskings(campus: Campus): Promise<{ asked: number; granted: number }> {
  const [row] = await campus.db
    .select({ asked: count(), granted: sql<number>`(count(*) filter (where granted))::int` })
    .from(unmaskings)
  return row!
}

/** Longer than a mail server may take. */
const LEASE = 5 * MINUTE

/** Somebody who was unmasked, may be told, and has not been told by mail yet. */
export type Untold = {
  id: bigint
  ticketNumber: number
  name: string
  reason: string
  askedBy: string | null
  decidedBy: string | null
  email: string
}

const decider = alias(people, 'decider')

const untold = (now: Date) =>
  and(
    eq(unmaskings.granted, true),
    eq(unmaskings.barred, false),
    isNull(unmaskings.toldAt),
    or(isNull(unmaskings.claimedUntil), lt(unmaskings.claimedUntil, now)),
  )

/** Who is to be told next; null when there is nobody. Claimed for the one who asks, until the mail is noted. */
export async function claimUntold(campus: Campus): Promise<Untold | null> {
  const now = campus.clock.now()
  const [next] = await campus.db
    .select({
      id: unmaskings.id,
      ticketNumber: unmaskings.ticketNumber,
      name: unmaskings.name,
      reason: unmaskings.reason,
      askedBy: asker.role,
      decidedBy: decider.role,
      email: sql<string>`${people.email}`,
    })
    .from(unmaskings)
    .innerJoin(people, eq(people.id, unmaskings.personId))
    .leftJoin(asker, eq(asker.id, unmaskings.askedBy))
    .leftJoin(decider, eq(decider.id, unmaskings.decidedBy))
    .where(and(untold(now), isNotNull(people.email)))
    .orderBy(asc(unmaskings.id))
    .limit(1)
  if (!next) return null
  const claimed = await campus.db
    .update(unmaskings)
    .set({ claimedUntil: after(now, LEASE) })
    .where(and(eq(unmaskings.id, next.id), untold(now)))
    .returning({ id: unmaskings.id })
  // Another process was quicker: what is left comes with the next run.
  return claimed.length > 0 ? next : null
}

export async function noteTold(campus: Campus, id: bigint): Promise<void> {
  await campus.db
    .update(unmaskings)
    .set({ toldAt: campus.clock.now(), claimedUntil: null })
    .where(eq(unmaskings.id, id))
}
