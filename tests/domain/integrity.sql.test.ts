import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Mail } from '#app/channels/mail.ts'
import type { Actor } from '#app/domain/campus.ts'
import { dismissFlag, forgetOrigins, listFlags, lookAtVotes } from '#app/domain/integrity/flags.server.ts'
import {
  invalidateVotes,
  previewInvalidation,
  undoInvalidation,
} from '#app/domain/integrity/invalidate.server.ts'
import { readInvalidVotes, readLedger } from '#app/domain/integrity/ledger.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { castVote, withdrawVote } from '#app/domain/votes/cast.server.ts'
import { tellInvalidated } from '#app/jobs/tell-invalidated.server.ts'
import { DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import { invalidationMails, people, tickets, votes, type VotePattern } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, anAdmin, aStudent, aTicket, quiet, refusalOf, theTicket } from './campus.ts'

const here = aCampus()

const CAMPUS_RANGE = 'campus:the network of the campus'
const HOME_RANGE = 'a range elsewhere'

/** Accounts that are so old, in milliseconds. */
async function accounts(name: string, size: number, age: number): Promise<Array<string>> {
  const crowd = Array.from({ length: size }, (_, count) => `${name}-${count}`)
  const createdAt = new Date(here.clock.now().getTime() - age)
  // A statement takes only so many values.
  for (let from = 0; from < size; from += 5000)
    await here.campus.db
      .insert(people)
      .values(crowd.slice(from, from + 5000).map((id) => ({ id, createdAt })))
  return crowd
}

/** Everybody votes within two minutes, as the site takes it; quicker than one statement for each. */
async function allVote(number: number, crowd: Array<string>, origin: (index: number) => string) {
  const list = JSON.stringify(
    crowd.map((person, index) => ({
      person,
      origin: origin(index),
      at: new Date(
        here.clock.now().getTime() + index * Math.floor((2 * MINUTE) / crowd.length),
      ).toISOString(),
    })),
  )
  await run(
    here.campus.db,
    sql`with cast_votes as (
          insert into ${votes} (ticket_number, person_id, created_at, origin)
          select ${number}::int, person, at, origin from jsonb_to_recordset(${list}::jsonb) as cast_vote (person text, at timestamptz, origin text)
          returning 1
        )
        update ${tickets} set votes = votes + (select count(*) from cast_votes) where number = ${number}`,
  )
}

const scattered = (index: number) => `range-${index % 150}`

async function expectTrue(number: number, count: number) {
  const counted = and(eq(votes.ticketNumber, number), sql`${votes.invalidatedBy} is null`)
  expect(await here.campus.db.$count(votes, counted)).toBe(count)
  expect((await theTicket(here.campus, number)).votes).toBe(count)
}

async function aModerator(): Promise<Actor> {
  return findActor(here.campus, await personWith(here.campus, 'mo@northfield.example', 'moderator'))
}

const RING: VotePattern = { conditions: ['young', 'single', 'one-range'], everywhere: false }

/** A ticket an hour old, with honest votes beside those of new accounts. */
async function aRingedTicket(honest: number, ring: number) {
  const number = await aTicket(here.campus, 'parking')
  here.clock.pass(HOUR)
  const members = await accounts('member', honest * 3, 200 * DAY)
  await allVote(number, members.slice(0, honest), () => CAMPUS_RANGE)
  const fresh = await accounts('fresh', ring, HOUR)
  await allVote(number, fresh, () => HOME_RANGE)
  here.clock.pass(3 * MINUTE)
  await lookAtVotes(here.campus)
  return { number, fresh, members, flag: (await listFlags(here.campus))[0] }
}

