import { desc, eq } from 'drizzle-orm'
import { after } from '#app/platform/clock.ts'
import { notAllowed } from '#app/platform/errors.ts'
import { appeals, blocks, entries, hidings, posts } from '#db/schema/index.ts'
import type { Actor, Campus } from '../campus.ts'
import { can } from '../people/can.ts'
import { appealUntil, TAKE_BACK_WITHIN } from './appeal.server.ts'
import type { Decision } from './views.ts'

/** More is in the audit log. */
const MOST_SHOWN = 200

/** What was decided about somebody: their own words among it. */
export function readOwnDecisions(campus: Campus, actor: Actor): Promise<Array<Decision>> {
  return readDecisions(campus, actor, actor.personId)
}

/** What was decided about anybody, for those who watch over it. */
export async function readAllDecisions(campus: Campus, actor: Actor): Promise<Array<Decision>> {
  if (!can(actor, 'read-moderation')) throw notAllowed('staff-only')
  return readDecisions(campus, actor, null)
}

async function readDecisions(campus: Campus, actor: Actor, about: string | null): Promise<Array<Decision>> {
  const [hidden, blocked] = await Promise.all([
    campus.db
      .select({
        row: hidings,
        entry: { kind: entries.kind, body: entries.body },
        post: posts.text,
        appeal: appeals,
      })
      .from(hidings)
      .innerJoin(entries, eq(entries.id, hidings.entryId))
      .leftJoin(posts, eq(posts.id, entries.postId))
      .leftJoin(appeals, eq(appeals.hidingId, hidings.id))
      .where(about === null ? undefined : eq(hidings.authorId, about))
      .orderBy(desc(hidings.id))
      .limit(MOST_SHOWN),
    campus.db
      .select({ row: blocks, appeal: appeals })
      .from(blocks)
      .leftJoin(appeals, eq(appeals.blockId, blocks.id))
      .where(about === null ? undefined : eq(blocks.personId, about))
      .orderBy(desc(blocks.id))
      .limit(MOST_SHOWN),
  ])
  const now = campus.clock.now()
  const may = (
    at: Date,
    over: boolean,
    personId: string | null,
    decidedBy: string | null,
    appeal: typeof appeals.$inferSelect | null,
  ): Decision['may'] => ({
    appeal: appeal === null && !over && now <= appealUntil(at) && can(actor, 'appeal', { personId }),
    until: appealUntil(at),
    decide:
      appeal !== null && appeal.decidedAt === null && can(actor, 'decide-appeal', { personId, decidedBy }),
    takeBack:
      appeal === null &&
      !over &&
      now <= after(at, TAKE_BACK_WITHIN) &&
      decidedBy === actor.personId &&
      can(actor, 'moderate', { authorId: personId }),
  })
  const appealed = (appeal: typeof appeals.$inferSelect | null): Decision['appeal'] =>
    appeal && {
      id: String(appeal.id),
      body: appeal.body,
      filedAt: appeal.filedAt,
      dueAt: appeal.dueAt,
      decidedAt: appeal.decidedAt,
      upheld: appeal.upheld,
      sentence: appeal.sentence,
    }
  return [
    ...hidden.map(({ row, entry, post, appeal }): Decision => ({
      id: `hiding:${row.id}`,
      kind: entry.kind === 'raised' ? 'concern' : 'comment',
      ticketNumber: row.ticketNumber,
      words: row.title === null ? (post ?? entry.body ?? '') : `${row.title}\n\n${row.body}`,
      name: null,
      reason: row.reason,
      explanation: row.explanation,
      policyVersion: row.policyVersion,
      at: row.hiddenAt,
      until: null,
      undoneAt: row.restoredAt,
      appeal: appealed(appeal),
      may: may(row.hiddenAt, row.restoredAt !== null, row.authorId, row.hiddenBy, appeal),
    })),
    ...blocked.map(({ row, appeal }): Decision => ({
      id: `block:${row.id}`,
      kind: 'block',
      ticketNumber: row.ticketNumber,
      words: null,
      name: row.name,
      reason: row.reason,
      explanation: row.explanation,
      policyVersion: row.policyVersion,
      at: row.blockedAt,
      until: row.until,
      undoneAt: row.liftedAt,
      appeal: appealed(appeal),
      may: may(row.blockedAt, row.liftedAt !== null || row.until <= now, row.personId, row.blockedBy, appeal),
    })),
  ].sort((a, b) => +b.at - +a.at)
}
