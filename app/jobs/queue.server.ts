import PgBoss from 'pg-boss'
import type { Env } from '#app/platform/env.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import type { OpenDatabase } from '#db/client.server.ts'
import { isDeadlock } from '#db/statement.ts'
import { JOB_NAMES, type JobName } from './names.ts'

export type Queue = {
  boss: PgBoss
  /** Asks a worker to look now. May fail or be lost: the rhythm of the job finds the work all the same. */
  wake(job: JobName): Promise<void>
}

/**
 * Opens the job queue beside the campus's own tables. On the embedded database it shares the one connection.
 * @param works true in the process that runs the jobs; others only wake it
 */
export async function openQueue(
  options: { database: Env['database']; open: OpenDatabase; log: Log },
  works: boolean,
): Promise<Queue> {
  const { database, open, log } = options
  const boss = new PgBoss({
    ...(database.kind === 'postgres'
      ? { connectionString: database.url, application_name: 'quad jobs', max: works ? 4 : 1 }
      : { db: { executeSql: open.executeSql! } }),
    schema: database.kind === 'postgres' && database.schema !== 'public' ? `${database.schema}_jobs` : 'jobs',
    supervise: works,
    schedule: works,
    // Jobs are only rhythm: nothing is kept in them, so the done ones go soon.
    archiveCompletedAfterSeconds: 60,
    archiveFailedAfterSeconds: 3600,
    deleteAfterMinutes: 60,
    monitorStateIntervalMinutes: 10,
  })
  boss.on('error', (error) => log.error({ reason: reasonOf(error) }, 'job queue'))
  await boss.start()
  for (const name of JOB_NAMES) {
    await despiteOthers(() =>
      boss.createQueue(name, { name, policy: 'short', retryLimit: 0, expireInSeconds: 120 }),
    )
  }
  return {
    boss,
    async wake(job) {
      try {
        await boss.send(job, {}, { singletonKey: 'wake' })
      } catch (error) {
        log.warn({ job, reason: reasonOf(error) }, 'a job could not be woken')
      }
    },
  }
}

/**
 * Processes that start together on a new database make the same tables, and PostgreSQL ends one of them when each
 * waits for the other. What it did is undone by then, so it may be done again.
 */
async function despiteOthers(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (!isDeadlock(error) || tries === 10) throw error
    }
  }
}
