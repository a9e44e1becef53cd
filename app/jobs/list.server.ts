import { tellOwners } from '#app/accounts/tell.server.ts'
import type { Mailer } from '#app/channels/mail.ts'
import { forgetOrigins, lookAtVotes } from '#app/domain/integrity/flags.server.ts'
import { forgetTries } from '#app/domain/integrity/limits.server.ts'
import { forgetExpired } from '#app/domain/people/housekeeping.server.ts'
import { releaseExpired } from '#app/domain/intake/release.server.ts'
import { forgetEchoes } from '#app/domain/screening/echo.server.ts'
import { forgetDecided } from '#app/domain/screening/hold.server.ts'
import { foldCounts } from '#app/domain/tickets/counts.server.ts'
import { lookUpPosts } from '#app/inbound/look-up.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import type { Networks } from '#app/channels/registry.ts'
import type { Campus } from '#app/domain/campus.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import type { Env } from '#app/platform/env.server.ts'
import type { Log } from '#app/platform/log.ts'
import type { JobName } from './names.ts'
import { tellCare } from './tell-care.server.ts'
import { tellInvalidated } from './tell-invalidated.server.ts'
import { tellUnmasked } from './tell-unmasked.server.ts'

/** What the jobs work with. */
export type JobContext = {
  campus: Campus
  networks: Networks
  mailer: Mailer
  log: Log
  env: Pick<Env, 'x' | 'bluesky' | 'publicUrl' | 'campus'>
}

export type Job = {
  /** Seconds between the end of one run and the next. */
  every: number
  run(stopping: () => boolean): Promise<void>
}

/** Every job, its rhythm and its work. Each may be run at any time, by any number of processes. */
export function jobs(context: JobContext): Record<JobName, Job> {
  const { publicUrl } = context.env
  const hurry = context.env.x?.hurry ?? 1
  const rhythms = { x: readEvery(context.env), bluesky: context.env.bluesky?.pollSeconds }
  return {
    import: {
      every: Math.min(rhythms.x, rhythms.bluesky ?? rhythms.x),
      run: (stopping) => pollAccounts({ ...context, rhythms }, stopping),
    },
    'look-up': {
      every: hurry > 1 ? 5 : 60,
      run: (stopping) => lookUpPosts({ ...context, hurry }, stopping),
    },
    deliver: {
      every: 5,
      run: (stopping) => deliverAll({ ...context, publicUrl, random: Math.random, stopping }),
    },
    'tell-owners': { every: 15, run: (stopping) => tellOwners({ ...context, publicUrl }, stopping) },
    'tell-unmasked': {
      every: 30,
      run: (stopping) =>
        tellUnmasked({ ...context, publicUrl, campusName: context.env.campus.name }, stopping),
    },
    'tell-care': {
      every: 30,
      run: (stopping) => tellCare({ ...context, publicUrl, campusName: context.env.campus.name }, stopping),
    },
    'tell-invalidated': {
      every: 30,
      run: (stopping) =>
        tellInvalidated({ ...context, publicUrl, campusName: context.env.campus.name }, stopping),
    },
    'look-at-votes': { every: 60, run: () => lookAtVotes(context.campus) },
    housekeeping: {
      every: 600,
      run: async () => {
        await forgetExpired(context.campus)
        await releaseExpired(context.campus)
        await forgetDecided(context.campus)
        await forgetEchoes(context.campus)
        await foldCounts(context.campus)
        await forgetOrigins(context.campus)
        await forgetTries(context.campus)
      },
    },
  }
}

/** A network that calls us is read more slowly, and still read: a call may be missed. */
const CALLED_EVERY = 300

function readEvery({ x }: Pick<Env, 'x'>): number {
  const every = x?.pollSeconds ?? 60
  return x?.hookSecret ? Math.max(every, CALLED_EVERY) : every
}
