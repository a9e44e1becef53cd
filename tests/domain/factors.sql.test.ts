import { Secret, TOTP } from 'otpauth'
import { and, eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { beginApp, confirmApp, proveByApp, resumeApp } from '#app/domain/people/authenticator-app.server.ts'
import {
  makeRecoveryCodes,
  prove,
  readFactors,
  removeFactor,
  spendRecoveryCode,
} from '#app/domain/people/factors.server.ts'
import {
  addPasskey,
  askForPasskey,
  offerPasskey,
  proveByPasskey,
  relyingParty,
} from '#app/domain/people/passkey.server.ts'
import { MINUTE, SECOND } from '#app/platform/clock.ts'
import { auditLog, passkeys, sessions } from '#db/schema/index.ts'
import { aSoftKey, type SoftKey } from '../support/authenticator.ts'
import { aCampus, anAdmin, onPostgres, refusalOf, staffOf } from './campus.ts'

const here = aCampus()
const NAMES = { issuer: 'Northfield', label: 'ada@northfield.example' }

let ada: Actor
let ben: Actor
beforeEach(async () => {
  ada = await anAdmin(here.campus)
  ben = await staffOf(here.campus, here.library)
})

const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({
    timestamp: here.clock.now().getTime(),
  })

async function anApp(who: Actor): Promise<string> {
  const { secret, sealed } = beginApp(here.campus, who.personId, NAMES)
  expect(await confirmApp(here.campus, who.personId, { sealed, code: codeOf(secret) })).toBe('kept')
  return secret
}

describe('an authenticator app', () => {
  const byCode = (code: string, who = ada) => proveByApp(here.campus, who.personId, code)

  test('counts from its first right code on, and its key is kept sealed', async () => {
    const { secret, sealed, uri } = beginApp(here.campus, ada.personId, NAMES)
    expect(uri).toMatch(/^otpauth:\/\/totp\/Northfield:ada%40northfield.example\?issuer=Northfield&secret=/)
    expect(await confirmApp(here.campus, ada.personId, { sealed, code: '000000' })).toBe('wrong')
    expect(await byCode(codeOf(secret))).toBe(false)
    expect(resumeApp(here.campus, ada.personId, sealed, NAMES)?.secret).toBe(secret)
    expect(await confirmApp(here.campus, ada.personId, { sealed, code: codeOf(secret) })).toBe('kept')
    const dump = JSON.stringify(await here.campus.db.query.authenticatorApps.findMany())
    expect(dump).not.toContain(secret.replaceAll(' ', ''))
  })

  test('gives each code once, also at once, and none that is older', async () => {
    const secret = await anApp(ada)
    expect(await byCode(codeOf(secret))).toBe(false) // it was used to confirm
    here.clock.pass(30 * SECOND)
    const older = codeOf(secret)
    here.clock.pass(30 * SECOND)
    const code = codeOf(secret)
    const both = await Promise.all([byCode(code), byCode(code)])
    expect(both.filter(Boolean)).toHaveLength(1)
    expect(await byCode(older)).toBe(false)
  })

  test('may go one step wrong, and no further', async () => {
    const secret = await anApp(ada)
    here.clock.pass(5 * MINUTE)
    const code = codeOf(secret)
    here.clock.pass(60 * SECOND)
    expect(await byCode(code)).toBe(false)
    here.clock.pass(-30 * SECOND)
    expect(await byCode(code)).toBe(true)
  })

  test('is set up by whom the key was shown to, within a quarter of an hour', async () => {
    const { secret, sealed } = beginApp(here.campus, ada.personId, NAMES)
    const confirm = (who: Actor, key = sealed) =>
      confirmApp(here.campus, who.personId, { sealed: key, code: codeOf(secret) })
    expect(await confirm(ben)).toBe('old')
    expect(await confirm(ada, `${sealed.slice(0, -2)}xx`)).toBe('old')
    here.clock.pass(15 * MINUTE)
    expect(await confirm(ada)).toBe('old')
  })

  test("another person's code is worth nothing", async () => {
    const secret = await anApp(ada)
    await anApp(ben)
    here.clock.pass(MINUTE)
    expect(await byCode(codeOf(secret), ben)).toBe(false)
  })
})

describe('recovery codes', () => {
  test('ten, each once, however they are typed', async () => {
    const codes = await makeRecoveryCodes(here.campus, ada.personId)
    expect(new Set(codes).size).toBe(10)
    const spend = (code: string) => spendRecoveryCode(here.campus, ada.personId, code)
    expect(await spend(codes[0]!.toUpperCase().replaceAll('-', ' '))).toBe(true)
    expect(await spend(codes[0]!)).toBe(false)
    const both = await Promise.all([spend(codes[1]!), spend(codes[1]!)])
    expect(both.filter(Boolean)).toHaveLength(1)
    expect((await readFactors(here.campus, ada.personId)).codesLeft).toBe(8)
    expect(JSON.stringify(await here.campus.db.query.recoveryCodes.findMany())).not.toContain(codes[2])
  })

  test('new ones end the old ones; those of others are worth nothing', async () => {
    const [old] = await makeRecoveryCodes(here.campus, ada.personId)
    const [another] = await makeRecoveryCodes(here.campus, ben.personId)
    await makeRecoveryCodes(here.campus, ada.personId)
    for (const code of [old!, another!])
      expect(await spendRecoveryCode(here.campus, ada.personId, code)).toBe(false)
  })
})

describe('tries', () => {
  const wrong = () => prove(here.campus, ada.personId, () => Promise.resolve(false))
  const right = () => prove(here.campus, ada.personId, () => Promise.resolve(true))

  test('five wrong ones, and then a quarter of an hour none is taken, not even the right one', async () => {
    for (let tries = 1; tries < 5; tries += 1) expect(await wrong()).toBe('wrong')
    expect(await wrong()).toBe('resting')
    expect(await right()).toBe('resting')
    expect(await prove(here.campus, ben.personId, () => Promise.resolve(true))).toBe('proven')
    here.clock.pass(15 * MINUTE + 1)
    expect(await right()).toBe('proven')
    const told = await here.campus.db
      .select()
      .from(auditLog)
      .where(and(eq(auditLog.event, 'factor.too-many-tries'), eq(auditLog.subject, `person:${ada.personId}`)))
    expect(told).toHaveLength(1)
  })

  test('a right one begins the count anew', async () => {
    for (let tries = 0; tries < 4; tries += 1) await wrong()
    expect(await right()).toBe('proven')
    expect(await wrong()).toBe('wrong')
  })

  // The embedded database has one connection: nothing is at once there.
  if (onPostgres)
    test('twenty at once are five', async () => {
      let compared = 0
      const said = await Promise.all(
        Array.from({ length: 20 }, () =>
          prove(here.campus, ada.personId, () => Promise.resolve(++compared < 0)),
        ),
      )
      expect(compared).toBe(5)
      expect(said.filter((one) => one === 'wrong')).toHaveLength(4)
    })
})

describe('a passkey', () => {
  const site = relyingParty('https://quad.northfield.example', 'Northfield')

  async function aSession(who: Actor, id: string) {
    const now = here.clock.now()
    await here.campus.db.insert(sessions).values({
      id,
      userId: who.personId,
      provider: 'mail',
      device: 'A browser',
      createdAt: now,
      seenAt: now,
      expiresAt: new Date(now.getTime() + 60 * MINUTE),
      endsAt: new Date(now.getTime() + 60 * MINUTE),
    })
    return { personId: who.personId, sessionId: id }
  }

  async function aPasskey(asking: { personId: string; sessionId: string }): Promise<SoftKey> {
    const key = aSoftKey(site)
    const { challenge } = await offerPasskey(here.campus, asking, site, 'Ada')
    const answer = key.create(challenge)
    expect(await addPasskey(here.campus, asking, site, { name: 'Laptop', answer })).toBe(true)
    return key
  }
  const asked = async (asking: { personId: string; sessionId: string }) =>
    (await askForPasskey(here.campus, asking, site)).challenge

  test('is added, and proves; its count is kept', async () => {
    const asking = await aSession(ada, 'a')
    const key = await aPasskey(asking)
    const answer = key.get(await asked(asking))
    expect(await proveByPasskey(here.campus, asking, site, answer)).toBe(true)
    const [kept] = await here.campus.db.select().from(passkeys)
    expect(kept).toMatchObject({ id: key.id, counter: 2, usedAt: here.clock.now() })
  })

  test('a challenge is good once, in its own session, for five minutes', async () => {
    const asking = await aSession(ada, 'a')
    const other = await aSession(ada, 'b')
    const key = await aPasskey(asking)
    const by = (asking: { personId: string; sessionId: string }, answer: unknown) =>
      proveByPasskey(here.campus, asking, site, answer)
    const answer = key.get(await asked(asking))
    await asked(other)
    expect(await by(other, answer), 'of another session').toBe(false)
    expect(await by(asking, answer)).toBe(true)
    expect(await by(asking, answer), 'replayed').toBe(false)
    const late = key.get(await asked(asking))
    here.clock.pass(5 * MINUTE + 1)
    expect(await by(asking, late), 'too late').toBe(false)
    const old = await asked(asking)
    await asked(asking)
    expect(await by(asking, key.get(old)), 'asked anew since').toBe(false)
    expect(await by(asking, key.get(await asked(asking)))).toBe(true)
  })

  test.each<[what: string, twist: Parameters<SoftKey['get']>[1]]>([
    ['another site', { origin: 'https://quad.northfield.example.evil.example' }],
    ['another relying party', { rpId: 'evil.example' }],
    ['a user who was not verified', { unverified: true }],
    ['a count that does not grow, as a copy shows', { counter: 1 }],
  ])('is refused from %s', async (_what, twist) => {
    const asking = await aSession(ada, 'a')
    const key = await aPasskey(asking)
    const answer = key.get(await asked(asking), twist)
    expect(await proveByPasskey(here.campus, asking, site, answer)).toBe(false)
  })

  test.each<[what: string, twist: Parameters<SoftKey['create']>[1]]>([
    ['for another site', { origin: 'https://evil.example' }],
    ['without verifying its user', { unverified: true }],
  ])('is not added when it was made %s', async (_what, twist) => {
    const asking = await aSession(ada, 'a')
    const { challenge } = await offerPasskey(here.campus, asking, site, 'Ada')
    const answer = aSoftKey(site).create(challenge, twist)
    expect(await addPasskey(here.campus, asking, site, { name: 'Laptop', answer })).toBe(false)
  })

  test('of somebody else proves nothing, and cannot be added twice', async () => {
    const [asking, others] = [await aSession(ada, 'a'), await aSession(ben, 'b')]
    const key = await aPasskey(others)
    expect(await proveByPasskey(here.campus, asking, site, key.get(await asked(asking)))).toBe(false)
    const { challenge } = await offerPasskey(here.campus, asking, site, 'Ada')
    const answer = key.create(challenge)
    expect(await addPasskey(here.campus, asking, site, { name: 'Mine', answer })).toBe(false)
  })

  test('nonsense is refused', async () => {
    const asking = await aSession(ada, 'a')
    await aPasskey(asking)
    for (const answer of [null, {}, [], 'x', { id: 5 }, { id: 'x', response: null }]) {
      await asked(asking)
      expect(await proveByPasskey(here.campus, asking, site, answer)).toBe(false)
      await offerPasskey(here.campus, asking, site, 'Ada')
      expect(await addPasskey(here.campus, asking, site, { name: 'x', answer })).toBe(false)
    }
  })

  test('the last factor stays; of two, one can go; nobody removes that of another', async () => {
    const asking = await aSession(ada, 'a')
    const key = await aPasskey(asking)
    const remove = (which: { passkey: string } | 'app', who = ada) =>
      refusalOf(removeFactor(here.campus, who.personId, which))
    expect(await remove({ passkey: key.id })).toBe('last-factor')
    await anApp(ada)
    await anApp(ben)
    expect(await remove({ passkey: key.id }, ben)).toBe('no-such-factor')
    const both = await Promise.all([remove({ passkey: key.id }), remove('app')])
    expect(both.sort()).toEqual(['last-factor', 'nothing was refused'])
  })
})
