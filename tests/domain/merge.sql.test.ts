import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'
import type { Network } from '#app/channels/channel.ts'
import { registry } from '#app/channels/registry.ts'
import { together, type Actor } from '#app/domain/campus.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { addressAnnouncements } from '#app/outbound/targets.server.ts'
import { renderReply } from '#app/outbound/render.ts'
import { announcements, deliveries, entries, follows, posts, votes } from '#db/schema/index.ts'
import {
  aCampus,
  aKey,
  anAccount,
  anAdmin,
  aPostAbout,
  aStudent,
  aTicket,
  refusalOf,
  staffOf,
  theTicket,
} from './campus.ts'

const here = aCampus()

const vote = (number: number, person: Actor) => castVote(here.campus, { number, personId: person.personId })
const votersOf = async (number: number) => {
  const rows = await here.campus.db.select().from(votes).where(eq(votes.ticketNumber, number))
  return rows.map((row) => row.personId)
}
const viewOf = async (number: number, viewer: Actor | null = null) => {
  const found = await readTicket(here.campus, number, viewer)
  if (found.kind !== 'found') throw new Error('it was merged')
  return found.ticket
}

async function join(number: number, into: number, sentence = 'The same.') {
  await merge(here.campus, await anAdmin(here.campus), { number, into, sentence })
}

test('votes, followers and comments move, and who backed both counts once', async () => {
  const { campus } = here
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const [sam, kim, bo] = [
    await aStudent(campus, 'sam'),
    await aStudent(campus, 'kim'),
    await aStudent(campus, 'bo'),
  ]
  await vote(number, sam)
  await vote(number, kim)
  await vote(into, kim)
  await vote(into, bo)
  await setFollow(campus, { number: into, personId: kim.personId, active: false })
  for (const each of [number, into])
    await comment(campus, { number: each, personId: sam.personId, body: 'Mine too.', key: aKey() })
  await join(number, into)

  // Both authors, sam, kim and bo.
  expect(await theTicket(campus, into)).toMatchObject({ votes: 5, comments: 2, status: 'received' })
  expect(new Set(await votersOf(into)).size).toBe(5)
  expect(await votersOf(number)).toEqual([])
  expect(await theTicket(campus, number)).toMatchObject({
    status: 'merged',
    mergedInto: into,
    votes: 0,
    promisedAt: null,
    closedAt: here.clock.now(),
  })
  const following = await campus.db.select().from(follows).where(eq(follows.ticketNumber, into))
  expect(following).toHaveLength(5)
  expect(following.find((row) => row.personId === kim.personId)?.active).toBe(false)
  expect(following.find((row) => row.personId === sam.personId)?.active).toBe(true)
  expect(await viewOf(into, sam)).toMatchObject({ voted: true, followed: true })
})

test('both say so, and the survivor shows what was said on either', async () => {
  const { campus } = here
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  const sam = await aStudent(campus)
  await comment(campus, { number, personId: sam.personId, body: 'Said before.', key: aKey() })
  await join(number, into, 'One boiler, one ticket.')
  const { entries: lines } = await viewOf(into)
  // Told once: that the other one was merged is not a second line.
  expect(lines.map((line) => line.kind)).toEqual(['raised', 'raised', 'comment', 'merge'])
  expect(lines[0]).toMatchObject({ related: { number }, body: 'Something is wrong with heating.' })
  expect(lines[1]).toMatchObject({ related: null, body: null })
  expect(lines[3]).toMatchObject({
    body: 'One boiler, one ticket.',
    related: { number, title: 'About heating' },
  })
  const [last] = (
    await campus.db.select().from(entries).where(eq(entries.ticketNumber, number)).orderBy(entries.id)
  ).slice(-1)
  expect(last).toMatchObject({ kind: 'status', body: 'One boiler, one ticket.', relatedTicket: into })
})

