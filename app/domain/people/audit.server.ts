import { auditLog } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

export type AuditEvent = Pick<typeof auditLog.$inferInsert, 'event' | 'subject' | 'details'> & {
  /** Null where nobody is signed in, such as the command line. */
  actorId: string | null
}

/** Adds one line to the log, in the transaction of what it tells. Neither names nor addresses belong in it. */
export async function record(campus: Campus, event: AuditEvent): Promise<void> {
  await campus.db.insert(auditLog).values({ ...event, at: campus.clock.now() })
}
