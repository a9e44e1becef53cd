import { describe, expect, test } from 'vitest'
import { together } from '#app/domain/campus.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { readDepartment, readResolutions } from '#app/domain/departments/read.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket, type Place } from '#app/domain/tickets/ticket.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { entries } from '#db/schema/index.ts'
import {
  aCampus,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  aTicket,
  MONDAY,
  quiet,
  staffOf,
  theTicket,
} from './campus.ts'
import { aNetwork } from './channel.ts'

const here = aCampus()

const receive = (account: number, post: IncomingPost) =>
  together(here.campus, (campus) => receivePost(campus, account, post))
const viewOf = async (number: number, place: Place = null) => {
  const found = await readTicket(here.campus, number, null, place)
  if (found.kind !== 'found') throw new Error('it was merged')
  return { ...found.ticket, older: found.older, newer: found.newer }
}
const person = (id: string) => ({ author: { id, handle: id, name: id } })

describe('voices', () => {
  test('are people on a network: each once, never ours, and never votes', async () => {
    const account = await anAccount(here.campus, 'northfieldlib', here.library)
    const post = aPostAbout('lift')
    await receive(account, post)
    expect(await viewOf(1001)).toMatchObject({ votes: 0, voices: [{ channel: 'x', count: 1 }] })
    await receive(account, aReplyTo(post, 'Mine too.', person('kim')))
    await receive(account, aReplyTo(post, 'And again.', person('kim')))
    await receive(account, aReplyTo(post, 'Still.', person('alex')))
    await receive(account, aReplyTo(post, 'Here as well.', person('bo')))
    expect(await viewOf(1001)).toMatchObject({ votes: 0, comments: 4, voices: [{ channel: 'x', count: 3 }] })
    // An account that is ours only since: what it wrote before was taken for somebody's.
    await receive(account, aReplyTo(post, 'We hear you.', person('account-northfieldit')))
    expect((await viewOf(1001)).voices).toMatchObject([{ count: 4 }])
    await anAccount(here.campus, 'northfieldit', here.it)
    expect((await viewOf(1001)).voices).toMatchObject([{ count: 3 }])
  })

  test('our own mirrored answer is none', async () => {
    const { campus, library } = here
    const network = aNetwork()
    const account = await anAccount(campus, 'northfieldlib', library)
    const post = aPostAbout('lift')
    await receive(account, post)
    await answer(campus, await staffOf(campus, library), { number: 1001, body: 'We are on it.' })
    await deliver(network)
    expect((await viewOf(1001)).voices).toMatchObject([{ count: 1 }])
  })

  test('of merged tickets are the survivor’s, also along a chain, and one person stays one', async () => {
    const { campus, library } = here
    const account = await anAccount(campus, 'northfieldlib', library)
    await receive(account, aPostAbout('lift', person('alex')))
    await receive(account, aPostAbout('elevator', person('alex')))
    await receive(account, aPostAbout('hoist', person('kim')))
    const admin = await anAdmin(campus)
    await merge(campus, admin, { number: 1001, into: 1002, sentence: 'The same.' })
    await merge(campus, admin, { number: 1002, into: 1003, sentence: 'The same.' })
    expect((await viewOf(1003)).voices).toMatchObject([{ count: 2 }])
  })

  test('there are none where nobody posted', async () => {
    expect((await viewOf(await aTicket(here.campus, 'heating'))).voices).toEqual([])
  })
})

