import { createApp } from '#app/app.server.ts'
import { readEnv } from '#app/platform/env.server.ts'
import { runProcess } from '#app/platform/process.ts'
import { startWorker } from '#app/jobs/worker.server.ts'

/** `npm run worker`: reads the networks and sends what was promised, beside any number of web processes. */
await runProcess(async () => {
  const env = readEnv()
  if (env.database.kind === 'embedded') {
    throw new Error(
      'The embedded database belongs to one process: the web process runs its own worker. Set DATABASE_URL to run workers beside it.',
    )
  }
  const app = await createApp(env, true)
  const worker = await startWorker(app)
  app.log.info('worker started')
  return async () => {
    await worker.stop()
    await app.close()
  }
})
