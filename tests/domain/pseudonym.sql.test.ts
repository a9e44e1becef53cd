import { and, eq, sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { BIRDS, LOOKS } from '#app/catalogue/pseudonym-words.ts'
import type { Actor } from '#app/domain/campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { readFeed } from '#app/domain/tickets/feed.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { leaveNote } from '#app/domain/tickets/note.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { FEWEST, suppressed } from '#app/platform/suppressed.ts'
import { nameAllAuthors } from '#db/pseudonyms.server.ts'
import { entries, people, pseudonyms } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, aConcern, aKey, anAdmin, aStudent, aTicket, staffOf, theTicket } from './campus.ts'

const here = aCampus()

const says = (number: number, { personId }: Actor, body = 'Mine too.') =>
  comment(here.campus, { number, personId, body, key: aKey() })
const nameOf = async (number: number, personId: string) => {
  const [row] = await here.campus.db
    .select()
    .from(pseudonyms)
    .where(and(eq(pseudonyms.ticketNumber, number), eq(pseudonyms.personId, personId)))
  return row?.name ?? null
}
const namesOn = async (number: number) =>
  (await here.campus.db.select().from(pseudonyms).where(eq(pseudonyms.ticketNumber, number))).map(
    ({ name }) => name,
  )
const viewOf = async (number: number, viewer: Actor | null = null) => {
  const found = await readTicket(here.campus, number, viewer)
  if (found.kind !== 'found') throw new Error('it was merged')
  return found.ticket
}
/** Sets what somebody is called, so that two of them meet. */
const call = (number: number, { personId }: Actor, name: string) =>
  here.campus.db
    .update(pseudonyms)
    .set({ name })
    .where(and(eq(pseudonyms.ticketNumber, number), eq(pseudonyms.personId, personId)))

test('the words for names are many, and each stands once', () => {
  expect(LOOKS.length).toBeGreaterThan(60)
  expect(BIRDS.length).toBeGreaterThan(60)
  for (const words of [LOOKS, BIRDS]) {
    expect(new Set(words).size).toBe(words.length)
    for (const word of words) expect(word).toMatch(/^[A-Z][a-z]{2,13}$/)
  }
})

test('whoever speaks has one name on a ticket, and the page tells it beside all they say', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating', { departmentId: here.library })
  const sam = await aStudent(campus)
  await says(number, sam)
  await says(number, sam, 'Still.')
  const author = (await theTicket(campus, number)).authorId!
  const [ofAuthor, ofSam] = [await nameOf(number, author), await nameOf(number, sam.personId)]
  expect(ofAuthor).not.toBe(ofSam)
  const view = await viewOf(number)
  expect(view.raisedBy).toEqual({ name: ofAuthor, affiliation: null })
  expect(view.entries.map(({ kind, pseudonym }) => [kind, pseudonym?.name])).toEqual([
    ['raised', ofAuthor],
    ['comment', ofSam],
    ['comment', ofSam],
  ])
  expect((await readFeed(campus, null)).map(({ raisedBy }) => raisedBy?.name)).toEqual([ofAuthor])
})

test('nobody who speaks for a department gets one', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating', { departmentId: here.library })
  const dana = await staffOf(campus, here.library)
  await answer(campus, dana, { number, body: 'We are on it.' })
  await leaveNote(campus, dana, { number, body: 'Ask the plumber.' })
  expect(await nameOf(number, dana.personId)).toBeNull()
  // Not even where they also speak for themselves.
  await says(number, dana)
  const [, official, note, own] = (await viewOf(number, dana)).entries
  expect([official!.pseudonym, note!.pseudonym]).toEqual([null, null])
  expect(own!.pseudonym!.name).toBe(await nameOf(number, dana.personId))
})

test('what is drawn comes from chance alone: the same people on the same words are called otherwise', async () => {
  const { campus } = here
  const people = await Promise.all(['sam', 'kim', 'bo', 'li'].map((name) => aStudent(campus, name)))
  const drawn: Array<string> = []
  for (let turn = 0; turn < 10; turn++) {
    const number = await aTicket(campus, 'heating')
    for (const person of people) await says(number, person)
    drawn.push(...(await Promise.all(people.map(async (each) => (await nameOf(number, each.personId))!))))
  }
  // Forty out of more than ten thousand: that three are alike happens once in millions of runs.
  expect(new Set(drawn).size).toBeGreaterThan(36)
  for (const name of drawn) expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/)
})

