import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { readMarks } from '#app/domain/tickets/marks.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { readQueue } from '#app/domain/tickets/queue.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { readTally, sayVerdict } from '#app/domain/tickets/verdict.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { announcements, entries, people, verdicts } from '#db/schema/index.ts'
import { aCampus, aConcern, anAdmin, aStudent, aTicket, refusalOf, staffOf, theTicket } from './campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { FEWEST } from '#app/platform/suppressed.ts'

const here = aCampus()

const vote = (number: number, { personId }: Actor) => castVote(here.campus, { number, personId })
const say = (number: number, { personId }: Actor, solved: boolean, reason?: string) =>
  sayVerdict(here.campus, { number, personId, solved, reason })
const askedOf = async (number: number, { personId }: Actor) =>
  (await readMarks(here.campus, personId, number)).asked
const viewOf = async (number: number, viewer: Actor | null = null) => {
  const found = await readTicket(here.campus, number, viewer)
  if (found.kind !== 'found') throw new Error('it was merged')
  const { tally } = found.ticket
  // What is counted, and not what of it the public reads: here few are asked.
  return { ...found.ticket, tally: tally && (await readTally(here.campus, number)) }
}
const reopenings = (number: number) =>
  here.campus.db
    .select()
    .from(entries)
    .where(and(eq(entries.ticketNumber, number), eq(entries.kind, 'status'), eq(entries.to, 'under-review')))

/** A resolved ticket of the library, its author, and as many backers as named. */
async function aResolvedTicket(...names: Array<string>) {
  const { campus, library } = here
  const author = await aStudent(campus, 'author')
  const { number } = await raise(campus, aConcern('heating', author, { departmentId: library }))
  const backers = []
  for (const name of names) {
    const backer = await aStudent(campus, name)
    await vote(number, backer)
    backers.push(backer)
  }
  const librarian = await staffOf(campus, library)
  await changeStatus(campus, librarian, { number, to: 'resolved', sentence: 'It is warm again.' })
  return { number, author, backers, librarian }
}

test('what few say is told to nobody, and what ten say to everybody', async () => {
  const { campus } = here
  const names = Array.from({ length: FEWEST }, (_, index) => `backer-${index}`)
  const { number, backers, librarian } = await aResolvedTicket(...names)
  const told = async () =>
    Promise.all(
      [null, backers[0]!, librarian].map(async (viewer) => {
        const found = await readTicket(campus, number, viewer)
        return found.kind === 'found' && found.ticket.tally
      }),
    )
  expect(await told()).toEqual(['few', 'few', 'few'])
  for (const backer of backers.slice(1)) await say(number, backer, true)
  expect(await told()).toEqual(['few', 'few', 'few'])
  await say(number, backers[0]!, false)
  const tally = { solved: FEWEST - 1, answered: FEWEST }
  expect(await told()).toEqual([tally, tally, tally])
  for (const backer of backers) await say(number, backer, false)
  expect((await viewOf(number)).entries.at(-1)).toMatchObject({
    body: '6 of the 10 people who answered say this is not solved. It is open again.',
  })
})