describe('a brigade of 2,000', () => {
  test('is flagged, previewed, taken out, undone, and told without a name', async () => {
    const { campus } = here
    const [honest, ring] = [300, 2000]
    const { number, fresh, flag } = await aRingedTicket(honest, ring)
    const before = honest + ring + 1
    expect(flag).toMatchObject({ ticket: { number }, signs: ['burst', 'young', 'single', 'one-range'] })
    const admin = await anAdmin(campus)

    const id = BigInt(flag!.id)
    const preview = await previewInvalidation(campus, id, RING)
    expect(preview).toEqual({
      votes: ring,
      tickets: [
        { ticket: expect.objectContaining({ number }) as object, votes: ring, before, after: honest + 1 },
      ],
    })
    await expectTrue(number, before)

    const took = performance.now()
    const request = { flagId: id, pattern: RING, reason: 'one-person', expected: ring } as const
    const invalidation = await invalidateVotes(campus, admin, request)
    const ms = Math.round(performance.now() - took)
    await expectTrue(number, honest + 1)
    expect(await castVote(campus, { number, personId: fresh[0]! })).toEqual({ kind: 'taken-out' })
    expect(await withdrawVote(campus, { number, personId: fresh[0]! })).toMatchObject({ kind: 'counted' })
    await expectTrue(number, honest + 1)
    expect(await readInvalidVotes(campus, fresh[0]!)).toMatchObject([{ number, reason: 'one-person' }])
    expect(await campus.db.$count(invalidationMails)).toBe(ring)
    expect(await refusalOf(invalidateVotes(campus, admin, request))).toBe('flag-settled')

    await undoInvalidation(campus, admin, invalidation)
    await expectTrue(number, before)
    expect(await castVote(campus, { number, personId: fresh[0]! })).toEqual({
      kind: 'counted',
      votes: before,
    })
    expect(await refusalOf(undoInvalidation(campus, admin, invalidation))).toBe('already-undone')
    expect(await campus.db.$count(invalidationMails)).toBe(0)
    expect(await listFlags(campus)).toMatchObject([{ id: flag!.id, settledAt: null }])

    const { lines } = await readLedger(campus)
    expect(lines).toEqual([
      {
        id: String(invalidation),
        at: here.clock.now(),
        role: 'admin',
        reason: 'one-person',
        tickets: [{ number, votes: ring }],
        undone: { at: here.clock.now(), role: 'admin', votes: ring },
      },
    ])
    for (const name of [admin.personId, fresh[0]!, 'ada@']) expect(JSON.stringify(lines)).not.toContain(name)
    console.log(
      `brigade: ${ring} of ${before} votes flagged as ${flag!.signs.join(', ')}; ${preview.votes} previewed, taken out in ${ms} ms, ${lines[0]!.undone!.votes} restored; ledger names nobody`,
    )
  })

  test('a ring that went from ticket to ticket is taken out of all of them', async () => {
    const { campus } = here
    const numbers = [
      await aTicket(campus, 'parking'),
      await aTicket(campus, 'parkour'),
      await aTicket(campus, 'parks'),
    ]
    here.clock.pass(HOUR)
    await accounts('member', 2000, 200 * DAY)
    const fresh = await accounts('fresh', 60, HOUR)
    for (const number of numbers) {
      await allVote(number, fresh, scattered)
      here.clock.pass(3 * MINUTE)
    }
    await lookAtVotes(campus)
    const flags = await listFlags(campus)
    expect(flags.map(({ ticket }) => ticket.number).sort()).toEqual(numbers)
    for (const { signs } of flags) expect(signs).toEqual(['burst', 'young', 'ring'])

    const pattern: VotePattern = { conditions: ['ring'], everywhere: true }
    const flagId = BigInt(flags[0]!.id)
    const { votes: expected, tickets: touched } = await previewInvalidation(campus, flagId, pattern)
    expect([expected, touched.length]).toEqual([180, 3])
    await invalidateVotes(campus, await anAdmin(campus), { flagId, pattern, reason: 'automated', expected })
    for (const number of numbers) await expectTrue(number, 1)
  })
})

