import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { appeal, decideAppeal, takeBack, type Against } from '#app/domain/moderation/appeal.server.ts'
import { block } from '#app/domain/moderation/block.server.ts'
import { readAllDecisions, readOwnDecisions } from '#app/domain/moderation/decisions.server.ts'
import { hide, restore } from '#app/domain/moderation/hide.server.ts'
import { countByMonth, readModerationLog } from '#app/domain/moderation/log.server.ts'
import { listPolicies, publishPolicy, readPolicy } from '#app/domain/moderation/policy.server.ts'
import { dismiss, readOwnReports, readReported, report } from '#app/domain/moderation/report.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { readHeld } from '#app/domain/privacy/held.server.ts'
import { openBoard } from '#app/domain/tickets/board.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { readFeed } from '#app/domain/tickets/feed.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { DAY } from '#app/platform/clock.ts'
import type { Role } from '#app/vocabulary.ts'
import { auditLog, entries, hidings, people, pseudonyms, searchWords, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import {
  aCampus,
  aConcern,
  aKey,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  aStudent,
  refusalOf,
  staffOf,
} from './campus.ts'

const here = aCampus()

const somebody = async (name: string, role: Role) =>
  findActor(here.campus, await personWith(here.campus, `${name}@northfield.example`, role))

async function entryOf(number: number, kind: 'raised' | 'comment'): Promise<bigint> {
  const rows = await here.campus.db.select().from(entries).where(eq(entries.ticketNumber, number))
  return rows.filter((row) => row.kind === kind).at(-1)!.id
}

async function aConcernBy(author: Actor, about: string): Promise<{ number: number; entryId: bigint }> {
  const { number } = await raise(here.campus, aConcern(about, author))
  return { number, entryId: await entryOf(number, 'raised') }
}

async function aCommentBy(author: Actor, number: number, body: string): Promise<bigint> {
  await comment(here.campus, { number, personId: author.personId, body, key: aKey() })
  return entryOf(number, 'comment')
}

const because = { reason: 'personal-data', explanation: 'It names a room.' } as const

async function theHiding(): Promise<Against> {
  const [row] = await here.campus.db.select().from(hidings)
  return { kind: 'hiding', id: row!.id }
}

/** Everything that anybody may read, as one text. */
async function allPublic(numbers: Array<number>, search: string): Promise<string> {
  const { campus } = here
  const query = {
    search: '',
    departmentId: null,
    status: 'all',
    source: null,
    sort: 'newest',
    from: null,
  } as const
  const read = [
    ...(await Promise.all(numbers.map((number) => readTicket(campus, number, null)))),
    await openBoard(campus, query, null),
    (await openBoard(campus, { ...query, search }, null)).rows,
    await readFeed(campus, null),
    await findSimilar(campus, search),
    await readModerationLog(campus, 1),
    (await campus.db.select().from(searchWords)).map(({ word }) => word),
  ]
  return JSON.stringify(read, (_key, value) =>
    typeof value === 'bigint' ? String(value) : (value as unknown),
  )
}

describe('what is hidden', () => {
  test('a concern is shown nowhere, found by nothing, kept, and comes back as it was', async () => {
    const { campus } = here
    const [author, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number, entryId } = await aConcernBy(author, 'xylophone')
    expect(await allPublic([number], 'xylophone')).toContain('xylophone')
    await hide(campus, mona, { entryId, ...because })
    expect(await allPublic([number], 'xylophone')).not.toContain('xylophone')
    const found = await readTicket(campus, number, mona)
    expect(found).toMatchObject({
      ticket: { hidden: { reason: 'personal-data', policyVersion: 1, appeal: 'none' }, votes: 1 },
    })
    expect((await readOwnDecisions(campus, author))[0]).toMatchObject({
      kind: 'concern',
      words: 'About xylophone\n\nSomething is wrong with xylophone.',
      may: { appeal: true },
    })
    const [kept] = await campus.db.select().from(hidings)
    await together(campus, (campus) => restore(campus, kept!, campus.clock.now()))
    expect(await allPublic([number], 'xylophone')).toContain('About xylophone')
  })

  test('a comment is shown nowhere, and its entry is untouched', async () => {
    const { campus } = here
    const [author, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number } = await aConcernBy(await aStudent(campus, 'kim'), 'lift')
    const entryId = await aCommentBy(author, number, 'Quixotic words.')
    await hide(campus, mona, { entryId, ...because })
    expect(await allPublic([number], 'quixotic')).not.toContain('Quixotic')
    const [entry] = await campus.db.select().from(entries).where(eq(entries.id, entryId))
    expect(entry!.body).toBe('Quixotic words.')
    expect(await readAllDecisions(campus, mona)).toMatchObject([{ words: 'Quixotic words.' }])
  })

  test('a post, its pictures, newer versions, and whatever quotes it', async () => {
    const { campus } = here
    const mona = await somebody('mona', 'moderator')
    const accountId = await anAccount(campus, 'northfieldlib', here.library)
    const post = aPostAbout('zeppelin', {
      images: [{ url: 'https://x.example/zeppelin.jpg', alt: 'a zeppelin' }],
    })
    const take = (incoming: typeof post) => together(campus, (c) => receivePost(c, accountId, incoming))
    await take(post)
    const parent = { authorName: 'Alex', authorHandle: 'alexvisits', text: post.text, url: post.url }
    await take(aReplyTo(post, '@northfieldlib mine too', { parent }))
    // Without words of its own it is called what it quotes.
    const quoting = aPostAbout('', { text: '@northfieldlib', parent, conversationId: 'other' })
    await take(quoting)
    const numbers = (await campus.db.select().from(tickets)).map(({ number }) => number)
    expect(await allPublic(numbers, 'zeppelin')).toContain('zeppelin')
    await hide(campus, mona, { entryId: await entryOf(numbers[0]!, 'raised'), ...because })
    expect(await allPublic(numbers, 'zeppelin')).not.toContain('zeppelin')
    await take({
      ...post,
      externalId: '9000',
      text: '@northfieldlib the zeppelin is broken again',
    })
    expect(await allPublic(numbers, 'zeppelin')).not.toContain('zeppelin')
    // So are those who quote it only now.
    await take({ ...quoting, externalId: '9001', firstId: '9001', conversationId: 'later' })
    const all = (await campus.db.select().from(tickets)).map(({ number }) => number)
    expect(all.length).toBe(numbers.length + 1)
    expect(await allPublic(all, 'zeppelin')).not.toContain('zeppelin')
    expect((await readModerationLog(campus, 1)).entries).toMatchObject([{ kind: 'concern', network: true }])
  })

  test('a merged ticket is hidden on the page that goes on with it', async () => {
    const { campus } = here
    const [admin, mona] = [await anAdmin(campus), await somebody('mona', 'moderator')]
    const survivor = await aConcernBy(await aStudent(campus, 'kim'), 'lift')
    const merged = await aConcernBy(await aStudent(campus), 'saxophone')
    await merge(campus, admin, { number: merged.number, into: survivor.number, sentence: 'The same.' })
    expect(await allPublic([survivor.number], 'saxophone')).toContain('saxophone')
    await hide(campus, mona, { entryId: merged.entryId, ...because })
    expect(await allPublic([survivor.number], 'saxophone')).not.toContain('saxophone')
  })

  test('words that are taken back are gone, hidden or not', async () => {
    const { campus } = here
    const [author, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number, entryId } = await aConcernBy(author, 'bassoon')
    await castVote(campus, { number, personId: mona.personId })
    await hide(campus, mona, { entryId, ...because })
    expect(JSON.stringify((await readHeld(campus, author.personId)).hidings)).toContain('bassoon')
    await erase(campus, author.personId, { words: 'take-back', votes: 'keep' })
    const [row] = await run<{ found: number }>(
      campus.db,
      sql`select count(*)::int as found from hidings where title || body ilike '%bassoon%'`,
    )
    expect(row!.found).toBe(0)
    expect((await readTicket(campus, number, null)).kind).toBe('found')
  })

  test('is hidden once, never by its author, never for a department, and never by who may not', async () => {
    const { campus } = here
    const [author, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number, entryId } = await aConcernBy(author, 'lift')
    const own = await aConcernBy(mona, 'door')
    expect(await refusalOf(hide(campus, mona, { entryId: own.entryId, ...because }))).toBe('your-own-words')
    for (const role of ['care', 'auditor', 'responder', 'student', 'alert-officer'] as const)
      expect(await refusalOf(hide(campus, await somebody(role, role), { entryId, ...because }))).toBe(
        'staff-only',
      )
    await hide(campus, mona, { entryId, ...because })
    expect(await refusalOf(hide(campus, mona, { entryId, ...because }))).toBe('already-hidden')
    await campus.db.update(tickets).set({ departmentId: here.it }).where(eq(tickets.number, number))
    await answer(campus, await staffOf(campus, here.it), { number, body: 'We are on it.' })
    const [said] = await campus.db.select().from(entries).where(eq(entries.kind, 'answer'))
    expect(await refusalOf(hide(campus, mona, { entryId: said!.id, ...because }))).toBe('not-hidable')
    expect(await refusalOf(hide(campus, mona, { entryId: 999999n, ...because }))).toBe('no-such-entry')
    expect(await campus.db.select({ event: auditLog.event }).from(auditLog)).toContainEqual({
      event: 'entry.hidden',
    })
  })

  test('what was decided is never rewritten', async () => {
    const { campus } = here
    const { entryId } = await aConcernBy(await aStudent(campus), 'lift')
    await hide(campus, await somebody('mona', 'moderator'), { entryId, ...because })
    await expect(campus.db.update(hidings).set({ reason: 'spam' })).rejects.toThrow()
    await expect(campus.db.delete(hidings)).rejects.toThrow()
    await expect(run(campus.db, sql`update moderation_policies set body = 'other'`)).rejects.toThrow()
  })
})

describe('an appeal', () => {
  async function hidden() {
    const { campus } = here
    const [author, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number, entryId } = await aConcernBy(author, 'xylophone')
    await hide(campus, mona, { entryId, ...because })
    return { campus, author, mona, number, against: await theHiding() }
  }

  test('is taken from the author alone, once, in time', async () => {
    const { campus, author, mona, against } = await hidden()
    const filed = { against, body: 'There is no room in it.' }
    expect(await refusalOf(appeal(campus, await aStudent(campus, 'kim'), filed))).toBe('not-your-decision')
    expect(await refusalOf(appeal(campus, mona, filed))).toBe('not-your-decision')
    here.clock.pass(31 * DAY)
    expect(await refusalOf(appeal(campus, author, filed))).toBe('appeal-too-late')
    here.clock.pass(-2 * DAY)
    await appeal(campus, author, filed)
    expect(await refusalOf(appeal(campus, author, filed))).toBe('already-appealed')
  })

  test('is needless where whoever decided takes it back within a day, as a mistake', async () => {
    const { campus, author, mona, number, against } = await hidden()
    expect(await refusalOf(takeBack(campus, await anAdmin(campus), against))).toBe('not-your-mistake')
    expect(await refusalOf(takeBack(campus, author, against))).toBe('staff-only')
    here.clock.pass(DAY + 1)
    expect(await refusalOf(takeBack(campus, mona, against))).toBe('take-back-too-late')
    here.clock.pass(-DAY)
    expect((await readAllDecisions(campus, mona))[0]!.may.takeBack).toBe(true)
    expect(await allPublic([number], 'xylophone')).not.toContain('About xylophone')
    expect(await takeBack(campus, mona, against)).toMatchObject({ ticketNumber: number })
    expect(await allPublic([number], 'xylophone')).toContain('About xylophone')
    expect((await readModerationLog(campus, 1)).entries).toMatchObject([{ appeal: 'taken-back' }])
    expect((await readAllDecisions(campus, mona))[0]!.may.takeBack).toBe(false)
    expect(await refusalOf(takeBack(campus, mona, against))).toBe('take-back-too-late')
  })

  test('leaves it to somebody else from then on', async () => {
    const { campus, author, mona, against } = await hidden()
    await appeal(campus, author, { against, body: 'There is no room in it.' })
    expect((await readAllDecisions(campus, mona))[0]!.may.takeBack).toBe(false)
    expect(await refusalOf(takeBack(campus, mona, against))).toBe('already-appealed')
  })

  test('is decided by somebody else, once', async () => {
    const { campus, author, mona, number, against } = await hidden()
    await appeal(campus, author, { against, body: 'There is no room in it.' })
    expect((await readModerationLog(campus, 1)).entries).toMatchObject([{ appeal: 'open' }])
    const decided = { against, upheld: false, sentence: 'There is none, indeed.' }
    expect(await refusalOf(decideAppeal(campus, mona, decided))).toBe('you-decided-it')
    expect(await refusalOf(decideAppeal(campus, await somebody('cara', 'care'), decided))).toBe('staff-only')
    await campus.db.update(people).set({ role: 'moderator' }).where(eq(people.id, author.personId))
    expect(await refusalOf(decideAppeal(campus, await findActor(campus, author.personId), decided))).toBe(
      'your-own-words',
    )
    const [shown] = await readAllDecisions(campus, await anAdmin(campus))
    expect(shown).toMatchObject({
      may: { decide: true },
      appeal: { dueAt: new Date('2026-03-09T17:00:00Z') },
    })
    await decideAppeal(campus, await anAdmin(campus), decided)
    expect(await refusalOf(decideAppeal(campus, await anAdmin(campus), decided))).toBe('already-decided')
    expect(await allPublic([number], 'xylophone')).toContain('About xylophone')
    expect((await readModerationLog(campus, 1)).entries).toMatchObject([
      { kind: 'concern', reason: 'personal-data', role: 'moderator', appeal: 'restored' },
    ])
    expect(await countByMonth(campus)).toEqual([
      { month: '2026-03', concerns: 1, comments: 0, blocks: 0, restored: 1 },
    ])
  })

  test('upheld, it stays hidden and says so', async () => {
    const { campus, author, number, against } = await hidden()
    await appeal(campus, author, { against, body: 'No.' })
    await decideAppeal(campus, await anAdmin(campus), { against, upheld: true, sentence: 'Room 4.' })
    expect(await readTicket(campus, number, null)).toMatchObject({ ticket: { hidden: { appeal: 'upheld' } } })
    expect((await readOwnDecisions(campus, author))[0]!.appeal).toMatchObject({ sentence: 'Room 4.' })
  })
})

describe('reports', () => {
  test('300 against one ticket are one line, flagged, and hide nothing', async () => {
    const { campus } = here
    const { number, entryId } = await aConcernBy(await aStudent(campus), 'fees')
    here.clock.pass(30 * DAY)
    const spared = await aConcernBy(await aStudent(campus, 'kim'), 'lift')
    const one = await aStudent(campus, 'one')
    for (const _ of [1, 2])
      await report(campus, one, { entryId: spared.entryId, reason: 'spam', words: null })
    for (let index = 0; index < 300; index++)
      await report(campus, await aStudent(campus, `ring-${index}`), {
        entryId,
        reason: 'threat',
        words: null,
      })
    expect(await readReported(campus)).toMatchObject([
      { ticketNumber: number, reporters: 300, urgent: true, coordinated: true },
      { ticketNumber: spared.number, reporters: 1, urgent: false, coordinated: false },
    ])
    expect(await readTicket(campus, number, null)).toMatchObject({ ticket: { hidden: null } })
    await dismiss(campus, await somebody('mona', 'moderator'), entryId)
    expect(await readReported(campus)).toHaveLength(1)
    expect(await readOwnReports(campus, (await aStudent(campus, 'ring-7')).personId)).toMatchObject([
      { ticketNumber: number, hidden: false },
    ])
  })

  test('are settled by hiding, and a moderator dismisses none about themselves', async () => {
    const { campus } = here
    const [kim, mona] = [await aStudent(campus, 'kim'), await somebody('mona', 'moderator')]
    const own = await aConcernBy(mona, 'door')
    await report(campus, kim, { entryId: own.entryId, reason: 'spam', words: 'Again.' })
    expect(await refusalOf(dismiss(campus, mona, own.entryId))).toBe('your-own-words')
    await hide(campus, await anAdmin(campus), { entryId: own.entryId, ...because })
    expect(await readReported(campus)).toEqual([])
    expect(await readOwnReports(campus, kim.personId)).toMatchObject([{ hidden: true }])
    expect(await refusalOf(report(campus, kim, { entryId: own.entryId, reason: 'spam', words: null }))).toBe(
      'already-hidden',
    )
  })
})

describe('a block', () => {
  async function aBlock(reason: 'spam' | 'vote-fraud') {
    const { campus } = here
    const [sam, mona] = [await aStudent(campus), await somebody('mona', 'moderator')]
    const { number } = await aConcernBy(sam, 'lift')
    const [named] = await campus.db.select().from(pseudonyms)
    const request = {
      ticketNumber: number,
      name: named!.name,
      reason,
      days: 7,
      explanation: 'Ten times the same.',
    } as const
    await block(campus, mona, request)
    return { campus, sam, mona, number, request }
  }

  test('keeps from raising and commenting, ends by itself, and names nobody', async () => {
    const { campus, sam, mona, number, request } = await aBlock('spam')
    expect(await refusalOf(raise(campus, aConcern('door', sam)))).toBe('blocked')
    expect(await refusalOf(aCommentBy(sam, number, 'Hm.'))).toBe('blocked')
    const other = await aConcernBy(await aStudent(campus, 'kim'), 'door')
    expect(await castVote(campus, { number: other.number, personId: sam.personId })).toMatchObject({
      votes: 2,
    })
    expect(await refusalOf(block(campus, mona, request))).toBe('already-blocked')
    expect(JSON.stringify(await readModerationLog(campus, 1))).not.toContain(request.name)
    here.clock.pass(7 * DAY)
    await aCommentBy(sam, number, 'Hm.')
  })

  test('for tampering with votes it keeps from voting, and is lifted on appeal', async () => {
    const { campus, sam, number } = await aBlock('vote-fraud')
    const other = await aConcernBy(await aStudent(campus, 'kim'), 'door')
    const vote = { number: other.number, personId: sam.personId }
    expect(await refusalOf(castVote(campus, vote))).toBe('blocked')
    const [shown] = await readOwnDecisions(campus, sam)
    const against = { kind: 'block', id: BigInt(shown!.id.split(':')[1]!) } as const
    await appeal(campus, sam, { against, body: 'It was my sister.' })
    await decideAppeal(campus, await anAdmin(campus), { against, upheld: false, sentence: 'It was.' })
    expect(await castVote(campus, vote)).toMatchObject({ kind: 'counted' })
    await aCommentBy(sam, number, 'Thanks.')
  })

  test('is taken back by whoever blocked, and by nobody else', async () => {
    const { campus, sam, mona } = await aBlock('spam')
    const [shown] = await readOwnDecisions(campus, sam)
    const against = { kind: 'block', id: BigInt(shown!.id.split(':')[1]!) } as const
    expect(await refusalOf(takeBack(campus, await anAdmin(campus), against))).toBe('not-your-mistake')
    await takeBack(campus, mona, against)
    await raise(campus, aConcern('door', sam))
    expect((await readModerationLog(campus, 1)).entries).toMatchObject([
      { kind: 'block', appeal: 'taken-back' },
    ])
  })

  test('is nobody’s own, and of nobody who is not there', async () => {
    const { campus, request } = await aBlock('spam')
    const mona = await somebody('mona', 'moderator')
    const own = await aConcernBy(mona, 'door')
    const names = await campus.db.select().from(pseudonyms).where(eq(pseudonyms.ticketNumber, own.number))
    const about = (name: string) => block(campus, mona, { ...request, ticketNumber: own.number, name })
    expect(await refusalOf(about(names[0]!.name))).toBe('your-own-words')
    expect(await refusalOf(about('Nobody Here'))).toBe('nobody-behind')
  })
})

test('a policy is replaced by its next version, and stays readable', async () => {
  const { campus } = here
  const { version, body } = await readPolicy(campus, null)
  const [admin, mona] = [await anAdmin(campus), await somebody('mona', 'moderator')]
  expect(await refusalOf(publishPolicy(campus, mona, 'Anything goes.'))).toBe('admin-only')
  const next = await publishPolicy(campus, admin, `${body}\n\nNew on ${aKey()}${Date.now()}.`)
  expect(next).toBeGreaterThan(version)
  expect((await readPolicy(campus, version)).body).toBe(body)
  expect((await listPolicies(campus))[0]!.version).toBe(next)
  expect(await refusalOf(readPolicy(campus, 999))).toBe('no-such-page')
})
