import { randomUUID } from 'node:crypto'
import { leaveSign, withdrawSign } from '#app/domain/insights/workers.server.ts'
import { SECOND } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { jobs, type JobContext } from './list.server.ts'
import { JOB_NAMES } from './names.ts'
import type { Queue } from './queue.server.ts'

/** How long a stop may take: what is in hand is finished, nothing new is begun. */
const STOP_WITHIN = 8 * SECOND
const HEARTBEAT = 10 * SECOND
const NOTE_AGAIN_AFTER = 5 * SECOND

export type RunningWorker = { stop(): Promise<void> }

/** Runs the jobs in this process until it is stopped. */
export async function startWorker(context: JobContext & { queue: Queue }): Promise<RunningWorker> {
  const { queue, log } = context
  const boss = await queue.boss()
  const id = randomUUID()
  let stopping = false
  const list = jobs(context)
  // The queue notes the end of a job without waiting for it. Should the database be away just then, nobody
  // catches that; a job that is not noted as done is only run once more.
  const lost = (error: unknown) => log.error({ reason: reasonOf(error) }, 'the job queue')
  process.on('unhandledRejection', lost)
  for (const name of JOB_NAMES) {
    const job = list[name]
    const next = async (startAfter: number): Promise<void> => {
      if (stopping) return
      try {
        await boss.send(name, {}, { singletonKey: 'rhythm', startAfter })
      } catch (error) {
        // The database is away. Without a next run the job would rest until the schedule begins it again.
        log.error({ job: name, reason: reasonOf(error) }, 'the next run of a job could not be noted')
        setTimeout(() => void next(0), NOTE_AGAIN_AFTER).unref()
      }
    }
    await boss.work(name, { pollingIntervalSeconds: 0.5, batchSize: 1 }, async () => {
      try {
        if (!stopping) await job.run(() => stopping)
      } catch (error) {
        log.error({ job: name, reason: reasonOf(error) }, 'a job failed and will be run again')
      } finally {
        await next(job.every)
      }
    })
    // The rhythm begins now, and the schedule begins it again should it ever be lost.
    await boss.send(name, {}, { singletonKey: 'start' })
    await boss.schedule(name, '* * * * *', {}, { singletonKey: 'rhythm' })
  }
  const beat = () => leaveSign(context.campus, id)
  await beat()
  const timer = setInterval(
    () =>
      void beat().catch((error: unknown) =>
        log.error({ reason: reasonOf(error) }, 'no sign of life could be left'),
      ),
    HEARTBEAT,
  )
  return {
    async stop() {
      stopping = true
      clearInterval(timer)
      await boss.stop({ graceful: true, wait: true, timeout: STOP_WITHIN })
      await withdrawSign(context.campus, id)
      process.off('unhandledRejection', lost)
    },
  }
}