describe('a false alarm is not raised', () => {
  test('by a fifth of the campus within ten minutes, behind one address', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'exams')
    here.clock.pass(HOUR)
    const everybody = await accounts('member', 5000, 200 * DAY)
    for (const origin of [CAMPUS_RANGE, HOME_RANGE]) {
      await run(campus.db, sql`delete from ${votes} where ticket_number = ${number}`)
      await allVote(number, everybody.slice(0, 1000), () => origin)
      here.clock.pass(3 * MINUTE)
      await lookAtVotes(campus)
      expect(await listFlags(campus)).toEqual([])
    }
  })

  test('on the first day of a campus, when every account is new', async () => {
    const number = await aTicket(here.campus, 'exams')
    here.clock.pass(HOUR)
    const everybody = await accounts('member', 800, HOUR)
    await allVote(number, everybody.slice(0, 400), () => HOME_RANGE)
    here.clock.pass(3 * MINUTE)
    await lookAtVotes(here.campus)
    expect(await listFlags(here.campus)).toEqual([])
  })
})

test('looking twice finds nothing new, and what was dismissed stays so', async () => {
  const { campus } = here
  const { flag } = await aRingedTicket(40, 60)
  await lookAtVotes(campus)
  expect(await listFlags(campus)).toHaveLength(1)
  const moderator = await aModerator()
  await dismissFlag(campus, moderator, BigInt(flag!.id))
  await lookAtVotes(campus)
  expect(await listFlags(campus)).toMatchObject([{ id: flag!.id, settledAt: here.clock.now() }])
  expect(await refusalOf(dismissFlag(campus, moderator, BigInt(flag!.id)))).toBe('flag-settled')
  expect(await refusalOf(dismissFlag(campus, moderator, 4711n))).toBe('no-such-flag')
})

describe('taking out', () => {
  const request = (flag: { id: string }, expected: number) =>
    ({ flagId: BigInt(flag.id), pattern: RING, reason: 'automated', expected }) as const

  test('does nothing when other votes are meant than were shown', async () => {
    const { number, flag } = await aRingedTicket(40, 60)
    const admin = await anAdmin(here.campus)
    expect(await refusalOf(invalidateVotes(here.campus, admin, request(flag!, 59)))).toBe('votes-moved')
    await expectTrue(number, 101)
    expect((await readLedger(here.campus)).lines).toEqual([])
    await invalidateVotes(here.campus, admin, request(flag!, 60))
    await expectTrue(number, 41)
  })

  test('is neither a student’s, nor an auditor’s, nor that of who raised the ticket', async () => {
    const { campus } = here
    const { number, flag } = await aRingedTicket(40, 60)
    const auditor = await findActor(campus, await personWith(campus, 'au@northfield.example', 'auditor'))
    for (const actor of [await aStudent(campus), auditor]) {
      expect(await refusalOf(invalidateVotes(campus, actor, request(flag!, 60)))).toBe('not-yours')
      expect(await refusalOf(undoInvalidation(campus, actor, 1n))).toBe('not-yours')
      expect(await refusalOf(dismissFlag(campus, actor, BigInt(flag!.id)))).toBe('not-yours')
    }
    const moderator = await aModerator()
    await campus.db.update(tickets).set({ authorId: moderator.personId }).where(eq(tickets.number, number))
    expect(await refusalOf(invalidateVotes(campus, moderator, request(flag!, 60)))).toBe('own-ticket')
    await expectTrue(number, 101)
  })

  test('survives that people leave, with their votes or without, and is undone for the rest', async () => {
    const { campus } = here
    const { number, fresh, flag } = await aRingedTicket(40, 60)
    const admin = await anAdmin(campus)
    const id = await invalidateVotes(campus, admin, request(flag!, 60))
    await erase(campus, fresh[0]!, { words: 'keep', votes: 'take-back' })
    await erase(campus, fresh[1]!, { words: 'keep', votes: 'keep' })
    await expectTrue(number, 41)
    expect((await readLedger(campus)).lines[0]!.tickets[0]!.votes).toBe(60)
    await undoInvalidation(campus, admin, id)
    await expectTrue(number, 41 + 59)
    expect((await readLedger(campus)).lines[0]!.undone!.votes).toBe(59)
  })

  test('goes along with a merge, and is undone where the votes are now', async () => {
    const { campus } = here
    const { number, flag } = await aRingedTicket(40, 60)
    const into = await aTicket(campus, 'car parks')
    const admin = await anAdmin(campus)
    const id = await invalidateVotes(campus, admin, request(flag!, 60))
    await merge(campus, admin, { number, into, sentence: 'The same.' })
    await expectTrue(into, 42)
    await undoInvalidation(campus, admin, id)
    await expectTrue(into, 102)
    await expectTrue(number, 0)
  })

  test('is told by whoever votes meanwhile, and the count stays true', async () => {
    const { campus } = here
    const { number, flag, members } = await aRingedTicket(40, 60)
    const admin = await anAdmin(campus)
    const [id] = await Promise.all([
      invalidateVotes(campus, admin, request(flag!, 60)),
      ...members.slice(40, 60).map((personId) => castVote(campus, { number, personId })),
    ])
    await expectTrue(number, 61)
    await Promise.all([
      undoInvalidation(campus, admin, id),
      ...members.slice(60, 80).map((personId) => castVote(campus, { number, personId })),
    ])
    await expectTrue(number, 141)
  })
})