describe('who is asked', () => {
  test('its author and who backed it, once it is resolved; nobody else', async () => {
    const { number, author, backers } = await aResolvedTicket('kim')
    const other = await aStudent(here.campus, 'other')
    expect(await askedOf(number, author)).toBe('may')
    expect(await askedOf(number, backers[0]!)).toBe('may')
    expect(await askedOf(number, other)).toBeNull()
    expect(await refusalOf(say(number, other, false))).toBe('not-behind-it')
    expect(await viewOf(number, other)).toMatchObject({ asked: null, tally: { solved: 0, answered: 0 } })
    expect(await refusalOf(say(4711, other, false))).toBe('no-such-ticket')
  })

  test('not while it is open, nor when it is declined', async () => {
    const { campus, library } = here
    const author = await aStudent(campus, 'author')
    const { number } = await raise(campus, aConcern('heating', author, { departmentId: library }))
    expect(await say(number, author, false)).toBe('not-asked')
    expect(await viewOf(number, author)).toMatchObject({ asked: null, tally: null, askedUntil: null })
    await changeStatus(campus, await anAdmin(campus), { number, to: 'declined', sentence: 'We cannot.' })
    expect(await say(number, author, false)).toBe('not-asked')
    expect(await askedOf(number, author)).toBeNull()
    expect(await campus.db.$count(verdicts)).toBe(0)
  })

  test('for thirty days, to the last moment', async () => {
    const { number, author, backers } = await aResolvedTicket('kim')
    here.clock.pass(30 * DAY)
    expect(await askedOf(number, author)).toBe('may')
    expect(await say(number, backers[0]!, true)).toBe('counted')
    here.clock.pass(1)
    expect(await askedOf(number, author)).toBeNull()
    expect(await say(number, author, false)).toBe('not-asked')
    // What was said stays to be read.
    expect(await viewOf(number)).toMatchObject({ status: 'resolved', tally: { solved: 1, answered: 1 } })
  })

  test('also who backed or raised a ticket merged into it', async () => {
    const { campus, library } = here
    const [raiser, backer] = [await aStudent(campus, 'raiser'), await aStudent(campus, 'backer')]
    const { number: old } = await raise(campus, aConcern('radiators', raiser, { departmentId: library }))
    await vote(old, backer)
    const number = await aTicket(campus, 'heating', { departmentId: library })
    const admin = await anAdmin(campus)
    await merge(campus, admin, { number: old, into: number, sentence: 'The same.' })
    await changeStatus(campus, admin, { number, to: 'resolved', sentence: 'Warm.' })
    expect(await askedOf(number, backer)).toBe('may')
    expect(await askedOf(number, raiser)).toBe('may')
    expect(await say(number, raiser, false)).toBe('reopened')
  })
})

describe('one person', () => {
  test('counts once and may change their mind', async () => {
    const { number, backers } = await aResolvedTicket('kim', 'bo')
    const [kim, bo] = backers as [Actor, Actor]
    expect(await say(number, kim, true)).toBe('counted')
    expect(await say(number, kim, true)).toBe('counted')
    await say(number, bo, true)
    expect(await viewOf(number, kim)).toMatchObject({ asked: 'yes', tally: { solved: 2, answered: 2 } })
    expect(await say(number, kim, false)).toBe('counted')
    expect(await viewOf(number, kim)).toMatchObject({ asked: 'no', tally: { solved: 1, answered: 2 } })
    expect(await askedOf(number, bo)).toBe('yes')
  })

  test('says why to staff alone, and the same words once', async () => {
    const { number, backers, librarian } = await aResolvedTicket('kim')
    const [kim] = backers as [Actor]
    await say(number, kim, false, 'Cold again at night.')
    await say(number, kim, true)
    await say(number, kim, false, 'Cold again at night.')
    const notes = (view: Awaited<ReturnType<typeof viewOf>>) =>
      view.entries.filter((entry) => entry.kind === 'note')
    expect(notes(await viewOf(number))).toEqual([])
    expect(notes(await viewOf(number, kim))).toEqual([])
    expect(notes(await viewOf(number, librarian))).toMatchObject([
      { body: 'Cold again at night.', voice: 'member', audience: 'staff' },
    ])
    expect((await theTicket(here.campus, number)).comments).toBe(0)
  })

  test('forgotten, is counted no more', async () => {
    const { number, backers } = await aResolvedTicket('kim')
    await say(number, backers[0]!, true)
    await here.campus.db.delete(people).where(eq(people.id, backers[0]!.personId))
    expect(await viewOf(number)).toMatchObject({ tally: { solved: 0, answered: 0 } })
  })
})

