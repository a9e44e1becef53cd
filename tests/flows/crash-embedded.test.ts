import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eq, inArray, isNull, ne } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase, type Database } from '#db/client.server.ts'
import { demoNetwork, OFFICIAL_USERS } from '#db/demo/network.ts'
import { announcements, deliveries, people, posts } from '#db/schema/index.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { compareBooks, countRefusals, type Said } from './books.ts'
import { HURRIED } from './campus.ts'
import { killAt, nameOf, points, type Point } from './killer.ts'
import {
  emptyFolder,
  endAll,
  eventually,
  freePort,
  runToEnd,
  startProcess,
  type Process,
} from './processes.ts'

const READS = [...points('read', ['arrived'], [0]), ...points('read', ['answered'], [0, 3, 10, 30])]
const SENDS = [
  ...points('send', ['arrived'], [0, 10]),
  ...points('send', ['accepted'], [0]),
  ...points('send', ['answered'], [0, 3, 10]),
]
const LOOKS = points('look', ['answered'], [0, 10])
const POINTS: Array<Point> = [
  ...SENDS.flatMap((send, index) => [send, ...READS.slice(index, index + 1)]),
  ...LOOKS,
]
const AUTHORS = demoNetwork.users
  .filter(({ handle }) => handle.startsWith('demo_'))
  .map(({ handle }) => handle)
// A ticket that nobody owns has nobody to answer it.
const OFFICIALS = OFFICIAL_USERS.filter(({ department }) => department !== null).map(({ handle }) => handle)

type Answer = { post: string; mark: string; key: string; to: string; done: boolean }

let sandbox: Sandbox
const dataDir = emptyFolder()

beforeAll(async () => {
  sandbox = await startSandbox({ world: demoNetwork, limits: HURRIED })
})
afterAll(async () => {
  await endAll()
  await sandbox.close()
})

/** The site must not be running: the folder belongs to one process. */
async function inDatabase<T>(work: (db: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ kind: 'embedded', folder: join(dataDir, 'campus') })
  try {
    return await work(database.db)
  } finally {
    await database.close()
  }
}

it(
  'takes each post in once, and says each answer once, though the site is killed',
  { timeout: 400_000 },
  async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const env = { DATA_DIR: dataDir, PORT: String(port), SANDBOX_PORT: String(sandbox.port) }
    for (const name of ['migrate', 'seed'] as const)
      expect(await runToEnd(name, env)).toMatchObject({ code: 0 })
    const refusals = countRefusals(sandbox)
    const began = performance.now()
    const said: Said = { mentions: new Set(), answered: new Map() }
    const answers: Array<Answer> = []

    /** Somebody posts: to one account, to two, or in answer to an earlier post. Two of three will be answered. */
    let posted = 0
    const postSome = (count: number) => {
      for (let n = 0; n < count; n += 1) {
        posted += 1
        const as = AUTHORS[posted % AUTHORS.length]!
        const [first, second] = [0, 1].map((more) => OFFICIALS[(posted + more) % OFFICIALS.length]!)
        const mark = `zcase${posted}x`
        if (posted % 4 === 3 && answers[0]) {
          said.mentions.add(
            sandbox.post({ as, text: `The same here, ${mark}`, inReplyTo: answers.at(-1)!.post }),
          )
          continue
        }
        const text = `@${first}${posted % 4 === 1 ? ` @${second}` : ''} ${mark} is as it should not be`
        const id = sandbox.post({ as, text })
        said.mentions.add(id)
        const to = posted % 3 === 0 ? 'resolved' : ''
        said.answered.set(id, new Set([to ? 'final' : 'first-answer']))
        answers.push({ post: id, mark, key: randomUUID(), to, done: false })
      }
    }

    const [admin] = await inDatabase((db) => db.select().from(people).where(eq(people.role, 'admin')))
    let cookie: string | null = null
    const send = (path: string, fields: Record<string, string>) =>
      fetch(url + path, {
        method: 'POST',
        body: new URLSearchParams(fields),
        headers: { origin: url, ...(cookie ? { cookie } : {}) },
        redirect: 'manual',
        signal: AbortSignal.timeout(5_000),
      })

    /** Staff answers what is not answered yet, at the desk. What the killing cuts off is sent again, with its key. */
    const answerAll = async () => {
      if (cookie === null) {
        const response = await send('/demo/sign-in', { person: admin!.id, back: '/' })
        cookie = response.headers
          .getSetCookie()
          .find((one) => one.startsWith('session='))!
          .split(';')[0]!
      }
      for (const one of answers.filter(({ done }) => !done)) {
        const page = await (
          await fetch(`${url}/?q=${one.mark}`, { signal: AbortSignal.timeout(5_000) })
        ).text()
        const number = new RegExp(`/tickets/(\\d+)/[a-z0-9-]*${one.mark}`).exec(page)?.[1]
        if (number === undefined) continue
        const fields = { intent: 'answer', key: one.key, body: `We see to ${one.mark}.`, to: one.to }
        const response = await send(`/desk/tickets/${number}`, fields)
        const text = (await response.text()).replace(/<[^>]*>/g, ' ')
        // Anything else, such as a way to the sign-in, would be no answer.
        if (response.status !== 303)
          throw new Error(`The desk says ${response.status}: ${text.slice(0, 2000)}`)
        one.done = true
      }
    }
    let trouble = ''
    /** Until it is killed. */
    const workAtTheDesk = async (web: Process) => {
      while (web.isRunning()) {
        await answerAll().catch((error: unknown) => (trouble = String(error)))
        await pause(100)
      }
    }

    for (const [index, point] of POINTS.entries()) {
      postSome(3)
      if (index % 4 === 1) sandbox.faults.next('POST /2/tweets', index % 8 === 1 ? 'drop-after' : '500-after')
      const web = startProcess('server', env)
      const atWork = workAtTheDesk(web)
      await killAt(sandbox, point, [web]).catch((error: unknown) => {
        throw new Error(`${nameOf(point)}: ${trouble} ${web.output()}`, { cause: error })
      })
      await atWork
    }
    const killedAfter = Math.round((performance.now() - began) / 1000)

    let left = -1
    for (let round = 0; left !== 0 && round < 8; round += 1) {
      const web = startProcess('server', env)
      await eventually(
        async () => {
          await answerAll()
          return answers.every(({ done }) => done)
        },
        'every post is answered',
        40_000,
      )
      await pause(8_000)
      expect(await web.stop(), web.output()).toMatchObject({ code: 0 })
      left = await inDatabase(
        async (db) =>
          said.mentions.size -
          (await db.$count(posts, inArray(posts.firstId, [...said.mentions]))) +
          (await db.$count(announcements, isNull(announcements.addressedAt))) +
          (await db.$count(deliveries, ne(deliveries.state, 'sent'))),
      )
    }

    expect(refusals(), 'nothing is sent a second time').toBe(0)
    const counts = await inDatabase((db) => compareBooks(db, sandbox, said))
    expect(POINTS.length).toBeGreaterThanOrEqual(12)
    expect(counts.replies).toBe(answers.length)
    console.info('crash on the embedded database', {
      kills: POINTS.length,
      ...counts,
      secondsOfKilling: killedAfter,
      secondsInAll: Math.round((performance.now() - began) / 1000),
    })
  },
)
