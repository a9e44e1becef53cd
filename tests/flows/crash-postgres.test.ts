import { and, asc, eq, inArray, isNull, ne, notInArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { announcements, deliveries, posts } from '#db/schema/index.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { compareBooks, countRefusals, type Said } from './books.ts'
import { aPostgresCampus, AUTHORS, handleOf, OFFICIALS, type PostgresCampus } from './campus.ts'
import { killAt, nameOf, points, type Point } from './killer.ts'
import { endAll, eventually, startProcess, startWeb } from './processes.ts'

/** The reads lie between the sends, so that accounts and deliveries rest at the same time. */
const DELAYS = [0, 1, 3, 10, 30]
const READS = points('read', ['arrived', 'answered'], DELAYS)
const SENDS = points('send', ['arrived', 'accepted', 'answered'], DELAYS)
const LOOKS = points('look', ['arrived', 'answered'], [0, 3, 10])
const POINTS: Array<Point> = [
  ...SENDS.flatMap((send, index) => [send, ...READS.slice(index, index + 1)]),
  ...LOOKS,
]
const FAULTS = ['drop-before', 'drop-after', '500-after'] as const

describe.skipIf(!havePostgres())('a worker that is killed again and again, on PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
  })
  afterAll(async () => {
    await endAll()
    await here?.close()
    await server?.stop()
  })

  it('takes each post in once, and says each answer once', { timeout: 400_000 }, async () => {
    const { sandbox, campus, admin, database } = here
    const { db } = database
    const said: Said = { mentions: new Set(), answered: new Map() }
    const refusals = countRefusals(sandbox)
    const began = performance.now()

    /** Somebody posts: to one account, to two, or in a conversation that is going on. */
    const post = (index: number) => {
      const as = AUTHORS[index % AUTHORS.length]!
      const first = handleOf(OFFICIALS[index % OFFICIALS.length]!)
      const second = handleOf(OFFICIALS[(index + 1) % OFFICIALS.length]!)
      const earlier = sandbox.posts().filter(({ handle }) => handle !== as)
      const inReplyTo = earlier[(index * 7) % (earlier.length || 1)]?.id
      const text = `case ${index} is as it should not be`
      if (index % 4 === 3 && inReplyTo) said.mentions.add(sandbox.post({ as, text, inReplyTo }))
      else
        said.mentions.add(
          sandbox.post({ as, text: `@${first}${index % 4 === 1 ? ` @${second}` : ''} ${text}` }),
        )
    }
    let posted = 0
    const postSome = (count: number) => {
      for (let n = 0; n < count; n += 1) post((posted += 1))
    }

    /** Staff answers the oldest tickets that nobody answered; every third is the last word at once. */
    let answers = 0
    const answerSome = async (count: number) => {
      const waiting = await db
        .select()
        .from(posts)
        .where(and(eq(posts.kind, 'concern'), notInArray(posts.firstId, ['', ...said.answered.keys()])))
        .orderBy(asc(posts.id))
        .limit(count)
      for (const { ticketNumber, firstId } of waiting) {
        const number = ticketNumber!
        answers += 1
        const to = answers % 3 === 0 ? ('resolved' as const) : undefined
        await answer(campus, admin, {
          number,
          body: `We see to it, no. ${answers}.`,
          to,
          key: `answer-${answers}`,
        })
        said.answered.set(firstId, new Set([to ? 'final' : 'first-answer']))
        if (answers % 3 !== 1) continue
        await answer(campus, admin, {
          number,
          body: `It is done, no. ${answers}.`,
          to: 'resolved',
          key: `final-${answers}`,
        })
        said.answered.get(firstId)!.add('final')
      }
    }

    const web = await startWeb(here.env, '/health')
    const startWorker = () => startProcess('worker', here.env)
    postSome(24)
    const first = startWorker()
    await eventually(
      async () => (await db.$count(posts, inArray(posts.firstId, [...said.mentions]))) === said.mentions.size,
      'the first posts are taken in',
    )
    await first.kill('SIGKILL')

    for (const [index, point] of POINTS.entries()) {
      postSome(2)
      await answerSome(2)
      if (index % 3 === 0) sandbox.faults.next('POST /2/tweets', FAULTS[(index / 3) % FAULTS.length]!)
      const worker = startWorker()
      // On a fast machine the killing comes before the reading, and nothing would be left to answer.
      const makeWork = () => {
        if (point.request === 'look') sandbox.faults.next('POST /2/tweets', 'drop-after')
        return answerSome(1)
      }
      await killAt(sandbox, point, [worker], makeWork).catch((error: unknown) => {
        throw new Error(`${nameOf(point)}: ${worker.output()}`, { cause: error })
      })
    }
    const killedAfter = Math.round((performance.now() - began) / 1000)

    // Two at once: neither may say what the other says.
    await answerSome(5)
    const workers = [startWorker(), startWorker()]
    const left = async () => ({
      posts: said.mentions.size - (await db.$count(posts, inArray(posts.firstId, [...said.mentions]))),
      announcements: await db.$count(announcements, isNull(announcements.addressedAt)),
      deliveries: await db.$count(deliveries, ne(deliveries.state, 'sent')),
    })
    await eventually(
      async () => Object.values(await left()).every((count) => count === 0),
      'nothing is left to do',
      120_000,
    ).catch(async (error: unknown) => {
      throw new Error(JSON.stringify(await left()), { cause: error })
    })
    // Long enough for another reading, and for another round of sending, to do harm.
    const before = sandbox.requests.length
    await eventually(
      () => sandbox.requests.length > before + 2 * OFFICIALS.length,
      'two more readings of every account',
    )
    expect((await fetch(`${web.url}/ready`)).status).toBe(200)
    for (const worker of workers) expect(await worker.stop(), worker.output()).toMatchObject({ code: 0 })
    expect(await web.stop(), web.output()).toMatchObject({ code: 0 })

    expect(refusals(), 'nothing is sent a second time').toBe(0)
    const counts = await compareBooks(db, sandbox, said)
    const attempts = await db.select({ attempts: deliveries.attempts }).from(deliveries)
    expect(POINTS.length).toBeGreaterThanOrEqual(30)
    expect(counts.replies).toBe([...said.answered.values()].reduce((sum, slots) => sum + slots.size, 0))
    console.info('crash on PostgreSQL', {
      kills: POINTS.length + 1,
      ...counts,
      sentAtOnce: attempts.filter((one) => one.attempts === 1).length,
      sentAfterALook: attempts.filter((one) => one.attempts > 1).length,
      secondsOfKilling: killedAfter,
      secondsInAll: Math.round((performance.now() - began) / 1000),
    })
  })
})
