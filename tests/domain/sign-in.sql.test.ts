import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { DRAFT_LASTS, keepDraft, readDraft } from '#app/domain/people/drafts.server.ts'
import { forgetExpired } from '#app/domain/people/housekeeping.server.ts'
import {
  isLinkGood,
  requestSignIn,
  signInByCode,
  signInByLink,
  SIGN_IN_LASTS,
} from '#app/domain/people/sign-in.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import { drafts, people, signIns } from '#db/schema/index.ts'
import { aCampus } from './campus.ts'

const here = aCampus()
const EMAIL = 'sam@northfield.example'

const ask = (email = EMAIL, next = '/tickets/new') => requestSignIn(here.campus, { email, next })
async function asked(email = EMAIL) {
  const { id, mail } = await ask(email)
  return { id, ...mail! }
}
const byCode = (id: string, code: string, adminEmail: string | null = null, counts = true) =>
  signInByCode(here.campus, { id, code }, { adminEmail, counts })
const byLink = (token: string) => signInByLink(here.campus, token, { adminEmail: null, counts: true })
const not = (code: string) => (code === '123456' ? '654321' : '123456')
const roleOf = async (email: string) =>
  (await here.campus.db.select().from(people).where(eq(people.email, email)))[0]?.role

test('an address alone makes a student only where it counts, and takes nothing from who is one', async () => {
  const affiliationsOf = async (email: string) =>
    (await here.campus.db.select().from(people).where(eq(people.email, email)))[0]?.affiliations
  const signIn = async (email: string, counts: boolean) => {
    const { id, code } = await asked(email)
    expect((await byCode(id, code, null, counts)).kind).toBe('signed-in')
    return affiliationsOf(email)
  }
  expect(await signIn('kim@northfield.example', false)).toEqual([])
  expect(await signIn('kim@northfield.example', true)).toEqual(['student'])
  expect(await signIn('kim@northfield.example', false)).toEqual(['student'])
})

test('a code of six digits signs in once, and leads where one was going', async () => {
  const { id, code, token } = await asked()
  expect(code).toMatch(/^\d{6}$/)
  const signedIn = await byCode(id, code)
  expect(signedIn).toMatchObject({ kind: 'signed-in', next: '/tickets/new' })
  expect(await byCode(id, code)).toEqual({ kind: 'over' })
  expect(await isLinkGood(here.campus, token)).toBe(false)
  expect(await byLink(token)).toEqual({ kind: 'over' })
  expect(await roleOf(EMAIL)).toBe('student')
})

test('the same address is the same person', async () => {
  const [one, other] = [await asked(), await asked()]
  const first = await byCode(one.id, one.code)
  const second = await byLink(other.token)
  expect(
    first.kind === 'signed-in' && second.kind === 'signed-in' && first.personId === second.personId,
  ).toBe(true)
  expect(await here.campus.db.$count(people)).toBe(1)
})

test('a link does not burn by being looked at, and signs in once', async () => {
  const { id, code, token } = await asked()
  for (let look = 0; look < 3; look += 1) expect(await isLinkGood(here.campus, token)).toBe(true)
  expect(await byLink(token)).toMatchObject({ kind: 'signed-in' })
  expect(await isLinkGood(here.campus, token)).toBe(false)
  expect(await byLink(token)).toEqual({ kind: 'over' })
  expect(await byCode(id, code)).toEqual({ kind: 'over' })
})

test.each(['', 'x', '\u{1F511}', 'a'.repeat(5000)])('a made-up link opens nothing', async (token) => {
  await asked()
  expect(await isLinkGood(here.campus, token)).toBe(false)
  expect(await byLink(token)).toEqual({ kind: 'over' })
})

test('a wrong code may be tried four times more', async () => {
  const { id, code } = await asked()
  for (let tried = 1; tried <= 4; tried += 1) expect(await byCode(id, not(code))).toEqual({ kind: 'wrong' })
  expect(await byCode(id, code)).toMatchObject({ kind: 'signed-in' })
})

test('after five the right one does not help', async () => {
  const { id, code } = await asked()
  for (let tried = 1; tried <= 4; tried += 1) await byCode(id, not(code))
  expect(await byCode(id, not(code))).toEqual({ kind: 'over' })
  expect(await byCode(id, code)).toEqual({ kind: 'over' })
})

test('twenty guesses at once are no more than five', async () => {
  const { id, code } = await asked()
  const results = await Promise.all(Array.from({ length: 20 }, () => byCode(id, not(code))))
  expect(results.filter((result) => result.kind === 'wrong')).toHaveLength(4)
  expect(results.filter((result) => result.kind === 'over')).toHaveLength(16)
  expect((await here.campus.db.select().from(signIns))[0]!.tries).toBe(5)
})

test('the right code five times at once signs in once', async () => {
  const { id, code } = await asked()
  const results = await Promise.all(Array.from({ length: 5 }, () => byCode(id, code)))
  expect(results.filter((result) => result.kind === 'signed-in')).toHaveLength(1)
})

test('a link holds 128 random bits, a code any of a million, and a link comes never twice', async () => {
  const mails = await Promise.all(
    Array.from({ length: 40 }, (_, turn) => asked(`kim-${turn}@northfield.example`)),
  )
  expect(new Set(mails.map(({ token }) => token)).size).toBe(40)
  for (const { token } of mails) expect(Buffer.from(token, 'base64url')).toHaveLength(16)
  // Of 40 codes, those of one first digit alone come once in 10^39 times.
  expect(new Set(mails.map(({ code }) => code[0])).size).toBeGreaterThan(1)
})