test('a name that is taken is not given twice, even when all are', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const all = JSON.stringify(LOOKS.flatMap((look) => BIRDS.map((bird) => `${look} ${bird}`)))
  await run(
    campus.db,
    sql`insert into pseudonyms (ticket_number, name)
        select ${number}::int, name from json_array_elements_text(${all}::text::json) as name on conflict do nothing`,
  )
  const [sam, kim] = [await aStudent(campus), await aStudent(campus, 'kim')]
  await Promise.all([says(number, sam), says(number, kim)])
  const names = [await nameOf(number, sam.personId), await nameOf(number, kim.personId)]
  for (const name of names) expect(name).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+ \d+$/)
  expect(names[0]).not.toBe(names[1])
})

test('what somebody is to the campus is told where at least ten people are the same', async () => {
  const { campus } = here
  const students = await Promise.all(
    Array.from({ length: FEWEST - 2 }, (_, index) => aStudent(campus, `student-${index}`)),
  )
  const number = await aTicket(campus, 'heating')
  await says(number, students[0]!)
  const kim = await aStudent(campus, 'kim')
  await campus.db
    .update(people)
    .set({ affiliations: ['library-walk-in', 'alum', 'student'] })
    .where(eq(people.id, kim.personId))
  await says(number, kim)
  const librarian = await staffOf(campus, here.library)
  await says(number, librarian)
  const told = (await viewOf(number)).entries.map(({ pseudonym }) => pseudonym!.affiliation)
  expect(told, 'nine students, then ten, of one who is more than that, then one employee').toEqual([
    null,
    null,
    'student',
    null,
  ])
  expect([0, 1, FEWEST - 1, FEWEST, 1000].map(suppressed)).toEqual([true, true, true, false, false])
})

test('a merge keeps the names of both tickets', async () => {
  const { campus } = here
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const [sam, kim, bo] = [
    await aStudent(campus, 'sam'),
    await aStudent(campus, 'kim'),
    await aStudent(campus, 'bo'),
  ]
  for (const person of [sam, kim]) await says(number, person)
  for (const person of [sam, bo]) await says(into, person)
  await call(number, kim, 'Amber Heron')
  await call(into, bo, 'Amber Heron')
  await call(into, sam, 'Cobalt Finch')
  const authors = [(await theTicket(campus, number)).authorId!, (await theTicket(campus, into)).authorId!]
  const before = [await nameOf(number, authors[0]!), await nameOf(into, authors[1]!)]

  await merge(campus, await anAdmin(campus), { number, into, sentence: 'The same.' })
  expect(await namesOn(number)).toEqual([])
  expect((await namesOn(into)).length).toBe(5)
  expect([await nameOf(into, authors[0]!), await nameOf(into, authors[1]!)]).toEqual(before)
  expect(await nameOf(into, sam.personId), 'one person on both keeps one').toBe('Cobalt Finch')
  expect(await nameOf(into, bo.personId), 'the name that was there stays').toBe('Amber Heron')
  const kims = await nameOf(into, kim.personId)
  expect(kims).not.toBe('Amber Heron')
  const told = (await viewOf(into)).entries.filter(({ kind }) => kind !== 'merge')
  expect(told.map(({ pseudonym }) => pseudonym?.name)).toEqual([
    before[0],
    before[1],
    'Cobalt Finch',
    kims,
    'Cobalt Finch',
    'Amber Heron',
  ])
})

test('people who wrote before there were names get theirs when the campus is migrated', async () => {
  const { campus } = here
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const crowd = await Promise.all(
    Array.from({ length: 30 }, (_, index) => aStudent(campus, `student-${index}`)),
  )
  for (const person of crowd) await says(number, person)
  await says(into, crowd[0]!)
  await merge(campus, await anAdmin(campus), { number, into, sentence: 'The same.' })
  const kept = await nameOf(into, crowd[1]!.personId)
  await campus.db.delete(pseudonyms).where(sql`${pseudonyms.personId} <> ${crowd[1]!.personId}`)

  await here.database.migrate()
  const authors = await campus.db
    .selectDistinct({ id: entries.authorId })
    .from(entries)
    .where(sql`kind <> 'merge' and to_status is distinct from 'merged'`)
  for (const { id } of authors) expect(await nameOf(into, id!)).not.toBeNull()
  expect(await nameOf(into, crowd[1]!.personId)).toBe(kept)
  expect(new Set(await namesOn(into)).size).toBe(32)
  const view = await viewOf(into)
  expect(
    view.entries.filter(({ kind }) => kind === 'comment').map(({ pseudonym }) => pseudonym!.affiliation),
  ).toEqual(view.entries.filter(({ kind }) => kind === 'comment').map(() => 'student'))
  await nameAllAuthors(campus.db)
  expect((await namesOn(into)).length).toBe(32)
})

test('raising twice with one form draws once', async () => {
  const { campus } = here
  const sam = await aStudent(campus)
  const concern = aConcern('heating', sam)
  const [one, two] = await Promise.all([raise(campus, concern), raise(campus, concern)])
  expect(one.number).toBe(two.number)
  expect((await namesOn(one.number)).length).toBe(1)
})
