import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSessions } from '#app/web/session.server.ts'
import { people, sessions } from '#db/schema/index.ts'
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

/** A cookie as the browser sends it back. */
const sentBack = (cookie: string) => cookie.split(';')[0]!
const attributes = (cookie: string) => cookie.split('; ').slice(1)

describe.each([
  ['over HTTPS', true, '__Host-session'],
  ['on this machine', false, 'session'],
] as const)('a session %s', (_where, secure, name) => {
  test('is kept in a cookie that no script and no other site reads', async () => {
    const cookie = await createSessions(database.db, secure).begin('sam')
    expect(cookie).toMatch(new RegExp(`^${name}=[a-z0-9]{40};`))
    expect(attributes(cookie)).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/']))
    expect(attributes(cookie).includes('Secure')).toBe(secure)
    // A cookie named __Host- is refused by browsers when it names a domain.
    expect(cookie).not.toMatch(/Domain=/i)
  })

  test('is read, and ends on the server', async () => {
    const kept = createSessions(database.db, secure)
    const cookie = await kept.begin('sam')
    const { session } = await kept.read(`theme=dark; ${sentBack(cookie)}`)
    expect(session).toMatchObject({ personId: 'sam', role: 'student' })
    expect(attributes(await kept.end(session!.id))).toContain('Max-Age=0')
    const after = await kept.read(sentBack(cookie))
    expect(after.session).toBeNull()
    expect(after.setCookie).toContain(`${name}=;`)
  })

  test('is another one at each sign-in', async () => {
    const kept = createSessions(database.db, secure)
    expect(await kept.begin('sam')).not.toBe(await kept.begin('sam'))
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
  const cookie = await createSessions(database.db, false).begin('sam')
  expect((await createSessions(database.db, true).read(sentBack(cookie))).session).toBeNull()
})

test('a session past its time is over', async () => {
  const kept = createSessions(database.db, false)
  const cookie = await kept.begin('sam')
  await database.db.update(sessions).set({ expiresAt: new Date(Date.now() - 1000) })
  expect((await kept.read(sentBack(cookie))).session).toBeNull()
})

test('half of its time gone, it is prolonged', async () => {
  const kept = createSessions(database.db, false)
  const cookie = await kept.begin('sam')
  await database.db.update(sessions).set({ expiresAt: new Date(Date.now() + 10 * 24 * 3_600_000) })
  const { session, setCookie } = await kept.read(sentBack(cookie))
  expect(session?.personId).toBe('sam')
  expect(setCookie).toContain(sentBack(cookie))
})
