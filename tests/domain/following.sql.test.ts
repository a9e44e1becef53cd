import { and, eq, isNull } from 'drizzle-orm'
import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { together } from '#app/domain/campus.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { forgetPost } from '#app/domain/intake/gone.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { openBoard, readBoard, type BoardQuery } from '#app/domain/tickets/board.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { readFeed } from '#app/domain/tickets/feed.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { readQueue } from '#app/domain/tickets/queue.server.ts'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { lookUpPosts } from '#app/inbound/look-up.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import { addressAnnouncements } from '#app/outbound/targets.server.ts'
import { decide } from '#app/outbound/decide.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import { accounts, deliveries, entries, posts, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import {
  aCampus,
  aKey,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  aStudent,
  aTicket,
  MONDAY,
  quiet,
  refusalOf,
  staffOf,
  theTicket,
} from './campus.ts'
import { aNetwork, asDelivered, type FakeNetwork } from './channel.ts'

const here = aCampus()
let network: FakeNetwork
let library: number

beforeEach(async () => {
  network = aNetwork()
  library = await anAccount(here.campus, 'northfieldlib', here.library)
})

const receive = (post: IncomingPost, account = library) =>
  together(here.campus, (campus) => receivePost(campus, account, post))
const forget = (post: Pick<IncomingPost, 'externalId'>, authorId?: string) =>
  together(here.campus, (campus) =>
    forgetPost(campus, { channel: 'x', externalId: post.externalId, ...(authorId && { authorId }) }),
  )
const poll = () => pollAccounts({ campus: here.campus, networks: network.networks, log: quiet })
const lookUp = () => lookUpPosts({ campus: here.campus, networks: network.networks, log: quiet })
const deliver = () =>
  deliverAll({
    campus: here.campus,
    networks: network.networks,
    log: quiet,
    random: () => 0.5,
    stopping: () => false,
  })
const thePost = async (post: IncomingPost) => {
  const [row] = await here.campus.db.select().from(posts).where(eq(posts.firstId, post.firstId))
  return row!
}
const theAccount = async (id = library) => {
  const [row] = await here.campus.db.select().from(accounts).where(eq(accounts.id, id))
  return row!
}
const page = async (number: number) => {
  const found = await readTicket(here.campus, number, null)
  if (found.kind !== 'found') throw new Error('merged')
  return found.ticket
}
const all: BoardQuery = {
  sort: 'newest',
  status: 'all',
  departmentId: null,
  source: null,
  search: '',
  from: null,
}
const onBoard = async (query: Partial<BoardQuery> = {}) =>
  (await readBoard(here.campus, { ...all, ...query }, null)).rows.map((row) => row.number)
/** Everything that is written anywhere in the campus's tables, but for the network's ids. */
const everything = async () => {
  const rows = await run<{ words: string }>(
    here.campus.db,
    sql`select (select string_agg(t::text, ' ') from tickets t) || ' ' || (select string_agg(p::text, ' ') from posts p)
        || ' ' || coalesce((select string_agg(e::text, ' ') from entries e), '') || ' ' || coalesce((select string_agg(d::text, ' ') from deliveries d), '')
        || ' ' || coalesce((select string_agg(s::text, ' ') from ticket_search s), '') || ' ' || coalesce((select string_agg(w.word, ' ') from search_words w), '') as words`,
  )
  return rows[0]!.words.toLowerCase()
}

