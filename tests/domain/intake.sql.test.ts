import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { together } from '#app/domain/campus.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { receivePost, type Received } from '#app/domain/intake/receive.server.ts'
import { holdOne } from '#app/domain/tickets/hold.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { entries, posts, routingRules, tickets } from '#db/schema/index.ts'
import {
  aCampus,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  aTicket,
  onPostgres,
  theTicket,
} from './campus.ts'

const here = aCampus()

const receive = (account: number, post: IncomingPost): Promise<Received> =>
  together(here.campus, (campus) => receivePost(campus, account, post))

/** The library's account, which most posts here mention. */
const libraryAccount = () => anAccount(here.campus, 'northfieldlib', here.library)

async function theTicketOf(post: IncomingPost) {
  const [row] = await here.campus.db.select().from(posts).where(eq(posts.firstId, post.firstId))
  return theTicket(here.campus, row!.ticketNumber!)
}

async function viewOf(number: number) {
  const found = await readTicket(here.campus, number, null)
  if (found.kind !== 'found') throw new Error('it was merged')
  return found.ticket
}

test('a mention becomes a ticket of the department it names', async () => {
  const account = await libraryAccount()
  const post = aPostAbout('heating')
  expect(await receive(account, post)).toBe('ticket')
  const ticket = await theTicketOf(post)
  expect(ticket).toMatchObject({
    source: 'x',
    title: 'the heating is broken',
    slug: 'the-heating-is-broken',
    body: post.text,
    departmentId: here.library,
    authorId: null,
    votes: 0,
    promisedAt: new Date('2026-03-05T17:00Z'),
  })
  const view = await viewOf(ticket.number)
  expect(view.posts).toMatchObject([{ authorHandle: 'alexvisits', text: post.text, edited: false }])
  expect(view.entries).toMatchObject([{ kind: 'raised', voice: 'network' }])
})

test('a mention seen twice is one ticket', async () => {
  const account = await libraryAccount()
  const post = aPostAbout('heating')
  await receive(account, post)
  expect(await receive(account, post)).toBe('seen')
  expect(await here.campus.db.$count(tickets)).toBe(1)
  expect(await here.campus.db.$count(entries)).toBe(1)
})

test('a reply in a conversation we know is a comment, and one in another a ticket', async () => {
  const account = await libraryAccount()
  const post = aPostAbout('heating')
  await receive(account, post)
  expect(await receive(account, aReplyTo(post, 'Mine too!'))).toBe('comment')
  const elsewhere = aPostAbout('printer', { inReplyTo: '77', conversationId: '77' })
  expect(await receive(account, elsewhere)).toBe('ticket')
  const ticket = await theTicketOf(post)
  expect(ticket.comments).toBe(1)
  expect((await viewOf(ticket.number)).entries.at(-1)).toMatchObject({
    kind: 'comment',
    voice: 'network',
    post: { text: 'Mine too!', authorHandle: 'kim' },
  })
})

test('a reply on a ticket that was closed or merged is a comment where people read it', async () => {
  const { campus } = here
  const account = await libraryAccount()
  const admin = await anAdmin(campus)
  const post = aPostAbout('heating')
  await receive(account, post)
  const { number } = await theTicketOf(post)
  const survivor = await aTicket(campus, 'radiators', { departmentId: here.library })
  await merge(campus, admin, { number, into: survivor, sentence: 'The same.' })
  await changeStatus(campus, admin, { number: survivor, to: 'resolved', sentence: 'Mended.' })
  expect(await receive(account, aReplyTo(post, 'Still cold.'))).toBe('comment')
  expect(await theTicket(campus, survivor)).toMatchObject({ comments: 1, status: 'resolved' })
  expect((await theTicket(campus, number)).comments).toBe(0)
})

