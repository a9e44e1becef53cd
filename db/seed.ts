import { withCampus } from '#app/app.server.ts'
import { readEnv } from '#app/platform/env.server.ts'
import { runCommand } from '#app/platform/process.ts'
import { seedDemo, seedDepartments } from './demo/seed.server.ts'

/** `npm run seed`: fills an empty campus, with the demonstration or with departments to begin with. */
await runCommand(async () => {
  const env = readEnv()
  const seeded = await withCampus(env, (campus) =>
    env.demo ? seedDemo(campus, env.x?.apiUrl ?? '') : seedDepartments(campus),
  )
  process.stdout.write(`${sentenceOf(seeded, env.demo)}\n`)
})

function sentenceOf(seeded: Awaited<ReturnType<typeof seedDemo>>, demo: boolean): string {
  if (seeded.kind === 'there-already') return 'The campus has departments already: nothing was changed.'
  if (demo)
    return `The demonstration is ready: ${seeded.tickets} tickets in ${seeded.departments} departments, all made up.`
  return `The campus begins with ${seeded.departments} departments. Change them to yours.`
}
