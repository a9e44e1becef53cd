import { sql, type SQL } from 'drizzle-orm'
import type { Database } from '#db/client.server.ts'
import { run } from '#db/statement.ts'

/** As whoever owns the database could: no trigger looks. */
export async function withoutRules(db: Database, ...changes: Array<SQL>): Promise<void> {
  await db.transaction(async (tx) => {
    await run(tx, sql`set local session_replication_role = replica`)
    for (const change of changes) await run(tx, change)
  })
}
