import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { blueskyNetwork } from '#app/channels/bluesky/index.server.ts'
import { registry, type Networks } from '#app/channels/registry.ts'
import { lookUpPosts } from '#app/inbound/look-up.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import { connectAccount } from '#app/outbound/connect.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { createLog } from '#app/platform/log.ts'
import { openDatabase, type Database } from '#db/client.server.ts'
import { departments } from '#db/schema/index.ts'
import { campusWith } from '../flows/campus.ts'
import { service, type Person } from './network.ts'

export type Here = {
  campus: Campus
  db: Database
  networks: Networks
  admin: Actor
  /** The jobs, once each. */
  poll(): Promise<void>
  deliver(): Promise<void>
  /** And the third, as if a post had to be looked up each time. */
  follow(): Promise<void>
  close(): Promise<void>
}

/** A campus with a library, whose account on Bluesky is connected as the desk does it. */
export async function aCampus(
  library: Person,
  options: { database?: string; service?: string } = {},
): Promise<Here> {
  const database = await openDatabase(
    options.database ? { kind: 'postgres', url: options.database } : { kind: 'embedded', folder: null },
  )
  await database.migrate()
  const { db } = database
  const campus = campusWith(db)
  const clock = { now: () => new Date() }
  const networks = registry([blueskyNetwork({ service: options.service ?? service, clock })])
  const [department] = await db
    .insert(departments)
    .values({ slug: 'library', name: 'Library', purpose: 'Books and quiet.' })
    .returning()
  const connected = await connectAccount(campus, networks, {
    channel: 'bluesky',
    credentials: JSON.stringify({ identifier: library.handle, password: library.appPassword }),
    departmentId: department!.id,
  })
  if (connected.kind === 'failed') throw new Error(connected.reason)
  const id = await personWith(campus, 'ada@quad.example', 'admin')
  const log = createLog('silent')
  return {
    campus,
    db,
    networks,
    admin: await findActor(campus, id),
    poll: () => pollAccounts({ campus, networks, log }),
    deliver: () => deliverAll({ campus, networks, log, random: Math.random, stopping: () => false }),
    follow: () => lookUpPosts({ campus, networks, log, hurry: 1_000_000 }),
    close: () => database.close(),
  }
}
