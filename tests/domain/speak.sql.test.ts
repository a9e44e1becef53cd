import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { leaveNote } from '#app/domain/tickets/note.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { announcements, entries, people, tickets } from '#db/schema/index.ts'
import { aCampus, aKey, anAdmin, aStudent, aTicket, MONDAY, refusalOf, staffOf, theTicket } from './campus.ts'

const here = aCampus()
let number: number
let librarian: Actor

beforeEach(async () => {
  number = await aTicket(here.campus, 'heating', { departmentId: here.library })
  librarian = await staffOf(here.campus, here.library)
  here.clock.pass(HOUR)
})

const said = async () => {
  const rows = await here.campus.db
    .select()
    .from(entries)
    .where(eq(entries.ticketNumber, number))
    .orderBy(entries.id)
  return rows.slice(1)
}
const promised = () => here.campus.db.select().from(announcements).orderBy(announcements.id)

describe('an answer', () => {
  test('is a public line of its department, with everything that follows from it', async () => {
    await answer(here.campus, librarian, { number, body: 'We are on it.' })
    expect(await said()).toMatchObject([
      {
        kind: 'answer',
        audience: 'public',
        authorId: librarian.personId,
        departmentId: here.library,
        body: 'We are on it.',
        from: null,
        to: null,
        createdAt: here.clock.now(),
      },
    ])
    expect(await theTicket(here.campus, number)).toMatchObject({
      status: 'received',
      answers: 1,
      firstResponseAt: here.clock.now(),
      answeredAt: here.clock.now(),
      closedAt: null,
      promisedAt: new Date('2026-03-16T17:00Z'), // the next word within ten working days
    })
    expect(await promised()).toMatchObject([
      { ticketNumber: number, moment: 'first-answer', addressedAt: null },
    ])
  })

  test('the second one leaves the first response where it was', async () => {
    await answer(here.campus, librarian, { number, body: 'We are on it.' })
    const first = here.clock.now()
    here.clock.pass(DAY)
    await answer(here.campus, librarian, { number, body: 'Still on it.' })
    expect(await theTicket(here.campus, number)).toMatchObject({
      answers: 2,
      firstResponseAt: first,
      answeredAt: here.clock.now(),
    })
    expect((await promised()).map((row) => row.moment)).toEqual(['first-answer', 'answer'])
  })

  test('may move the status in the same line', async () => {
    await answer(here.campus, librarian, { number, body: 'Mended.', to: 'resolved' })
    expect(await said()).toMatchObject([{ kind: 'answer', from: 'received', to: 'resolved' }])
    expect(await theTicket(here.campus, number)).toMatchObject({
      status: 'resolved',
      closedAt: here.clock.now(),
      promisedAt: null,
    })
    expect((await promised()).map((row) => row.moment)).toEqual(['final'])
  })

  test('to the status it has is only an answer, and so is one to none', async () => {
    await answer(here.campus, librarian, { number, body: 'Hello.', to: 'received' })
    await answer(here.campus, librarian, { number, body: 'Hello again.', to: undefined, key: undefined })
    expect(await said()).toMatchObject([{ to: null }, { to: null }])
  })

  test('must say something', async () => {
    for (const body of ['', '  \n'])
      expect(await refusalOf(answer(here.campus, librarian, { number, body }))).toBe('sentence-missing')
    expect(await said()).toEqual([])
    expect(await promised()).toEqual([])
  })

  test('after the end is said, and opens nothing', async () => {
    await changeStatus(here.campus, librarian, { number, to: 'resolved', sentence: 'Mended.' })
    const closed = here.clock.now()
    here.clock.pass(HOUR)
    await answer(here.campus, librarian, { number, body: 'And the pump too.' })
    expect(await theTicket(here.campus, number)).toMatchObject({
      status: 'resolved',
      closedAt: closed,
      promisedAt: null,
      answers: 2,
    })
  })
})