test('its page leads to the survivor', async () => {
  const { campus } = here
  const [number, into] = [await aTicket(campus, 'heating'), await aTicket(campus, 'radiators')]
  await join(number, into)
  expect(await readTicket(campus, number, null)).toEqual({
    kind: 'merged',
    into: { number: into, slug: 'about-radiators' },
  })
})

test('a chain of merges leads to its end at once', async () => {
  const { campus } = here
  const account = await anAccount(campus, 'northfieldlib', here.library)
  const post = aPostAbout('lift')
  await together(campus, (campus) => receivePost(campus, account, post))
  const [a, b, c] = [1001, await aTicket(campus, 'b'), await aTicket(campus, 'c')]
  const sam = await aStudent(campus)
  for (const number of [a, b, c]) await vote(number, sam)
  await join(a, b)
  await join(b, c)
  for (const number of [a, b]) {
    expect((await theTicket(campus, number)).mergedInto).toBe(c)
    expect(await readTicket(campus, number, null)).toMatchObject({ kind: 'merged', into: { number: c } })
  }
  expect((await theTicket(campus, c)).votes).toBe(3)
  expect((await campus.db.select().from(posts))[0]).toMatchObject({ ticketNumber: c })
  expect((await viewOf(c)).entries.map((line) => line.kind)).toEqual([
    'raised',
    'raised',
    'raised',
    'merge',
    'merge',
  ])
})

describe('is refused', () => {
  test('into itself, into a merged one, twice, or when one is unknown', async () => {
    const { campus } = here
    const [a, b, c] = [await aTicket(campus, 'a'), await aTicket(campus, 'b'), await aTicket(campus, 'c')]
    expect(await refusalOf(join(a, a))).toBe('merge-into-itself')
    await join(a, b)
    expect(await refusalOf(join(c, a))).toBe('already-merged')
    expect(await refusalOf(join(a, c))).toBe('already-merged')
    expect(await refusalOf(join(a, 4711))).toBe('no-such-ticket')
    expect(await refusalOf(join(4711, a))).toBe('no-such-ticket')
    expect(await refusalOf(join(b, c, ' '))).toBe('sentence-missing')
  })

  test('of another department’s ticket, and of one that is closed', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    const into = await aTicket(campus, 'wifi', { departmentId: here.it })
    const technician = await staffOf(campus, here.it)
    expect(await refusalOf(merge(campus, technician, { number, into, sentence: 'Same.' }))).toBe(
      'other-department',
    )
    expect(await refusalOf(merge(campus, await aStudent(campus), { number, into, sentence: 'Same.' }))).toBe(
      'other-department',
    )
    await changeStatus(campus, technician, { number: into, to: 'resolved', sentence: 'Mended.' })
    expect(
      await refusalOf(merge(campus, technician, { number: into, into: number, sentence: 'Same.' })),
    ).toBe('no-such-change')
    // But a closed one may take another in.
    await merge(campus, await staffOf(campus, here.library), { number, into, sentence: 'Same.' })
  })

  test('for everything that would go on with a merged ticket', async () => {
    const { campus } = here
    const admin = await anAdmin(campus)
    const number = await aTicket(campus, 'a', { departmentId: here.library })
    await join(number, await aTicket(campus, 'b'))
    const { personId } = await aStudent(campus)
    for (const work of [
      () => answer(campus, admin, { number, body: 'Hm.' }),
      () => changeStatus(campus, admin, { number, to: 'under-review', sentence: 'Hm.' }),
      () => handOver(campus, admin, { number, departmentId: here.it, sentence: 'Hm.' }),
      () => comment(campus, { number, personId, body: 'Hm.', key: aKey() }),
    ])
      expect(await refusalOf(work())).toBe('already-merged')
  })

  test('when two go at once, for the second', async () => {
    const { campus } = here
    const [a, b] = [await aTicket(campus, 'a'), await aTicket(campus, 'b')]
    const results = await Promise.all([refusalOf(join(a, b)), refusalOf(join(b, a))])
    expect(results.sort()).toEqual(['already-merged', 'nothing was refused'])
  })
})

