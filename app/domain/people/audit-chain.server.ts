import { createHash } from 'node:crypto'
import { and, asc, desc, isNotNull, isNull, sql } from 'drizzle-orm'
import { auditLog } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/**
 * A line of the log as its hash is taken, so that whoever has it can take the hash anew: docs/decisions/018-audit-chain.md.
 * `at` is UTC to the microsecond, and `details` JSON as the database prints it.
 */
export type ChainLine = {
  sequence: bigint
  previous: string
  hash: string
  id: bigint
  at: string
  actorId: string | null
  event: string
  subject: string
  details: string
}

/** Where a chain stands. Whoever noted it down can tell later whether anything before it was changed. */
export type Head = { sequence: bigint; hash: string }

/** `id` is the row's, where there is one. */
export type Fault =
  | { kind: 'changed' | 'out-of-order'; sequence: bigint; id: bigint }
  | { kind: 'inserted'; sequence: bigint | null; id: bigint }
  | { kind: 'missing'; from: bigint; to: bigint }
  /** On the chain there is another line than the one noted earlier. */
  | { kind: 'not-as-noted'; sequence: bigint; id: bigint }

/** `head` is null while nothing was written. Where `faults` are `MOST_FAULTS`, the rest was not looked at. */
export type Verified = { lines: number; head: Head | null; faults: Array<Fault> }

/** What stands before the first line. */
const BEGINNING: Head = { sequence: 0n, hash: '0'.repeat(64) }

export const MOST_FAULTS = 20

const PAGE = 1000

/** SHA-256 over the eight parts of a line, as `quad_log_line` puts them together in the database. */
export function hashOf(line: ChainLine): string {
  const parts = [
    line.sequence,
    line.previous,
    line.id,
    line.at,
    JSON.stringify(line.actorId),
    JSON.stringify(line.event),
    JSON.stringify(line.subject),
    line.details,
  ]
  return createHash('sha256').update(parts.join('\n')).digest('hex')
}

export async function readHead(campus: Campus): Promise<Head | null> {
  const [row] = await campus.db
    .select({ sequence: sql<string>`${auditLog.sequence}`, hash: sql<string>`${auditLog.hash}` })
    .from(auditLog)
    .where(isNotNull(auditLog.sequence))
    .orderBy(desc(auditLog.sequence))
    .limit(1)
  return row ? { sequence: BigInt(row.sequence), hash: row.hash } : null
}

/** The whole chain from its beginning, read page by page. */
export async function* readChain(campus: Campus): AsyncGenerator<ChainLine> {
  // By id too: whoever gets around the rules of the table can also make two lines of one sequence.
  let after = { sequence: 0n, id: 0n }
  for (;;) {
    const rows = await campus.db
      .select({
        sequence: sql<string>`${auditLog.sequence}`,
        previous: sql<string>`coalesce(${auditLog.previous}, '')`,
        hash: sql<string>`coalesce(${auditLog.hash}, '')`,
        id: auditLog.id,
        at: sql<string>`to_char(${auditLog.at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
        actorId: auditLog.actorId,
        event: auditLog.event,
        subject: auditLog.subject,
        details: sql<string>`${auditLog.details}::text`,
      })
      .from(auditLog)
      .where(
        and(
          isNotNull(auditLog.sequence),
          sql`(${auditLog.sequence}, ${auditLog.id}) > (${after.sequence}::bigint, ${after.id}::bigint)`,
        ),
      )
      .orderBy(asc(auditLog.sequence), asc(auditLog.id))
      .limit(PAGE)
    for (const row of rows) {
      const line = { ...row, sequence: BigInt(row.sequence) }
      after = line
      yield line
    }
    if (rows.length < PAGE) return
  }
}

/**
 * Takes every hash anew, and looks whether each line follows the one before it.
 * @param noted a head that was noted down earlier, which has to be on the chain still
 */
export async function verifyChain(campus: Campus, noted: Head | null = null): Promise<Verified> {
  const faults: Array<Fault> = []
  let lines = 0
  let beforeLast = BEGINNING
  let last: Placed = { ...BEGINNING, previous: '', id: 0n }
  for await (const line of readChain(campus)) {
    const fault = faultOf(line, last, beforeLast)
    if (fault) faults.push(fault)
    if (line.sequence === noted?.sequence && line.hash !== noted.hash)
      faults.push({ kind: 'not-as-noted', sequence: line.sequence, id: line.id })
    lines += 1
    beforeLast = last
    last = line
    if (faults.length >= MOST_FAULTS) break
  }
  if (faults.length < MOST_FAULTS) {
    if (noted && noted.sequence > last.sequence)
      faults.push({ kind: 'missing', from: last.sequence + 1n, to: noted.sequence })
    const outside = await campus.db
      .select({ id: auditLog.id })
      .from(auditLog)
      .where(isNull(auditLog.sequence))
      .orderBy(asc(auditLog.id))
      .limit(MOST_FAULTS - faults.length)
    for (const { id } of outside) faults.push({ kind: 'inserted', sequence: null, id })
  }
  return { lines, head: lines > 0 ? { sequence: last.sequence, hash: last.hash } : null, faults }
}

type Placed = Pick<ChainLine, 'sequence' | 'previous' | 'hash' | 'id'>

function faultOf(line: ChainLine, last: Placed, beforeLast: Head): Fault | null {
  const { sequence, id } = line
  if (sequence > last.sequence + 1n) return { kind: 'missing', from: last.sequence + 1n, to: sequence - 1n }
  if (sequence <= last.sequence) return { kind: 'inserted', sequence, id }
  if (line.previous !== last.hash) {
    // Both follow the same line: the last one came between.
    if (line.previous === beforeLast.hash && last.previous === beforeLast.hash)
      return { kind: 'inserted', sequence: last.sequence, id: last.id }
    return { kind: 'out-of-order', sequence, id }
  }
  return hashOf(line) === line.hash ? null : { kind: 'changed', sequence, id }
}
