import { readEnv } from '#app/platform/env.server.ts'
import { runCommand } from '#app/platform/process.ts'
import { openDatabase } from './client.server.ts'

/** `npm run migrate`: brings the campus's tables up to date. May be run at any time, and twice. */
await runCommand(async () => {
  const env = readEnv()
  const database = await openDatabase({ ...env.database, language: env.campus.language })
  const pending = await database.pending()
  const indexed = pending > 0 || (await database.speaks())
  await database.migrate()
  await database.close()
  process.stdout.write(pending === 0 ? 'The database is up to date.\n' : `${pending} migrations were run.\n`)
  if (!indexed) process.stdout.write('All tickets were indexed in the language of the campus.\n')
})