test('the same form twice is one merge', async () => {
  const { campus } = here
  const admin = await anAdmin(campus)
  const [number, into] = [await aTicket(campus, 'a'), await aTicket(campus, 'b')]
  const request = { number, into, sentence: 'The same.', key: aKey() }
  await Promise.all([merge(campus, admin, request), merge(campus, admin, request)])
  await merge(campus, admin, request)
  expect(
    await campus.db.$count(entries, and(eq(entries.ticketNumber, into), eq(entries.kind, 'merge'))),
  ).toBe(1)
})

describe('what those who posted hear', () => {
  const x: Network = {
    id: 'x',
    name: 'X',
    limit: 280,
    measure: (text) => text.length,
    addresses: true,
    threads: false,
    prices: null,
    profileUrl: (handle) => `https://x.example/${handle}`,
    open: () => {
      throw new Error('nobody speaks to the network here')
    },
  }
  const address = () => addressAnnouncements(here.campus, registry([x]))

  /** A ticket raised by a post. */
  async function raisedByPost(about: string) {
    const { campus } = here
    const [known] = await campus.db
      .$count(posts)
      .then(async (count) => (count === 0 ? [await anAccount(campus, 'northfieldlib', here.library)] : [1]))
    const post = aPostAbout(about)
    await together(campus, (campus) => receivePost(campus, known!, post))
    const [row] = await campus.db.select().from(posts).where(eq(posts.firstId, post.firstId))
    return { number: row!.ticketNumber!, postId: row!.id }
  }

  /** To each post, what it was told, in order. */
  async function heard(postId: bigint) {
    const rows = await here.campus.db
      .select()
      .from(deliveries)
      .where(eq(deliveries.postId, postId))
      .orderBy(deliveries.id)
    return rows.map((row) => `${row.slot}: ${row.text.replace(/^@alexvisits /, '')}`)
  }

  test('the survivor’s later answer, each under its own number', async () => {
    const admin = await anAdmin(here.campus)
    const [joined, survivor] = [await raisedByPost('heating'), await raisedByPost('radiator')]
    await join(joined.number, survivor.number)
    await answer(here.campus, admin, { number: survivor.number, body: 'We are on it.' })
    await changeStatus(here.campus, admin, { number: survivor.number, to: 'resolved', sentence: 'Warm.' })
    await address()
    for (const { number, postId } of [joined, survivor])
      expect(await heard(postId)).toEqual([
        `first-answer: Library answers (no. ${number}): We are on it.`,
        `final: Library on no. ${number}, resolved: Warm.`,
      ])
  })

  test('the survivor’s earlier answer, and those who heard it do not hear it twice', async () => {
    const admin = await anAdmin(here.campus)
    const [joined, survivor] = [await raisedByPost('heating'), await raisedByPost('radiator')]
    await answer(here.campus, admin, { number: survivor.number, body: 'We are on it.' })
    await address()
    await join(joined.number, survivor.number)
    await address()
    expect(await heard(survivor.postId)).toEqual([
      `first-answer: Library answers (no. ${survivor.number}): We are on it.`,
    ])
    expect(await heard(joined.postId)).toEqual([
      `first-answer: Library answers (no. ${joined.number}): We are on it.`,
    ])
  })

  test('an answer that is still to be addressed when its ticket is merged', async () => {
    const admin = await anAdmin(here.campus)
    const [joined, survivor] = [await raisedByPost('heating'), await raisedByPost('radiator')]
    await answer(here.campus, admin, { number: joined.number, body: 'Said before the merge.' })
    await join(joined.number, survivor.number)
    await answer(here.campus, admin, { number: survivor.number, body: 'Said after it.' })
    await address()
    expect(await heard(joined.postId)).toEqual([
      `first-answer: Library answers (no. ${joined.number}): Said before the merge.`,
    ])
    expect(await heard(survivor.postId)).toEqual([
      `first-answer: Library answers (no. ${survivor.number}): Said after it.`,
    ])
  })

  test('the last word of a survivor that is closed', async () => {
    const admin = await anAdmin(here.campus)
    const [joined, survivor] = [await raisedByPost('heating'), await raisedByPost('radiator')]
    await changeStatus(here.campus, admin, { number: survivor.number, to: 'resolved', sentence: 'Warm.' })
    await join(joined.number, survivor.number)
    await address()
    expect(await heard(joined.postId)).toEqual([`final: Library on no. ${joined.number}, resolved: Warm.`])
  })

  test('but not a last word that was taken back', async () => {
    const admin = await anAdmin(here.campus)
    const [joined, survivor] = [await raisedByPost('heating'), await raisedByPost('radiator')]
    const change = (to: 'resolved' | 'under-review', sentence: string) =>
      changeStatus(here.campus, admin, { number: survivor.number, to, sentence })
    await change('resolved', 'Warm.')
    await change('under-review', 'Cold again.')
    await address()
    await join(joined.number, survivor.number)
    await address()
    expect(await heard(joined.postId)).toEqual([])
    await change('resolved', 'Warm for good.')
    await address()
    expect(await heard(joined.postId)).toEqual([
      `final: Library on no. ${joined.number}, resolved: Warm for good.`,
    ])
    // X takes one last word only, and this one was said.
    expect(await heard(survivor.postId)).toEqual([
      `final: Library on no. ${survivor.number}, resolved: Warm.`,
    ])
  })

  test('nothing of further answers and of progress, and nothing where nobody posted', async () => {
    const admin = await anAdmin(here.campus)
    const { number, postId } = await raisedByPost('heating')
    await changeStatus(here.campus, admin, { number, to: 'planned', sentence: 'Soon.' })
    await answer(here.campus, admin, { number, body: 'First.' })
    await answer(here.campus, admin, { number, body: 'Second.' })
    await answer(here.campus, admin, {
      number: await aTicket(here.campus, 'web', { departmentId: here.library }),
      body: 'Third.',
    })
    await address()
    expect(await heard(postId)).toEqual([`first-answer: Library answers (no. ${number}): First.`])
    expect(await here.campus.db.$count(deliveries)).toBe(1)
    const open = await here.campus.db.select().from(announcements)
    expect(open.every((row) => row.addressedAt !== null)).toBe(true)
  })

  test('addressed by two workers at once, each is told once', async () => {
    const admin = await anAdmin(here.campus)
    const { number, postId } = await raisedByPost('heating')
    await answer(here.campus, admin, { number, body: 'First.' })
    await Promise.all([address(), address(), address()])
    expect(await heard(postId)).toHaveLength(1)
  })

  test('a post that did not summon us is kept for a person', async () => {
    const { campus } = here
    const account = await anAccount(campus, 'northfieldlib', here.library)
    await together(campus, (campus) =>
      receivePost(campus, account, aPostAbout('heating', { summons: null, mentions: [] })),
    )
    await answer(campus, await anAdmin(campus), { number: 1001, body: 'First.' })
    await address()
    expect(await campus.db.select().from(deliveries)).toMatchObject([{ state: 'parked', attempts: 0 }])
  })

  test('while the network is not configured, the text is written and waits for a person', async () => {
    const { number } = await raisedByPost('heating')
    await answer(here.campus, await anAdmin(here.campus), { number, body: 'First.' })
    await addressAnnouncements(here.campus, registry([]))
    const { text } = renderReply(
      textIn('en'),
      {
        handle: 'alexvisits',
        department: 'Library',
        number,
        moment: 'first-answer',
        to: null,
        words: 'First.',
        link: null,
        turn: 1,
      },
      x,
    )
    expect(await here.campus.db.select().from(deliveries)).toMatchObject([{ state: 'parked', text }])
  })
})
