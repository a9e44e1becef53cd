import { and, desc, eq, isNull } from 'drizzle-orm'
import type { HideReason } from '#app/vocabulary.ts'
import { conflict, notAllowed } from '#app/platform/errors.ts'
import { entries, people, reports, tickets } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { readSaid, refuseUnlessModerator, standingHiding } from './hide.server.ts'
import { lookCoordinated, reportsNeeded } from './reporters.ts'
import type { OwnReport, Reported } from './views.ts'

/** Tells moderators of something. The same person telling it again changes nothing. */
export async function report(
  campus: Campus,
  actor: Actor,
  told: { entryId: bigint; reason: HideReason; words: string | null },
): Promise<void> {
  if (!can(actor, 'report')) throw notAllowed('not-yours')
  await readSaid(campus, told.entryId)
  if (await standingHiding(campus, told.entryId)) throw conflict('already-hidden')
  await campus.db
    .insert(reports)
    .values({ ...told, personId: actor.personId, reportedAt: campus.clock.now() })
    .onConflictDoNothing()
}

/** Says that what was reported stays. Those who reported it read so on their own page. */
export async function dismiss(campus: Campus, actor: Actor, entryId: bigint): Promise<void> {
  await together(campus, async (campus) => {
    const { authorId } = await readSaid(campus, entryId)
    refuseUnlessModerator(actor, authorId)
    const settled = await campus.db
      .update(reports)
      .set({ settledAt: campus.clock.now(), hidden: false })
      .where(and(eq(reports.entryId, entryId), isNull(reports.settledAt)))
      .returning({ id: reports.id })
    if (settled.length === 0) return
    await record(campus, {
      actorId: actor.personId,
      event: 'reports.dismissed',
      subject: `entry:${entryId}`,
      details: { reports: settled.length },
    })
  })
}

const MOST_REMARKS = 5

/** What was reported and nobody has looked at yet, one line for each thing, the most pressing first. */
export async function readReported(campus: Campus): Promise<Array<Reported>> {
  const open = await campus.db
    .select({
      entryId: reports.entryId,
      personId: reports.personId,
      reason: reports.reason,
      words: reports.words,
      at: reports.reportedAt,
      since: people.createdAt,
    })
    .from(reports)
    .innerJoin(people, eq(people.id, reports.personId))
    .where(isNull(reports.settledAt))
    .orderBy(reports.id)
  const others = new Map<string, Array<string>>()
  for (const { personId, entryId } of open)
    others.set(personId, [...(others.get(personId) ?? []), String(entryId)])
  const ids = [...new Set(open.map(({ entryId }) => entryId))]
  const now = campus.clock.now()
  const lines: Array<Reported & { share: number }> = []
  for (const entryId of ids) {
    const about = open.filter((row) => row.entryId === entryId)
    const said = await readSaid(campus, entryId).catch(() => null)
    // Gone meanwhile: there is nothing to decide.
    if (!said) continue
    const [ticket] = await campus.db
      .select({ votes: tickets.votes })
      .from(tickets)
      .where(eq(tickets.number, said.ticketNumber))
    const counts = new Map<HideReason, number>()
    for (const { reason } of about) counts.set(reason, (counts.get(reason) ?? 0) + 1)
    const needed = reportsNeeded(ticket!.votes)
    lines.push({
      entryId: String(entryId),
      ticketNumber: said.ticketNumber,
      kind: said.kind,
      words: said.words,
      reporters: about.length,
      reasons: [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
      remarks: about.flatMap(({ words }) => words ?? []).slice(0, MOST_REMARKS),
      firstAt: about[0]!.at,
      urgent: about.length >= needed,
      coordinated: lookCoordinated(
        about.map(({ personId, since }) => ({
          since,
          others: others.get(personId)!.filter((other) => other !== String(entryId)),
        })),
        now,
      ),
      share: about.length / needed,
    })
  }
  return lines
    .sort((a, b) => Number(b.urgent) - Number(a.urgent) || b.share - a.share || +a.firstAt - +b.firstAt)
    .map(({ share: _, ...line }) => line)
}

/** What somebody reported themselves. */
export function readOwnReports(campus: Campus, personId: string): Promise<Array<OwnReport>> {
  return campus.db
    .select({
      ticketNumber: entries.ticketNumber,
      reason: reports.reason,
      reportedAt: reports.reportedAt,
      hidden: reports.hidden,
    })
    .from(reports)
    .innerJoin(entries, eq(entries.id, reports.entryId))
    .where(eq(reports.personId, personId))
    .orderBy(desc(reports.id))
}
