import { eq, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { accounts } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { eventually } from '../flows/processes.ts'
import { aCampus, anAccount, anAdmin, aStudent, aTicket } from './campus.ts'

const here = aCampus()
const heard: Array<string> = []

beforeAll(() =>
  here.database.listen(
    (what) => heard.push(what),
    () => heard.push('missed'),
  ),
)

let marks = 0
/** Everything told up to now has been heard when this has: notices come in the order they were kept in. */
async function mark(): Promise<string> {
  const name = `mark ${(marks += 1)}`
  await run(here.campus.db, sql`select quad_tell(${name}::text, 'public')`)
  await eventually(() => heard.includes(name), name)
  return name
}

/** What is told about a change, and nothing of what was before it. */
async function toldOf(change: () => Promise<unknown>): Promise<Array<string>> {
  const before = await mark()
  await change()
  const after = await mark()
  return heard.slice(heard.indexOf(before) + 1, heard.indexOf(after))
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
  expect(await toldOf(() => castVote(campus, { number, personId: student.personId }))).toEqual([
    `row ${number}`,
  ])
  const answered = await toldOf(() => answer(campus, admin, { number, body: 'We see to it.' }))
  expect(new Set(answered)).toEqual(new Set([`row ${number}`, `page ${number}`]))
})

it('tells nothing of a vote that did not count, nor of work that came to nothing', async () => {
  const { campus } = here
  const student = await aStudent(campus)
  const number = await aTicket(campus, 'heating')
  await castVote(campus, { number, personId: student.personId })
  expect(await toldOf(() => castVote(campus, { number, personId: student.personId }))).toEqual([])
  const kim = await aStudent(campus, 'kim')
  const undone = () =>
    campus.db.transaction(async (db) => {
      await castVote({ ...campus, db }, { number, personId: kim.personId })
      throw new Error('undone')
    })
  expect(await toldOf(() => undone().catch(() => undefined))).toEqual([])
})

it("tells nothing of an account's bookkeeping, and of its name", async () => {
  const { campus } = here
  const id = await anAccount(campus, 'northfieldlib', here.library)
  const set = (changes: Partial<typeof accounts.$inferInsert>) =>
    toldOf(() => campus.db.update(accounts).set(changes).where(eq(accounts.id, id)))
  expect(await set({ cursor: '1', readAt: campus.clock.now(), leasedUntil: null })).toEqual([])
  expect(await set({ handle: 'northfieldlibrary' })).toEqual(['all'])
})
