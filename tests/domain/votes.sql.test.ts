import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { changeStatus } from '#app/domain/tickets/speak.server.ts'
import { castVote, withdrawVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { follows, people, votes } from '#db/schema/index.ts'
import { aCampus, aKey, anAdmin, aStudent, aTicket, theTicket } from './campus.ts'

const here = aCampus()

/** Many people at once; a code by mail for each would be slow. */
async function aCrowd(size: number): Promise<Array<string>> {
  const crowd = Array.from({ length: size }, (_, count) => `person-${count}`)
  await here.campus.db
    .insert(people)
    .values(crowd.map((id) => ({ id, email: `${id}@northfield.example`, createdAt: here.clock.now() })))
  return crowd
}

const votesOn = (number: number) => here.campus.db.$count(votes, eq(votes.ticketNumber, number))

async function expectVotes(number: number, count: number) {
  expect((await theTicket(here.campus, number)).votes).toBe(count)
  expect(await votesOn(number)).toBe(count)
}

async function isFollowed(number: number, person: Actor) {
  const [row] = await here.campus.db
    .select()
    .from(follows)
    .where(and(eq(follows.ticketNumber, number), eq(follows.personId, person.personId)))
  return row?.active
}

test('one person has one vote, however often it is sent', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const { personId } = await aStudent(campus)
  for (let count = 0; count < 3; count += 1)
    expect(await castVote(campus, { number, personId })).toMatchObject({ kind: 'counted' })
  await Promise.all(Array.from({ length: 10 }, () => castVote(campus, { number, personId })))
  await expectVotes(number, 2)
})

test('the database itself refuses a second one', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const { personId } = await aStudent(campus)
  await castVote(campus, { number, personId })
  await expect(
    campus.db.insert(votes).values({ ticketNumber: number, personId, createdAt: here.clock.now() }),
  ).rejects.toThrow()
})

test('a vote can be taken back, twice without harm, and given again', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const { personId } = await aStudent(campus)
  await castVote(campus, { number, personId })
  expect(await withdrawVote(campus, { number, personId })).toMatchObject({ kind: 'counted' })
  expect(await withdrawVote(campus, { number, personId })).toMatchObject({ kind: 'counted' })
  await expectVotes(number, 1)
  await castVote(campus, { number, personId })
  await expectVotes(number, 2)
})

test('fifty people at once are fifty votes', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const crowd = await aCrowd(50)
  // Each one twice, as impatient people do.
  await Promise.all([...crowd, ...crowd].map((personId) => castVote(campus, { number, personId })))
  await expectVotes(number, 51)
  await Promise.all([...crowd, ...crowd].map((personId) => withdrawVote(campus, { number, personId })))
  await expectVotes(number, 1)
})

test('casting and taking back at once, the count is still the number of votes', async () => {
  const { campus } = here
  const number = await aTicket(campus, 'heating')
  const crowd = await aCrowd(20)
  await Promise.all(
    crowd.flatMap((personId) => [
      castVote(campus, { number, personId }),
      withdrawVote(campus, { number, personId }),
      castVote(campus, { number, personId }),
    ]),
  )
  await expectVotes(number, await votesOn(number))
})

test.each(['resolved', 'declined'] as const)(
  'a ticket that is %s takes no vote and gives none back',
  async (to) => {
    const { campus } = here
    const number = await aTicket(campus, 'heating', { departmentId: here.it })
    const [sam, kim] = [await aStudent(campus, 'sam'), await aStudent(campus, 'kim')]
    await castVote(campus, { number, personId: sam.personId })
    await changeStatus(campus, await anAdmin(campus), { number, to, sentence: 'It is over.' })
    expect(await castVote(campus, { number, personId: kim.personId })).toEqual({ kind: 'closed' })
    expect(await withdrawVote(campus, { number, personId: sam.personId })).toEqual({ kind: 'closed' })
    await expectVotes(number, 2)
    expect(await isFollowed(number, kim)).toBeUndefined()
  },
)

test('an unknown ticket takes none', async () => {
  const { campus } = here
  const { personId } = await aStudent(campus)
  expect(await castVote(campus, { number: 4711, personId })).toEqual({ kind: 'closed' })
  expect(await campus.db.$count(votes)).toBe(0)
})

describe('following', () => {
  test('comes with a vote and stays when it is taken back', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating')
    const sam = await aStudent(campus)
    await castVote(campus, { number, personId: sam.personId })
    expect(await isFollowed(number, sam)).toBe(true)
    await withdrawVote(campus, { number, personId: sam.personId })
    expect(await isFollowed(number, sam)).toBe(true)
  })

  test('a later vote does not undo the choice not to', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating')
    const sam = await aStudent(campus)
    await setFollow(campus, { number, personId: sam.personId, active: true })
    await setFollow(campus, { number, personId: sam.personId, active: false })
    await setFollow(campus, { number, personId: sam.personId, active: false })
    await castVote(campus, { number, personId: sam.personId })
    expect(await isFollowed(number, sam)).toBe(false)
  })
})

test('votes racing with a merge are neither lost nor doubled', async () => {
  const { campus } = here
  const admin = await anAdmin(campus)
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const crowd = await aCrowd(40)
  const cast = crowd.map((personId) => () => castVote(campus, { number, personId }))
  const merging = () => merge(campus, admin, { number, into, sentence: 'The same.', key: aKey() })
  const results = await Promise.all([
    ...cast.slice(0, 20).map((vote) => vote()),
    merging(),
    ...cast.slice(20).map((vote) => vote()),
  ])
  const counted = results.filter((result) => result?.kind === 'counted').length
  const refused = results.filter((result) => result?.kind === 'closed').length
  expect(counted + refused).toBe(40)
  await expectVotes(number, 0)
  // Both authors, and everyone who was told that the vote counts.
  await expectVotes(into, counted + 2)
})

test('the same people backing both sides of a merge while it happens count once', async () => {
  const { campus } = here
  const admin = await anAdmin(campus)
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const crowd = await aCrowd(20)
  await Promise.all([
    ...crowd.map((personId) => castVote(campus, { number, personId })),
    merge(campus, admin, { number, into, sentence: 'The same.' }),
    ...crowd.map((personId) => castVote(campus, { number: into, personId })),
  ])
  await expectVotes(number, 0)
  await expectVotes(into, 22)
})
