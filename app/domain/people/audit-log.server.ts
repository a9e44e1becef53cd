import { and, asc, desc, eq, lt } from 'drizzle-orm'
import { auditLog } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { LogLine } from './views.ts'

const PAGE = 100

/** The log, newest first. @returns one page, and where the next begins */
export async function readLog(
  campus: Campus,
  { event, before }: { event: string | null; before: bigint | null },
): Promise<{ lines: Array<LogLine>; next: string | null }> {
  const rows = await campus.db
    .select({
      id: auditLog.id,
      sequence: auditLog.sequence,
      at: auditLog.at,
      actorId: auditLog.actorId,
      event: auditLog.event,
      subject: auditLog.subject,
      details: auditLog.details,
    })
    .from(auditLog)
    .where(
      and(
        event === null ? undefined : eq(auditLog.event, event),
        before === null ? undefined : lt(auditLog.id, before),
      ),
    )
    .orderBy(desc(auditLog.id))
    .limit(PAGE + 1)
  const lines = rows.slice(0, PAGE)
  return { lines, next: rows.length > PAGE ? String(lines.at(-1)!.id) : null }
}

/** Every event that was ever written, to choose among. */
export async function listEvents(campus: Campus): Promise<Array<string>> {
  const rows = await campus.db
    .selectDistinct({ event: auditLog.event })
    .from(auditLog)
    .orderBy(asc(auditLog.event))
  return rows.map(({ event }) => event)
}
