import type { SQL } from 'drizzle-orm'
import type { Database } from './client.server.ts'

/** Runs one hand-written statement. The drivers wrap their rows differently; callers see rows. */
export async function run<Row>(db: Database, statement: SQL): Promise<Array<Row>> {
  const result: unknown = await db.execute(statement)
  return (Array.isArray(result) ? result : (result as { rows: Array<unknown> }).rows) as Array<Row>
}

/** Whether the database ended this transaction because another one waited for it in turn. */
export function isDeadlock(error: unknown): boolean {
  return codeOf(error) === '40P01'
}

/** Whether the database gave this statement up, because it took longer than it may. */
export function isTimeout(error: unknown): boolean {
  return codeOf(error) === '57014'
}

/** PostgreSQL's own code for what went wrong. Drizzle wraps the driver's error. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof Error && error.cause ? error.cause : error
  return (cause as { code?: string } | null)?.code
}
