import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  countTry,
  forgetTries,
  originOf,
  searchLimit,
  type Limited,
} from '#app/domain/integrity/limits.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { requestSignIn, signInByCode } from '#app/domain/people/sign-in.server.ts'
import { keepForm, readKeptForm, takeKeptForm } from '#app/web/kept-form.server.ts'
import { judge, WAIT } from '#app/web/gate.server.ts'
import { stampOf } from '#app/web/stamp.ts'
import { TRAP } from '#app/vocabulary.ts'
import { SECOND } from '#app/platform/clock.ts'
import { limits, people } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, refusalOf } from './campus.ts'

const here = aCampus()
const HOME = originOf('a home', false)

/** How many tries went through, and what the next one was told. */
async function tries(
  what: Limited,
  times: number,
  sender: (turn: number) => { personId: string | null; origin: string },
) {
  let passed = 0
  for (let turn = 0; turn < times; turn += 1)
    if ((await countTry(here.campus, what, sender(turn))).kind === 'yes') passed += 1
  return passed
}

test('1,000 votes from one address: the first 600 pass, the rest have to wait; of the campus all pass', async () => {
  const passed = await tries('vote', 1000, (turn) => ({ personId: `person-${turn}`, origin: HOME }))
  expect(passed).toBe(600)
  expect(await countTry(here.campus, 'vote', { personId: 'one more', origin: HOME })).toMatchObject({
    kind: 'range',
  })
  expect(
    (await countTry(here.campus, 'vote', { personId: 'one more', origin: originOf('another', false) })).kind,
  ).toBe('yes')
  const onCampus = await tries('vote', 1000, (turn) => ({
    personId: `c-${turn}`,
    origin: originOf('a hall', true),
  }))
  expect(onCampus).toBe(1000)
  console.log(
    `1,000 votes from one address: ${passed} taken, ${1000 - passed} asked to wait; from a campus network: ${onCampus} taken`,
  )
})

test('one person is stopped first, and uses up nothing of their neighbours', async () => {
  const passed = await tries('vote', 700, () => ({ personId: 'sam', origin: HOME }))
  expect(passed).toBe(120)
  expect(await countTry(here.campus, 'vote', { personId: 'sam', origin: HOME })).toMatchObject({
    kind: 'person',
  })
  expect((await countTry(here.campus, 'vote', { personId: 'kim', origin: HOME })).kind).toBe('yes')
})

test.each<[what: Limited, person: number]>([
  ['press', 120],
  ['report', 20],
])('%s: one person is stopped after %i, and nobody else', async (what, person) => {
  expect(await tries(what, person + 5, () => ({ personId: 'sam', origin: HOME }))).toBe(person)
  expect((await countTry(here.campus, what, { personId: 'kim', origin: HOME })).kind).toBe('yes')
})

test('it holds however many ask at once', async () => {
  const told = await Promise.all(
    Array.from({ length: 100 }, (_, turn) =>
      countTry(here.campus, 'sign-in', { personId: `p-${turn}`, origin: HOME }),
    ),
  )
  expect(told.filter(({ kind }) => kind === 'yes')).toHaveLength(60)
  for (const allowed of told) if (allowed.kind !== 'yes') expect(allowed.seconds).toBeGreaterThan(0)
})

test('after its time everybody begins anew, and nothing of it is kept', async () => {
  const { campus } = here
  await tries('raise', 61, () => ({ personId: null, origin: HOME }))
  expect((await countTry(campus, 'raise', { personId: null, origin: HOME })).kind).toBe('range')
  const rows = await campus.db.select().from(limits)
  expect(rows).toHaveLength(1)
  await run(
    campus.db,
    sql`update ${limits} set expire = ${here.clock.now().toISOString()}::timestamptz - interval '1 second'`,
  )
  expect((await countTry(campus, 'raise', { personId: null, origin: HOME })).kind).toBe('yes')
  await run(
    campus.db,
    sql`update ${limits} set expire = ${here.clock.now().toISOString()}::timestamptz - interval '1 second'`,
  )
  await forgetTries(campus)
  expect(await campus.db.$count(limits)).toBe(0)
})

test('what cannot be counted is not taken', async () => {
  const { campus } = here
  const away = new Proxy(campus.db, {
    get: (db, name) =>
      name === 'execute'
        ? () => {
            throw new Error('the database is away')
          }
        : (Reflect.get(db, name) as unknown),
  })
  const told = countTry({ ...campus, db: away }, 'comment', { personId: 'sam', origin: HOME })
  expect(await refusalOf(told)).toBe('limits-unknown')
  await expect(told).rejects.toMatchObject({ kind: 'too-slow', retryAfter: 60 })
})

test('one person runs 120 searches a minute, one range 600, a campus network fifty times that, and nobody knows who: all', async () => {
  const search = searchLimit()
  /** How many of so many searches were run. */
  const searches = async (times: number, personId: string | null, origin: string) => {
    let ran = 0
    for (let turn = 0; turn < times; turn += 1) if ((await search({ personId, origin })) === null) ran += 1
    return ran
  }
  expect(await searches(130, 'sam', HOME)).toBe(120)
  expect(await search({ personId: 'sam', origin: HOME })).toBe(60)
  // What one was refused is not their neighbours' loss.
  expect(await searches(500, null, HOME)).toBe(480)
  expect(await searches(1000, null, originOf('a hall', true))).toBe(1000)
  expect(await searches(1000, null, '')).toBe(1000)
  expect(await here.campus.db.$count(limits)).toBe(0)
})

const FILL = 2 * SECOND
const form = (fields: Record<string, string>) => Object.entries(fields)
const sent = (fields: Record<string, string>) => ({
  what: 'raise' as const,
  action: '/tickets/new',
  form: form(fields),
  personId: 'sam',
  origin: '',
})
const made = () => stampOf(here.campus.seal, here.clock.now())

