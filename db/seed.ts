import { readEnv } from '#app/platform/env.server.ts'
import { systemClock } from '#app/platform/clock.ts'
import { runCommand } from '#app/platform/process.ts'
import { createSeal } from '#app/platform/seal.ts'
import { openDatabase } from './client.server.ts'
import { seedDemo, seedDepartments } from './demo/seed.server.ts'

/** `npm run seed`: fills an empty campus, with the demonstration or with departments to begin with. */
await runCommand(async () => {
  const env = readEnv()
  const database = await openDatabase({ ...env.database, language: env.campus.language })
  try {
    const pending = await database.pending()
    if (pending > 0) throw new Error(`${pending} database migrations have not been run. Run: npm run migrate`)
    const campus = {
      db: database.db,
      clock: systemClock,
      zone: env.campus.zone,
      seal: createSeal(env.secretKey),
      voters: env.campus.voters,
    }
    const seeded = await (env.demo ? seedDemo(campus, env.x?.apiUrl ?? '') : seedDepartments(campus))
    process.stdout.write(`${sentenceOf(seeded, env.demo)}\n`)
  } finally {
    await database.close()
  }
})

function sentenceOf(seeded: Awaited<ReturnType<typeof seedDemo>>, demo: boolean): string {
  if (seeded.kind === 'there-already') return 'The campus has departments already: nothing was changed.'
  if (demo)
    return `The demonstration is ready: ${seeded.tickets} tickets in ${seeded.departments} departments, all made up.`
  return `The campus begins with ${seeded.departments} departments. Change them to yours.`
}
