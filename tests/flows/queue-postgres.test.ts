import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openQueue } from '#app/jobs/queue.server.ts'
import { JOB_NAMES } from '#app/jobs/names.ts'
import { createLog } from '#app/platform/log.ts'
import { openDatabase } from '#db/client.server.ts'
import { createDatabase, havePostgres, startPostgres } from '../support/postgres.ts'

describe.skipIf(!havePostgres())('processes that start together on a new database', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.stop())

  it('all get their job queue', async () => {
    for (let round = 0; round < 6; round += 1) {
      const { url, stop } = await createDatabase(server.url)
      const open = await openDatabase({ kind: 'postgres', url, connections: 1 })
      const queues = await Promise.all(
        [1, 2, 3].map(() =>
          openQueue(
            { database: { kind: 'postgres', url, schema: 'public' }, open, log: createLog('silent') },
            true,
          ),
        ),
      )
      const names = (await (await queues[0]!.boss()).getQueues()).map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining([...JOB_NAMES]))
      for (const queue of queues) await queue.close()
      await open.close()
      await stop()
    }
  })
})