describe('a change of status', () => {
  test('carries its sentence', async () => {
    await changeStatus(here.campus, librarian, { number, to: 'in-progress', sentence: 'A plumber is here.' })
    expect(await said()).toMatchObject([
      { kind: 'status', from: 'received', to: 'in-progress', body: 'A plumber is here.' },
    ])
    expect(await theTicket(here.campus, number)).toMatchObject({
      status: 'in-progress',
      answers: 0,
      answeredAt: null,
      firstResponseAt: here.clock.now(),
    })
    expect((await promised()).map((row) => row.moment)).toEqual(['progress'])
  })

  test.each<[to: Parameters<typeof changeStatus>[2]['to'], sentence: string, reason: string]>([
    ['in-progress', ' ', 'sentence-missing'],
    ['declined', '', 'sentence-missing'],
    ['received', 'Again.', 'no-such-change'],
    ['merged', 'With another.', 'no-such-change'],
  ])('to %s with the sentence "%s" is refused: %s', async (to, sentence, reason) => {
    expect(await refusalOf(changeStatus(here.campus, librarian, { number, to, sentence }))).toBe(reason)
    expect(await said()).toEqual([])
    expect(await theTicket(here.campus, number)).toMatchObject({ status: 'received', firstResponseAt: null })
  })

  test('to declined without a reason is refused by the database too', async () => {
    const line = { ticketNumber: number, kind: 'status', to: 'declined', createdAt: MONDAY } as const
    for (const body of [null, '', '  ', '\n'])
      await expect(here.campus.db.insert(entries).values({ ...line, body })).rejects.toThrow()
    await here.campus.db.insert(entries).values({ ...line, body: 'It is not ours.' })
  })

  test('on an unknown ticket is refused', async () => {
    expect(
      await refusalOf(
        changeStatus(here.campus, librarian, { number: 4711, to: 'planned', sentence: 'Yes.' }),
      ),
    ).toBe('no-such-ticket')
  })

  test('two at once are one after the other', async () => {
    const change = (to: 'resolved' | 'declined') =>
      refusalOf(changeStatus(here.campus, librarian, { number, to, sentence: 'It is over.' }))
    const results = await Promise.all([change('resolved'), change('declined')])
    expect(results.sort()).toEqual(['no-such-change', 'nothing was refused'])
    expect(await said()).toHaveLength(1)
  })
})

test('reopening owes an answer anew, and keeps the first response', async () => {
  await changeStatus(here.campus, librarian, { number, to: 'resolved', sentence: 'Mended.' })
  const first = here.clock.now()
  here.clock.pass(DAY)
  expect(
    await refusalOf(changeStatus(here.campus, librarian, { number, to: 'declined', sentence: 'No.' })),
  ).toBe('no-such-change')
  await changeStatus(here.campus, librarian, { number, to: 'under-review', sentence: 'Cold again.' })
  expect(await theTicket(here.campus, number)).toMatchObject({
    status: 'under-review',
    closedAt: null,
    firstResponseAt: first,
    answeredAt: first,
    promisedAt: new Date('2026-03-06T17:00Z'), // Tuesday and the library's three working days
  })
})

describe('who may speak', () => {
  test.each(['a student', 'its own author', 'staff of another department', 'staff of none'])(
    'not %s',
    async (who) => {
      const { campus } = here
      const author = { personId: (await theTicket(campus, number)).authorId!, role: 'student' as const }
      const actor =
        who === 'a student'
          ? await aStudent(campus)
          : who === 'its own author'
            ? { ...author, affiliations: ['student'] as const, departmentIds: [] }
            : who === 'staff of another department'
              ? await staffOf(campus, here.it)
              : await staffOf(campus)
      expect(await refusalOf(answer(campus, actor, { number, body: 'I say so.' }))).toBe('other-department')
      expect(
        await refusalOf(changeStatus(campus, actor, { number, to: 'resolved', sentence: 'I say so.' })),
      ).toBe('other-department')
      expect(await refusalOf(leaveNote(campus, actor, { number, body: 'I note so.' }))).toBe(
        'other-department',
      )
      expect(
        await refusalOf(handOver(campus, actor, { number, departmentId: here.it, sentence: 'Theirs.' })),
      ).toBe('other-department')
      expect(await said()).toEqual([])
    },
  )

  test('an admin', async () => {
    await answer(here.campus, await anAdmin(here.campus), { number, body: 'I say so.' })
    expect(await said()).toMatchObject([{ departmentId: here.library }])
  })
})

test.each(['one after the other', 'at once'])('the same form twice %s is said once', async (how) => {
  const { campus } = here
  const twice = async (send: () => Promise<void>) => {
    if (how === 'at once') return Promise.all([send(), send()])
    await send()
    await send()
  }
  const [first, second, third, fourth] = [aKey(), aKey(), aKey(), aKey()]
  await twice(() => answer(campus, librarian, { number, body: 'We are on it.', key: first }))
  await twice(() =>
    changeStatus(campus, librarian, { number, to: 'planned', sentence: 'Soon.', key: second }),
  )
  await twice(() => leaveNote(campus, librarian, { number, body: 'Ask Lee.', key: third }))
  await twice(() =>
    handOver(campus, librarian, { number, departmentId: here.it, sentence: 'Theirs.', key: fourth }),
  )
  expect((await said()).map((entry) => entry.kind)).toEqual(['answer', 'status', 'note', 'handover'])
  expect((await theTicket(campus, number)).answers).toBe(1)
})

