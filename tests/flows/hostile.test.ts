import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { together } from '#app/domain/campus.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { MAIL, switchProvider } from '#app/domain/people/providers.server.ts'
import { requestSignIn } from '#app/domain/people/sign-in.server.ts'
import { createSessions, sessionIdOf } from '#app/web/session.server.ts'
import { identities, passkeys, people, sessions, signIns } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { CLIENT, startIdp, walk, type Idp } from '../providers/idp.ts'
import { aPostgresCampus, type PostgresCampus } from './campus.ts'
import { emptyFolder, endAll, eventually, startWeb, type Web } from './processes.ts'

const EVIL = 'https://evil.example'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** What is sent here is refused, or comes to nothing, and the log tells of it without telling anybody's secrets. */
describe.skipIf(!havePostgres())('hostile requests', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  let here: PostgresCampus
  let web: Web
  let idp: Idp
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
    idp = await startIdp([`${here.env.PUBLIC_URL}/sign-in/with/campus/done`])
    idp.signsIn = { sub: 'bea' }
    const file = join(emptyFolder(), 'providers.json')
    const campus = {
      slug: 'campus', kind: 'oidc', name: 'Northfield', issuer: idp.issuer, clientId: CLIENT.id, secret: 'env:OIDC_SECRET',
    } // prettier-ignore
    writeFileSync(file, JSON.stringify({ providers: [campus] }))
    web = await startWeb({ ...here.env, PROVIDERS_FILE: file, OIDC_SECRET: CLIENT.secret }, '/health')
    student = await signIn('sam@quad.example')
    admin = await signIn('ada@quad.example', 'admin')
  })
  afterAll(async () => {
    await endAll()
    await idp?.close()
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
  it('ending sessions asks who works here for a fresh proof, and students for none', async () => {
    const aged = await signIn('vera@quad.example', 'admin')
    const old = { strongAt: new Date(Date.now() - 31 * 60_000) }
    const id = sessionIdOf(aged.split('=')[1]!)
    await here.database.db.update(sessions).set(old).where(eq(sessions.id, id))
    await signIn('vera@quad.example', 'admin')
    const count = async (person: string) =>
      (
        await here.database.db
          .select({ id: sessions.id })
          .from(sessions)
          .innerJoin(people, eq(people.id, sessions.userId))
          .where(eq(people.email, person))
      ).length
    const held = await send('/me/sessions', { cookie: aged }, 'intent=end-others')
    expect(held.headers.get('location')).toMatch(/^\/prove\?kept=/)
    expect(await count('vera@quad.example')).toBe(2)
    await here.database.db.update(sessions).set({ strongAt: new Date() }).where(eq(sessions.id, id))
    const done = await send('/me/sessions', { cookie: aged }, 'intent=end-others')
    expect(done.headers.get('location')).toBe('/me/sessions')
    expect(await count('vera@quad.example')).toBe(1)
    await signIn('sam@quad.example')
    expect(
      (await send('/me/sessions', { cookie: student }, 'intent=end-others')).headers.get('location'),
    ).toBe('/me/sessions')
    expect(await count('sam@quad.example')).toBe(1)
  })
  it.each(['%00', 'a'.repeat(5000), '..'])('a session that was made up is none: %.10s', async (id) => {
    expect((await send('/me', { cookie: `session=${id}` })).headers.get('location')).toBe(
      '/sign-in?back=%2Fme',
    )
    expect((await send('/', { cookie: `session=${id}` })).status).toBe(200)
  })

  it('a link of the command line lets in where nobody signs in by mail, and nothing else does', async () => {
    await switchProvider(here.campus, here.admin, MAIL, false)
    try {
      const { mail } = await requestSignIn(here.campus, { email: 'ada@quad.example', next: '/desk' })
      const asked = await send('/sign-in?index', {}, 'email=ada@quad.example&back=/')
      expect(asked.headers.get('location')).toBe('/sign-in/with/campus?back=%2F')
      const opened = await send(`/sign-in/link/${mail!.token}`, {}, '')
      expect(opened.headers.get('location')).toBe('/sign-in/done?back=%2Fdesk')
    } finally {
      await switchProvider(here.campus, here.admin, MAIL, true)
    }
  })

  it('a mailbox is one person, whatever stands behind a plus', async () => {
    for (const email of ['lee@quad.example', 'lee+1@quad.example', 'lee+2@quad.example'])
      expect(
        (await send('/sign-in?index', {}, new URLSearchParams({ email, back: '/' }).toString())).status,
      ).toBe(303)
    const asked = await here.database.db.selectDistinct({ email: signIns.email }).from(signIns)
    expect(asked.filter(({ email }) => email.startsWith('lee'))).toEqual([{ email: 'lee@quad.example' }])
  })

  it('a second factor of the university that is older than half an hour is shown there again, and no other is set up in its place', async () => {
    const { db } = here.database
    idp.hasSecondFactor = true
    const jar = new Map<string, string>()
    const go = async (path: string) => {
      const cookie = [...jar].map((pair) => pair.join('=')).join('; ')
      const response = await send(path.replace(web.url, ''), { cookie })
      for (const set of response.headers.getSetCookie())
        jar.set(...(set.split(';')[0]!.split('=') as [string, string]))
      return { to: response.headers.get('location') ?? '', text: await response.text() }
    }
    const signsIn = async (path: string) => go((await walk((await go(path)).to, web.url)).href)
    await signsIn('/sign-in/with/campus?strong')
    const [bea] = await db.select().from(identities).where(eq(identities.subject, 'bea'))
    await db.update(people).set({ role: 'admin' }).where(eq(people.id, bea!.personId))
    expect((await go('/desk/people')).text).toContain('<h1')
    const old = { strongAt: new Date(Date.now() - 31 * 60_000) }
    await db.update(sessions).set(old).where(eq(sessions.userId, bea!.personId))

    const { to } = await go('/desk/people')
    expect(to).toBe('/prove?back=%2Fdesk%2Fpeople')
    for (const path of ['/me/security', '/me/security/app', '/me/erase'])
      expect((await go(path)).to).toBe(`/prove?back=${encodeURIComponent(path)}`)
    const { text } = await go(to)
    const there = '/sign-in/with/campus?strong&back=%2Fdesk%2Fpeople'
    expect(text).toContain(`href="${there.replace('&', '&amp;')}"`)
    expect((await signsIn(there)).to).toBe('/sign-in/done?back=%2Fdesk%2Fpeople')
    expect((await go('/desk/people')).to).toBe('')
  })

  it('nobody who works here is erased by who has their mailbox alone', async () => {
    const personId = await together(here.campus, (campus) => personWith(campus, 'bo@quad.example', 'admin'))
    const key = {
      id: 'key of bo',
      personId,
      name: 'Phone',
      publicKey: 'key',
      counter: 1,
      createdAt: new Date(),
    }
    await here.database.db.insert(passkeys).values(key)
    const cookie = await createSessions(here.database.db, false).begin(personId, {
      provider: 'mail',
      device: 'x',
    })
    const response = await send(
      '/me/erase',
      { cookie: cookie.split(';')[0]! },
      'words=keep&votes=keep&word=erase',
    )
    expect(response.headers.get('location')).toMatch(/^\/prove\?kept=/)
    expect(await here.database.db.$count(people, eq(people.id, personId))).toBe(1)
  })

  it.each(['/departments', '/departments?once=1', '/departments/it?once=1'])(
    'a page that breaks names a reference and nothing else; the log names the cause by it: %s',
    async (path) => {
      const from = web.output().length
      await run(here.database.db, sql`alter table departments rename to departments_away`)
      let text: string
      try {
        // Not as it may be kept from before.
        const response = await send(path, { cookie: 'theme=dark' })
        expect(response.status).toBe(500)
        text = await response.text()
      } finally {
        await run(here.database.db, sql`alter table departments_away rename to departments`)
      }
      const line = await eventually(
        () => logged(from).find(({ msg }) => msg === 'a page failed'),
        'the line in the log',
      )
      expect(line.reason).toContain('relation "departments" does not exist')
      expect(line.reference).toMatch(/^[\w-]{8,}$/)
      expect(text).toContain(`name this: ${String(line.reference)}`)
      expect(text).not.toMatch(
        /relation|does not exist|select |postgres|drizzle|\.ts|\.js:|node_modules|Error:/i,
      )
    },
  )

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
