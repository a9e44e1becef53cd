import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { record } from '#app/domain/people/audit.server.ts'
import { auditLog, workers } from '#db/schema/index.ts'
import { withoutRules } from '../support/rules.ts'
import { havePostgres, startPostgres } from '../support/postgres.ts'
import { aPostgresCampus } from './campus.ts'
import { emptyFolder, endAll, freePort, runToEnd, SECRET_KEY, startProcess, startWeb } from './processes.ts'

afterEach(endAll)

const admin = (env: Record<string, string>, ...args: Array<string>) => runToEnd('quad', env, 'admin', ...args)
const audit = (env: Record<string, string>, ...args: Array<string>) => runToEnd('quad', env, 'audit', ...args)

/** Opens the link as a browser would, and presses its button. @returns the cookies and where it led */
async function follow(output: string, site: string) {
  const path = new URL(/https?:\/\/\S+\/sign-in\/link\/\S+/.exec(output)![0]).pathname
  const press = () =>
    fetch(site + path, { method: 'POST', redirect: 'manual', headers: { origin: site }, body: '' })
  for (let looks = 0; looks < 2; looks += 1) expect((await fetch(site + path)).status).toBe(200)
  const pressed = await press()
  const cookie = pressed.headers
    .getSetCookie()
    .map((set) => set.split(';')[0])
    .join('; ')
  const again = await press()
  expect(again.headers.getSetCookie().some((set) => set.startsWith('session='))).toBe(false)
  return { cookie, to: pressed.headers.get('location') }
}

async function expectSetUp(output: string, site: string) {
  const { cookie, to } = await follow(output, site)
  expect(to).toBe(`/sign-in/done?back=${encodeURIComponent('/me/security?back=%2Fdesk')}`)
  const page = await fetch(`${site}/me/security`, { headers: { cookie } })
  expect(await page.text()).toContain('Set up an app')
  const desk = await fetch(`${site}/desk`, { headers: { cookie }, redirect: 'manual' })
  expect(desk.headers.get('location')).toBe('/prove?back=%2Fdesk')
}

describe('the command line, on the embedded database', () => {
  const dataDir = join(emptyFolder(), 'data')
  afterAll(endAll)

  it('makes the first administrator, whose link leads to setting up a second factor; and none while the site runs', async () => {
    mkdirSync(dataDir, { recursive: true })
    const port = await freePort()
    const env = {
      DATA_DIR: dataDir,
      SECRET_KEY,
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    }
    expect((await runToEnd('migrate', env)).code).toBe(0)
    const made = await admin(env, 'create', '--email', 'Ada@Quad.example')
    expect(made.output).toContain('ada@quad.example is an administrator now.')
    expect(made.code).toBe(0)
    const web = await startWeb(env, '/health')
    const busy = await admin(env, 'list')
    expect(busy.output).toMatch(/is in use by process \d+\. Stop that one first\./)
    expect(busy.code).toBe(1)
    await expectSetUp(made.output, web.url)
    await web.stop()
    expect((await admin(env, 'list')).output).toBe('ada@quad.example, no second factor yet\n')
    const last = await admin(env, 'disable', '--email', 'ada@quad.example')
    expect([last.code, last.output]).toEqual([1, 'This is the only administrator. Make another one first.\n'])
    const verified = await audit(env, 'verify')
    expect(verified.output).toMatch(/^1 line, head 1:[\da-f]{64}\nThe log is whole\.\n$/)
    expect(verified.code).toBe(0)
  })
})