describe('a quote', () => {
  test('of a post we know nothing of is a ticket, with what it quotes beside it', async () => {
    const parent = {
      authorName: 'Library',
      authorHandle: 'northfieldlib',
      text: 'Open',
      url: 'https://x.example/1',
    }
    const quote = aPostAbout('door', { quotes: '77', summons: 'quoted', mentions: [], parent })
    expect(await receive(quote)).toBe('ticket')
    expect((await page(1001)).posts).toMatchObject([{ summons: 'quoted', parent: { text: 'Open' } }])
  })

  test('in a conversation we know is a comment where people read it, and so is what answers the quote', async () => {
    const post = aPostAbout('lift')
    await receive(post)
    const quote = aPostAbout('it', { quotes: post.firstId, text: 'Same here!', mentions: [], summons: null })
    expect(await receive(quote)).toBe('comment')
    expect(await receive(aReplyTo(quote, 'And here.'))).toBe('comment')
    expect(await here.campus.db.$count(tickets)).toBe(1)
    expect((await page(1001)).comments).toBe(2)
  })

  test('of an answer that we mirrored is a comment on what it answered, also after a merge', async () => {
    network.onSend = async () => ({ kind: 'sent', externalId: '990001', url: 'https://x.example/ours' })
    await receive(aPostAbout('lift'))
    await receive(aPostAbout('elevator'))
    await answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' })
    await deliver()
    await merge(here.campus, await anAdmin(here.campus), { number: 1001, into: 1002, sentence: 'The same.' })
    const quote = aPostAbout('it', { quotes: '990001', summons: 'quoted', text: 'Really?' })
    expect(await receive(quote)).toBe('comment')
    expect((await thePost(quote)).ticketNumber).toBe(1002)
  })

  test('of a quote of ours belongs where the quote does', async () => {
    const post = aPostAbout('lift')
    await receive(post)
    const first = aPostAbout('it', { quotes: post.externalId, text: 'One' })
    await receive(first)
    expect(await receive(aPostAbout('it', { quotes: first.externalId, text: 'Two' }))).toBe('comment')
  })
})

describe('a search', () => {
  const found =
    (...read: Array<IncomingPost>) =>
    async () => ({
      posts: read.map((post) => ({ ...asDelivered(post), quotes: post.quotes })),
      next: 'found 1',
      trouble: null,
    })
  const tagged = () => aPostAbout('lift', { mentions: [], hashtags: ['northfield'], summons: null })

  test('takes in what it finds, with a cursor of its own', async () => {
    await here.campus.db.update(accounts).set({ hashtags: ['northfield'] })
    network.onSearch = found(tagged())
    await poll()
    await poll()
    expect(network.searches).toEqual([
      { handle: 'northfieldlib', hashtags: ['northfield'], since: null },
      { handle: 'northfieldlib', hashtags: ['northfield'], since: 'found 1' },
    ])
    expect(await theAccount()).toMatchObject({ cursor: null, searchCursor: 'found 1' })
    expect(await theTicket(here.campus, 1001)).toMatchObject({ departmentId: here.library })
  })

  test('finds what cannot be answered: the reply waits for a person', async () => {
    network.onSearch = found(tagged())
    await poll()
    await answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' })
    await deliver()
    expect(network.sends).toEqual([])
    expect(await here.campus.db.select().from(deliveries)).toMatchObject([{ state: 'parked' }])
    expect((await page(1001)).posts).toMatchObject([{ summons: null }])
  })

  test('and what turns out to speak to us: the reply that waited goes out, once', async () => {
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    const post = tagged()
    await receive(post)
    await answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' })
    await deliver()
    await receive({ ...post, summons: 'mentioned' }, it)
    await receive({ ...post, summons: 'mentioned' }, it)
    await deliver()
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(await here.campus.db.select().from(deliveries)).toMatchObject([
      { state: 'sent', reason: null, accountId: it },
    ])
  })

  test.each(['skip', 'by-hand'] as const)(
    'what a person has settled (%s) before it spoke to us stays so',
    async (decision) => {
      const post = tagged()
      await receive(post)
      const staff = await staffOf(here.campus, here.library)
      await answer(here.campus, staff, { number: 1001, body: 'Soon.' })
      await deliver()
      const [parked] = await here.campus.db.select().from(deliveries)
      await decide(here.campus, staff, parked!.id, decision)
      await receive({ ...post, summons: 'mentioned' })
      await deliver()
      expect(network.sends).toEqual([])
    },
  )

  test('through an account that repeats nothing: the reply is left', async () => {
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    await here.campus.db.update(accounts).set({ mirror: 'nothing' }).where(eq(accounts.id, it))
    const post = tagged()
    await receive(post)
    await answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' })
    await deliver()
    await receive({ ...post, summons: 'mentioned' }, it)
    await deliver()
    expect(network.sends).toEqual([])
    expect(await here.campus.db.select().from(deliveries)).toMatchObject([{ state: 'skipped' }])
  })

  test('and a mention of one post are one post, which may be answered, in either order', async () => {
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    const [one, two] = [tagged(), tagged()]
    await receive(one)
    await receive({ ...one, summons: 'mentioned' }, it)
    expect(await thePost(one)).toMatchObject({ summons: 'mentioned', accountId: it })
    await receive({ ...two, summons: 'mentioned' }, it)
    await receive(two)
    expect(await thePost(two)).toMatchObject({ summons: 'mentioned', accountId: it })
    expect(await here.campus.db.$count(tickets)).toBe(2)
  })

  test('and an edit that mentions us: it may be answered', async () => {
    const post = tagged()
    await receive(post)
    await receive({ ...aPostAbout('lift'), firstId: post.firstId })
    expect(await thePost(post)).toMatchObject({ summons: 'mentioned' })
    await answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' })
    await deliver()
    expect(network.sends).toHaveLength(1)
  })

  test('that is refused keeps nobody from reading, and is not asked again before its time', async () => {
    const at = new Date(here.clock.now().getTime() + 15 * MINUTE)
    network.onSearch = async () => ({ posts: [], next: 'x', trouble: { kind: 'later', reason: 'Wait.', at } })
    network.onRead = async () => ({ posts: [asDelivered(aPostAbout('lift'))], next: '1', trouble: null })
    await poll()
    expect(await theAccount()).toMatchObject({
      state: 'connected',
      cursor: '1',
      readAfter: null,
      lookAfter: at,
      trouble: 'Searching: Wait.',
    })
    await poll()
    expect([network.reads.length, network.searches.length]).toEqual([2, 1])
    here.clock.pass(16 * MINUTE)
    network.onSearch = async () => ({
      posts: [],
      next: null,
      trouble: { kind: 'signed-out', reason: 'No.', at: null },
    })
    await poll()
    expect(await theAccount()).toMatchObject({ state: 'connected', trouble: 'Searching: No.' })
  })
})

