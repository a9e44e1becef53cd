import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { endEverySession, endSessions, listSessions } from '#app/domain/people/sessions.server.ts'
import { createSeal } from '#app/platform/seal.ts'
import { createSessions, sessionIdOf } from '#app/web/session.server.ts'
import { auditLog, people, sessions } from '#db/schema/index.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.close())
beforeEach(async () => {
  await database.db.delete(people)
  await database.db
    .insert(people)
    .values({ id: 'sam', email: 'sam@campus.example', role: 'student', createdAt: new Date() })
})

const BEGUN = { provider: 'mail', device: 'Firefox on Linux' }

/** A cookie as the browser sends it back. */
const sentBack = (cookie: string) => cookie.split(';')[0]!
const attributes = (cookie: string) => cookie.split('; ').slice(1)

describe.each([
  ['over HTTPS', true, '__Host-session'],
  ['on this machine', false, 'session'],
] as const)('a session %s', (_where, secure, name) => {
  test('is kept in a cookie that no script and no other site reads', async () => {
    const cookie = await createSessions(database.db, secure).begin('sam', BEGUN)
    expect(cookie).toMatch(new RegExp(`^${name}=[a-z0-9]{40};`))
    expect(attributes(cookie)).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']))
    expect(attributes(cookie).includes('Secure')).toBe(secure)
    // A cookie named __Host- is refused by browsers when it names a domain.
    expect(cookie).not.toMatch(/Domain=/i)
  })

  test('is read, and ends on the server', async () => {
    const kept = createSessions(database.db, secure)
    const cookie = await kept.begin('sam', BEGUN)
    const { session } = await kept.read(`theme=dark; ${sentBack(cookie)}`)
    expect(session).toMatchObject({ personId: 'sam', role: 'student' })
    expect(attributes(await kept.end(session!.id))).toContain('Max-Age=0')
    const after = await kept.read(sentBack(cookie))
    expect(after.session).toBeNull()
    expect(after.setCookie).toContain(`${name}=;`)
  })

  test('is another one at each sign-in', async () => {
    const kept = createSessions(database.db, secure)
    expect(await kept.begin('sam', BEGUN)).not.toBe(await kept.begin('sam', BEGUN))
  })
})

test('a cookie that names no session is nobody', async () => {
  const kept = createSessions(database.db, false)
  for (const cookies of [
    null,
    '',
    'session=',
    'session=unknown',
    "session='; drop table people; --",
    'other=1',
  ])
    expect((await kept.read(cookies)).session, String(cookies)).toBeNull()
})

test('over HTTPS a cookie without the bound name is not believed', async () => {
  const cookie = await createSessions(database.db, false).begin('sam', BEGUN)
  expect((await createSessions(database.db, true).read(sentBack(cookie))).session).toBeNull()
})

test('a session past its time is over', async () => {
  const kept = createSessions(database.db, false)
  const cookie = await kept.begin('sam', BEGUN)
  await database.db.update(sessions).set({ expiresAt: new Date(Date.now() - 1000) })
  expect((await kept.read(sentBack(cookie))).session).toBeNull()
})

test('half of its time gone, it is prolonged', async () => {
  const kept = createSessions(database.db, false)
  const cookie = await kept.begin('sam', BEGUN)
  await database.db.update(sessions).set({ expiresAt: new Date(Date.now() + 10 * 24 * 3_600_000) })
  const { session, setCookie } = await kept.read(sentBack(cookie))
  expect(session?.personId).toBe('sam')
  expect(setCookie).toContain(sentBack(cookie))
})

/** Counts what is sent to the database. */
function counting(db: TestDatabase['db']) {
  const { session } = db as unknown as { session: { prepareQuery(...args: Array<unknown>): unknown } }
  const { prepareQuery } = session
  let sent = 0
  session.prepareQuery = function (...args) {
    sent += 1
    return prepareQuery.apply(this, args)
  }
  return {
    sent: () => sent,
    stop: () => void (session.prepareQuery = prepareQuery),
  }
}

test('reading one is a single statement; its use is noted once in five minutes', async () => {
  const kept = createSessions(database.db, false)
  const cookie = sentBack(await kept.begin('sam', BEGUN))
  const statements = counting(database.db)
  try {
    await kept.read(cookie)
    await kept.read(cookie)
    expect(statements.sent()).toBe(2)
    await database.db.update(sessions).set({ seenAt: new Date(Date.now() - 6 * 60_000) })
    await kept.read(cookie)
    await kept.read(cookie)
    // The update above, the two readings, and one note.
    expect(statements.sent()).toBe(6)
  } finally {
    statements.stop()
  }
})

test.each([
  ['disabled', { disabledAt: new Date() }],
  ['erased', { erasedAt: new Date() }],
])('who was %s in the middle of it has none any more, and gets no new one', async (what, change) => {
  const kept = createSessions(database.db, false)
  const cookie = sentBack(await kept.begin('sam', BEGUN))
  await database.db.update(people).set(change)
  const { session, setCookie } = await kept.read(cookie)
  expect(session).toBeNull()
  expect(setCookie).toContain('session=;')
  expect(await database.db.$count(sessions)).toBe(0)
  if (what === 'disabled')
    await expect(kept.begin('sam', BEGUN)).rejects.toMatchObject({ reason: 'account-disabled' })
})

