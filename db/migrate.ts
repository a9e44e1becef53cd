import { readEnv } from '#app/platform/env.server.ts'
import { openDatabase } from './client.server.ts'

/** `npm run migrate`: brings the campus's tables up to date. May be run at any time, and twice. */
try {
  const database = await openDatabase(readEnv().database)
  const pending = await database.pending()
  await database.migrate()
  await database.close()
  process.stdout.write(pending === 0 ? 'The database is up to date.\n' : `${pending} migrations were run.\n`)
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
}
