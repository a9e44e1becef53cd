import { and, eq, isNull } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { releaseExpired } from '#app/domain/intake/release.server.ts'
import { submitComment, submitConcern } from '#app/domain/intake/submit.server.ts'
import { forgetEchoes } from '#app/domain/screening/echo.server.ts'
import { readHeldQueue, refuse } from '#app/domain/screening/queue.server.ts'
import { readRules } from '#app/domain/screening/rules.server.ts'
import { lookThrough } from '#app/domain/screening/screen.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { echoes, holds, tickets } from '#db/schema/index.ts'
import { aCampus, aKey, anAccount, anAdmin, aPostAbout, aStudent, aTicket } from './campus.ts'

const here = aCampus()
const WORDS = 'Made up: win a phone today, all it takes is your student card and a smile.'

const students = (many: number) =>
  Promise.all(Array.from({ length: many }, (_, index) => aStudent(here.campus, `s${index}`)))

async function raised(by: Actor, text: string, key = aKey(), title = 'Made up') {
  const look = lookThrough({ title, text }, await readRules(here.campus), '')
  const concern = {
    source: 'web' as const,
    title,
    text,
    personId: by.personId,
    backed: true,
    departmentId: null,
    addressed: [],
    hashtags: [],
    submissionKey: key,
  }
  return submitConcern(here.campus, concern, look)
}

const publicTickets = () => here.campus.db.$count(tickets)
const waiting = () => here.campus.db.$count(holds, and(eq(holds.kind, 'spam'), isNull(holds.outcome)))

test('100 identical posts of 100 accounts: five are public, the rest waits and is refused with one press', async () => {
  const { campus } = here
  const account = await anAccount(campus, 'northfieldlib', here.library)
  await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      together(campus, (campus) =>
        receivePost(
          campus,
          account,
          aPostAbout('', {
            text: `@bot${index} ${WORDS} https://x.example/${index}`,
            author: { id: `9${index}`, handle: `bot${index}`, name: 'Bot' },
          }),
        ),
      ),
    ),
  )
  expect(await publicTickets()).toBe(5)
  expect(await waiting()).toBe(95)
  const queue = await readHeldQueue(campus)
  expect(queue).toMatchObject([{ kind: 'spam', alike: 95 }])
  await refuse(campus, await anAdmin(campus), { id: BigInt(queue[0]!.id), reason: 'spam', alike: true })
  expect(await waiting()).toBe(0)
  here.clock.pass(30 * DAY)
  await releaseExpired(campus)
  expect(await publicTickets()).toBe(5)
  console.log('100 identical posts of 100 accounts: 5 public, 95 held and refused together')
})

test('100 identical concerns of 100 people at once, undecided: five are public, and after a day all of them', async () => {
  const { campus } = here
  const told = await Promise.all((await students(100)).map((one) => raised(one, WORDS)))
  expect(told.filter(({ kind }) => kind === 'public')).toHaveLength(5)
  expect(await waiting()).toBe(95)
  here.clock.pass(24 * HOUR)
  await releaseExpired(campus)
  expect(await publicTickets()).toBe(100)
})

test('one author: the third of the same is held, however it is written, and so are a few words', async () => {
  const { campus } = here
  const sam = await aStudent(campus)
  const became = []
  for (const title of ['Win now', 'WIN, now!', '“Win” now?'])
    became.push((await raised(sam, WORDS, aKey(), title)).kind)
  for (let turn = 0; turn < 3; turn += 1) became.push((await raised(sam, 'The Wi-Fi is down.')).kind)
  expect(became).toEqual(['public', 'public', 'held', 'public', 'public', 'held'])
})

test('a few words of many people are no spam, and neither are thanks', async () => {
  const { campus } = here
  const crowd = await students(12)
  for (const one of crowd) expect((await raised(one, 'The Wi-Fi is down.')).kind).toBe('public')
  const rules = await readRules(campus)
  const sam = await aStudent(campus)
  for (let turn = 0; turn < 4; turn += 1) {
    const number = await aTicket(campus, `lift ${turn}`)
    const said = { number, personId: sam.personId, body: 'Thank you!', key: aKey() }
    expect((await submitComment(campus, said, lookThrough({ body: said.body }, rules, ''))).kind).toBe(
      'public',
    )
  }
})

test('the same comment on ticket after ticket is held from the third on', async () => {
  const { campus } = here
  const rules = await readRules(campus)
  const sam = await aStudent(campus)
  const became = []
  for (let turn = 0; turn < 4; turn += 1) {
    const number = await aTicket(campus, `lift ${turn}`)
    const said = { number, personId: sam.personId, body: WORDS, key: aKey() }
    became.push((await submitComment(campus, said, lookThrough({ body: WORDS }, rules, ''))).kind)
  }
  expect(became).toEqual(['public', 'public', 'held', 'held'])
})

test('a form pressed again, and a post read again, stay what they were', async () => {
  const { campus } = here
  const sam = await aStudent(campus)
  const key = aKey()
  for (let turn = 0; turn < 5; turn += 1) expect((await raised(sam, WORDS, key)).kind).toBe('public')
  expect(await publicTickets()).toBe(1)
  const account = await anAccount(campus, 'northfieldlib', here.library)
  const post = aPostAbout('', { text: `${WORDS} Hurry.` })
  const read = () => together(campus, (campus) => receivePost(campus, account, post))
  expect(await read()).toBe('ticket')
  for (let turn = 0; turn < 5; turn += 1) expect(await read()).toBe('seen')
  // And what was held stays held.
  await raised(sam, WORDS)
  const third = aKey()
  for (let turn = 0; turn < 3; turn += 1) expect((await raised(sam, WORDS, third)).kind).toBe('held')
  expect(await waiting()).toBe(1)
})

test('is remembered for a day, and tells nobody who sent what', async () => {
  const { campus } = here
  const sam = await aStudent(campus)
  for (let turn = 0; turn < 2; turn += 1) await raised(sam, WORDS)
  const kept = JSON.stringify(await campus.db.select().from(echoes))
  expect(kept).not.toContain(sam.personId)
  expect(kept.toLowerCase()).not.toContain('phone')
  here.clock.pass(DAY)
  expect((await raised(sam, WORDS)).kind).toBe('public')
  here.clock.pass(DAY + 1)
  await forgetEchoes(campus)
  expect(await campus.db.$count(echoes)).toBe(0)
})