describe('a post that is gone', () => {
  const secret = (more: Partial<IncomingPost> = {}) =>
    aPostAbout('xylophone', {
      text: '@northfieldlib the xylophone of Zebediah is broken',
      author: { id: 'zeb', handle: 'zebhandle', name: 'Zebediah' },
      url: 'https://x.example/zebhandle/status/1',
      images: [{ url: 'https://pbs.example/zebpicture', alt: 'zebaltwords' }],
      ...more,
    })
  const WORDS = ['xylophone', 'zebediah', 'zebhandle', 'zebpicture', 'zebaltwords']

  test('leaves nothing of itself, and its ticket is withdrawn', async () => {
    const post = secret()
    await receive(post)
    for (const word of WORDS) expect(await everything()).toContain(word)
    expect(await forget(post)).toBe('withdrawn')
    const left = await everything()
    for (const word of WORDS) expect(left).not.toContain(word)
    expect(await theTicket(here.campus, 1001)).toMatchObject({ status: 'withdrawn', promisedAt: null })
    expect(await refusalOf(readTicket(here.campus, 1001, null))).toBe('withdrawn')
    expect(await onBoard()).toEqual([])
    expect(await onBoard({ search: 'longer' })).toEqual([])
    expect((await openBoard(here.campus, all, null)).counts?.found).toBe(0)
    expect(await readFeed(here.campus, null)).toEqual([])
    expect(await findSimilar(here.campus, 'A concern that is no longer on X')).toEqual([])
    expect(await readQueue(here.campus, await anAdmin(here.campus), null)).toEqual([])
  })

  test('takes nothing more: no vote, comment, answer or merge', async () => {
    const post = secret()
    await receive(post)
    await forget(post)
    const [student, staff] = [await aStudent(here.campus), await anAdmin(here.campus)]
    expect(await castVote(here.campus, { number: 1001, personId: student.personId })).toEqual({
      kind: 'closed',
    })
    const said = { number: 1001, personId: student.personId, body: 'Me too', key: aKey() }
    expect(await refusalOf(comment(here.campus, said))).toBe('withdrawn')
    expect(await refusalOf(answer(here.campus, staff, { number: 1001, body: 'Soon.' }))).toBe('withdrawn')
    const other = await aTicket(here.campus, 'heating')
    for (const [number, into] of [
      [1001, other],
      [other, 1001],
    ] as const)
      expect(await refusalOf(merge(here.campus, staff, { number, into, sentence: 'Same.' }))).toBe(
        'withdrawn',
      )
  })

  test('never comes back: not read again, not edited, not called', async () => {
    const post = secret()
    await receive(post)
    await forget(post)
    expect(await receive(post)).toBe('seen')
    expect(await receive({ ...secret(), firstId: post.firstId })).toBe('seen')
    expect(await forget(post)).toBe('already')
    expect(await here.campus.db.$count(tickets)).toBe(1)
    expect(await everything()).not.toContain('xylophone')
  })

  test('and what is said in its conversation later is a concern of its own', async () => {
    const post = secret()
    await receive(post)
    await forget(post)
    expect(await receive(aReplyTo(post, '@northfieldlib mine too'))).toBe('ticket')
  })

  const student = async () => (await aStudent(here.campus)).personId
  test.each<[what: string, back: (post: IncomingPost) => Promise<unknown>]>([
    ['a vote', async () => castVote(here.campus, { number: 1001, personId: await student() })],
    [
      'a comment',
      async () =>
        comment(here.campus, { number: 1001, personId: await student(), body: 'Me too', key: aKey() }),
    ],
    ['a reply by somebody else', async (post) => receive(aReplyTo(post, 'Same'))],
    [
      'an answer',
      async () =>
        answer(here.campus, await staffOf(here.campus, here.library), { number: 1001, body: 'Soon.' }),
    ],
    [
      'a ticket that was merged into it',
      async () => {
        const other = await aTicket(here.campus, 'heating', { departmentId: here.library })
        await merge(here.campus, await anAdmin(here.campus), { number: other, into: 1001, sentence: 'Same.' })
      },
    ],
    [
      'another post that was merged into it',
      async () => {
        await receive(aPostAbout('organ'))
        await merge(here.campus, await anAdmin(here.campus), { number: 1002, into: 1001, sentence: 'Same.' })
      },
    ],
  ])('leaves its ticket where others stand behind it: %s', async (_, back) => {
    const post = secret()
    await receive(post)
    await back(post)
    expect(await forget(post)).toBe('forgotten')
    const ticket = await page(1001)
    expect(ticket).toMatchObject({
      title: 'A concern that is no longer on X',
      slug: 'a-concern-that-is-no-longer-on-x',
      body: expect.stringContaining('no longer on X'),
    })
    expect(ticket.posts[0]).toMatchObject({
      gone: true,
      text: '',
      authorHandle: '',
      images: [],
      summons: null,
    })
    expect(ticket.entries.at(-1)).toMatchObject({ kind: 'gone' })
    expect(await onBoard({ search: 'xylophone' })).toEqual([])
    expect(await onBoard({ search: 'no longer' })).toEqual([1001])
    for (const word of WORDS) expect(await everything()).not.toContain(word)
  })

  test('is not backed by its own author', async () => {
    const post = secret()
    await receive(post)
    await receive(aReplyTo(post, 'Anyone?', { author: post.author }))
    expect(await forget(post)).toBe('withdrawn')
  })

  test('takes its ticket along when the last one behind it goes too', async () => {
    const post = secret()
    await receive(post)
    const reply = aReplyTo(post, 'Same')
    await receive(reply)
    expect(await forget(post)).toBe('forgotten')
    expect(await forget(reply)).toBe('withdrawn')
  })

  test('and was a comment leaves an honest line, and the ticket as it is', async () => {
    await receive(aPostAbout('lift'))
    const [first] = await here.campus.db.select().from(posts)
    const reply = aReplyTo({ ...aPostAbout(''), conversationId: first!.conversationId }, 'Zebediah here', {
      author: { id: 'zeb', handle: 'zebhandle', name: 'Zebediah' },
    })
    await receive(reply)
    expect(await forget(reply)).toBe('forgotten')
    const ticket = await page(1001)
    expect(ticket).toMatchObject({ title: 'the lift is broken', status: 'received' })
    expect(ticket.entries.at(-1)).toMatchObject({
      kind: 'comment',
      post: { gone: true, text: '', authorName: '' },
    })
    expect(ticket.voices).toEqual([{ channel: 'x', count: 1 }])
    expect(await everything()).not.toContain('zebediah')
  })

  test('is not quoted either: what answers it no longer carries its words, nor has a title of them', async () => {
    const post = secret()
    const url = `https://x.example/zebhandle/status/${post.externalId}`
    const child = aPostAbout('', {
      text: '@northfieldlib',
      parent: { authorName: 'Zebediah', authorHandle: 'zebhandle', text: 'The xylophone!', url },
      inReplyTo: post.externalId,
    })
    await receive(child)
    expect(await theTicket(here.campus, 1001)).toMatchObject({ title: 'The xylophone!' })
    await receive({ ...post, url })
    await forget(post)
    expect(await thePost(child)).toMatchObject({ parent: null })
    expect(await theTicket(here.campus, 1001)).toMatchObject({ title: '@alexvisits' })
    expect(await everything()).not.toContain('xylophone')
  })

  test('of a ticket that was merged leaves the survivor its words', async () => {
    const post = secret()
    await receive(post)
    await receive(aPostAbout('organ'))
    await merge(here.campus, await anAdmin(here.campus), { number: 1001, into: 1002, sentence: 'Same.' })
    expect(await forget(post)).toBe('forgotten')
    expect(await page(1002)).toMatchObject({ title: 'the organ is broken' })
    expect(await theTicket(here.campus, 1001)).toMatchObject({ title: 'A concern that is no longer on X' })
    expect(await everything()).not.toContain('xylophone')
  })

  test('is answered by nobody: what waits is settled, what was sent forgets the name', async () => {
    const post = secret()
    await receive(post)
    const staff = await staffOf(here.campus, here.library)
    await answer(here.campus, staff, { number: 1001, body: 'Soon.' })
    await deliver()
    await answer(here.campus, staff, { number: 1001, body: 'It is done.', to: 'resolved' })
    await addressAnnouncements(here.campus, network.networks)
    await forget(post)
    const kept = await here.campus.db.select().from(deliveries).orderBy(deliveries.id)
    expect(kept.map(({ state }) => state)).toEqual(['sent', 'skipped'])
    expect(kept.every(({ text }) => !text.includes('zebhandle'))).toBe(true)
    await answer(here.campus, staff, { number: 1001, body: 'Open again.', to: 'under-review' })
    await answer(here.campus, staff, { number: 1001, body: 'Done again.', to: 'resolved' })
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(await here.campus.db.$count(deliveries)).toBe(2)
  })

  test('is only the one that its author took back', async () => {
    const post = secret()
    await receive(post)
    expect(await forget(post, 'somebody-else')).toBe('unknown')
    expect(await forget(post, 'zeb')).toBe('withdrawn')
  })

  test('keeps the words that other tickets have', async () => {
    const post = secret()
    await receive(post)
    await aTicket(here.campus, 'the xylophone')
    await forget(post)
    const words = await run<{ word: string }>(here.campus.db, sql`select word from search_words`)
    expect(words.map(({ word }) => word)).toContain('xylophone')
    expect(words.map(({ word }) => word)).not.toContain('zebediah')
  })

  test('an edit forgets the words it took out, too', async () => {
    const post = secret()
    await receive(post)
    await receive({ ...aPostAbout('drum', { author: post.author }), firstId: post.firstId })
    expect(await onBoard({ search: 'zebediah' })).toEqual([])
    const words = await run<{ word: string }>(here.campus.db, sql`select word from search_words`)
    expect(words.map(({ word }) => word)).not.toContain('xylophone')
  })
})

