import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raise } from '#app/domain/intake/raise.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { createSessions } from '#app/web/session.server.ts'
import { limits, signIns, tickets, votes } from '#db/schema/index.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, type PostgresCampus } from './campus.ts'
import { endAll, freePort, startWeb, type Web } from './processes.ts'

describe.skipIf(!havePostgres())('limits of two web processes', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let webs: [Web, Web]
  let cookie = ''
  let number = 0

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    const personId = await personWith(here.campus, 'sam@quad.example', 'student')
    const begun = { provider: 'mail', device: 'A browser' }
    cookie = (await createSessions(here.database.db, false).begin(personId, begun)).split(';')[0]!
    const concern = { title: 'The lift', text: 'It is stuck.', submissionKey: 'the lift', departmentId: 1 }
    const author = await personWith(here.campus, 'kim@quad.example', 'student')
    const raised = {
      ...concern,
      source: 'web' as const,
      personId: author,
      backed: false,
      addressed: [],
      hashtags: [],
    }
    number = (await raise(here.campus, raised)).number
    const env = { ...here.env, TRUST_PROXY: '1' }
    webs = [
      await startWeb(env, '/health'),
      await startWeb({ ...env, PORT: String(await freePort()) }, '/health'),
    ]
  })
  afterAll(async () => {
    await endAll()
    await here?.close()
    await server?.stop()
  })

  const post = async (
    turn: number,
    path: string,
    form: Record<string, string>,
    from: string,
    cookie = '',
  ) => {
    const web = webs[turn % 2]!
    const response = await fetch(web.url + path, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: web.url, 'x-forwarded-for': from, cookie },
      body: new URLSearchParams(form),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await response.text()
    return {
      status: response.status,
      to: response.headers.get('location') ?? '',
      again: response.headers.get('retry-after'),
      text,
    }
  }

  it('are one: the sixty-first code asked for from one range leads to a wait, from another it does not', async () => {
    const ask = (turn: number, from: string) =>
      post(turn, '/sign-in?index', { email: `s-${turn}@quad.example`, back: '/' }, from)
    for (let turn = 0; turn < 60; turn += 1)
      expect((await ask(turn, `192.0.2.${turn}`)).to, String(turn)).toMatch(/^\/sign-in\/code/)
    const sent = await here.database.db.$count(signIns)
    expect((await ask(60, '192.0.2.200')).to).toMatch(/^\/challenge\?kept=/)
    expect(await here.database.db.$count(signIns)).toBe(sent)
    expect((await ask(61, '198.51.100.1')).to).toMatch(/^\/sign-in\/code/)
  })

  it('hold for one person wherever they come from, and say when to try again', async () => {
    for (let turn = 0; turn < 120; turn += 1) {
      const intent = turn % 2 === 0 ? 'vote' : 'unvote'
      const { status, to } = await post(turn, `/votes/${number}`, { intent }, `203.0.${turn}.1`, cookie)
      expect([status, to], String(turn)).toEqual([303, `/tickets/${number}`])
    }
    const vote = await post(0, `/votes/${number}`, { intent: 'vote' }, '203.0.113.9', cookie)
    expect(vote).toMatchObject({ status: 303, to: `/tickets/${number}` })
    expect(Number(vote.again)).toBeGreaterThan(0)
    const mine = await post(1, `/mine/${number}`, {}, '203.0.113.9', cookie)
    expect(mine).toMatchObject({ status: 303, to: `/tickets/${number}` })
    expect(Number(mine.again)).toBeGreaterThan(0)
    expect(await here.database.db.$count(votes)).toBe(0)
  })

  it('of searches hold in each process for itself: past them a page says when to try again, and all else goes on', async () => {
    const get = async (turn: number, path: string, who = cookie) => {
      const response = await fetch(webs[turn % 2]!.url + path, {
        headers: { 'x-forwarded-for': '203.0.113.9', cookie: who },
        signal: AbortSignal.timeout(20_000),
      })
      return {
        status: response.status,
        again: response.headers.get('retry-after'),
        text: await response.text(),
      }
    }
    for (let turn = 0; turn < 120; turn += 1) {
      const path = turn % 3 === 0 ? '/tickets/similar?title=' : turn % 3 === 1 ? '/?q=' : '/resolved?q='
      expect((await get(0, `${path}lift+${turn}`)).status, String(turn)).toBe(200)
    }
    const refused = [
      '/?q=another',
      '/resolved?q=another',
      '/?q=another&more=1',
      '/tickets/similar?title=another',
    ]
    for (const path of refused) {
      const { status, again, text } = await get(0, path)
      expect(status, path).toBe(429)
      expect(Number(again), path).toBeGreaterThan(0)
      expect(text, path).toContain('That was quite fast')
    }
    // A page that is kept was searched for already.
    expect((await get(0, '/?q=lift+1')).status).toBe(200)
    expect((await get(0, '/?sort=newest')).status).toBe(200)
    expect((await get(0, `/tickets/${number}`)).status).toBe(200)
    expect((await get(0, '/?q=another', '')).status).toBe(200)
    expect((await get(1, '/?q=another')).status).toBe(200)
  })

  it('keep no address', async () => {
    const kept = JSON.stringify([
      await here.database.db.select().from(limits),
      await here.database.db.select().from(votes),
    ])
    expect(kept).toContain('range:')
    expect(kept).not.toMatch(/\b(192\.0\.2|198\.51\.100|203\.0)\./)
    for (const web of webs) expect(web.output()).not.toMatch(/\b(192\.0\.2|198\.51\.100|203\.0)\./)
  })

  it('are closed when nothing can be counted: nothing is taken, and a page says when to try again; searching goes on', async () => {
    const { db } = here.database
    await db.execute(sql`alter table limits rename to limits_away`)
    const before = [await db.$count(votes), await db.$count(tickets)]
    const concern = { title: 'The clock stands still', text: 'Since the holidays it shows ten past four.' }
    for (const answer of [
      await post(0, `/votes/${number}`, { intent: 'vote' }, '198.51.100.7', cookie),
      await post(0, '/tickets/new', concern, '198.51.100.7', cookie),
    ]) {
      expect(answer.status).toBe(503)
      expect(answer.again).toBe('60')
    }
    const { text } = await post(0, '/tickets/new', concern, '198.51.100.7', cookie)
    const search = await fetch(`${webs[1].url}/?q=clock`, { headers: { cookie } })
    expect(search.status).toBe(200)
    await search.body?.cancel()
    expect(text).toContain('Go back: what you wrote is still in the form.')
    expect([await db.$count(votes), await db.$count(tickets)]).toEqual(before)
    await db.execute(sql`alter table limits_away rename to limits`)
  })
})
