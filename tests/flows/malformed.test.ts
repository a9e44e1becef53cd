import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readAccounts } from '#app/outbound/overview.server.ts'
import { accounts, posts } from '#db/schema/index.ts'
import type { Fault } from '#sandbox/x/faults.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { compareBooks } from './books.ts'
import { aPostgresCampus, troubleOf, type PostgresCampus } from './campus.ts'
import { endAll, eventually, startProcess, type Process } from './processes.ts'

const MENTIONS = 'GET /2/users/:id/mentions'

/** What X answers, and what the desk says of it. */
const ANSWERS: Array<{ name: string; fault: Fault; says: RegExp }> = [
  { name: 'broken JSON', fault: 'garbage', says: /could not read \(200\)/ },
  { name: 'another shape', fault: 'missing-fields', says: /could not read \(200\)/ },
  { name: 'a web page', fault: 'html', says: /could not read \(200\)/ },
  { name: 'a server error', fault: '500', says: /Something went wrong/ },
  { name: 'no service', fault: '503', says: /Service Unavailable/ },
  {
    name: 'a web page of an error',
    fault: { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' },
    says: /could not read \(502\)/,
  },
  { name: 'null', fault: { status: 200, body: null }, says: /could not read \(200\)/ },
  {
    name: 'a post that lacks everything',
    fault: { status: 200, body: { data: [{ id: 'x' }, null, 7], meta: { result_count: 3 } } },
    says: /3 post\(s\) that we could not read/,
  },
  { name: 'an enormous answer', fault: 'huge', says: /broke off|could not read/ },
  { name: 'a broken connection', fault: 'drop-before', says: /broke off/ },
  { name: 'no answer', fault: 'hang', says: /within 10 s/ },
  { name: 'an answer without end', fault: 'drip', says: /within 10 s/ },
]

describe.skipIf(!havePostgres())('a running worker, to which X answers with', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let worker: Process
  const said = { mentions: new Set<string>(), answered: new Map() }

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    // One account, so that every reading is the one that is spoilt.
    await here.database.db.update(accounts).set({ state: 'signed-out' })
    await here.database.db.update(accounts).set({ state: 'connected' }).where(eq(accounts.handle, 'quad_it'))
    worker = startProcess('worker', { ...here.env, LOG_LEVEL: 'silent' })
    await eventually(() => here.sandbox.requests.length > 0, 'the worker reads')
  })
  afterAll(async () => {
    await endAll()
    await here?.close()
    await server?.stop()
  })

  // Whatever became of the test before: it ends with its faults.
  beforeEach(async () => {
    here.sandbox.faults.clear()
    await eventually(async () => (await troubleOf(here.campus, 'quad_it')) === null, 'there is no trouble')
    await eventually(async () => (await taken()) === said.mentions.size, 'everything so far is taken in')
  })

  const taken = () => here.database.db.$count(posts, inArray(posts.firstId, ['', ...said.mentions]))

  it.each(ANSWERS)('$name', async ({ name, fault, says }) => {
    const { sandbox, campus, admin } = here
    const before = await taken()
    sandbox.faults.next(MENTIONS, fault)
    said.mentions.add(sandbox.post({ as: 'sam', text: `@quad_it said before ${name}` }))
    const trouble = await eventually(() => troubleOf(campus, 'quad_it'), 'the account has trouble')
    expect(trouble).toMatch(says)
    expect(await taken(), 'nothing is made up, nothing lost').toBe(before)
    const shown = (await readAccounts(campus, new Map(), admin)).find(({ handle }) => handle === 'quad_it')
    expect(shown?.trouble?.reason, 'the desk says so').toBe(trouble)

    await eventually(async () => (await taken()) === said.mentions.size, 'the next good answer brings it')
    await eventually(async () => (await troubleOf(campus, 'quad_it')) === null, 'the trouble is over')
    expect(worker.isRunning()).toBe(true)
  })

  it('one good page and a broken one: what came is kept, and the rest comes once', async () => {
    const { sandbox, campus } = here
    const before = await taken()
    sandbox.faults.next(MENTIONS, 'delay:0')
    sandbox.faults.next(MENTIONS, 'garbage')
    // More than a page holds, and all before the next reading: nothing here waits.
    for (let n = 0; n < 130; n += 1)
      said.mentions.add(sandbox.post({ as: 'alex', text: `@quad_it flood ${n}` }))
    await eventually(() => troubleOf(campus, 'quad_it'), 'the second page is broken')
    expect(await taken()).toBe(before + 100)
    await eventually(async () => (await taken()) === said.mentions.size, 'the rest is taken in')
  })

  it('all of this, and in the end everything was taken in once', async () => {
    const counts = await compareBooks(here.database.db, here.sandbox, said)
    expect(counts).toMatchObject({ mentions: ANSWERS.length + 130, tickets: ANSWERS.length + 130 })
    expect(await worker.stop(), worker.output()).toMatchObject({ code: 0 })
  })
})
