import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'
import { sql } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { reasonOf } from '#app/platform/errors.ts'
import { projectRoot } from '#app/platform/root.ts'
import type { SearchLanguage } from '#app/vocabulary.ts'
import { indexAnew, speak, speaks } from './language.server.ts'
import { nameAllAuthors } from './pseudonyms.server.ts'
import * as schema from './schema/index.ts'
import { codeOf } from './statement.ts'

/** Either driver, and either of them inside a transaction. */
export type Database = PgDatabase<PgQueryResultHKT, typeof schema>

/** Runs plain SQL, for the job queue, which brings its own. */
export type ExecuteSql = (text: string, values?: Array<unknown>) => Promise<{ rows: Array<unknown> }>

export type OpenDatabase = {
  db: Database
  close(): Promise<void>
  /** Brings the schema up to date. Safe to call from several processes at once. */
  migrate(): Promise<void>
  /** How many migrations are still to be run. @throws in one sentence when the database cannot be reached */
  pending(): Promise<number>
  /**
   * Hears every change that a page may show, whichever process made it, once it is kept. `what` is as
   * `0003_changes.sql` writes it. `missed`: some may have gone unheard, for the line was cut.
   */
  listen(hear: (what: string) => void, missed: () => void): Promise<void>
  /** Whether the search index is made in the campus's language. Migrating makes it so. */
  speaks(): Promise<boolean>
  /** Set on the embedded database, whose one connection the job queue has to share. */
  executeSql: ExecuteSql | null
}

export type DatabaseOptions =
  | { kind: 'postgres'; url: string; schema?: string; connections?: number; language?: SearchLanguage }
  | {
      kind: 'embedded'
      language?: SearchLanguage
      /** Null: in memory. */
      folder: string | null
      /** A dumped data folder to begin with. */
      image?: Blob
    }

const UNDEFINED_TABLE = '42P01'

const MIGRATIONS = join(projectRoot, 'db', 'migrations')

/** Opens a campus: an embedded data folder, or a schema on a PostgreSQL server. Nothing else knows which. */
export function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  return options.kind === 'postgres' ? openPostgres(options) : openEmbedded(options)
}

async function openPostgres(options: Extract<DatabaseOptions, { kind: 'postgres' }>): Promise<OpenDatabase> {
  const campus = options.schema ?? 'public'
  const connect = (max: number, limits: Record<string, number>) =>
    postgres(options.url, {
      max,
      connect_timeout: 10,
      onnotice: () => {},
      connection: {
        application_name: 'quad',
        search_path: campus === 'public' ? 'public' : `${campus}, public`,
        ...limits,
      },
    })
  const client = connect(options.connections ?? 10, {
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
  })
  const db = drizzlePostgres(client, { schema }) as unknown as Database
  return {
    db,
    close: () => client.end({ timeout: 5 }),
    async migrate() {
      const single = connect(1, {})
      try {
        // One migration at a time on the whole server: extensions are shared between campuses.
        await single`select pg_advisory_lock(727173)`
        if (campus !== 'public') await single`create schema if not exists ${single(campus)}`
        await migratePostgres(drizzlePostgres(single), {
          migrationsFolder: MIGRATIONS,
          migrationsSchema: campus,
        })
        await speak(drizzlePostgres(single), options.language)
        await single`select pg_advisory_unlock(727173)`
        await indexAnew(drizzlePostgres(single))
        await nameAllAuthors(drizzlePostgres(single))
      } finally {
        await single.end()
      }
    },
    pending: () => countPending(db, campus),
    async listen(hear, missed) {
      let listening = false
      await client.listen(changesOf(campus), hear, () => {
        if (listening) missed()
        listening = true
      })
    },
    speaks: () => speaks(db, options.language),
    executeSql: null,
  }
}

async function openEmbedded(options: Extract<DatabaseOptions, { kind: 'embedded' }>): Promise<OpenDatabase> {
  // A site on a server of its own is spared the one that is a library.
  const [{ PGlite }, { pg_trgm }, { unaccent }, { drizzle: drizzleEmbedded }, { migrate: migrateEmbedded }] =
    await Promise.all([
      import('@electric-sql/pglite'),
      import('@electric-sql/pglite/contrib/pg_trgm'),
      import('@electric-sql/pglite/contrib/unaccent'),
      import('drizzle-orm/pglite'),
      import('drizzle-orm/pglite/migrator'),
    ])
  const unlock = options.folder ? lock(options.folder) : () => {}
  let client: PGlite
  try {
    client = await PGlite.create({
      ...(options.folder ? { dataDir: options.folder } : {}),
      ...(options.image ? { loadDataDir: options.image } : {}),
      extensions: { pg_trgm, unaccent },
    })
  } catch (error) {
    unlock()
    throw error
  }
  const db = drizzleEmbedded(client, { schema }) as unknown as Database
  return {
    db,
    async close() {
      await client.close()
      unlock()
    },
    async migrate() {
      await migrateEmbedded(drizzleEmbedded(client), {
        migrationsFolder: MIGRATIONS,
        migrationsSchema: 'public',
      })
      await speak(db, options.language)
      await indexAnew(db)
      await nameAllAuthors(db)
    },
    pending: () => countPending(db, 'public'),
    async listen(hear) {
      await client.listen(changesOf('public'), hear)
    },
    speaks: () => speaks(db, options.language),
    async executeSql(text, values) {
      if (values && values.length > 0) return client.query(text, values)
      const results = await client.exec(text)
      return { rows: results.flatMap((result) => result.rows) }
    },
  }
}

/** The channel on which a campus tells its changes: campuses may share a server. */
function changesOf(campus: string): string {
  return `quad_${campus}`.slice(0, 63)
}

/** @param campus its schema: through the search path, a new campus would find the migrations of `public` */
async function countPending(db: Database, campus: string): Promise<number> {
  const known = readMigrationFiles({ migrationsFolder: MIGRATIONS }).map((file) => file.folderMillis)
  const found = await db
    .select({ newest: sql<string | null>`max(created_at)` })
    .from(sql`${sql.identifier(campus)}.__drizzle_migrations`)
    .catch((error: unknown) => {
      if (codeOf(error) === UNDEFINED_TABLE) return []
      throw new Error(`The database cannot be used: ${reasonOf(error)}`, { cause: error })
    })
  const newest = Number(found[0]?.newest ?? 0)
  return known.filter((at) => at > newest).length
}

/** What this process holds. A file that names its id without standing here is left from an earlier life. */
const held = new Set<string>()

/**
 * Two openers of one embedded folder lose rows without an error, so the folder has one owner, by process id.
 * @throws when another living process holds it
 */
function lock(folder: string): () => void {
  const file = `${resolve(folder)}.pid`
  if (held.has(file)) throw new Error(`The data folder ${folder} is open in this process already.`)
  mkdirSync(dirname(file), { recursive: true })
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      held.add(file)
      return () => {
        held.delete(file)
        rmSync(file, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const owner = readOwner(file)
    if (owner !== null && owner !== process.pid && isAlive(owner)) {
      throw new Error(
        `The data folder ${folder} is in use by process ${owner}. Stop that one first. (If it is no Quad process, delete ${file}.)`,
      )
    }
    rmSync(file, { force: true })
  }
}

function readOwner(file: string): number | null {
  try {
    return Number(readFileSync(file, 'utf8')) || null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
