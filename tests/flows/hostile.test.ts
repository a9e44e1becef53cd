import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { together } from '#app/domain/campus.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { createSessions } from '#app/web/session.server.ts'
import { signIns } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus, type PostgresCampus } from './campus.ts'
import { endAll, eventually, startWeb, type Web } from './processes.ts'

const EVIL = 'https://evil.example'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** What is sent here is refused, or comes to nothing, and the log tells of it without telling anybody's secrets. */
describe.skipIf(!havePostgres())('hostile requests', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let web: Web
  let student: string
  let admin: string

  const signIn = async (email: string, role?: 'admin') => {
    const personId = await together(here.campus, (campus) => personWith(campus, email, role))
    const begun = { provider: 'mail', device: 'A browser', strong: true }
    return (await createSessions(here.database.db, false).begin(personId, begun)).split(';')[0]!
  }

  beforeAll(async () => {
    server = await startPostgres()
    here = await aPostgresCampus(server.url)
    web = await startWeb(here.env, '/health')
    student = await signIn('sam@quad.example')
    admin = await signIn('ada@quad.example', 'admin')
  })
  afterAll(async () => {
    await endAll()
    await here?.close()
    await server?.stop()
  })

  const send = (path: string, headers: Record<string, string>, body?: string) =>
    fetch(`${web.url}${path}`, {
      redirect: 'manual',
      ...(body === undefined ? {} : { method: 'POST', body }),
      headers: { ...(body === undefined ? {} : { ...FORM, origin: web.url }), ...headers },
    })
  const logged = (from: number) =>
    web
      .output()
      .slice(from)
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  it.each<
    [what: string, path: string, form: string | undefined, who: () => string, status: number, line: object]
  >(
    [
      ['a form of another site', '/me/erase', 'word=erase', () => student, 403, { status: 403, path: '/me/erase' }],
      ['a vote of another site', '/votes/1001', 'intent=vote', () => student, 403, { path: '/votes/1001' }],
      ['what is the desk’s', '/desk/people', undefined, () => student, 403, { reason: 'staff-only' }],
      ['another’s session', '/me/sessions', 'intent=end&session=x', () => student, 404, { reason: 'no-such-session' }],
      ['an old invitation', '/invitation/a-key-of-one', '', () => student, 410, { reason: 'old-invitation', path: '/invitation/...' }],
      ['an old code', '/sign-in/code', 'id=none&code=123456', () => '', 400, { provider: 'mail', fault: 'over' }],
      ['an old link', '/sign-in/link/a-key-of-one', '', () => '', 200, { provider: 'mail', fault: 'over' }],
    ], // prettier-ignore
  )('%s is refused, and logged', async (what, path, form, who, status, line) => {
    const from = web.output().length
    const response = await send(
      path,
      { cookie: who(), ...(what.endsWith('another site') ? { origin: EVIL } : {}) },
      form,
    )
    expect(response.status).toBe(status)
    expect(await eventually(() => logged(from)[0], 'the line in the log')).toMatchObject(line)
    expect(web.output()).not.toContain('a-key-of-one')
  })

  const NOWHERE = '9'.repeat(30)
  it.each([
    '/desk/people?q=a%00', `/desk/people?works=${NOWHERE}`, '/desk/people/a%00', '/prove?kept=%00', '/tickets/new?draft=%00',
    '/departments/%00', '/feed.xml?department=%00',
  ])('%s is an address that leads nowhere, and no fault of ours', async (path) => {
    expect((await send(path, { cookie: admin })).status).toBeLessThan(500)
  }) // prettier-ignore
  it.each([
    ['/sign-in/code', 'id=%00&code=123456'],
    ['/desk/people', 'intent=withdraw&invitation=%00'],
    ['/desk/people', 'intent=invite&email=kim@quad.example&role=care&department=77777'],
    ['/desk/people', 'intent=invite&email=kim@quad.example&role=care&department=2147483648'],
    ['/desk/people/a%00', 'intent=end&session=%00'],
  ])('%s %s is a form that is not taken, and no fault of ours', async (path, form) => {
    const { status } = await send(path, { cookie: admin }, form)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })
  it.each(['%00', 'a'.repeat(5000), '..'])('a session that was made up is none: %.10s', async (id) => {
    expect((await send('/me', { cookie: `session=${id}` })).headers.get('location')).toBe(
      '/sign-in?back=%2Fme',
    )
    expect((await send('/', { cookie: `session=${id}` })).status).toBe(200)
  })

  it('a mailbox is one person, whatever stands behind a plus', async () => {
    for (const email of ['lee@quad.example', 'lee+1@quad.example', 'lee+2@quad.example'])
      expect(
        (await send('/sign-in?index', {}, new URLSearchParams({ email, back: '/' }).toString())).status,
      ).toBe(303)
    const asked = await here.database.db.selectDistinct({ email: signIns.email }).from(signIns)
    expect(asked.filter(({ email }) => email.startsWith('lee'))).toEqual([{ email: 'lee@quad.example' }])
  })

  it('a database that fails puts no session, address or word into the log', async () => {
    const from = web.output().length
    const { db } = here.database
    await run(db, sql`alter table sessions rename to sessions_away`)
    await run(db, sql`alter table sign_ins rename to sign_ins_away`)
    try {
      expect((await send('/me', { cookie: student })).status).toBe(500)
      expect((await send('/sign-in?index', {}, 'email=lee@quad.example&back=/%3Fq=heating')).status).toBe(500)
    } finally {
      await run(db, sql`alter table sessions_away rename to sessions`)
      await run(db, sql`alter table sign_ins_away rename to sign_ins`)
    }
    const lines = await eventually(() => {
      const found = logged(from).filter(({ msg }) => msg === 'a page failed')
      return found.length === 2 ? found : null
    }, 'both lines in the log')
    expect(lines[0]!.stack).toMatch(/^at /)
    const told = JSON.stringify(lines)
    for (const secret of [student.split('=')[1]!, 'lee@quad.example', 'heating', 'params'])
      expect(told).not.toContain(secret)
  })
})
