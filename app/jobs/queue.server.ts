import type PgBoss from 'pg-boss'
import type { Env } from '#app/platform/env.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import type { OpenDatabase } from '#db/client.server.ts'
import { isDeadlock } from '#db/statement.ts'
import { JOB_NAMES, type JobName } from './names.ts'

export type Queue = {
  boss(): Promise<PgBoss>
  /** Asks a worker to look now. May fail or be lost: the rhythm of the job finds the work all the same. */
  wake(job: JobName): Promise<void>
  close(): Promise<void>
}

/**
 * The job queue beside the campus's own tables. On the embedded database it shares the one connection.
 * @param works true in the process that runs the jobs; others only wake it, and open the queue when they first do
 */
export async function openQueue(
  options: { database: Env['database']; open: OpenDatabase; log: Log },
  works: boolean,
): Promise<Queue> {
  let opened: Promise<PgBoss> | null = null
  const boss = () =>
    (opened ??= startBoss(options, works).catch((error: unknown) => {
      // The next one who asks tries again.
      opened = null
      throw error
    }))
  if (works) await boss()
  return {
    boss,
    async wake(job) {
      try {
        await (await boss()).send(job, {}, { singletonKey: 'wake' })
      } catch (error) {
        options.log.warn({ job, reason: reasonOf(error) }, 'a job could not be woken')
      }
    },
    async close() {
      // After a worker's stop this does nothing.
      const boss = await opened?.catch(() => null)
      await boss?.stop({ graceful: false, wait: true })
    },
  }
}

async function startBoss(
  { database, open, log }: { database: Env['database']; open: OpenDatabase; log: Log },
  works: boolean,
): Promise<PgBoss> {
  const { default: Boss } = await import('pg-boss')
  const boss = new Boss({
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
  try {
    await boss.start()
    for (const name of JOB_NAMES) {
      await despiteOthers(() =>
        boss.createQueue(name, { name, policy: 'short', retryLimit: 0, expireInSeconds: 120 }),
      )
    }
    return boss
  } catch (error) {
    await boss.stop({ graceful: false, wait: true })
    throw error
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