test('a form that took its time is taken at once', async () => {
  const stamp = made()
  here.clock.pass(FILL)
  expect(await judge(here.campus, sent({ title: 'The lift', made: stamp }), FILL)).toEqual({ kind: 'open' })
})

test.each<[what: string, fields: () => Record<string, string>]>([
  ['came back at once', () => ({ title: 'The lift', made: made() })],
  ['says no time', () => ({ title: 'The lift' })],
  ['says a time of its own', () => ({ title: 'The lift', made: `${(0).toString(36)}.${'a'.repeat(43)}` })],
  [
    'has the trap filled in',
    () => ({ title: 'The lift', made: stampOf(here.campus.seal, new Date(0)), [TRAP]: 'buy' }),
  ],
])('a form that %s is kept, and taken after a wait, once', async (_what, fields) => {
  const { campus, clock } = here
  const first = await judge(campus, sent(fields()), FILL)
  if (first.kind !== 'challenge') throw new Error(first.kind)
  const pass = new URL(first.href, 'http://quad.example').searchParams.get('kept')!
  const kept = await readKeptForm(campus, 'sam', pass)
  expect(Object.fromEntries(kept!.fields)).toMatchObject({ title: 'The lift' })
  expect(kept!.fields.map(([name]) => name)).not.toContain(TRAP)
  const again = sent({ ...Object.fromEntries(kept!.fields), pass })
  // Early: the same form waits on.
  const early = await judge(campus, again, FILL)
  expect(early).toEqual({ kind: 'challenge', href: `/challenge?kept=${pass}&early=` })
  clock.pass(WAIT)
  // Neither somebody else nor another form passes with it.
  expect(await takeKeptForm(campus, { key: pass, personId: 'kim', action: '/tickets/new' }, WAIT)).toBe(
    'unknown',
  )
  expect(await takeKeptForm(campus, { key: pass, personId: 'sam', action: '/votes/1' }, WAIT)).toBe('unknown')
  // Pressed twice: it is used up by one of them.
  const take = () => takeKeptForm(campus, { key: pass, personId: 'sam', action: '/tickets/new' }, WAIT)
  const told = await Promise.all([take(), take()])
  expect(told.filter((each) => each === 'taken')).toHaveLength(1)
  expect(await take()).toBe('unknown')
})

test('100 identical forms in a moment: each is challenged, none is lost', async () => {
  const fields = { title: 'The same', text: 'Again and again.', made: made() }
  const told = await Promise.all(Array.from({ length: 100 }, () => judge(here.campus, sent(fields), FILL)))
  const challenged = told.filter(({ kind }) => kind === 'challenge').length
  expect(challenged).toBe(100)
  console.log(`100 identical posts at once: ${challenged} challenged and kept, 0 published`)
})

test('past the limit of a range one is challenged, and passes after the wait', async () => {
  const { campus, clock } = here
  await tries('raise', 60, () => ({ personId: null, origin: HOME }))
  const fields = { title: 'The lift', made: stampOf(campus.seal, new Date(0)) }
  const passage = await judge(campus, { ...sent(fields), origin: HOME }, FILL)
  if (passage.kind !== 'challenge') throw new Error(passage.kind)
  clock.pass(WAIT)
  const pass = new URL(passage.href, 'http://quad.example').searchParams.get('kept')!
  expect(await judge(campus, { ...sent({ ...fields, pass }), origin: HOME }, FILL)).toEqual({ kind: 'open' })
})

test('waiting does not undo what one person may do', async () => {
  const { campus, clock } = here
  const vote = { what: 'vote' as const, action: '/votes/1', personId: 'sam', origin: HOME }
  await tries('vote', 120, () => ({ personId: 'sam', origin: '' }))
  const pass = await keepForm(campus, 'sam', '/votes/1', form({ intent: 'vote' }))
  clock.pass(WAIT)
  const passage = await judge(campus, { ...vote, form: form({ intent: 'vote', pass }) }, null)
  expect(passage).toMatchObject({ kind: 'too-often' })
})

test('more than any form holds is not kept', async () => {
  const fields = { title: 'The lift', junk: 'x'.repeat(70_000) }
  expect(await refusalOf(judge(here.campus, sent(fields), FILL))).toBe('bad-form')
})

test('one mailbox is one person, and its code goes to its owner', async () => {
  const { campus } = here
  const spellings = [
    'sam@northfield.example',
    'SAM@northfield.example',
    'sam+1@northfield.example',
    'Sam+b+c@northfield.example',
  ]
  const ids = new Set<string>()
  for (const email of spellings) {
    const { id, mail } = await requestSignIn(campus, { email, next: '/' })
    expect(mail!.to).toBe('sam@northfield.example')
    const result = await signInByCode(campus, { id, code: mail!.code }, { adminEmail: null, counts: true })
    if (result.kind === 'signed-in') ids.add(result.personId)
  }
  expect(ids.size).toBe(1)
  expect(await campus.db.$count(people)).toBe(1)
  const dotted = { ...campus, mailDots: 'ignored' as const }
  expect(await personWith(dotted, 's.a.m@northfield.example')).toBe([...ids][0])
  expect(await personWith(campus, 's.a.m@northfield.example')).not.toBe([...ids][0])
})

test('asking for codes under many spellings is asking for one mailbox', async () => {
  const { campus } = here
  let sentMails = 0
  for (let turn = 0; turn < 20; turn += 1)
    if ((await requestSignIn(campus, { email: `sam+${turn}@northfield.example`, next: '/' })).mail)
      sentMails += 1
  expect(sentMails).toBe(5)
})
