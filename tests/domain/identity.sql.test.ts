import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { together } from '#app/domain/campus.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { can } from '#app/domain/people/can.ts'
import { arrive, personWith, type Arrival } from '#app/domain/people/identity.server.ts'
import { people, identities } from '#db/schema/index.ts'
import { aCampus, refusalOf } from './campus.ts'

const here = aCampus()

const arrival = (over: Partial<Arrival> = {}): Arrival => ({
  issuer: 'oidc:https://login.northfield.example',
  subject: 'x7Kd',
  email: 'sam@northfield.example',
  affiliations: ['student'],
  ...over,
})
const comes = (over: Partial<Arrival> = {}) =>
  together(here.campus, (campus) => arrive(campus, arrival(over)))
const rowOf = async (id: string) => (await here.campus.db.select().from(people).where(eq(people.id, id)))[0]!

test('whoever comes the first time is a student, and is the same person ever after', async () => {
  const sam = await comes()
  expect(await rowOf(sam)).toMatchObject({ role: 'student', affiliations: ['student'], disabledAt: null })
  expect(await comes()).toBe(sam)
})

test('people are told apart by issuer and subject alone', async () => {
  const sam = await comes()
  const others = [
    await comes({ issuer: 'saml:https://login.northfield.example' }),
    await comes({ issuer: 'oidc:https://elsewhere.example' }),
    await comes({ subject: 'X7KD' }),
    await personWith(here.campus, 'sam@northfield.example'),
  ]
  expect(new Set([sam, ...others]).size).toBe(5)
  expect(await comes({ email: 'renamed@northfield.example' })).toBe(sam)
  expect((await rowOf(sam)).email).toBe('renamed@northfield.example')
})

test('what a provider does not say stays as it was', async () => {
  const sam = await comes()
  await comes({ email: null, affiliations: null })
  expect(await rowOf(sam)).toMatchObject({ email: 'sam@northfield.example', affiliations: ['student'] })
  await comes({ affiliations: ['alum'] })
  expect((await rowOf(sam)).affiliations).toEqual(['alum'])
})

test('two browsers of one new person are one person', async () => {
  const [one, two] = await Promise.all([comes(), comes()])
  expect(one).toBe(two)
  expect(await here.campus.db.$count(people)).toBe(1)
  expect(await here.campus.db.$count(identities)).toBe(1)
})

test('who is disabled does not come in', async () => {
  const sam = await comes()
  await here.campus.db.update(people).set({ disabledAt: here.clock.now() }).where(eq(people.id, sam))
  expect(await refusalOf(comes())).toBe('account-disabled')
})

test('a role is given by us, and kept when they come again', async () => {
  const dana = await personWith(here.campus, 'dana@northfield.example', 'admin')
  expect(await personWith(here.campus, 'dana@northfield.example')).toBe(dana)
  expect((await rowOf(dana)).role).toBe('admin')
})

test('a mail address of the campus counts as a student until more is known', async () => {
  const kim = await personWith(here.campus, 'kim@northfield.example')
  expect((await rowOf(kim)).affiliations).toEqual(['student'])
  expect(can(await findActor(here.campus, kim), 'vote', here.campus)).toBe(true)
  await here.campus.db
    .update(people)
    .set({ affiliations: ['alum'] })
    .where(eq(people.id, kim))
  await personWith(here.campus, 'kim@northfield.example')
  expect((await rowOf(kim)).affiliations).toEqual(['alum'])
})
