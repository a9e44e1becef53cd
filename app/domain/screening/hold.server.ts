import { and, count, desc, eq, gt, isNotNull, isNull, lt } from 'drizzle-orm'
import { after, DAY, HOUR } from '#app/platform/clock.ts'
import { conflict, notFound, tooMany } from '#app/platform/errors.ts'
import type { HeldThing, HoldKind, HoldOutcome, HoldRefusal, PersonalKind, Source } from '#app/vocabulary.ts'
import { holds, wordLists } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { readRules } from './rules.server.ts'
import type { Office, OwnHold } from './views.ts'

/** More in an hour is a flood, as it would be on the board. */
const HOLDS_AN_HOUR = 10

/** How long the words of what was refused, or closed by the care team, are kept after that. */
const WORDS_LAST = 30 * DAY

/** What is held, as it is sealed. */
export type Held = {
  title: string | null
  text: string
  source: Source
  /** Of a post: who wrote it there, and where it stands. */
  author: string | null
  url: string | null
  /** The lists of which words stand in it. */
  lists: Array<number>
  found: Array<PersonalKind>
  /** What intake takes in once it is released. */
  taken: unknown
}

export type Hold = typeof holds.$inferSelect
/** One that has its words still. */
export type WaitingHold = Hold & { outcome: null; content: string }

export type NewHold = {
  kind: HoldKind
  what: HeldThing
  personId?: string
  /** Made with the form: sent twice, it is held once. */
  submissionKey?: string
  /** The ticket a comment is for. */
  ticketNumber?: number
  postId?: bigint
  /** See `screening/echo`. */
  echoOf?: string
  held: Held
}

/**
 * Holds something back from the public. What the same form sends again takes the place of what it sent before.
 * @returns its id
 * @throws {Refusal} past what one person may send within an hour
 */
export function hold(campus: Campus, { held, ...wanted }: NewHold): Promise<bigint> {
  return together(campus, async (campus) => {
    const now = campus.clock.now()
    const { personId, submissionKey } = wanted
    const sentBefore = await ofForm(campus, personId, submissionKey)
    if (sentBefore?.outcome === null) {
      const kind = sentBefore.kind === 'safety' ? 'safety' : wanted.kind
      await replaceHeld(campus, sentBefore.id, { kind, held })
      return sentBefore.id
    }
    if (personId !== undefined) await refuseFlood(campus, personId, wanted.what)
    const expiresAt = wanted.kind === 'spam' ? after(now, (await readRules(campus)).spamHours * HOUR) : null
    const [row] = await campus.db
      .insert(holds)
      .values({
        ...wanted,
        // A form that was decided about is another one when it comes again.
        submissionKey: sentBefore ? null : submissionKey,
        content: sealed(campus, held),
        createdAt: now,
        expiresAt,
      })
      .onConflictDoNothing()
      .returning({ id: holds.id })
    // The same form pressed twice at once: the other one was first.
    return row?.id ?? (await ofForm(campus, personId, submissionKey))!.id
  })
}

async function ofForm(
  campus: InTransaction,
  personId: string | undefined,
  key: string | undefined,
): Promise<Hold | null> {
  if (personId === undefined || key === undefined) return null
  const [row] = await campus.db
    .select()
    .from(holds)
    .where(and(eq(holds.personId, personId), eq(holds.submissionKey, key)))
    .for('update')
  return row ?? null
}

async function refuseFlood(campus: InTransaction, personId: string, what: HeldThing): Promise<void> {
  const [recent] = await campus.db
    .select({ holds: count() })
    .from(holds)
    .where(and(eq(holds.personId, personId), gt(holds.createdAt, after(campus.clock.now(), -HOUR))))
  if (recent!.holds >= HOLDS_AN_HOUR)
    throw tooMany(what === 'comment' ? 'too-many-comments' : 'too-many-tickets')
}

/** A newer version of what is held, or another reason to hold it. The time it waits goes on. */
export async function replaceHeld(
  campus: InTransaction,
  id: bigint,
  { kind, held }: { kind: HoldKind; held: Held },
): Promise<void> {
  await campus.db
    .update(holds)
    .set({ kind, content: sealed(campus, held), ...(kind === 'spam' ? {} : { expiresAt: null }) })
    .where(eq(holds.id, id))
}

export function openHeld({ seal }: Pick<Campus, 'seal'>, content: string): Held {
  return JSON.parse(seal.open(content)) as Held
}

function sealed({ seal }: Pick<Campus, 'seal'>, held: Held): string {
  return seal.seal(JSON.stringify(held))
}

/** Holds the row until the transaction ends. @throws {Refusal} where there is none, or it was decided already */
export async function lockWaiting(campus: InTransaction, id: bigint): Promise<WaitingHold> {
  const [row] = await campus.db.select().from(holds).where(eq(holds.id, id)).for('update')
  if (!row) throw notFound('no-such-hold')
  if (row.outcome !== null || row.content === null) throw conflict('already-decided')
  return row as WaitingHold
}