test('a code is good for its own request only', async () => {
  const [one, other] = [await asked(), await asked()]
  const result = await byCode(one.id, other.code)
  expect(result).toEqual({ kind: one.code === other.code ? 'signed-in' : 'wrong' })
  expect(await byCode('no such request', one.code)).toEqual({ kind: 'over' })
})

test('both are good for ten minutes, and not a moment longer', async () => {
  const { id, code, token } = await asked()
  here.clock.pass(SIGN_IN_LASTS - 1)
  expect(await isLinkGood(here.campus, token)).toBe(true)
  here.clock.pass(1)
  expect(SIGN_IN_LASTS).toBe(10 * MINUTE)
  expect(await isLinkGood(here.campus, token)).toBe(false)
  expect(await byLink(token)).toEqual({ kind: 'over' })
  expect(await byCode(id, code)).toEqual({ kind: 'over' })
  expect(await here.campus.db.$count(people)).toBe(0)
})

describe('asking', () => {
  test('looks the same for a known address and an unknown one', async () => {
    await personWith(here.campus, EMAIL, 'responder')
    const [known, unknown] = [await ask(), await ask('nobody@northfield.example')]
    const shape = (request: Awaited<ReturnType<typeof ask>>) => ({
      id: request.id.length,
      code: request.mail!.code.length,
      token: request.mail!.token.length,
    })
    expect(shape(known)).toEqual(shape(unknown))
    expect(await roleOf('nobody@northfield.example')).toBeUndefined()
  })

  test('a sixth time in a quarter of an hour looks the same, sends nothing and opens nothing', async () => {
    for (let count = 0; count < 5; count += 1) expect((await ask()).mail).not.toBeNull()
    const sixth = await ask()
    expect(sixth.mail).toBeNull()
    expect(sixth.id).toMatch(/^[\w-]{22}$/)
    expect(await byCode(sixth.id, '123456')).toEqual({ kind: 'over' })
    expect((await ask('kim@northfield.example')).mail).not.toBeNull()
    here.clock.pass(15 * MINUTE)
    expect((await ask()).mail).not.toBeNull()
  })

  test('thirty times a day is enough', async () => {
    for (let count = 0; count < 30; count += 1) {
      expect((await ask()).mail).not.toBeNull()
      here.clock.pass(4 * MINUTE)
    }
    here.clock.pass(HOUR)
    expect((await ask()).mail).toBeNull()
    here.clock.pass(DAY)
    expect((await ask()).mail).not.toBeNull()
  })

  test('keeps neither code nor link', async () => {
    const { id, code, token } = await asked()
    const kept = JSON.stringify(await here.campus.db.select().from(signIns))
    expect(kept).toContain(id)
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(`"${code}"`)
  })
})

describe('the admin’s address', () => {
  test('becomes an admin, and stays one', async () => {
    const one = await asked('ada@northfield.example')
    await byCode(one.id, one.code, 'ada@northfield.example')
    expect(await roleOf('ada@northfield.example')).toBe('admin')
    const two = await asked('ada@northfield.example')
    await byCode(two.id, two.code, null)
    expect(await roleOf('ada@northfield.example')).toBe('admin')
  })

  test('lifts a person who was there, and nobody else', async () => {
    await personWith(here.campus, EMAIL, 'responder')
    await personWith(here.campus, 'ada@northfield.example')
    const [sam, ada] = [await asked(), await asked('ada@northfield.example')]
    await byCode(sam.id, sam.code, 'ada@northfield.example')
    await byCode(ada.id, ada.code, 'ada@northfield.example')
    expect(await roleOf(EMAIL)).toBe('responder')
    expect(await roleOf('ada@northfield.example')).toBe('admin')
  })
})

describe('a draft', () => {
  test('is kept for a week for whoever has its key', async () => {
    const fields = { title: 'Heating', body: 'It is <b>cold</b> 🔥\n' }
    const id = await keepDraft(here.campus, fields)
    here.clock.pass(DRAFT_LASTS - 1)
    expect(await readDraft(here.campus, id)).toEqual(fields)
    expect(await readDraft(here.campus, id)).toEqual(fields)
    here.clock.pass(1)
    expect(await readDraft(here.campus, id)).toEqual({})
    expect(await readDraft(here.campus, 'no such draft')).toEqual({})
  })

  test('with characters no database keeps is kept without them', async () => {
    const id = await keepDraft(here.campus, { title: 'He\u0000ating', body: 'half \uD83D' })
    expect(await readDraft(here.campus, id)).toEqual({ title: 'Heating', body: 'half \uFFFD' })
  })
})

test('what nobody can use any more is forgotten', async () => {
  await asked()
  await keepDraft(here.campus, { title: 'Heating' })
  here.clock.pass(DAY - 1)
  await forgetExpired(here.campus)
  expect(await here.campus.db.$count(signIns)).toBe(1)
  here.clock.pass(2)
  await forgetExpired(here.campus)
  expect(await here.campus.db.$count(signIns)).toBe(0)
  expect(await here.campus.db.$count(drafts)).toBe(1)
  here.clock.pass(DRAFT_LASTS)
  await forgetExpired(here.campus)
  expect(await here.campus.db.$count(drafts)).toBe(0)
})