describe('a reply', () => {
  const parentsOf = async (number: number, place: Place = null) => {
    const { entries } = await viewOf(number, place)
    const named = (id: string | null) =>
      id && (entries.find((entry) => entry.id === id)?.post?.text ?? entries.find((e) => e.id === id)?.kind)
    return entries.flatMap((entry) => (entry.post ? [[entry.post.text, named(entry.replyTo)]] : []))
  }

  test('stands under what it answers, our own mirrored answer too', async () => {
    const { campus, library } = here
    const network = aNetwork()
    network.onSend = async () => ({ kind: 'sent', externalId: '990001', url: 'https://x.example/ours' })
    const account = await anAccount(campus, 'northfieldlib', library)
    const post = aPostAbout('lift', { text: 'The lift!' })
    await receive(account, post)
    const kim = aReplyTo(post, 'Mine too.', person('kim'))
    await receive(account, kim)
    await receive(account, {
      ...aReplyTo(post, 'Which floor?', person('bo')),
      inReplyTo: kim.externalId,
    })
    await receive(account, { ...aReplyTo(post, 'Elsewhere.', person('lou')), inReplyTo: '123' })
    await answer(campus, await staffOf(campus, library), { number: 1001, body: 'We are on it.' })
    await deliver(network)
    await receive(account, { ...aReplyTo(post, 'Thank you.', person('alex')), inReplyTo: '990001' })
    expect(await parentsOf(1001)).toEqual([
      ['The lift!', null],
      ['Mine too.', 'The lift!'],
      ['Which floor?', 'Mine too.'],
      ['Elsewhere.', null],
      ['Thank you.', 'answer'],
    ])
    const said = (await viewOf(1001)).entries.find((entry) => entry.kind === 'answer')
    expect(said?.mirrored).toMatchObject([{ handle: 'northfieldlib', url: 'https://x.example/ours' }])
  })

  test('to a version that was edited since finds it', async () => {
    const account = await anAccount(here.campus, 'northfieldlib', here.library)
    const post = aPostAbout('lift', { text: 'The lift!' })
    await receive(account, post)
    const edit = aPostAbout('lift', { firstId: post.firstId, text: 'The lift, again!' })
    await receive(account, edit)
    const { id } = (await viewOf(1001)).entries[0]!
    await receive(account, aReplyTo(post, 'To the old one.'))
    await receive(account, { ...aReplyTo(post, 'To the new one.'), inReplyTo: edit.externalId })
    const replies = (await viewOf(1001)).entries.filter((entry) => entry.kind === 'comment')
    expect(replies.map((entry) => entry.replyTo)).toEqual([id, id])
  })
})

describe('a long talk', () => {
  test('leads to its beginning and back, each line once', async () => {
    const number = await aTicket(here.campus, 'heating', { departmentId: here.library })
    await here.campus.db.insert(entries).values(
      Array.from({ length: 250 }, (_, count) => ({
        ticketNumber: number,
        kind: 'comment' as const,
        body: `Comment ${count}`,
        createdAt: MONDAY,
      })),
    )
    const newest = await viewOf(number)
    expect(newest.newer).toBeNull()
    const pages = [await viewOf(number, { after: 0n })]
    expect(pages[0]!.older).toBeNull()
    while (pages.at(-1)!.newer !== null)
      pages.push(await viewOf(number, { after: BigInt(pages.at(-1)!.newer!) }))
    expect(pages.map((page) => page.entries.length)).toEqual([100, 100, 51])
    const ids = pages.flatMap((page) => page.entries.map((entry) => entry.id))
    expect(new Set(ids).size).toBe(251)
    expect(ids.at(-1)).toBe(newest.entries.at(-1)!.id)
    expect(pages[1]!.older).toBe(pages[1]!.entries[0]!.id)
    const back = await viewOf(number, { before: BigInt(newest.older!) })
    expect(BigInt(back.newer!)).toBeLessThan(BigInt(newest.entries[0]!.id))
    expect((await viewOf(number, { before: 1n })).entries).toEqual([])
  })
})

