import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { data, type AppLoadContext } from '@remix-run/node'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'
import type { Actor } from '#app/domain/campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { open } from '#app/web/door.server.ts'
import { votes } from '#app/web/votes.server.ts'
import { entries, votes as castVotes } from '#db/schema/index.ts'
import { aCampus, aConcern, aKey, aStudent, aTicket, onPostgres, quiet, theTicket } from '../domain/campus.ts'

const here = aCampus()

/** A form of somebody whose session was read before they were erased. @returns what the door answers with */
async function sent(actor: Actor, work: () => Promise<unknown>): Promise<unknown> {
  const context = {
    app: { campus: here.campus, clock: here.clock, log: quiet },
    viewer: () => Promise.resolve({ actor, sessionId: 'read before', provenAt: null, provider: 'mail' }),
  } as unknown as AppLoadContext
  const request = new Request('http://quad.example/tickets/1001', { method: 'POST' })
  try {
    await open('comment', work)({ request, params: {}, context, unstable_pattern: '' } as never)
    return 'taken'
  } catch (thrown) {
    return thrown
  }
}
const refused = data({ reason: 'account-erased' }, { status: 410 })
const takeBack = { words: 'take-back', votes: 'take-back' } as const

test('what an erased person sent meanwhile ends in a refusal, and leaves nothing', async () => {
  const number = await aTicket(here.campus, 'parking')
  const sam = await aStudent(here.campus, 'sam')
  const { personId } = sam
  await erase(here.campus, personId, takeBack)
  const before = await theTicket(here.campus, number)
  for (const work of [
    () => comment(here.campus, { number, personId, body: 'Mine too.', key: aKey() }),
    () => raise(here.campus, aConcern('heating', sam)),
    () => castVote(here.campus, { number, personId }),
    () => setFollow(here.campus, { number, personId, active: true }),
  ])
    expect(await sent(sam, work)).toEqual(refused)
  expect(await theTicket(here.campus, number)).toEqual(before)
  expect(await here.campus.db.$count(entries)).toBe(1)
})

test('so does a vote, which is answered on the raw request', async () => {
  const number = await aTicket(here.campus, 'parking')
  const { personId, role, affiliations } = await aStudent(here.campus, 'sam')
  await erase(here.campus, personId, takeBack)
  const voting = votes({
    app: { campus: here.campus, log: quiet, env: { publicUrl: 'http://localhost' } },
    originOf: () => '',
    sessions: { read: () => Promise.resolve({ session: { personId, role, affiliations }, setCookie: null }) },
  } as unknown as AppLoadContext)
  const site = http.createServer((request, response) => void voting.answer(request, response))
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const { port } = site.address() as AddressInfo
  const body = new URLSearchParams({ intent: 'vote' })
  const response = await fetch(`http://127.0.0.1:${port}/votes/${number}`, { method: 'POST', body })
  expect(response.status).toBe(410)
  expect(await response.text()).toContain(`<h1>${textIn('en')('error.410.title')}</h1>`)
  await new Promise((resolve) => site.close(resolve))
  expect(await here.campus.db.$count(castVotes)).toBe(1)
})

if (onPostgres)
  test('at the same moment, it is taken before the erasure or refused', async () => {
    const number = await aTicket(here.campus, 'parking')
    for (let round = 0; round < 10; round += 1) {
      const sam = await aStudent(here.campus, `sam-${round}`)
      const { personId } = sam
      const [, ...answers] = await Promise.all([
        erase(here.campus, personId, takeBack),
        sent(sam, () => comment(here.campus, { number, personId, body: 'Mine too.', key: aKey() })),
        sent(sam, () => castVote(here.campus, { number, personId })),
        sent(sam, () => raise(here.campus, aConcern(`heating ${round}`, sam))),
      ])
      for (const answer of answers) expect(['taken', refused]).toContainEqual(answer)
    }
    const { votes } = await theTicket(here.campus, number)
    expect(await here.campus.db.$count(castVotes, eq(castVotes.ticketNumber, number))).toBe(votes)
  })