describe('looking up', () => {
  const asked = () => network.lookUps.flatMap(({ ids }) => ids)

  test('asks for each post in its rhythm, and never for more than a day not', async () => {
    const post = aPostAbout('lift')
    await receive(post)
    await lookUp()
    expect(asked()).toEqual([])
    let last = here.clock.now().getTime()
    let longest = 0
    for (let step = 0; step < 70 * 24; step += 1) {
      here.clock.pass(HOUR)
      const before = network.lookUps.length
      await lookUp()
      if (network.lookUps.length > before) {
        longest = Math.max(longest, here.clock.now().getTime() - last)
        last = here.clock.now().getTime()
      }
    }
    expect(longest).toBeLessThanOrEqual(20 * HOUR)
    // Hourly here for a day, then four times a day for a month, then once in twenty hours.
    expect(network.lookUps.length).toBeGreaterThan(24 + 29 * 4)
    expect(network.lookUps.length).toBeLessThan(24 + 29 * 4 + 40 * 1.5)
  }, 120_000)

  test('goes through all that are due, a hundred at a time, the longest unseen first', async () => {
    await here.campus.db.insert(posts).values(
      Array.from({ length: 250 }, (_, n) => ({
        channel: 'x' as const,
        firstId: String(70_000 + n),
        externalId: String(70_000 + n),
        kind: 'comment' as const,
        accountId: library,
        authorId: 'kim',
        authorHandle: 'kim',
        authorName: 'Kim',
        text: 'x',
        url: 'https://x.example',
        postedAt: MONDAY,
        conversationId: '1',
        checkedAt: n < 50 ? null : new Date(MONDAY.getTime() - 2 * DAY + n),
      })),
    )
    await lookUp()
    expect(network.lookUps.map(({ ids }) => ids.length)).toEqual([100, 100, 50])
    expect(new Set(asked()).size).toBe(250)
    expect(Math.max(...asked().slice(0, 50).map(Number))).toBeLessThan(70_050)
    await lookUp()
    expect(asked()).toHaveLength(250)
  })

  test('follows what was edited and what is gone', async () => {
    const [edited, gone, quoting] = [
      aPostAbout('lift'),
      aPostAbout('door'),
      aPostAbout('window', {
        parent: { authorName: 'A', authorHandle: 'a', text: 'Gone', url: 'https://x.example/9' },
      }),
    ]
    for (const post of [edited, gone, quoting]) await receive(post)
    here.clock.pass(HOUR)
    const newer = { ...aPostAbout('elevator'), firstId: edited.firstId }
    network.onLookUp = async () => ({
      kind: 'looked',
      posts: [asDelivered(newer), asDelivered({ ...quoting, parent: null })],
      gone: [gone.externalId],
    })
    await lookUp()
    expect(await theTicket(here.campus, 1001)).toMatchObject({ title: 'the elevator is broken' })
    here.clock.pass(HOUR)
    await lookUp()
    expect(await theTicket(here.campus, 1002)).toMatchObject({ status: 'withdrawn' })
    expect(await thePost(quoting)).toMatchObject({ parent: null })
    expect(await here.campus.db.$count(entries, eq(entries.kind, 'edit'))).toBe(1)
  })

  describe('a post that is not found', () => {
    let post: IncomingPost
    const found = (...there: Array<IncomingPost>) =>
      (network.onLookUp = async () => ({
        kind: 'looked',
        posts: there.map(asDelivered),
        gone: there.length > 0 ? [] : [post.externalId],
      }))
    /** Of any age, looked at as late as may be; and not found now. */
    async function missed(age = HOUR) {
      post = aPostAbout('lift', { postedAt: new Date(here.clock.now().getTime() - age) })
      await receive(post)
      here.clock.pass(20 * HOUR)
      found()
      await lookUp()
    }
    const status = async () => (await theTicket(here.campus, 1001)).status

    test('once, is not erased; and is not asked for at once', async () => {
      await missed()
      await lookUp()
      here.clock.pass(29 * MINUTE)
      await lookUp()
      expect(network.lookUps).toHaveLength(1)
      expect(await thePost(post)).toMatchObject({ goneAt: null, text: post.text, authorHandle: 'alexvisits' })
      expect(await status()).toBe('received')
    })

    test('again too soon, is not erased either', async () => {
      await missed()
      here.clock.pass(31 * MINUTE)
      await lookUp()
      expect(network.lookUps).toHaveLength(2)
      expect(await status()).toBe('received')
    })

    test.each([HOUR, 10 * DAY, 300 * DAY])(
      'an hour later either, is erased: within a day, however old it is (%d)',
      async (age) => {
        await missed(age)
        here.clock.pass(HOUR)
        await lookUp()
        expect(await status()).toBe('withdrawn')
        expect(await thePost(post)).toMatchObject({ text: '', authorHandle: '' })
      },
    )

    test('and found again, was never gone; the next time begins anew', async () => {
      await missed()
      here.clock.pass(HOUR)
      found(post)
      await lookUp()
      expect(await thePost(post)).toMatchObject({ missingSince: null, text: post.text })
      here.clock.pass(6 * HOUR)
      found()
      await lookUp()
      expect(await status()).toBe('received')
      here.clock.pass(HOUR)
      await lookUp()
      expect(await status()).toBe('withdrawn')
    })
  })

  test('tells no page of a post that is as it was', async () => {
    await receive(aPostAbout('lift'))
    here.clock.pass(HOUR)
    const told: Array<string> = []
    await here.database.listen(
      (what) => told.push(what),
      () => told.push('missed'),
    )
    const [post] = await here.campus.db.select().from(posts)
    const change = (set: Partial<typeof posts.$inferInsert>) =>
      here.campus.db.update(posts).set(set).where(eq(posts.id, post!.id))
    await change({ checkedAt: here.clock.now(), missingSince: here.clock.now() })
    await change({ text: 'New' })
    await expect.poll(() => told).toEqual(['page 1001'])
  })

  test('is left to another account where the one that read it is signed out', async () => {
    await receive(aPostAbout('lift'))
    await here.campus.db.update(accounts).set({ state: 'signed-out' })
    await anAccount(here.campus, 'northfieldit', here.it)
    here.clock.pass(HOUR)
    await lookUp()
    expect(network.lookUps).toMatchObject([{ handle: 'northfieldit' }])
  })

  test('waits as long as the network says, and loses nothing', async () => {
    const post = aPostAbout('lift')
    await receive(post)
    here.clock.pass(HOUR)
    const at = new Date(here.clock.now().getTime() + 15 * MINUTE)
    network.onLookUp = async () => ({ kind: 'later', reason: 'Too many requests.', at })
    await lookUp()
    await lookUp()
    expect(network.lookUps).toHaveLength(1)
    here.clock.pass(16 * MINUTE)
    network.onLookUp = async () => ({ kind: 'looked', posts: [], gone: [post.externalId] })
    await lookUp()
    here.clock.pass(HOUR)
    await lookUp()
    expect(await here.campus.db.$count(posts, isNull(posts.goneAt))).toBe(0)
  })

  test('does not ask for what is gone, nor without an end for what nobody speaks of', async () => {
    const [gone, silent] = [aPostAbout('lift'), aPostAbout('door')]
    await receive(gone)
    await receive(silent)
    await forget(gone)
    here.clock.pass(HOUR)
    await lookUp()
    await lookUp()
    expect(asked()).toEqual([silent.externalId])
    expect(await here.campus.db.$count(posts, and(isNull(posts.goneAt)))).toBe(1)
  })
})

