import type { App } from '#app/app.server.ts'
import { forgetExpired } from '#app/domain/people/housekeeping.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import type { JobName } from './names.ts'

export type Job = {
  /** Seconds between the end of one run and the next. */
  every: number
  run(app: App, stopping: () => boolean): Promise<void>
}

/** Every job, its rhythm and its work. Each may be run at any time, by any number of processes. */
export function jobs(app: App): Record<JobName, Job> {
  return {
    import: { every: app.env.x?.pollSeconds ?? 60, run: (app) => pollAccounts(app) },
    deliver: {
      every: 5,
      run: (app, stopping) => deliverAll({ ...app, random: Math.random, stopping }),
    },
    housekeeping: { every: 600, run: (app) => forgetExpired(app.campus) },
  }
}