test('our own posts and reposts are nothing', async () => {
  const account = await libraryAccount()
  const ours = { id: 'account-northfieldlib', handle: 'northfieldlib', name: 'Library' }
  expect(await receive(account, aPostAbout('heating', { author: ours }))).toBe('ignored')
  expect(await receive(account, aPostAbout('heating', { repost: true }))).toBe('ignored')
  expect(await here.campus.db.$count(tickets)).toBe(0)
  expect(await here.campus.db.$count(posts)).toBe(0)
})

describe('a post that names two accounts of ours', () => {
  const naming = (...mentions: Array<string>) =>
    aPostAbout('wifi', { text: mentions.map((handle) => `@${handle}`).join(' ') + ' wifi is down', mentions })

  test('is one ticket, of the department named first', async () => {
    const library = await libraryAccount()
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    const post = naming('northfieldit', 'northfieldlib')
    expect(await receive(library, post)).toBe('ticket')
    expect(await receive(it, post)).toBe('seen')
    expect(await here.campus.db.$count(tickets)).toBe(1)
    expect(await theTicketOf(post)).toMatchObject({ departmentId: here.it })
  })

  test('is one ticket of the department its words mean', async () => {
    const library = await libraryAccount()
    await anAccount(here.campus, 'northfieldit', here.it)
    await here.campus.db.insert(routingRules).values({ departmentId: here.it, kind: 'keyword', term: 'wifi' })
    const post = naming('northfieldlib', 'northfieldit')
    await receive(library, post)
    expect(await theTicketOf(post)).toMatchObject({ departmentId: here.it })
  })

  test('is one ticket when both are read at once', async () => {
    const library = await libraryAccount()
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    for (let round = 0; round < 5; round += 1) {
      const post = { ...naming('northfieldit', 'northfieldlib'), text: `wifi is down in hall ${round}` }
      const received = await Promise.all([receive(library, post), receive(it, post)])
      expect(received.sort()).toEqual(['seen', 'ticket'])
    }
    expect(await here.campus.db.$count(tickets)).toBe(5)
    expect(await here.campus.db.$count(entries)).toBe(5)
  })

  if (onPostgres)
    test('is one ticket when the second reading begins inside the first', async () => {
      const library = await libraryAccount()
      const it = await anAccount(here.campus, 'northfieldit', here.it)
      const post = naming('northfieldit', 'northfieldlib')
      let second: Promise<Received> | undefined
      const first = await together(here.campus, async (campus) => {
        const received = await receivePost(campus, library, post)
        second = receive(it, post)
        // The second one now waits for this transaction, which a reading of the first's rows cannot see.
        expect(await here.campus.db.$count(tickets)).toBe(0)
        return received
      })
      expect([first, await second]).toEqual(['ticket', 'seen'])
      expect(await here.campus.db.$count(tickets)).toBe(1)
    })
})

test('a campus account of no department leaves the ticket to the desk', async () => {
  const account = await anAccount(here.campus, 'northfield', null)
  const post = aPostAbout('heating', { mentions: ['northfield'] })
  await receive(account, post)
  expect(await theTicketOf(post)).toMatchObject({ departmentId: null, promisedAt: null })
})

test('named together with a department, it is that of the department', async () => {
  const account = await anAccount(here.campus, 'northfield', null)
  await libraryAccount()
  const post = aPostAbout('heating', { mentions: ['northfield', 'northfieldlib'] })
  await receive(account, post)
  expect(await theTicketOf(post)).toMatchObject({ departmentId: here.library })
})

test('an account that was renamed still gets what stands in its own timeline', async () => {
  const account = await libraryAccount()
  const post = aPostAbout('heating', { mentions: ['library_of_northfield'] })
  await receive(account, post)
  expect(await theTicketOf(post)).toMatchObject({ departmentId: here.library })
})

