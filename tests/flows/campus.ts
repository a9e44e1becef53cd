import { eq } from 'drizzle-orm'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { systemClock } from '#app/platform/clock.ts'
import { createSeal } from '#app/platform/seal.ts'
import { openDatabase, type Database, type OpenDatabase } from '#db/client.server.ts'
import { accounts, departments } from '#db/schema/index.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import type { World, WorldUser } from '#sandbox/x/world.ts'
import { createDatabase } from '../support/postgres.ts'
import { freePort, SECRET_KEY } from './processes.ts'

/** A wrong one, to see that it is not repeated. */
export const SECRET_OF_DATABASE = 'pass-of-the-database'

const APP = { key: 'app-key', secret: 'app-secret' }

/** Each speaks for a department of its own. Six, so that a rest of some does not stop the others. */
export const OFFICIALS = ['it', 'library', 'estates', 'registry', 'catering', 'sports'] as const
export const AUTHORS = ['sam', 'alex', 'kim', 'noor', 'wei', 'ines'] as const
export const handleOf = (department: string) => `quad_${department}`

const official = (department: string, index: number): Required<WorldUser> => ({
  id: `170000000000000010${index}`,
  handle: handleOf(department),
  name: `Quad ${department}`,
  accessToken: `token-of-${department}`,
  accessSecret: `secret-of-${department}`,
})
const officials = OFFICIALS.map(official)

const world: World = {
  apps: [APP],
  users: [
    ...officials,
    ...AUTHORS.map((handle, index) => ({ id: `171000000000000010${index}`, handle, name: handle })),
  ],
  posts: [],
}

/** X asks for more patience than a test has. */
export const HURRIED = {
  'GET /2/users/:id/mentions': 100_000,
  'GET /2/users/:id/tweets': 100_000,
  'GET /2/tweets/search/recent': 100_000,
  'GET /2/tweets': 100_000,
  'POST /2/tweets': 100_000,
}

export type PostgresCampus = {
  sandbox: Sandbox
  url: string
  database: OpenDatabase
  campus: Campus
  admin: Actor
  /** What a web process or a worker of this campus is started with. */
  env: Record<string, string>
  close(): Promise<void>
}

export function campusWith(db: Database, secretKey = SECRET_KEY): Campus {
  return { db, clock: systemClock, zone: 'Europe/London', seal: createSeal(secretKey), voters: ['student'] }
}

/** A campus on PostgreSQL with its departments and accounts, and the practice network in this process. */
export async function aPostgresCampus(server: string): Promise<PostgresCampus> {
  const { url, stop } = await createDatabase(server)
  const sandbox = await startSandbox({ world, limits: HURRIED })
  const database = await openDatabase({ kind: 'postgres', url, connections: 4 })
  await database.migrate()
  const campus = campusWith(database.db)
  const ids = await database.db
    .insert(departments)
    .values(OFFICIALS.map((slug) => ({ slug, name: slug, purpose: `All about ${slug}.` })))
    .returning({ id: departments.id, slug: departments.slug })
  await database.db.insert(accounts).values(
    officials.map(({ id, handle, name, accessToken, accessSecret }) => ({
      channel: 'x' as const,
      externalId: id,
      handle,
      name,
      url: `https://x.com/${handle}`,
      departmentId: ids.find(({ slug }) => handleOf(slug) === handle)!.id,
      credentials: campus.seal.seal(JSON.stringify({ accessToken, accessSecret })),
    })),
  )
  const id = await personWith(campus, 'ada@quad.example', 'admin')
  const port = await freePort()
  return {
    sandbox,
    url,
    database,
    campus,
    admin: await findActor(campus, id),
    env: {
      PORT: String(port),
      DATABASE_URL: url,
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      SECRET_KEY,
      X_APP_KEY: APP.key,
      X_APP_SECRET: APP.secret,
      X_API_URL: sandbox.url,
      X_POLL_SECONDS: '1',
    },
    async close() {
      await database.close()
      await sandbox.close()
      await stop()
    },
  }
}

/** The trouble of an account, as the desk tells it. */
export async function troubleOf(campus: Campus, handle: string): Promise<string | null> {
  const [row] = await campus.db.select().from(accounts).where(eq(accounts.handle, handle))
  return row!.trouble
}