describe.skipIf(!havePostgres())('the command line, on PostgreSQL', () => {
  it('does all of it while the site runs', async () => {
    const server = await startPostgres()
    const here = await aPostgresCampus(server.url)
    try {
      const web = await startWeb(here.env, '/health')
      const made = await admin(here.env, 'create', '--email', 'bea@quad.example')
      await expectSetUp(made.output, web.url)
      const again = await admin(here.env, 'create', '--email', 'bea@quad.example')
      expect(again.output).toContain('is an administrator already')
      const { cookie } = await follow(again.output, web.url)
      const ended = await runToEnd('quad', here.env, 'sessions', 'end', '--all')
      expect(ended).toMatchObject({ code: 0, output: '2 sessions are ended. Everybody signs in anew.\n' })
      const gone = await fetch(`${web.url}/me/sessions`, { headers: { cookie }, redirect: 'manual' })
      expect(gone.headers.get('location')).toMatch(/^\/sign-in\?/)
      expect((await audit(here.env, 'export')).output).toContain('"event":"sessions.all-ended"')
      expect((await runToEnd('quad', here.env, 'sessions', 'end')).code).toBe(2)
      const reset = await admin(here.env, 'reset', '--email', 'bea@quad.example')
      expect(reset.output).toContain('The second factor of bea@quad.example is reset.')
      const out = await fetch(`${web.url}/me/sessions`, { headers: { cookie }, redirect: 'manual' })
      expect(out.headers.get('location')).toMatch(/^\/sign-in\?/)
      const disabled = await admin(here.env, 'disable', '--email', 'bea@quad.example')
      expect(disabled.code).toBe(0)
      expect((await admin(here.env, 'list')).output).toContain(
        'bea@quad.example, no second factor yet, disabled',
      )
      const { code, output } = await admin(here.env, 'create', '--email', 'bea@quad.example')
      expect([code, output]).toEqual([
        1,
        'This account is disabled. Another administrator can enable it at /desk/people.\n',
      ])
      expect((await admin(here.env, 'reset', '--email', 'nobody@quad.example')).output).toBe(
        'There is no administrator with this address.\n',
      )
    } finally {
      await endAll()
      await here.close()
      await server.stop()
    }
  })

  it('changes SECRET_KEY and rotates the keys, while no worker runs', async () => {
    const server = await startPostgres()
    const here = await aPostgresCampus(server.url)
    const keys = (env: Record<string, string>, ...args: Array<string>) =>
      runToEnd('quad', env, 'keys', ...args)
    try {
      const next = { ...here.env, SECRET_KEY: 'another key for tests, of thirty-two letters' }
      expect((await keys(here.env, 'rotate')).output).toMatch(
        /A new key is made, and \d+ secrets? (is|are) sealed/,
      )
      const refused = await keys(next, 'rotate')
      expect([refused.code, refused.output]).toEqual([
        1,
        expect.stringContaining('SECRET_KEY is not the one'),
      ])
      expect((await keys(next, 'change')).output).toContain('SECRET_KEY_BEFORE is missing')
      const changed = await keys({ ...next, SECRET_KEY_BEFORE: SECRET_KEY }, 'change')
      expect([changed.code, changed.output]).toEqual([0, expect.stringContaining('Restart the site')])
      const old = startProcess('server', { ...here.env, PORT: String(await freePort()) })
      expect((await old.ended).code).toBe(1)
      expect(old.output()).toContain('SECRET_KEY is not the one this campus was set up with')
      const web = await startWeb(next, '/health')
      expect((await fetch(web.url)).status).toBe(200)
      await here.database.db.insert(workers).values({ id: 'a-worker', seenAt: new Date() })
      expect((await keys(next, 'rotate')).output).toContain('A worker runs.')
    } finally {
      await endAll()
      await here.close()
      await server.stop()
    }
  })

  it('verifies the log, against a head noted earlier too, and exports it', async () => {
    const server = await startPostgres()
    const here = await aPostgresCampus(server.url)
    const { db } = here.database
    try {
      expect((await audit(here.env, 'verify')).output).toBe('0 lines\nThe log is whole.\n')
      for (let n = 1; n <= 4; n += 1)
        await record(here.campus, { actorId: null, event: 'a.test', subject: `test:${n}`, details: { n } })
      const whole = await audit(here.env, 'verify')
      const head = /^4 lines, head (4:[\da-f]{64})\nThe log is whole\.\n$/.exec(whole.output)![1]!
      const held = await audit(here.env, 'verify', '--head', head)
      expect(held.output).toContain('The log is whole, and 4 is the line that was noted.')
      expect([whole.code, held.code]).toEqual([0, 0])

      const lines = (await audit(here.env, 'export')).output.trimEnd().split('\n')
      const exported = lines.map((line) => JSON.parse(line) as Record<string, string | null>)
      expect(exported.map(({ sequence, subject }) => [sequence, subject])).toEqual(
        [1, 2, 3, 4].map((n) => [String(n), `test:${n}`]),
      )
      // As docs/operations.md says, with nothing of ours.
      for (const { hash, sequence, previous, id, at, actorId, event, subject, details } of exported) {
        const [actor, what, whom] = [actorId, event, subject].map((part) => JSON.stringify(part))
        const text = [sequence, previous, id, at, actor, what, whom, details].join('\n')
        expect(createHash('sha256').update(text).digest('hex')).toBe(hash)
      }

      const [last] = await db.select().from(auditLog).where(eq(auditLog.sequence, 4n))
      await withoutRules(db, sql`delete from audit_log where sequence = 4`)
      expect((await audit(here.env, 'verify')).code).toBe(0)
      const cut = await audit(here.env, 'verify', '--head', head)
      expect(cut.output).toContain('Line 4 is missing.\nThe log is NOT whole.\n')
      expect(cut.code).toBe(1)
      await record(here.campus, { actorId: null, event: 'other', subject: 'test:4' })
      const other = await audit(here.env, 'verify', '--head', `4:${last!.hash}`)
      expect(other.output).toContain('Line 4 (id 5) is not the one that was noted')
      await withoutRules(db, sql`update audit_log set event = 'other' where sequence = 2`)
      const changed = await audit(here.env, 'verify')
      expect(changed.output).toContain('Line 2 (id 2) was changed')
      expect(changed.code).toBe(1)
    } finally {
      await endAll()
      await here.close()
      await server.stop()
    }
  })

  it.each([
    [[]],
    [['audit']],
    [['audit', 'verify', '--head', '4']],
    [['audit', 'export', 'all']],
    [['admin']],
    [['admin', 'create']],
    [['admin', 'create', '--email', 'nonsense']],
    [['other']],
  ])('says how it is used: %j', async (args) => {
    const said = await runToEnd('quad', {}, ...args)
    expect(said.code).toBe(2)
    expect(said.output).toContain('npx quad admin create --email ADDRESS')
  })
})
