import { auditLog } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** Something that was done, for the auditor. Ids only: neither names nor addresses belong in it. */
export type Audited = {
  /** A person's id, or null where nobody is signed in, such as the command line. */
  actorId: string | null
  /** Such as `person.disabled`. */
  event: string
  /** What it was done to, such as `person:x7Kd` or `ticket:1001`. */
  subject: string
  details?: Record<string, string | number | boolean | null>
}

/** Writes one line of the audit log, in the transaction of what it tells of. It gets its place in the chain at commit. */
export async function record(campus: Campus, { actorId, event, subject, details }: Audited): Promise<void> {
  await campus.db
    .insert(auditLog)
    .values({ at: campus.clock.now(), actorId, event, subject, details: details ?? {} })
}
