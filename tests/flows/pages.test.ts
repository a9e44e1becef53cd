import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raise } from '#app/domain/intake/raise.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { createSessions } from '#app/web/session.server.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, type PostgresCampus } from './campus.ts'
import { breakableLine, endAll, eventually, freePort, startWeb, type Web } from './processes.ts'

/** What is promised: a change is seen everywhere within this time, in milliseconds. */
const SEEN_WITHIN = 2_000

describe.skipIf(!havePostgres())('the pages of two web processes', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let line: Awaited<ReturnType<typeof breakableLine>>
  let first: Web
  let second: Web
  let number: number
  const sam = { id: '', cookie: '' }

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    line = await breakableLine(here.url)
    const { campus } = here
    sam.id = await personWith(campus, 'sam@quad.example', 'student')
    sam.cookie = (
      await createSessions(here.database.db, false).begin(sam.id, { provider: 'mail', device: 'A browser' })
    ).split(';')[0]!
    number = await aTicket('the heating')
    first = await startWeb({ ...here.env, PORT: String(await freePort()) }, '/health')
    second = await startWeb(
      { ...here.env, PORT: String(await freePort()), DATABASE_URL: line.url },
      '/health',
    )
  })
  afterAll(async () => {
    await endAll()
    await line?.close()
    await here?.close()
    await server?.stop()
  })

  const aTicket = async (about: string) => {
    const author = await personWith(here.campus, `${about.replaceAll(' ', '-')}@quad.example`, 'student')
    const ticket = await raise(here.campus, {
      source: 'web',
      title: `About ${about}`,
      text: `Something is wrong with ${about}.`,
      personId: author,
      backed: true,
      departmentId: 1,
      addressed: [],
      hashtags: [],
      submissionKey: about,
    })
    return ticket.number
  }

  const get = (web: Web, path: string, headers: Record<string, string> = {}) =>
    fetch(web.url + path, { headers, redirect: 'manual', signal: AbortSignal.timeout(10_000) })
  const read = async (web: Web, path: string, headers: Record<string, string> = {}) =>
    (await get(web, path, headers)).text()
  const backing = (web: Web, intent: 'vote' | 'unvote') =>
    fetch(`${web.url}/votes/${number}`, {
      method: 'POST',
      headers: { cookie: sam.cookie, origin: web.url, accept: 'application/json' },
      body: new URLSearchParams({ intent }),
    })

  it('show every change within two seconds, wherever it was made', async () => {
    const pages: Array<[string, string]> = [
      ['/', 'About the lift'],
      ['/departments/it', 'About the lift'],
      ['/feed.xml', 'About the lift'],
    ]
    for (const web of [first, second]) for (const [path] of pages) await read(web, path)
    await read(second, `/tickets/${number}`)
    await aTicket('the lift')
    for (const web of [first, second])
      for (const [path, words] of pages)
        await eventually(
          async () => (await read(web, path)).includes(words),
          `${path} of ${web.port}`,
          SEEN_WITHIN,
        )

    await answer(here.campus, here.admin, { number, body: 'The boiler is mended.', key: 'mended' })
    const answered = async () => (await read(second, `/tickets/${number}`)).includes('The boiler is mended.')
    await eventually(answered, 'the answer', SEEN_WITHIN)
  })

  it("mark one's own votes, at once, and count them for everybody within two seconds", async () => {
    const buttonIn = (page: string) =>
      new RegExp(`action="/votes/${number}".*?value="(vote|unvote)".*?<b[^>]*>(\\d+)</b>`, 's')
        .exec(page)!
        .slice(1)
    const own = async (web: Web) => buttonIn(await read(web, '/', { cookie: sam.cookie }))
    const others = async (web: Web) => buttonIn(await read(web, '/'))
    expect(await own(first)).toEqual(['vote', '1'])
    expect(await (await backing(first, 'vote')).json()).toEqual({ voted: true, votes: 2 })
    expect((await own(first))[0]).toBe('unvote')
    expect((await own(second))[0]).toBe('unvote')
    for (const web of [first, second]) {
      await eventually(async () => (await others(web))[1] === '2', 'the count', SEEN_WITHIN)
      expect((await others(web))[0]).toBe('vote')
    }
    expect(await (await backing(second, 'unvote')).json()).toEqual({ voted: false, votes: 1 })
    expect((await own(first))[0]).toBe('vote')
  })

  it('give each who is signed in a form of their own, and no one what is for another', async () => {
    const keyIn = (page: string) => /name="key" value="([^"]*)"/.exec(page)?.[1]
    const path = `/tickets/${number}`
    const mine = [
      await read(first, path, { cookie: sam.cookie }),
      await read(first, path, { cookie: sam.cookie }),
    ]
    expect(new Set(mine.map(keyIn)).size).toBe(2)
    const visitor = await get(first, path)
    expect(visitor.headers.getSetCookie()).toEqual([])
    const page = await visitor.text()
    expect(keyIn(page)).toBe('')
    expect(page).not.toContain('/sign-out')
    for (const text of [page, ...mine]) expect(text).not.toMatch(/quad-slot|quad-option/)
  })

  it('answer that nothing changed', async () => {
    const kept = await get(first, '/', { 'accept-encoding': 'gzip' })
    await kept.arrayBuffer()
    const etag = kept.headers.get('etag')!
    expect(kept.headers.get('vary')).toMatch(/Accept-Encoding/)
    expect((await get(first, '/', { 'accept-encoding': 'gzip', 'if-none-match': etag })).status).toBe(304)
    expect((await get(first, '/', { 'accept-encoding': 'br', 'if-none-match': etag })).status).toBe(200)
    const signedIn = await get(first, '/', { cookie: sam.cookie, 'if-none-match': etag })
    expect(signedIn.status).toBe(200)
    expect(signedIn.headers.get('cache-control')).toBe('private, no-store')
  })

  it('tell an open page of a ticket how its counts change', async () => {
    const leave = new AbortController()
    const response = await fetch(`${second.url}/live/${number}`, { signal: leave.signal })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    const told: Array<{ votes: number; newest: string }> = []
    const line = Readable.fromWeb(response.body! as never).setEncoding('utf8')
    line.on('error', () => undefined)
    line.on('data', (chunk: string) => {
      for (const [, data] of chunk.matchAll(/^data: (.*)$/gm))
        told.push(JSON.parse(data!) as (typeof told)[0])
    })
    await eventually(() => told.length === 1, 'the counts as they are')
    await backing(first, 'vote')
    await eventually(() => told.at(-1)?.votes === told[0]!.votes + 1, 'the new count', SEEN_WITHIN)
    await answer(here.campus, here.admin, { number, body: 'And once more.', key: 'once-more' })
    await eventually(
      () => BigInt(told.at(-1)!.newest) > BigInt(told[0]!.newest),
      'the new entry',
      SEEN_WITHIN,
    )
    leave.abort()
    expect((await get(second, '/live/999999')).status).toBe(404)
  })

  it('answer a vote that makes no sense, or is far too long, and go on', async () => {
    const send = (body: string) =>
      fetch(`${first.url}/votes/${number}`, {
        method: 'POST',
        headers: {
          cookie: sam.cookie,
          origin: first.url,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(5_000),
      })
    expect((await send('intent=nonsense')).status).toBe(400)
    expect((await send(`intent=vote&back=${'a'.repeat(20_000)}`)).status).toBe(400)
    const far = await send('intent=vote&back=https://evil.example/')
    expect([far.status, far.headers.get('location')]).toEqual([303, `/tickets/${number}`])
    const stranger = await fetch(`${first.url}/votes/${number}`, {
      method: 'POST',
      headers: { origin: first.url, accept: 'application/json' },
      body: new URLSearchParams({ intent: 'vote' }),
    })
    expect(stranger.status).toBe(401)
  })

  it('stand while the database takes three seconds', async () => {
    await read(first, '/')
    await read(first, '/', { cookie: sam.cookie })
    let finish = () => {}
    const held = here.database.db.transaction(async (tx) => {
      await tx.execute(sql`lock table tickets in access exclusive mode`)
      await new Promise<void>((resolve) => (finish = resolve))
    })
    await pause(200)
    const began = performance.now()
    const unkept = get(first, '/?sort=newest')
    expect((await get(first, '/')).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(1_000)
    await pause(3_000)
    finish()
    await held
    expect((await unkept).status).toBe(200)
  })

  it('stand while the database is away', async () => {
    await read(second, '/')
    line.cut()
    expect((await get(second, '/')).status).toBe(200)
    expect((await get(second, '/', { cookie: sam.cookie })).status).toBeGreaterThanOrEqual(500)
    line.mend()
    await aTicket('the door')
    await eventually(
      async () => (await read(second, '/')).includes('About the door'),
      'the board is right again',
    )
  })
})