describe('enough no', () => {
  test('reopens it in Quad’s name with the counts, and the promise begins anew', async () => {
    const { campus, clock } = here
    const { number, backers, librarian } = await aResolvedTicket('kim', 'bo', 'lou', 'max')
    const [kim, bo, lou, max] = backers as [Actor, Actor, Actor, Actor]
    clock.pass(DAY)
    expect(await say(number, max, true)).toBe('counted')
    expect(await say(number, kim, false)).toBe('counted')
    expect(await say(number, bo, false)).toBe('counted')
    expect((await theTicket(campus, number)).status).toBe('resolved')
    expect(await say(number, lou, false, 'Cold.')).toBe('reopened')

    // Tuesday; the library answers within three working days.
    expect(await theTicket(campus, number)).toMatchObject({
      status: 'under-review',
      closedAt: null,
      promisedAt: new Date('2026-03-06T17:00Z'),
    })
    const view = await viewOf(number)
    expect(view).toMatchObject({ tally: null, askedUntil: null })
    expect(view.entries.at(-1)).toMatchObject({
      kind: 'status',
      voice: 'quad',
      audience: 'public',
      from: 'resolved',
      to: 'under-review',
      body: 'Those who answered say this is not solved. It is open again.',
    })
    expect(view.steps.map((step) => step.status)).toEqual(['received', 'resolved', 'under-review'])
    expect((await readQueue(campus, librarian, null)).map((item) => item.number)).toEqual([number])
    const said = await campus.db.select().from(announcements).orderBy(announcements.id)
    expect(said.map((row) => row.moment)).toEqual(['final', 'progress'])
    expect(await say(number, kim, false)).toBe('not-asked')
  })

  test('is one, when it is the author’s', async () => {
    const { number, author } = await aResolvedTicket()
    expect(await say(number, author, false)).toBe('reopened')
    expect((await viewOf(number)).entries.at(-1)).toMatchObject({
      body: 'Those who answered say this is not solved. It is open again.',
    })
  })

  test('at the same moment reopens it once', async () => {
    const { campus } = here
    const { number, backers } = await aResolvedTicket('kim', 'bo', 'lou', 'max')
    const [kim, bo, lou, max] = backers as [Actor, Actor, Actor, Actor]
    await say(number, kim, false)
    await say(number, bo, false)
    const taken = await Promise.all([say(number, lou, false), say(number, max, false)])
    expect(taken.sort()).toEqual(['not-asked', 'reopened'])
    expect(await reopenings(number)).toHaveLength(1)
    expect(await campus.db.$count(announcements, eq(announcements.moment, 'progress'))).toBe(1)
    expect(await campus.db.$count(verdicts)).toBe(3)
  })

  test('resolved again, everybody is asked again', async () => {
    const { campus, clock } = here
    const { number, author, backers, librarian } = await aResolvedTicket('kim')
    await say(number, backers[0]!, true)
    // One yes, one no: not yet.
    expect(await say(number, author, false)).toBe('counted')
    expect(await say(number, backers[0]!, false)).toBe('reopened')
    clock.pass(HOUR)
    await answer(campus, librarian, { number, body: 'Now it is.', to: 'resolved' })
    expect(await askedOf(number, author)).toBe('may')
    expect(await viewOf(number)).toMatchObject({ tally: { solved: 0, answered: 0 } })
    expect(await say(number, author, true)).toBe('counted')
    expect(await viewOf(number)).toMatchObject({
      status: 'resolved',
      tally: { solved: 1, answered: 1 },
    })
    expect(await campus.db.$count(verdicts)).toBe(3)
  })

  test('asks the department that owns it now', async () => {
    const { campus, it: itDepartment } = here
    const { number, author, librarian } = await aResolvedTicket()
    await handOver(campus, librarian, { number, departmentId: itDepartment, sentence: 'Theirs.' })
    await say(number, author, false)
    // Monday; IT answers within two working days.
    expect(await theTicket(campus, number)).toMatchObject({ promisedAt: new Date('2026-03-04T17:00Z') })
  })
})

describe('marks', () => {
  test('are those of one person, and what the page shows', async () => {
    const { campus } = here
    const { number, author, backers } = await aResolvedTicket('kim')
    const [kim] = backers as [Actor]
    await setFollow(campus, { number, personId: kim.personId, active: false })
    const marksOf = ({ personId }: Actor) => readMarks(campus, personId, number)
    expect(await marksOf(author)).toEqual({ voted: true, followed: true, mine: true, asked: 'may' })
    expect(await marksOf(kim)).toEqual({ voted: true, followed: false, mine: false, asked: 'may' })
    const other = await aStudent(campus, 'other')
    expect(await marksOf(other)).toEqual({ voted: false, followed: false, mine: false, asked: null })
    expect(await viewOf(number, kim)).toMatchObject(await marksOf(kim))
    expect(await viewOf(number)).toMatchObject({ voted: false, followed: false, mine: false, asked: null })
    expect(await refusalOf(readMarks(campus, kim.personId, 4711))).toBe('no-such-ticket')
  })
})
