import { createApp } from '#app/app.server.ts'
import { registry } from '#app/channels/registry.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { startWorker } from '#app/jobs/worker.server.ts'
import { readEnv } from '#app/platform/env.server.ts'
import { runProcess } from '#app/platform/process.ts'

/**
 * `worker.ts` with one network more: a second practice network under another network's name, with people and posts
 * of its own, so that two networks are served where the second one cannot be had.
 */
await runProcess(async () => {
  const env = readEnv()
  const app = await createApp(env, true)
  const second = process.env.SOAK_SECOND_URL
  const networks = second
    ? registry([
        ...[...app.networks.values()].filter(({ id }) => id !== 'bluesky'),
        {
          ...xNetwork({
            appKey: env.x?.appKey ?? '',
            appSecret: env.x?.appSecret ?? '',
            apiUrl: second,
            clock: app.clock,
          }),
          id: 'bluesky',
          name: 'The second network',
        },
      ])
    : app.networks
  const worker = await startWorker({ ...app, networks })
  process.stdout.write('ready\n')
  return async () => {
    await worker.stop()
    await app.close()
  }
})
