import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { openAccount } from '#app/accounts/open.server.ts'
import type { Renew, Renewal } from '#app/channels/channel.ts'
import { MINUTE } from '#app/platform/clock.ts'
import { accounts } from '#db/schema/index.ts'
import { aCampus, anAccount } from './campus.ts'
import { aNetwork } from './channel.ts'

const here = aCampus()
let renew: Renew

const kept = async () => {
  const [row] = await here.campus.db.select().from(accounts)
  return { ...row!, secret: here.campus.seal.open(row!.credentials) }
}

beforeEach(async () => {
  const id = await anAccount(here.campus, 'northfieldlib', here.library)
  await here.campus.db
    .update(accounts)
    .set({ credentials: here.campus.seal.seal('old') })
    .where(eq(accounts.id, id))
  const network = aNetwork()
  const { open } = network
  network.open = (account) => {
    renew = account.renew
    return open(account)
  }
  openAccount(here.campus, network, await kept())
})

test('new credentials are stored, sealed, before they are told', async () => {
  const asked: Array<string> = []
  const renewal = await renew(async (old) => {
    asked.push(old)
    return { kind: 'renewed', credentials: 'new' }
  })
  expect(asked).toEqual(['old'])
  expect(renewal).toEqual({ kind: 'renewed', credentials: 'new' })
  expect(await kept()).toMatchObject({ secret: 'new', renewingUntil: null })
  // The next one is given what is kept now.
  await renew(async (now) => {
    asked.push(now)
    return { kind: 'renewed', credentials: now }
  })
  expect(asked).toEqual(['old', 'new'])
})

test('of two that ask at once, one asks the network', async () => {
  let answer: (renewal: Renewal) => void = () => {}
  let asked = 0
  const slow = () =>
    new Promise<Renewal>((resolve) => {
      asked += 1
      answer = resolve
    })
  const first = renew(slow)
  await expect.poll(() => asked).toBe(1)
  expect(await renew(slow)).toMatchObject({ kind: 'later' })
  answer({ kind: 'renewed', credentials: 'new' })
  expect(await first).toMatchObject({ kind: 'renewed' })
  expect(asked).toBe(1)
  expect((await kept()).secret).toBe('new')
})

test.each<Renewal>([
  { kind: 'later', reason: 'X could not be reached.' },
  { kind: 'signed-out', reason: 'X no longer knows this account.' },
])('an answer that brings nothing new changes nothing: $kind', async (given) => {
  expect(await renew(async () => given)).toEqual(given)
  expect(await kept()).toMatchObject({ secret: 'old', renewingUntil: null })
})

test('a failure lets the next one ask, and a lost process does so after a while', async () => {
  await expect(renew(() => Promise.reject(new Error('broke off')))).rejects.toThrow('broke off')
  expect((await kept()).renewingUntil).toBeNull()
  void renew(() => new Promise<Renewal>(() => {}))
  await expect.poll(async () => (await kept()).renewingUntil).not.toBeNull()
  const another = async (): Promise<Renewal> => ({ kind: 'renewed', credentials: 'new' })
  expect(await renew(another)).toMatchObject({ kind: 'later' })
  here.clock.pass(MINUTE)
  expect(await renew(another)).toMatchObject({ kind: 'renewed' })
})
