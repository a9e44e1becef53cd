import type { Network } from './channels/channel.ts'
import { logMailer, type Mailbox } from './channels/log/index.server.ts'
import type { Mailer } from './channels/mail.ts'
import { registry, type Networks } from './channels/registry.ts'
import type { Campus } from './domain/campus.ts'
import { keptProviders, mailIsOn } from './domain/people/providers.server.ts'
import { openQueue, type Queue } from './jobs/queue.server.ts'
import { systemClock, type Clock } from './platform/clock.ts'
import type { Env } from './platform/env.server.ts'
import { createLog, type Log } from './platform/log.ts'
import { readProvidersFile } from './providers/file.server.ts'
import { registry as providerRegistry, type Providers } from './providers/registry.ts'
import { readBrand, type Brand } from './web/brand.server.ts'
import { openDatabase, type Database, type OpenDatabase } from '#db/client.server.ts'
import { openSeal } from '#db/keys.server.ts'

/** Everything a process of ours works with. Made once, here, and handed down. */
export type App = {
  env: Env
  log: Log
  clock: Clock
  db: Database
  database: OpenDatabase
  campus: Campus
  networks: Networks
  providers: Providers
  /** Whether a code by mail signs in: as the providers file says, or else the desk. */
  mailSignsIn(): Promise<boolean>
  mailer: Mailer
  /** The demonstration's mailbox; null where mail is real. */
  mailbox: Mailbox | null
  queue: Queue
  brand: Brand
  close(): Promise<void>
}

/**
 * Puts a process together with its real parts.
 * @param works whether this process runs the jobs
 * @throws when the database cannot be reached or has migrations to run
 */
export async function createApp(env: Env, works: boolean): Promise<App> {
  const log = createLog(env.logLevel)
  const clock = systemClock
  const brand = readBrand(env)
  const file = readProvidersFile(env.providersFile)
  const database = await openDatabase({ ...env.database, language: env.campus.language })
  try {
    // The embedded database has no other user who could be surprised.
    if (env.database.kind === 'embedded') {
      if ((await database.pending()) > 0 || !(await database.speaks())) await database.migrate()
    } else {
      await expectMigrated(database)
      if (!(await database.speaks())) {
        throw new Error(
          'The search index is made in another language than CAMPUS_LANGUAGE. Run: npm run migrate',
        )
      }
    }
    const campus = await campusIn(database, env)
    const box = env.mail ? null : logMailer({ demo: env.demo, log, now: () => clock.now() })
    const mailer = env.mail ? await smtp(env.mail) : box!
    const queue = await openQueue({ database: env.database, open: database, log }, works)
    return {
      env,
      log,
      clock,
      db: database.db,
      database,
      campus,
      providers: providerRegistry(async () => {
        const kept = await keptProviders(campus)
        return [...file.providers, ...kept.map((provider) => ({ ...provider, from: 'desk' as const }))]
      }, clock),
      mailSignsIn: async () => file.mail ?? (await mailIsOn(campus)),
      networks: registry([await x(env, clock), await bluesky(env, clock)]),
      mailer,
      mailbox: env.demo ? box : null,
      queue,
      brand,
      async close() {
        // After a worker's stop this does nothing.
        await queue.close()
        mailer.close()
        await database.close()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * Does one piece of work on a campus, without the rest of the site.
 * @throws when the database cannot be reached, is in use by a process (embedded), has migrations to run, or was set up
 *   with another SECRET_KEY
 */
export async function withCampus<T>(env: Env, work: (campus: Campus) => Promise<T>): Promise<T> {
  const database = await openDatabase({ ...env.database, language: env.campus.language })
  try {
    await expectMigrated(database)
    return await work(await campusIn(database, env))
  } finally {
    await database.close()
  }
}

async function expectMigrated(database: OpenDatabase): Promise<void> {
  const pending = await database.pending()
  if (pending > 0) throw new Error(`${pending} database migrations have not been run. Run: npm run migrate`)
}

async function campusIn({ db }: OpenDatabase, { campus, secretKey }: Env): Promise<Campus> {
  const { zone, voters, mailDots } = campus
  return { db, clock: systemClock, zone, seal: await openSeal(db, secretKey), voters, mailDots }
}

// The libraries of networks and mail take up to half a second and 40 MB, which a campus without them is spared.

async function smtp(mail: NonNullable<Env['mail']>): Promise<Mailer> {
  const { smtpMailer } = await import('./channels/email/index.server.ts')
  return smtpMailer(mail)
}

async function x({ x }: Env, clock: Clock): Promise<Network | null> {
  if (!x) return null
  const { xNetwork } = await import('./channels/x/index.server.ts')
  return xNetwork({ ...x, clock })
}

async function bluesky({ bluesky }: Env, clock: Clock): Promise<Network | null> {
  if (!bluesky) return null
  const { blueskyNetwork } = await import('./channels/bluesky/index.server.ts')
  return blueskyNetwork({ service: bluesky.service, clock })
}