describe('an edit', () => {
  const edited = (post: IncomingPost, version: string, text: string): IncomingPost => ({
    ...post,
    externalId: version,
    text,
  })

  test('is the same ticket in new words', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    await receive(account, post)
    expect(await receive(account, edited(post, '900001', '@northfieldlib the lift is broken'))).toBe('edited')
    expect(await theTicketOf(post)).toMatchObject({
      title: 'the lift is broken',
      slug: 'the-lift-is-broken',
      body: '@northfieldlib the lift is broken',
    })
    const view = await viewOf((await theTicketOf(post)).number)
    expect(view.entries.map((entry) => entry.kind)).toEqual(['raised', 'edit'])
    expect(view.posts).toMatchObject([{ edited: true }])
    expect(await here.campus.db.$count(tickets)).toBe(1)
  })

  test('an older version after a newer one is ignored', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating', { externalId: '98', firstId: '98', conversationId: '98' })
    await receive(account, post)
    await receive(account, edited(post, '101', 'the third words of all'))
    expect(await receive(account, edited(post, '99', 'the second words of all'))).toBe('seen')
    expect(await receive(account, post)).toBe('seen')
    expect((await theTicketOf(post)).title).toBe('the third words of all')
  })

  test('seen before its first version is one ticket all the same', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    expect(await receive(account, edited(post, '900001', 'the lift is broken'))).toBe('ticket')
    expect(await receive(account, post)).toBe('seen')
    expect((await viewOf((await theTicketOf(post)).number)).posts).toMatchObject([{ edited: true }])
  })

  test('of a comment leaves the ticket its words', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    const reply = aReplyTo(post, 'Mine too!')
    await receive(account, post)
    await receive(account, reply)
    expect(await receive(account, edited(reply, '900001', 'Not mine.'))).toBe('edited')
    expect(await theTicketOf(post)).toMatchObject({ title: 'the heating is broken', comments: 1 })
  })

  test('after a merge leaves the survivor its words', async () => {
    const { campus } = here
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    await receive(account, post)
    const { number } = await theTicketOf(post)
    const into = await aTicket(campus, 'radiators')
    await merge(campus, await anAdmin(campus), { number, into, sentence: 'The same.' })
    expect(await receive(account, edited(post, '900001', 'something else altogether'))).toBe('edited')
    expect(await theTicket(campus, into)).toMatchObject({ title: 'About radiators' })
    expect((await viewOf(into)).entries.at(-1)).toMatchObject({ kind: 'edit', post: { edited: true } })
  })

  test('of a post that became the survivor rewrites it', async () => {
    const { campus } = here
    const account = await libraryAccount()
    const [post, other] = [aPostAbout('heating'), aPostAbout('radiator')]
    for (const each of [post, other]) await receive(account, each)
    const [survivor, joined] = [await theTicketOf(post), await theTicketOf(other)]
    await merge(campus, await anAdmin(campus), {
      number: joined.number,
      into: survivor.number,
      sentence: 'The same.',
    })
    await receive(account, edited(post, '900001', 'the heating is warm again'))
    await receive(account, edited(other, '900002', 'the radiator is warm again'))
    expect((await theTicket(campus, survivor.number)).title).toBe('the heating is warm again')
  })

  test('at the same time as a merge harms neither', async () => {
    const { campus } = here
    const account = await libraryAccount()
    const admin = await anAdmin(campus)
    for (let round = 0; round < 5; round += 1) {
      const post = aPostAbout(`heating of room ${round}`)
      await receive(account, post)
      const { number } = await theTicketOf(post)
      const into = await aTicket(campus, 'radiators')
      const [taken] = await Promise.all([
        receive(account, edited(post, `90000${round}`, 'other words now')),
        receive(account, aReplyTo(post, 'Mine too!')),
        merge(campus, admin, { number, into, sentence: 'The same.' }),
      ])
      expect(taken).toBe('edited')
      expect(await theTicket(campus, into)).toMatchObject({ comments: 1 })
    }
  })
})

