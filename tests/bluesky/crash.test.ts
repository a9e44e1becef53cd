import { asc, eq, ne } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { deliveries, entries, posts, tickets } from '#db/schema/index.ts'
import type { LineEvent } from '#sandbox/bluesky/line.ts'
import { endAll, freePort, SECRET_KEY, startProcess, type Process } from '../flows/processes.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'
import { aCampus, type Here } from './campus.ts'
import { aLine, aPerson, eventually, repliesTo, saidIn, unmarked, says, type Person } from './network.ts'

const SEND = 'com.atproto.repo.createRecord'
const READ = 'app.bsky.notification.listNotifications'
const LOOK = 'com.atproto.repo.getRecord'
const REFRESH = 'com.atproto.server.refreshSession'

/** `nth`: not the first such request, but that one. */
type Point = Pick<LineEvent, 'phase' | 'method'> & { nth?: number; delay?: number }

const POINTS: Array<Point> = [
  { method: SEND, phase: 'arrived' },
  { method: SEND, phase: 'accepted' },
  { method: SEND, phase: 'answered' },
  { method: SEND, phase: 'answered', delay: 3 },
  { method: SEND, phase: 'accepted', nth: 2 },
  { method: LOOK, phase: 'answered' },
  { method: REFRESH, phase: 'accepted' },
  { method: READ, phase: 'accepted' },
  { method: READ, phase: 'answered', delay: 3 },
]

let library: Person
let sam: Person
let here: Here
let line: Awaited<ReturnType<typeof aLine>>
let server: Awaited<ReturnType<typeof startPostgres>>
let database: Awaited<ReturnType<typeof createDatabase>>
let env: Record<string, string>

beforeAll(async () => {
  ;[library, sam] = await Promise.all([aPerson('library'), aPerson('sam')])
  line = await aLine()
  server = await startPostgres()
  database = await createDatabase(server.url)
  here = await aCampus(library, { database: database.url, service: line.url })
  env = {
    DATABASE_URL: database.url,
    PUBLIC_URL: `http://127.0.0.1:${await freePort()}`,
    SECRET_KEY,
    BLUESKY: 'on',
    BLUESKY_SERVICE: line.url,
    BLUESKY_POLL_SECONDS: '1',
  }
})
afterAll(async () => {
  await endAll()
  await here?.close()
  await line?.close()
  await database?.stop()
  await server?.stop()
})

/** Kills the worker at a moment that the network sees. */
async function killAt({ method, phase, nth = 1, delay = 0 }: Point, worker: Process): Promise<void> {
  let count = 0
  const forget = line.onRequest((event) => {
    if (event.method !== method || event.phase !== phase) return
    count += 1
    if (count !== nth) return
    if (delay === 0) process.kill(worker.pid, 'SIGKILL')
    else setTimeout(() => process.kill(worker.pid, 'SIGKILL'), delay)
  })
  const stuck = setTimeout(() => void worker.kill('SIGTERM'), 60_000)
  expect(await worker.ended, `${method} ${phase}: ${worker.output()}`).toMatchObject({ signal: 'SIGKILL' })
  clearTimeout(stuck)
  forget()
}

it('says every answer once, though the worker is killed while it speaks', { timeout: 400_000 }, async () => {
  const said = new Map<string, string>()
  const answered = new Set<string>()
  const sessions = line.count('com.atproto.server.createSession')

  const ask = async (n: number) => {
    const { uri } = await says(sam, `@${library.handle} case ${n} is as it should not be`)
    said.set(uri, `It is seen to, case ${n}. ${'More of it. '.repeat(n % 2 === 0 ? 30 : 1)}`.trim())
  }
  /** Staff answers what has come in. */
  const answerAll = async () => {
    for (const post of await here.db.select().from(posts).where(eq(posts.kind, 'concern'))) {
      if (answered.has(post.firstId)) continue
      answered.add(post.firstId)
      const body = said.get(post.firstId)!
      await answer(here.campus, here.admin, { number: post.ticketNumber!, body, key: post.firstId })
    }
    return answered.size
  }

  for (const [n, point] of POINTS.entries()) {
    await ask(2 * n)
    await ask(2 * n + 1)
    if (point.method === REFRESH)
      line.next(SEND, { status: 400, body: JSON.stringify({ error: 'ExpiredToken', message: 'expired' }) })
    // Only what may be out is looked for.
    if (point.method === LOOK) line.next(SEND, 'break-off-after')
    const worker = startProcess('worker', env)
    const atWork = (async () => {
      while (worker.isRunning()) {
        await answerAll()
        await new Promise((resolve) => setTimeout(resolve, 200))
      }
    })()
    await killAt(point, worker)
    await atWork
  }

  const workers = [startProcess('worker', env), startProcess('worker', env)]
  await eventually(
    async () => {
      const all = (await answerAll()) === said.size
      return all && (await here.db.$count(deliveries)) === said.size && (await left()) === 0
    },
    'everything is said',
    120_000,
  ).catch(async (error: unknown) => {
    const rows = await here.db.select().from(deliveries).where(ne(deliveries.state, 'sent'))
    const open = rows.map(({ id, state, reason, attempts }) => ({ id: String(id), state, reason, attempts }))
    throw new Error(`${JSON.stringify(open)} ${workers.map((one) => one.output()).join('')}`, {
      cause: error,
    })
  })
  for (const worker of workers) expect(await worker.stop(), worker.output()).toMatchObject({ code: 0 })

  // One ticket for each post, and below each post one answer with all its parts.
  expect(await here.db.$count(tickets)).toBe(said.size)
  for (const [uri, body] of said) {
    const [post] = await here.db.select().from(posts).where(eq(posts.firstId, uri))
    const opening = `Library answers (no. ${post!.ticketNumber}): `
    const ours = await saidIn(library, uri)
    expect(ours.length, `what we said below ${uri}`).toBe(await partsOf(uri))
    const whole = await eventually(async () => {
      const parts: Array<string> = []
      for (let those = await repliesTo(sam, uri); those[0]; those = those[0].replies) {
        expect(those, `the replies below ${uri}`).toHaveLength(1)
        parts.push(those[0].text)
      }
      return unmarked(parts).length >= (opening + body).length ? unmarked(parts) : null
    }, `sam sees the whole answer to ${uri}`)
    expect(whole).toBe(opening + body)
  }
  const lines = await here.db
    .select()
    .from(entries)
    .where(eq(entries.kind, 'raised'))
    .orderBy(asc(entries.id))
  expect(lines).toHaveLength(said.size)
  // A refreshing that died is made up for with the old session or the password; nothing else opens one.
  expect(line.count('com.atproto.server.createSession') - sessions).toBeLessThanOrEqual(2)
  console.info('killed at', POINTS.length, 'moments, answers', said.size)
})

/** How many posts the answer to this one is made of. */
const partsOf = async (uri: string) => {
  const [row] = await here.db
    .select({ more: deliveries.more })
    .from(deliveries)
    .innerJoin(posts, eq(posts.id, deliveries.postId))
    .where(eq(posts.firstId, uri))
  return 1 + row!.more.length
}

const left = async () => here.db.$count(deliveries, ne(deliveries.state, 'sent'))