describe('who gave a vote that was taken out', () => {
  /** A mail server that is away for the first so many mails. */
  const aMailer = (away = 0) => {
    const sent: Array<Mail> = []
    let left = away
    return {
      sent,
      send: async (mail: Mail) => {
        if (left-- > 0) throw new Error('away')
        await Promise.resolve(sent.push(mail))
      },
      close: () => undefined,
    }
  }
  const tell = (mailer: ReturnType<typeof aMailer>) =>
    tellInvalidated({
      campus: here.campus,
      mailer,
      publicUrl: 'https://quad.example',
      campusName: 'Northfield',
      log: quiet,
    })

  async function takenOut(withMail: number) {
    const { campus } = here
    const { number, flag, fresh } = await aRingedTicket(40, 60)
    for (const id of fresh.slice(0, withMail))
      await campus.db
        .update(people)
        .set({ email: `${id}@northfield.example` })
        .where(eq(people.id, id))
    const id = await invalidateVotes(campus, await anAdmin(campus), {
      flagId: BigInt(flag!.id),
      pattern: RING,
      reason: 'automated',
      expected: 60,
    })
    return { number, fresh, id }
  }

  test('is told once by mail why, where to see it and how to object; without an address on their page alone', async () => {
    const { number } = await takenOut(3)
    const mailer = aMailer()
    await Promise.all([tell(mailer), tell(mailer)])
    await tell(mailer)
    expect(mailer.sent.map(({ to }) => to).toSorted()).toEqual(
      [0, 1, 2].map((index) => `fresh-${index}@northfield.example`),
    )
    for (const words of [`No. ${number}`, 'https://quad.example/ledger', 'https://quad.example/me'])
      expect(mailer.sent[0]!.text).toContain(words)
    expect(await here.campus.db.$count(invalidationMails, isNull(invalidationMails.sentAt))).toBe(0)
  })

  test('is told later where the mail server was away, and not at all of what was undone by then', async () => {
    const { id, fresh } = await takenOut(1)
    await tell(aMailer(1))
    const mailer = aMailer()
    await tell(mailer)
    expect(mailer.sent).toEqual([])
    here.clock.pass(MINUTE)
    await tell(mailer)
    expect(mailer.sent.map(({ to }) => to)).toEqual([`${fresh[0]}@northfield.example`])

    await here.campus.db.update(invalidationMails).set({ sentAt: null, claimedUntil: null })
    await undoInvalidation(here.campus, await anAdmin(here.campus), id)
    await tell(mailer)
    expect(mailer.sent).toHaveLength(1)
  })
})

test('from which range a vote came is forgotten after two days', async () => {
  const { campus } = here
  const { flag } = await aRingedTicket(40, 60)
  expect(flag).toBeDefined()
  here.clock.pass(2 * DAY + HOUR)
  const number = await aTicket(campus, 'lifts')
  await castVote(campus, { number, personId: (await aStudent(campus)).personId, origin: HOME_RANGE })
  await forgetOrigins(campus)
  const known = await campus.db
    .select({ number: votes.ticketNumber })
    .from(votes)
    .where(isNotNull(votes.origin))
  expect(known).toEqual([{ number }])
})
