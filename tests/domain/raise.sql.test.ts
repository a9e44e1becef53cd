import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { raise } from '#app/domain/intake/raise.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { HOUR } from '#app/platform/clock.ts'
import { entries, follows, routingRules, tickets, votes } from '#db/schema/index.ts'
import { aCampus, aConcern, aKey, aStudent, aTicket, refusalOf, theTicket } from './campus.ts'

const here = aCampus()

test('a concern becomes a ticket its author backs and follows', async () => {
  const { campus, library } = here
  const sam = await aStudent(campus)
  const { number, slug } = await raise(campus, aConcern('heating', sam, { departmentId: library }))
  expect({ number, slug }).toEqual({ number: 1001, slug: 'about-heating' })
  expect(await theTicket(campus, number)).toMatchObject({
    status: 'received',
    source: 'web',
    authorId: sam.personId,
    departmentId: library,
    votes: 1,
    comments: 0,
    answers: 0,
    createdAt: here.clock.now(),
    promisedAt: new Date('2026-03-05T17:00Z'),
  })
  const found = await readTicket(campus, number, sam)
  expect(found).toMatchObject({ kind: 'found', ticket: { voted: true, followed: true, mine: true } })
  expect(found.kind === 'found' && found.ticket.entries).toMatchObject([
    { kind: 'raised', voice: 'author', to: 'received', body: null },
  ])
})

test('nobody is promised anything while nobody owns it', async () => {
  const number = await aTicket(here.campus, 'something')
  expect(await theTicket(here.campus, number)).toMatchObject({ departmentId: null, promisedAt: null })
})

test('its words find its department', async () => {
  const { campus, it } = here
  await campus.db.insert(routingRules).values({ departmentId: it, kind: 'keyword', term: 'wi-fi' })
  expect(await theTicket(campus, await aTicket(campus, 'wi-fi'))).toMatchObject({ departmentId: it })
})

describe('the same form', () => {
  test('sent twice is one ticket', async () => {
    const { campus } = here
    const concern = aConcern('heating', await aStudent(campus))
    const first = await raise(campus, concern)
    expect(await raise(campus, concern)).toEqual(first)
    expect(await campus.db.$count(tickets)).toBe(1)
  })

  test('sent ten times at once is one ticket, one vote, one first line', async () => {
    const { campus } = here
    const concern = aConcern('heating', await aStudent(campus))
    const raised = await Promise.all(Array.from({ length: 10 }, () => raise(campus, concern)))
    expect(new Set(raised.map((ticket) => ticket.number)).size).toBe(1)
    expect(await campus.db.$count(tickets)).toBe(1)
    expect(await campus.db.$count(entries)).toBe(1)
    expect(await campus.db.$count(votes)).toBe(1)
    expect(await campus.db.$count(follows)).toBe(1)
  })

  test("with somebody else's key is a ticket of its own", async () => {
    const { campus } = here
    const [sam, kim] = [await aStudent(campus, 'sam'), await aStudent(campus, 'kim')]
    const key = aKey()
    const theirs = await raise(campus, aConcern('heating', sam, { submissionKey: key }))
    const mine = await raise(campus, aConcern('parking', kim, { submissionKey: key }))
    expect(mine.number).not.toBe(theirs.number)
    expect((await theTicket(campus, mine.number)).authorId).toBe(kim.personId)
  })

  test('is still known past the hourly limit', async () => {
    const { campus } = here
    const sam = await aStudent(campus)
    const concern = aConcern('heating', sam)
    const first = await raise(campus, concern)
    for (let more = 0; more < 9; more += 1) await raise(campus, aConcern('more', sam))
    expect(await raise(campus, concern)).toEqual(first)
  })
})

test('ten an hour are concerns, the eleventh is a flood', async () => {
  const { campus, clock } = here
  const sam = await aStudent(campus)
  for (let count = 0; count < 10; count += 1) await raise(campus, aConcern('noise', sam))
  expect(await refusalOf(raise(campus, aConcern('noise', sam)))).toBe('too-many-tickets')
  await raise(campus, aConcern('noise', await aStudent(campus, 'kim')))
  clock.pass(HOUR)
  await raise(campus, aConcern('noise', sam))
  expect(await campus.db.$count(tickets)).toBe(12)
})

test('a department that is gone refuses, and nothing is kept', async () => {
  const { campus } = here
  const sam = await aStudent(campus)
  expect(await refusalOf(raise(campus, aConcern('heating', sam, { departmentId: 999 })))).toBe(
    'no-such-department',
  )
  expect(await campus.db.$count(tickets)).toBe(0)
  expect(await campus.db.$count(entries)).toBe(0)
})

test('a ticket with a megabyte of words is kept and found', async () => {
  const { campus } = here
  const text = Array.from({ length: 120_000 }, (_, count) => `word${count}`).join(' ')
  const number = await aTicket(campus, 'heating', { text })
  expect((await theTicket(campus, number)).body).toBe(text)
})

describe('a comment', () => {
  test('is counted, and the same form twice is one', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating')
    const kim = await aStudent(campus, 'kim')
    const said = { number, personId: kim.personId, body: 'Mine too.', key: aKey() }
    await Promise.all([comment(campus, said), comment(campus, said), comment(campus, said)])
    expect((await theTicket(campus, number)).comments).toBe(1)
    const found = await readTicket(campus, number, null)
    expect(found.kind === 'found' && found.ticket.entries.at(-1)).toMatchObject({
      kind: 'comment',
      voice: 'member',
      body: 'Mine too.',
    })
  })

  test("with somebody else's key is said", async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating')
    const key = aKey()
    for (const name of ['kim', 'bo']) {
      const { personId } = await aStudent(campus, name)
      await comment(campus, { number, personId, body: `I am ${name}.`, key })
    }
    expect((await theTicket(campus, number)).comments).toBe(2)
  })

  test('is refused on an unknown ticket and past thirty an hour', async () => {
    const { campus, clock } = here
    const number = await aTicket(campus, 'heating')
    const { personId } = await aStudent(campus, 'kim')
    const say = (number: number) => comment(campus, { number, personId, body: 'And again.', key: aKey() })
    expect(await refusalOf(say(4711))).toBe('no-such-ticket')
    for (let count = 0; count < 30; count += 1) await say(number)
    expect(await refusalOf(say(number))).toBe('too-many-comments')
    clock.pass(HOUR)
    await say(number)
    const [row] = await campus.db.select().from(tickets).where(eq(tickets.number, number))
    expect(row!.comments).toBe(31)
  })
})