describe('the promise', () => {
  test('kept is told beside what was promised, also when the department changes its target', async () => {
    const { campus, clock, library } = here
    const librarian = await staffOf(campus, library)
    const number = await aTicket(campus, 'heating', { departmentId: library })
    expect((await viewOf(number)).response).toBeNull()
    clock.pass(2 * DAY)
    await answer(campus, librarian, { number, body: 'We are on it.' })
    const told = { workingDays: 2, target: 3, due: new Date('2026-03-05T17:00Z') }
    expect((await viewOf(number)).response).toMatchObject(told)
    clock.pass(20 * DAY)
    await changeStatus(campus, librarian, { number, to: 'resolved', sentence: 'Warm.' })
    expect((await viewOf(number)).response).toMatchObject(told)
  })

  test('of a ticket nobody owned counts from the day it was raised', async () => {
    const { campus, clock, library } = here
    const number = await aTicket(campus, 'nobody’s')
    expect(await viewOf(number)).toMatchObject({ promise: null, response: null, responsible: null })
    clock.pass(DAY)
    await handOver(campus, await anAdmin(campus), { number, departmentId: library, sentence: 'Books.' })
    expect((await theTicket(campus, number)).answerDueAt).toEqual(new Date('2026-03-05T17:00Z'))
    clock.pass(HOUR)
    await answer(campus, await staffOf(campus, library), { number, body: 'Yes.' })
    expect((await viewOf(number)).response).toMatchObject({ workingDays: 1, target: 3 })
  })

  test('is a department’s, since when and from whom', async () => {
    const { campus, clock, library, it: itDepartment } = here
    await anAccount(campus, 'northfieldit', itDepartment)
    const number = await aTicket(campus, 'printer', { departmentId: library })
    expect((await viewOf(number)).responsible).toMatchObject({
      department: { name: 'Library' },
      since: MONDAY,
      from: null,
      accounts: [],
    })
    clock.pass(DAY)
    await handOver(campus, await staffOf(campus, library), {
      number,
      departmentId: itDepartment,
      sentence: 'Theirs.',
    })
    expect((await viewOf(number)).responsible).toMatchObject({
      department: { name: 'IT' },
      since: clock.now(),
      from: { name: 'Library' },
      accounts: [{ handle: 'northfieldit' }],
    })
    // What was promised by the first one stays promised.
    expect((await theTicket(campus, number)).answerDueAt).toEqual(new Date('2026-03-05T17:00Z'))
  })
})

describe('a department’s face', () => {
  test('has what it did, in its last words, the newest first', async () => {
    const { campus, clock, library, it: itDepartment } = here
    const admin = await anAdmin(campus)
    const [first, second, again, elsewhere] = [
      await aTicket(campus, 'first', { departmentId: library }),
      await aTicket(campus, 'second', { departmentId: library }),
      await aTicket(campus, 'again', { departmentId: library }),
      await aTicket(campus, 'elsewhere', { departmentId: itDepartment }),
    ]
    for (const number of [again, first, second, elsewhere]) {
      clock.pass(HOUR)
      await changeStatus(campus, admin, { number, to: 'resolved', sentence: `Done with ${number}.` })
    }
    await changeStatus(campus, admin, { number: again, to: 'under-review', sentence: 'Not yet.' })
    clock.pass(HOUR)
    await answer(campus, admin, { number: again, body: 'Now it is.', to: 'resolved' })
    expect(await readResolutions(campus, library, 5)).toMatchObject([
      { number: again, sentence: 'Now it is.', at: clock.now() },
      { number: second, sentence: `Done with ${second}.` },
      { number: first, sentence: `Done with ${first}.` },
    ])
    expect((await readDepartment(campus, 'library')).figures.resolved).toBe(3)
    clock.pass(91 * DAY)
    expect((await readDepartment(campus, 'library')).figures.resolved).toBe(0)
  })

  test('says no share and no median of fewer than five, and counts silence as missed', async () => {
    const { campus, clock, library } = here
    const librarian = await staffOf(campus, library)
    const figures = async () => (await readDepartment(campus, 'library')).figures
    for (let count = 0; count < 4; count += 1) {
      const number = await aTicket(campus, `no. ${count}`, { departmentId: library })
      await answer(campus, librarian, { number, body: 'Yes.' })
    }
    expect(await figures()).toMatchObject({ answered: 4, medianMinutes: null, withinTarget: null })
    await aTicket(campus, 'forgotten', { departmentId: library })
    expect(await figures()).toMatchObject({ withinTarget: null })
    clock.pass(8 * DAY)
    expect(await figures()).toMatchObject({ answered: 4, medianMinutes: null, withinTarget: 0.8 })
  })
})

function deliver(network: ReturnType<typeof aNetwork>) {
  return deliverAll({
    campus: here.campus,
    networks: network.networks,
    log: quiet,
    random: () => 0.5,
    stopping: () => false,
  })
}
