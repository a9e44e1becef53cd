import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { deliveries, posts } from '#db/schema/index.ts'
import { createDatabase, havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, SECRET_OF_DATABASE, type PostgresCampus } from './campus.ts'
import {
  breakableLine,
  endAll,
  eventually,
  freePort,
  occupy,
  readyOf,
  runToEnd,
  startProcess,
  startWeb,
  statusOf,
} from './processes.ts'

describe.skipIf(!havePostgres())('the processes of a campus on PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus

  beforeAll(async () => {
    server = await startPostgres()
  })
  beforeEach(async () => {
    here = await aPostgresCampus(server.url)
  })
  afterEach(async () => {
    await endAll()
    await here.close()
  })
  afterAll(() => server?.stop())

  const imported = (id: string) =>
    eventually(async () => {
      const [post] = await here.database.db.select().from(posts).where(eq(posts.firstId, id))
      return post?.ticketNumber
    }, `post ${id} is taken in`)

  it('say whether they are alive, and what is missing until they are ready', async () => {
    const line = await breakableLine(here.url)
    const env = { ...here.env, DATABASE_URL: line.url }
    const web = await startWeb(env, '/health')
    expect(await readyOf(web.url)).toEqual({
      status: 503,
      body: { database: true, migrations: true, worker: false },
    })

    const worker = startProcess('worker', env)
    await eventually(async () => (await readyOf(web.url)).status === 200, 'the worker is seen')
    expect(await worker.stop(), worker.output()).toMatchObject({ code: 0 })
    expect(await readyOf(web.url)).toEqual({
      status: 503,
      body: { database: true, migrations: true, worker: false },
    })

    line.cut()
    const cut = await readyOf(web.url)
    expect(cut).toMatchObject({ status: 503, body: { database: false } })
    expect(await statusOf(`${web.url}/health`)).toBe(200)
    line.mend()
    await eventually(async () => (await readyOf(web.url)).body.database, 'the database is back')
    expect(await web.stop(), web.output()).toMatchObject({ code: 0 })
    await line.close()
  })

  // The driver cannot bear every moment at which its connection breaks, and then ends the process: so both a
  // process that outlives its database and one that a supervisor starts again have to go on where they were.
  it('go on where they were when their database comes back', async () => {
    const line = await breakableLine(here.url)
    const env = { ...here.env, DATABASE_URL: line.url, LOG_LEVEL: 'silent' }
    const web = await startWeb(env, '/health')
    let worker = startProcess('worker', env)
    await imported(here.sandbox.post({ as: 'sam', text: '@quad_it before the database went' }))
    line.cut()
    await pause(3_000)
    const id = here.sandbox.post({ as: 'sam', text: '@quad_it while the database was gone' })
    await pause(1_000)
    line.mend()
    const began = performance.now()
    const outlived = { web: web.isRunning(), worker: worker.isRunning() }
    if (!outlived.worker) worker = startProcess('worker', env)
    const site = outlived.web ? web : await startWeb(env, '/health')
    await eventually(
      async () => (await here.database.db.$count(posts, eq(posts.firstId, id))) === 1,
      'the worker reads again',
      60_000,
    )
    console.info(
      'reading again after the database came back',
      `${Math.round(performance.now() - began)} ms`,
      { outlived },
    )
    await eventually(async () => (await statusOf(site.url)) === 200, 'the site shows its pages')
    await line.close()
  })

  it('end when told although the database is gone', async () => {
    const line = await breakableLine(here.url)
    const env = { ...here.env, DATABASE_URL: line.url, LOG_LEVEL: 'silent' }
    const web = await startWeb(env, '/health')
    const worker = startProcess('worker', env)
    await eventually(async () => (await readyOf(web.url)).status === 200, 'the worker is seen')
    line.cut()
    const ends = await Promise.all([web.stop(), worker.stop()])
    for (const { tookMs } of ends) expect(tookMs).toBeLessThan(11_000)
    await line.close()
  })

  it('answer the request that is under way when they are told to stop', async () => {
    const web = await startWeb(here.env, '/health')
    const body = 'theme=dark&back=%2Fresolved'
    const form = request(`${web.url}/theme`, {
      method: 'POST',
      headers: {
        origin: web.url,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': body.length,
      },
    })
    const status = new Promise((resolve, reject) => {
      form.once('response', (response) => resolve([response.statusCode, response.headers.location]))
      form.once('error', reject)
    })
    form.write(body.slice(0, 10))
    await pause(300)
    const stopped = web.stop()
    await pause(500)
    expect(await statusOf(`${web.url}/health`), 'a new one is not taken').toBeNull()
    form.end(body.slice(10))
    expect(await status).toEqual([303, '/resolved'])
    const end = await stopped
    expect(end, web.output()).toMatchObject({ code: 0 })
    expect(end.tookMs).toBeLessThan(5_000)
  })

  it('settle the answer that is being sent when they are told to stop', async () => {
    const { sandbox, campus, admin } = here
    const worker = startProcess('worker', here.env)
    const id = sandbox.post({ as: 'sam', text: '@quad_it the printer is on fire' })
    const number = await imported(id)
    sandbox.faults.next('POST /2/tweets', 'delay:3000')
    const arrived = new Promise<void>((resolve) => {
      sandbox.onRequest(({ phase, method }) => phase === 'arrived' && method === 'POST' && resolve())
    })
    await answer(campus, admin, { number, body: 'It is out now.' })
    await arrived
    const end = await worker.stop()
    expect(end, worker.output()).toMatchObject({ code: 0 })
    expect(end.tookMs).toBeLessThan(10_000)
    const [delivery] = await campus.db.select().from(deliveries)
    expect(delivery).toMatchObject({ state: 'sent', externalId: sandbox.replies(id)[0]!.id })
    expect(sandbox.replies(id)).toHaveLength(1)
    console.info('a worker that is sending stops within', `${end.tookMs} ms`)
  })

  it('say that the port is in use', async () => {
    const port = await freePort()
    const free = await occupy(port)
    const end = await runToEnd('server', { ...here.env, HOST: '127.0.0.1', PORT: String(port) })
    expect(end).toEqual({
      code: 1,
      signal: null,
      output: `Port ${port} is in use. Set PORT to another one.\n`,
    })
    await free()
  })

  it('refuse a database that has migrations to run', async () => {
    const empty = await createDatabase(server.url)
    for (const name of ['server', 'worker'] as const) {
      const end = await runToEnd(name, { ...here.env, DATABASE_URL: empty.url })
      expect(end.output).toMatch(/^\d+ database migrations have not been run\. Run: npm run migrate\n$/)
      expect(end.code).toBe(1)
    }
    expect(await runToEnd('migrate', { ...here.env, DATABASE_URL: empty.url })).toMatchObject({ code: 0 })
    const web = await startWeb({ ...here.env, DATABASE_URL: empty.url }, '/health')
    expect(await web.stop()).toMatchObject({ code: 0 })
    await empty.stop()
  })

  it.each(['server', 'worker', 'migrate', 'seed'] as const)(
    '%s says in one line why the database cannot be used',
    async (name) => {
      const wrong = new URL(here.url)
      wrong.password = SECRET_OF_DATABASE
      for (const url of [
        wrong.href,
        `postgres://quad:${SECRET_OF_DATABASE}@localhost:${await freePort()}/quad`,
      ]) {
        const { code, output } = await runToEnd(name, { ...here.env, DATABASE_URL: url })
        expect(code).toBe(1)
        expect(output).toMatch(
          /^The database cannot be used: .*(password authentication failed|ECONNREFUSED).*\n$/,
        )
        expect(output).not.toContain(SECRET_OF_DATABASE)
      }
    },
  )
})