test('staff has a shorter one, from the moment it is staff', async () => {
  const kept = createSessions(database.db, false)
  const cookie = sentBack(await kept.begin('sam', BEGUN))
  await database.db.update(sessions).set({ seenAt: new Date(Date.now() - 13 * 3_600_000) })
  await database.db.update(people).set({ role: 'admin' })
  expect((await kept.read(cookie)).session).toBeNull()
})

test('proving a second factor gives it another id, and the one before is worth nothing', async () => {
  const kept = createSessions(database.db, false)
  const before = sentBack(await kept.begin('sam', BEGUN))
  const { session } = await kept.read(before)
  expect(session!.strongAt).toBeNull()
  const after = sentBack(await kept.renew(session!.id, { strong: true }))
  expect(after).not.toBe(before)
  expect((await kept.read(before)).session).toBeNull()
  expect((await kept.read(after)).session!.strongAt).toBeInstanceOf(Date)
})

test('the database holds no token, and what it holds opens nothing', async () => {
  const kept = createSessions(database.db, false)
  const token = sentBack(await kept.begin('sam', BEGUN)).slice('session='.length)
  const rows = await database.db.select().from(sessions)
  expect(rows).toHaveLength(1)
  expect(JSON.stringify(rows)).not.toContain(token)
  for (const stolen of [rows[0]!.id, rows[0]!.id.toLowerCase().replace(/[^a-z0-9]/g, '')])
    expect((await kept.read(`session=${stolen}`)).session).toBeNull()
  const again = sentBack(await kept.renew(rows[0]!.id, { strong: false })).slice('session='.length)
  expect(JSON.stringify(await database.db.select().from(sessions))).not.toContain(again)
  expect((await kept.read(`session=${again}`)).session?.personId).toBe('sam')
})

test('tokens have 200 bits, and none comes twice', async () => {
  const kept = createSessions(database.db, false)
  const tokens = await Promise.all(
    Array.from({ length: 50 }, async () => sentBack(await kept.begin('sam', BEGUN))),
  )
  expect(new Set(tokens).size).toBe(50)
  // Base 32: 5 bits a sign.
  for (const token of tokens) expect(token).toMatch(/^session=[a-z2-7]{40}$/)
})

test('an id that somebody else chose is never taken over', async () => {
  const kept = createSessions(database.db, false)
  const planted = 'session=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'
  expect((await kept.read(planted)).session).toBeNull()
  const own = sentBack(await kept.begin('sam', BEGUN))
  expect(own).not.toBe(planted)
  expect((await kept.read(planted)).session).toBeNull()
})

describe('of several', () => {
  const campus = () => ({
    db: database.db,
    clock: { now: () => new Date() },
    zone: 'Europe/London',
    seal: createSeal('a secret of thirty-two characters or more'),
    voters: [],
  })
  const idIn = (cookie: string) => sessionIdOf(sentBack(cookie).split('=')[1]!)
  const begun = async (person = 'sam', device = 'Firefox on Linux') =>
    idIn(await createSessions(database.db, false).begin(person, { provider: 'mail', device }))
  const left = async () => (await database.db.select().from(sessions)).map(({ id }) => id)

  test('each is listed without its id, and ended by itself', async () => {
    const [here, other] = [await begun(), await begun('sam', 'Safari on iPhone')]
    const rows = await listSessions(campus(), 'sam', here)
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${here}|${other}`))
    expect(rows.find((row) => row.here)).toMatchObject({ provider: 'mail', device: 'Firefox on Linux' })
    await endSessions(campus(), 'sam', { handle: rows.find((row) => !row.here)!.handle }, 'sam')
    expect(await left()).toEqual([here])
  })

  test('all others are ended at once', async () => {
    const here = await begun()
    await begun()
    await begun()
    await endSessions(campus(), 'sam', { allBut: here }, 'sam')
    expect(await left()).toEqual([here])
  })

  test('those of somebody else are not, by handle nor by id', async () => {
    await database.db.insert(people).values({ id: 'alex', createdAt: new Date() })
    const others = await begun('alex')
    const [row] = await listSessions(campus(), 'alex', null)
    for (const handle of [row!.handle, others, ''])
      await expect(endSessions(campus(), 'sam', { handle }, 'sam')).rejects.toMatchObject({
        reason: 'no-such-session',
      })
    expect(await left()).toEqual([others])
  })

  test('those of everybody are ended at once, and the log says so', async () => {
    await database.db.insert(people).values({ id: 'alex', createdAt: new Date() })
    await Promise.all([begun(), begun(), begun('alex')])
    expect(await endEverySession(campus())).toBe(3)
    expect(await left()).toEqual([])
    const [line] = await database.db.select().from(auditLog).where(eq(auditLog.event, 'sessions.all-ended'))
    expect(line).toMatchObject({ actorId: null, subject: 'campus', details: { count: 3 } })
  })

  test('what is over is not listed', async () => {
    const id = await begun()
    await database.db
      .update(sessions)
      .set({ endsAt: new Date(Date.now() - 1) })
      .where(eq(sessions.id, id))
    expect(await listSessions(campus(), 'sam', null)).toEqual([])
  })
})
