import type { SQL } from 'drizzle-orm'
import type { Database } from './client.server.ts'

/** Runs one hand-written statement. The drivers wrap their rows differently; callers see rows. */
export async function run<Row>(db: Database, statement: SQL): Promise<Array<Row>> {
  const result: unknown = await db.execute(statement)
  return (Array.isArray(result) ? result : (result as { rows: Array<unknown> }).rows) as Array<Row>
}
