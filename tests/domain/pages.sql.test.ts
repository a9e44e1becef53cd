import { describe, expect, test } from 'vitest'
import { listDepartments, readDepartment, readDepartments } from '#app/domain/departments/read.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { readQueue } from '#app/domain/tickets/queue.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket, type Place } from '#app/domain/tickets/ticket.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { entries } from '#db/schema/index.ts'
import {
  aCampus,
  aKey,
  anAccount,
  anAdmin,
  aStudent,
  aTicket,
  MONDAY,
  refusalOf,
  staffOf,
  theTicket,
} from './campus.ts'

const here = aCampus()

async function viewOf(number: number, place: Place = null) {
  const found = await readTicket(here.campus, number, null, place)
  if (found.kind !== 'found') throw new Error('it was merged')
  return { ...found.ticket, older: found.older, newer: found.newer }
}

describe('a ticket’s page', () => {
  test('of a number that is not there is refused', async () => {
    expect(await refusalOf(readTicket(here.campus, 4711, null))).toBe('no-such-ticket')
  })

  test('tells who speaks, and never a name', async () => {
    const { campus } = here
    const sam = await aStudent(campus)
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    const author = (await theTicket(campus, number)).authorId!
    await comment(campus, { number, personId: sam.personId, body: 'Mine too.', key: aKey() })
    await comment(campus, { number, personId: author, body: 'Thanks.', key: aKey() })
    await answer(campus, await staffOf(campus, here.library), { number, body: 'We are on it.' })
    const view = await viewOf(number)
    expect(view.entries.map((entry) => [entry.kind, entry.voice, entry.department?.name ?? null])).toEqual([
      ['raised', 'author', 'Library'],
      ['comment', 'member', null],
      ['comment', 'author', null],
      ['answer', 'department', 'Library'],
    ])
    const told = JSON.stringify(view, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(told).not.toContain(sam.personId)
    expect(told).not.toContain(author)
    expect(told).not.toContain('@northfield.example')
  })

  test('keeps the newest official word at hand, and every step', async () => {
    const { campus, clock } = here
    const admin = await anAdmin(campus)
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    expect((await viewOf(number)).official).toBeNull()
    await answer(campus, admin, { number, body: 'We are on it.' })
    await changeStatus(campus, admin, { number, to: 'in-progress', sentence: 'A plumber is here.' })
    expect((await viewOf(number)).official).toMatchObject({ body: 'We are on it.' })
    clock.pass(HOUR)
    await changeStatus(campus, admin, { number, to: 'resolved', sentence: 'Warm.' })
    const view = await viewOf(number)
    expect(view.official).toMatchObject({ kind: 'status', to: 'resolved', body: 'Warm.' })
    expect(view.steps.map((step) => step.status)).toEqual(['received', 'in-progress', 'resolved'])
    expect(view.steps.at(-1)!.at).toEqual(clock.now())
    await changeStatus(campus, admin, { number, to: 'under-review', sentence: 'Cold again.' })
    expect((await viewOf(number)).official, 'what did not settle it stands no more').toBeNull()
    await answer(campus, admin, { number, body: 'We look again.' })
    expect((await viewOf(number)).official).toMatchObject({ body: 'We look again.' })
  })

  test('says what is promised, and nothing where nothing is', async () => {
    const { campus } = here
    const librarian = await staffOf(campus, here.library)
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    const promise = async () => (await viewOf(number)).promise
    expect(await promise()).toMatchObject({
      department: 'Library',
      by: new Date('2026-03-05T17:00Z'),
      first: true,
    })
    await answer(campus, librarian, { number, body: 'We are on it.' })
    expect(await promise()).toMatchObject({ by: new Date('2026-03-16T17:00Z'), first: false })
    await changeStatus(campus, librarian, { number, to: 'resolved', sentence: 'Warm.' })
    expect(await promise()).toBeNull()
    expect((await viewOf(await aTicket(campus, 'nobody’s'))).promise).toBeNull()
  })

  test('of ten thousand comments comes in pages, each line once, with its steps on every page', async () => {
    const { campus } = here
    const admin = await anAdmin(campus)
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    await answer(campus, admin, { number, body: 'We are on it.' })
    await campus.db.insert(entries).values(
      Array.from({ length: 10_000 }, (_, count) => ({
        ticketNumber: number,
        kind: 'comment' as const,
        body: `Comment ${count}`,
        createdAt: MONDAY,
      })),
    )
    const pages = [await viewOf(number)]
    while (pages.at(-1)!.older !== null)
      pages.push(await viewOf(number, { before: BigInt(pages.at(-1)!.older!) }))
    expect(pages.map((page) => page.entries.length)).toEqual([...Array<number>(100).fill(100), 2])
    const ids = pages.reverse().flatMap((page) => page.entries.map((entry) => Number(entry.id)))
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
    for (const page of pages) {
      expect(page.official).toMatchObject({ body: 'We are on it.' })
      expect(page.steps).toMatchObject([{ status: 'received' }])
    }
  })

  test('of exactly one page has no older one', async () => {
    const number = await aTicket(here.campus, 'heating')
    await here.campus.db.insert(entries).values(
      Array.from({ length: 99 }, () => ({
        ticketNumber: number,
        kind: 'comment' as const,
        body: 'Yes.',
        createdAt: MONDAY,
      })),
    )
    expect((await viewOf(number)).older).toBeNull()
    expect((await viewOf(number)).entries).toHaveLength(100)
  })
})

describe('the desk’s queue', () => {
  test('has the oldest promise first, and what nobody owns before all', async () => {
    const { campus, clock, library, it } = here
    const admin = await anAdmin(campus)
    const late = await aTicket(campus, 'late', { departmentId: library })
    const backed = await aTicket(campus, 'backed', { departmentId: library })
    await castVote(campus, { number: backed, personId: (await aStudent(campus)).personId })
    clock.pass(DAY)
    const soon = await aTicket(campus, 'soon', { departmentId: it })
    const later = await aTicket(campus, 'later', { departmentId: library })
    const unowned = await aTicket(campus, 'unowned')
    const done = await aTicket(campus, 'done', { departmentId: library })
    await changeStatus(campus, admin, { number: done, to: 'resolved', sentence: 'Done.' })
    const queue = async (
      ...of: Parameters<typeof readQueue> extends [unknown, ...infer Rest] ? Rest : never
    ) => (await readQueue(campus, ...of)).map((item) => item.number)

    expect(await queue(admin, null)).toEqual([unowned, backed, late, soon, later])
    expect(await queue(admin, library)).toEqual([backed, late, later])
    const librarian = await staffOf(campus, library)
    expect(await queue(librarian, null)).toEqual([unowned, backed, late, later])
    expect(await queue(librarian, it)).toEqual([])
    expect(await queue(await aStudent(campus, 'kim'), library)).toEqual([])
  })

  test('tells whether a person has responded', async () => {
    const { campus, library } = here
    const librarian = await staffOf(campus, library)
    const number = await aTicket(campus, 'heating', { departmentId: library })
    expect(await readQueue(campus, librarian, null)).toMatchObject([{ responded: false, votes: 1 }])
    await answer(campus, librarian, { number, body: 'We are on it.' })
    expect(await readQueue(campus, librarian, null)).toMatchObject([{ responded: true }])
  })
})

describe('a department', () => {
  test('that is not there is refused', async () => {
    expect(await refusalOf(readDepartment(here.campus, 'parking'))).toBe('no-such-department')
  })

  test('without tickets has no figures', async () => {
    const cards = await readDepartments(here.campus)
    expect(cards.map((card) => card.name)).toEqual(['IT', 'Library'])
    for (const card of cards) {
      expect(card.figures).toMatchObject({ open: 0, late: 0, answered: 0 })
      expect(card.accounts).toEqual([])
    }
    expect((await listDepartments(here.campus)).map((row) => row.slug)).toEqual(['it', 'library'])
  })

  test('has the open, the late and the answered of its own', async () => {
    const { campus, clock, library, it } = here
    const admin = await anAdmin(campus)
    await anAccount(campus, 'northfieldlib', library)
    await anAccount(campus, 'northfield', null)
    const [quick, slow] = [
      await aTicket(campus, 'quick', { departmentId: library }),
      await aTicket(campus, 'slow', { departmentId: library }),
    ]
    await aTicket(campus, 'forgotten', { departmentId: library })
    await aTicket(campus, 'elsewhere', { departmentId: it })
    clock.pass(2 * HOUR)
    await changeStatus(campus, admin, { number: quick, to: 'resolved', sentence: 'Done.' })
    clock.pass(8 * DAY)
    await answer(campus, admin, { number: slow, body: 'Sorry.' })
    const card = await readDepartment(campus, 'library')
    expect(card.figures).toMatchObject({ open: 2, late: 1, answered: 2 })
    expect(card.accounts).toMatchObject([{ channel: 'x', handle: 'northfieldlib' }])
    expect((await readDepartment(campus, 'it')).figures).toMatchObject({ open: 1, late: 1, answered: 0 })

    // What was answered long ago no longer counts, what is open does.
    clock.pass(100 * DAY)
    expect((await readDepartment(campus, 'library')).figures).toMatchObject({ open: 2, late: 2, answered: 0 })
  })

  test('is late from the moment promised, not before', async () => {
    const { campus, clock, library } = here
    const number = await aTicket(campus, 'heating', { departmentId: library })
    const { promisedAt } = await theTicket(campus, number)
    const late = async () => (await readDepartment(campus, 'library')).figures.late
    clock.at = promisedAt!
    expect(await late()).toBe(0)
    clock.pass(1)
    expect(await late()).toBe(1)
    await handOver(campus, await anAdmin(campus), { number, departmentId: here.it, sentence: 'Theirs.' })
    expect(await late()).toBe(0)
  })
})