describe('whatever a post holds is stored and shown as it is', () => {
  const evil = [
    ['a script', '@northfieldlib <script>alert(1)</script><img src=x onerror=alert(1)>'],
    ['Markdown', '@northfieldlib **bold** [link](javascript:alert(1)) ![i](http://x)'],
    ['SQL', "@northfieldlib '; drop table tickets; -- \\ $1 %s"],
    ['a right-to-left override', '@northfieldlib \u202Egnp.exe\u202C is broken'],
    ['25,000 characters', `@northfieldlib ${'the heating is broken '.repeat(1200)}`.slice(0, 25_000)],
    ['a megabyte of different words', Array.from({ length: 130_000 }, (_, count) => `w${count}`).join(' ')],
    ['a megabyte without a space', 'x'.repeat(1_000_000)],
    ['a heap of accents', `@northfieldlib z${'\u0335'.repeat(5000)}`],
    ['only a handle', '@northfieldlib'],
    ['only emoji', '🔥🔥🔥'],
    ['nothing', ''],
  ] as const

  test.each(evil)('%s', async (_what, text) => {
    const account = await libraryAccount()
    const post = aPostAbout('', { text })
    expect(await receive(account, post)).toBe('ticket')
    const ticket = await theTicketOf(post)
    expect(ticket.body).toBe(text)
    expect(ticket.title.length).toBeGreaterThan(0)
    expect(ticket.title.length).toBeLessThan(2000)
    expect(ticket.title).not.toMatch(/\u202E/)
    expect(ticket.slug).toMatch(/^[\p{L}\p{M}\p{N}-]+$/u)
    expect((await viewOf(ticket.number)).posts[0]!.text).toBe(text)
  })

  test('a null character or half a character anywhere is left out, and stops nothing', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('', {
      text: 'he\u0000ating \uD83D is broken',
      author: { id: 'al\u0000ex', handle: 'al\u0000ex', name: 'Al\u0000\uDE00ex' },
      mentions: ['north\u0000fieldlib'],
      hashtags: ['\u0000'],
      parent: {
        authorName: 'K\u0000im\uD83D',
        authorHandle: 'ki\u0000m',
        text: 'a\u0000b\uD83D',
        url: 'https://x.example/\u0000',
      },
    })
    expect(await receive(account, post)).toBe('ticket')
    const ticket = await theTicketOf(post)
    expect(ticket).toMatchObject({ body: 'heating \uFFFD is broken', departmentId: here.library })
    expect((await viewOf(ticket.number)).posts[0]).toMatchObject({
      authorHandle: 'alex',
      authorName: 'Al\uFFFDex',
      parent: { authorName: 'Kim\uFFFD', authorHandle: 'kim', text: 'ab\uFFFD', url: 'https://x.example/' },
    })
  })

  test('a post of only a handle is called by what it answers, or by who wrote it', async () => {
    const account = await libraryAccount()
    const parent = {
      authorName: 'Kim',
      authorHandle: 'kim',
      text: 'The lift is stuck.',
      url: 'https://x.example/1',
    }
    const [answering, alone] = [
      aPostAbout('', { text: '@northfieldlib', parent, inReplyTo: '1', conversationId: '1' }),
      aPostAbout('', { text: '@northfieldlib 👀' }),
    ]
    await receive(account, answering)
    await receive(account, alone)
    expect((await theTicketOf(answering)).title).toBe('The lift is stuck')
    expect((await theTicketOf(alone)).title).toBe('@alexvisits')
  })
})

if (onPostgres)
  test('of two transactions that wait for each other, the one ended is run again', async () => {
    const { campus } = here
    const [one, other] = [await aTicket(campus, 'one'), await aTicket(campus, 'other')]
    let runs = 0
    let bothHold: () => void
    const both = new Promise<void>((resolve) => (bothHold = resolve))
    const crossing = (first: number, second: number) =>
      together(campus, async (campus) => {
        await holdOne(campus, first)
        runs += 1
        if (runs === 2) bothHold()
        await both
        await holdOne(campus, second)
        await campus.db.update(tickets).set({ comments: 1 }).where(eq(tickets.number, second))
      })
    await Promise.all([crossing(one, other), crossing(other, one)])
    expect(runs).toBe(3)
    expect((await theTicket(campus, one)).comments + (await theTicket(campus, other)).comments).toBe(2)
  })
