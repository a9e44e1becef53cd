import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { accounts, departments } from '#db/schema/index.ts'
import { eventually } from '../flows/processes.ts'
import { aCampus, anAccount, anAdmin, aStudent, aTicket } from './campus.ts'

const here = aCampus()
let heard: Array<string> = []

beforeAll(() =>
  here.database.listen(
    (what) => heard.push(what),
    () => heard.push('missed'),
  ),
)
beforeEach(() => {
  heard = []
})

/** What is told about a change, without what was told before it. */
async function toldOf(change: () => Promise<unknown>): Promise<Array<string>> {
  await here.campus.db.insert(departments).values({ slug: 'before', name: 'Before', purpose: 'Before.' })
  await eventually(() => heard.includes('all'), 'the change before is told')
  heard = []
  await change()
  await here.campus.db.update(departments).set({ name: 'After' }).where(eq(departments.slug, 'before'))
  await eventually(() => heard.at(-1) === 'all', 'the change after is told')
  return heard.slice(0, -1)
}

it('tells of a ticket that is new, backed or answered, for lists and for its own page', async () => {
  const { campus } = here
  const admin = await anAdmin(campus)
  const student = await aStudent(campus)
  let number = 0
  const raised = await toldOf(async () => {
    number = await aTicket(campus, 'heating', { departmentId: here.library })
  })
  expect(raised).toEqual(expect.arrayContaining([`row ${number}`, `page ${number}`]))
  await campus.db.delete(departments).where(eq(departments.slug, 'before'))
  expect(await toldOf(() => castVote(campus, { number, personId: student.personId }))).toEqual([
    `row ${number}`,
  ])
  await campus.db.delete(departments).where(eq(departments.slug, 'before'))
  const answered = await toldOf(() => answer(campus, admin, { number, body: 'We see to it.' }))
  expect(new Set(answered)).toEqual(new Set([`row ${number}`, `page ${number}`]))
})

it('tells nothing of a vote that did not count, nor of work that came to nothing', async () => {
  const { campus } = here
  const student = await aStudent(campus)
  const number = await aTicket(campus, 'heating')
  await castVote(campus, { number, personId: student.personId })
  expect(await toldOf(() => castVote(campus, { number, personId: student.personId }))).toEqual([])
  await campus.db.delete(departments).where(eq(departments.slug, 'before'))
  const undone = campus.db.transaction(async (db) => {
    await castVote(
      { ...campus, db },
      { number, personId: (await aStudent({ ...campus, db }, 'kim')).personId },
    )
    throw new Error('undone')
  })
  expect(await toldOf(() => undone.catch(() => undefined))).toEqual([])
})

it("tells nothing of an account's bookkeeping, and of its name", async () => {
  const { campus } = here
  const id = await anAccount(campus, 'northfieldlib', here.library)
  const set = (changes: Partial<typeof accounts.$inferInsert>) =>
    toldOf(() => campus.db.update(accounts).set(changes).where(eq(accounts.id, id)))
  expect(await set({ cursor: '1', readAt: campus.clock.now(), leasedUntil: null })).toEqual([])
  await campus.db.delete(departments).where(eq(departments.slug, 'before'))
  expect(await set({ handle: 'northfieldlibrary' })).toEqual(['all'])
})