describe('handing over', () => {
  test('is said in public, and the clock runs on', async () => {
    const { campus } = here
    const before = (await theTicket(campus, number)).promisedAt
    await handOver(campus, librarian, { number, departmentId: here.it, sentence: 'It is a sensor.' })
    expect(await said()).toMatchObject([
      { kind: 'handover', audience: 'public', departmentId: here.it, body: 'It is a sensor.' },
    ])
    expect(await theTicket(campus, number)).toMatchObject({ departmentId: here.it, promisedAt: before })
    expect(await refusalOf(answer(campus, librarian, { number, body: 'Hm.' }))).toBe('other-department')
    await answer(campus, await staffOf(campus, here.it), { number, body: 'Mended.' })
  })

  test('of what nobody owns may be done by any staff, and gives it a promise', async () => {
    const { campus } = here
    const unowned = await aTicket(campus, 'something')
    await handOver(campus, await staffOf(campus, here.it), {
      number: unowned,
      departmentId: here.library,
      sentence: 'About books.',
    })
    expect(await theTicket(campus, unowned)).toMatchObject({
      departmentId: here.library,
      promisedAt: new Date('2026-03-05T17:00Z'),
    })
  })

  test.each<[what: string, request: { departmentId?: number; sentence?: string }, reason: string]>([
    ['to its own department', {}, 'no-such-change'],
    ['without a sentence', { departmentId: 2, sentence: ' ' }, 'sentence-missing'],
    ['to a department that is gone', { departmentId: 999 }, 'no-such-department'],
  ])('%s is refused', async (_what, request, reason) => {
    const whole = { number, departmentId: here.library, sentence: 'Theirs.', ...request }
    expect(await refusalOf(handOver(here.campus, librarian, whole))).toBe(reason)
    expect(await said()).toEqual([])
  })
})

test('a note is read by staff of the department only', async () => {
  const { campus } = here
  await leaveNote(campus, librarian, { number, body: 'The plumber is expensive.' })
  const kindsFor = async (viewer: Actor | null) => {
    const found = await readTicket(campus, number, viewer)
    return found.kind === 'found' && found.ticket.entries.map((entry) => entry.kind)
  }
  const author = (await theTicket(campus, number)).authorId!
  expect(await kindsFor(librarian)).toEqual(['raised', 'note'])
  expect(await kindsFor(await anAdmin(campus))).toEqual(['raised', 'note'])
  expect(await kindsFor(null)).toEqual(['raised'])
  expect(
    await kindsFor({ personId: author, role: 'student', affiliations: ['student'], departmentIds: [] }),
  ).toEqual(['raised'])
  expect(await kindsFor(await staffOf(campus, here.it))).toEqual(['raised'])
  expect(await promised()).toEqual([])
  expect(await theTicket(campus, number)).toMatchObject({ firstResponseAt: null, comments: 0 })
})

describe('what was said stays said', () => {
  test('no line is changed or deleted', async () => {
    const { db } = here.campus
    await answer(here.campus, librarian, { number, body: 'We are on it.' })
    await expect(db.update(entries).set({ body: 'We never said that.' })).rejects.toThrow()
    await expect(db.update(entries).set({ authorId: 'somebody else' })).rejects.toThrow()
    await expect(db.update(entries).set({ authorId: null, audience: 'staff' })).rejects.toThrow()
    await expect(db.delete(entries)).rejects.toThrow()
    await expect(db.delete(tickets)).rejects.toThrow()
    expect(await said()).toMatchObject([{ body: 'We are on it.', authorId: librarian.personId }])
  })

  test('but who wrote it can be forgotten', async () => {
    const { db } = here.campus
    await answer(here.campus, librarian, { number, body: 'We are on it.' })
    await db.delete(people).where(eq(people.id, librarian.personId))
    expect(await said()).toMatchObject([
      { body: 'We are on it.', authorId: null, departmentId: here.library },
    ])
  })

  test('no ticket is merged without saying into which', async () => {
    const { db } = here.campus
    await expect(db.update(tickets).set({ status: 'merged' })).rejects.toThrow()
    await expect(db.update(tickets).set({ status: 'merged', mergedInto: sql`number` })).rejects.toThrow()
  })
})
