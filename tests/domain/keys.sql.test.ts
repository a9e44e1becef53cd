import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { changeSecretKey, rotateKeys } from '#app/domain/people/keys.server.ts'
import { projectRoot } from '#app/platform/root.ts'
import { createSeal } from '#app/platform/seal.ts'
import { openSeal } from '#db/keys.server.ts'
import { accounts, auditLog, authenticatorApps, campusKeys, providers } from '#db/schema/index.ts'
import { aCampus, anAccount, aStudent } from './campus.ts'

const here = aCampus()
const OLD = 'the key that this campus began with, long enough'
const NEW = 'the key that takes its place, also long enough'

beforeEach(async () => {
  await here.campus.db.delete(campusKeys)
})

/** The campus as a process opens it that starts now. */
async function opened(secretKey: string) {
  return { ...here.campus, seal: await openSeal(here.campus.db, secretKey) }
}

test('a campus opens what SECRET_KEY alone sealed before there were keys', async () => {
  const before = createSeal(OLD)
  const { seal } = await opened(OLD)
  expect(seal.open(before.seal('a secret'))).toBe('a secret')
  expect(seal.mark('a use', 'x')).toBe(before.mark('a use', 'x'))
  expect(await here.campus.db.select().from(campusKeys)).toHaveLength(1)
})

test('two processes that start together begin with the same key', async () => {
  const [one, other] = await Promise.all([opened(OLD), opened(OLD)])
  expect(other.seal.open(one.seal.seal('a secret'))).toBe('a secret')
})

test('another SECRET_KEY opens nothing, and the sentence says what to do', async () => {
  await opened(OLD)
  await expect(opened(NEW)).rejects.toThrow(/not the one this campus was set up with.*keys change/)
})

test('changed, the new SECRET_KEY opens everything and the old one nothing', async () => {
  const campus = await opened(OLD)
  const sealed = campus.seal.seal('a secret')
  const mark = campus.seal.mark('a use', 'x')
  await changeSecretKey(campus, { before: OLD, now: NEW })
  const { seal } = await opened(NEW)
  expect(seal.open(sealed)).toBe('a secret')
  expect(seal.mark('a use', 'x')).toBe(mark)
  await expect(opened(OLD)).rejects.toThrow('SECRET_KEY')
  await expect(changeSecretKey(campus, { before: OLD, now: 'x'.repeat(32) })).rejects.toThrow('SECRET_KEY')
  expect((await opened(NEW)).seal.open(sealed)).toBe('a secret')
})

test('rotated, every secret at rest is sealed with the new key, and what was sealed before still opens', async () => {
  const campus = await opened(OLD)
  const { db } = campus
  const account = await anAccount(campus, 'northfieldlib', null)
  await db.update(accounts).set({ credentials: campus.seal.seal('token') })
  const { personId } = await aStudent(campus)
  await db
    .insert(authenticatorApps)
    .values({ personId, secret: campus.seal.seal('seed'), createdAt: campus.clock.now() })
  await db.insert(providers).values([
    { slug: 'a', kind: 'oidc', name: 'A', settings: {}, secret: campus.seal.seal('client') },
    { slug: 'b', kind: 'cas', name: 'B', settings: {}, secret: null },
  ])
  const elsewhere = campus.seal.seal('in a cookie')
  try {
    expect(await rotateKeys(campus, OLD)).toBe(3)
    const { seal } = await opened(OLD)
    const [sealed] = await db.select().from(accounts).where(eq(accounts.id, account))
    const [app] = await db.select().from(authenticatorApps)
    const [provider] = await db.select().from(providers).where(eq(providers.slug, 'a'))
    for (const [text, secret] of [
      [sealed!.credentials, 'token'],
      [app!.secret, 'seed'],
      [provider!.secret!, 'client'],
    ] as const) {
      expect(seal.isOld(text)).toBe(false)
      expect(seal.open(text)).toBe(secret)
      // Whoever has the first key alone reads nothing of it.
      expect(() => createSeal(OLD).open(text)).toThrow('not known')
    }
    expect(seal.open(elsewhere)).toBe('in a cookie')
    expect(seal.mark('a use', 'x')).toBe(campus.seal.mark('a use', 'x'))
    expect(await rotateKeys(await opened(OLD), OLD), 'and once more').toBe(3)
    expect(await db.select().from(campusKeys)).toHaveLength(3)
    const lines = await db.select().from(auditLog).where(eq(auditLog.event, 'keys.rotated'))
    expect(lines.map(({ details }) => details)).toEqual([{ secrets: 3 }, { secrets: 3 }])
  } finally {
    await db.delete(providers)
  }
})

test('whatever else seals something keeps it for days at most', () => {
  const files = ['app', 'db'].flatMap((folder) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
  const sealing = files.filter((file) => /\bseal\.seal\(/.test(readFileSync(join(projectRoot, file), 'utf8')))
  expect(sealing.sort()).toEqual(
    [
      // Rotated: `SEALED` names its table.
      'app/accounts/open.server.ts',
      'app/domain/people/authenticator-app.server.ts',
      'app/domain/people/keys.server.ts',
      'app/domain/people/providers.server.ts',
      'app/domain/screening/care.server.ts',
      'app/domain/screening/emergency.server.ts',
      'app/domain/screening/hold.server.ts',
      'app/outbound/connect.server.ts',
      'db/demo/seed.server.ts',
      // For as long as a sign-in takes, or a draft lasts; the keys before stay.
      'app/domain/people/drafts.server.ts',
      'app/domain/people/flows.server.ts',
      'app/web/connecting.server.ts',
      'app/web/kept-form.server.ts',
    ].sort(),
  )
})