/** The waiting hold of a post. */
export async function holdOfPost(campus: InTransaction, postId: bigint): Promise<WaitingHold | null> {
  const [row] = await campus.db
    .select()
    .from(holds)
    .where(and(eq(holds.postId, postId), isNull(holds.outcome)))
    .for('update')
  return (row as WaitingHold | undefined) ?? null
}

/** Ends the waiting. What is public now, taken back or gone has no words here any more. */
export async function settle(
  campus: InTransaction,
  id: bigint,
  done: { outcome: HoldOutcome; by: string | null; reason?: HoldRefusal; ticketNumber?: number },
): Promise<void> {
  const keepsWords = done.outcome === 'refused' || done.outcome === 'closed'
  await campus.db
    .update(holds)
    .set({
      outcome: done.outcome,
      decidedAt: campus.clock.now(),
      decidedBy: done.by,
      reason: done.reason ?? null,
      ...(keepsWords ? {} : { content: null }),
      ...(done.ticketNumber === undefined ? {} : { ticketNumber: done.ticketNumber }),
    })
    .where(eq(holds.id, id))
  await record(campus, {
    actorId: done.by,
    event: `hold.${done.outcome}`,
    subject: `hold:${id}`,
    ...(done.reason ? { details: { reason: done.reason } } : {}),
  })
}

/** The network no longer shows the post: what was held of it is erased. */
export async function dropHoldOfPost(campus: InTransaction, postId: bigint): Promise<void> {
  const waiting = await holdOfPost(campus, postId)
  if (waiting) await settle(campus, waiting.id, { outcome: 'gone', by: null })
  await campus.db
    .update(holds)
    .set({ content: null })
    .where(and(eq(holds.postId, postId), isNotNull(holds.outcome)))
}

/** Everything of somebody's that is or was held, the newest first. */
export async function readOwnHolds(campus: Campus, personId: string): Promise<Array<OwnHold>> {
  const rows = await campus.db
    .select()
    .from(holds)
    .where(eq(holds.personId, personId))
    .orderBy(desc(holds.id))
  return rows.map((row) => ownHold(campus, row))
}

/** One of them, and where help is, where it is about that. @throws {Refusal} where it is not theirs */
export async function readOwnHold(
  campus: Campus,
  personId: string,
  id: bigint,
): Promise<{ hold: OwnHold; offices: Array<Office> }> {
  const row = await ofPerson(campus, personId, id)
  const lists = row.content === null || row.kind !== 'safety' ? [] : openHeld(campus, row.content).lists
  const offices = lists.length === 0 ? [] : await campus.db.select().from(wordLists).orderBy(wordLists.id)
  return {
    hold: ownHold(campus, row),
    offices: offices
      .filter((list) => lists.includes(list.id))
      .map(({ words: _words, email: _email, ...office }) => office),
  }
}

function ownHold(campus: Campus, row: Hold): OwnHold {
  const held = row.content === null ? null : openHeld(campus, row.content)
  return {
    id: String(row.id),
    kind: row.kind,
    what: row.what,
    ticketNumber: row.ticketNumber,
    words: held && { title: held.title, text: held.text },
    createdAt: row.createdAt,
    disputed: row.disputedAt !== null,
    learnedAt: row.learnedAt,
    expiresAt: row.expiresAt,
    outcome: row.outcome,
    reason: row.reason,
  }
}

async function ofPerson(campus: Campus, personId: string, id: bigint): Promise<Hold> {
  const [row] = await campus.db
    .select()
    .from(holds)
    .where(and(eq(holds.id, id), eq(holds.personId, personId)))
  if (!row) throw notFound('no-such-hold')
  return row
}

/** Its author takes it back: its words are erased. Of what was decided already, what is left of them. */
export async function withdrawHold(campus: Campus, personId: string, id: bigint): Promise<void> {
  await together(campus, async (campus) => {
    await ofPerson(campus, personId, id)
    const [row] = await campus.db.select().from(holds).where(eq(holds.id, id)).for('update')
    if (row?.outcome === null) await settle(campus, id, { outcome: 'withdrawn', by: null })
    else await campus.db.update(holds).set({ content: null }).where(eq(holds.id, id))
  })
}

/** Its author says that it is not about what the word list stands for. A person still decides. */
export async function disputeHold(campus: Campus, personId: string, id: bigint): Promise<void> {
  await together(campus, async (campus) => {
    await ofPerson(campus, personId, id)
    const waiting = await lockWaiting(campus, id)
    if (waiting.kind !== 'safety') throw conflict('already-decided')
    if (waiting.disputedAt === null)
      await campus.db.update(holds).set({ disputedAt: campus.clock.now() }).where(eq(holds.id, id))
  })
}

/** Erases the words of what was decided long ago. */
export async function forgetDecided(campus: Campus): Promise<void> {
  await campus.db
    .update(holds)
    .set({ content: null })
    .where(and(isNotNull(holds.content), lt(holds.decidedAt, after(campus.clock.now(), -WORDS_LAST))))
}