describe('a post as odd as they come', () => {
  const family = '👩🏽‍👩🏽‍👧🏽‍👦🏽'
  test.each<[what: string, more: Partial<IncomingPost>, title: string]>([
    ['no text at all', { text: '', images: [{ url: 'https://pbs.example/1', alt: null }] }, '@alexvisits'],
    ['nothing but a link to its picture', { text: 'https://t.co/abc' }, '@alexvisits'],
    ['25,000 characters', { text: `Lift. ${'word '.repeat(5000)}` }, 'Lift'],
    ['emoji alone', { text: family.repeat(50) }, '@alexvisits'],
    ['a script from right to left', { text: 'المصعد معطل منذ يومين' }, 'المصعد معطل منذ يومين'],
    ['signs that turn the line', { text: '\u202Eevil\u202C lift is stuck' }, 'evil lift is stuck'],
    ['many scripts', { text: 'リフト 电梯 лифт ลิฟต์ 엘리베이터' }, 'リフト 电梯 лифт ลิฟต์ 엘리베이터'],
    ['an author without a name', { text: '', author: { id: '9', handle: '9', name: 'X user' } }, '@9'],
    ['a time in the future', { text: 'Tomorrow', postedAt: new Date('2031-01-01') }, 'Tomorrow'],
    ['a time before X', { text: 'Long ago', postedAt: new Date('1999-01-01') }, 'Long ago'],
    ['a parent that is deleted', { text: 'Same', inReplyTo: '1', parent: null }, 'Same'],
  ])('with %s is one ticket, and is forgotten like any other', async (_, more, title) => {
    const post = aPostAbout('lift', more)
    expect(await receive(post)).toBe('ticket')
    const { createdAt, title: given } = await theTicket(here.campus, 1001)
    expect(given.startsWith(title)).toBe(true)
    expect(createdAt).toEqual(here.clock.now())
    expect((await page(1001)).posts[0]?.text).toBe(post.text)
    here.clock.pass(DAY)
    await lookUp()
    expect(network.lookUps.flatMap(({ ids }) => ids)).toEqual([post.externalId])
    expect(await forget(post)).toBe('withdrawn')
  })
})
