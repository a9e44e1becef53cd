import { asc, eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { FindResult, SendResult } from '#app/channels/channel.ts'
import { registry } from '#app/channels/registry.ts'
import { together } from '#app/domain/campus.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { ATTEMPTS } from '#app/outbound/retry.ts'
import { addressAnnouncements } from '#app/outbound/targets.server.ts'
import { claimDelivery, decideDelivery, LEASE, settleDelivery } from '#app/outbox/deliveries.server.ts'
import { HOUR, MINUTE, SECOND } from '#app/platform/clock.ts'
import { accounts, deliveries, posts } from '#db/schema/index.ts'
import { aCampus, anAccount, anAdmin, aPostAbout, quiet } from './campus.ts'
import { aNetwork, type FakeNetwork } from './channel.ts'

const here = aCampus()
let network: FakeNetwork
let account: number

beforeEach(async () => {
  network = aNetwork()
  account = await anAccount(here.campus, 'northfieldlib', here.library)
})

/** A ticket raised by a post, with a first answer that is promised to it. */
async function anAnsweredPost(about = 'heating', on = account) {
  const { campus } = here
  const post = aPostAbout(about)
  await together(campus, (campus) => receivePost(campus, on, post))
  const [row] = await campus.db.select().from(posts).where(eq(posts.firstId, post.firstId))
  const number = row!.ticketNumber!
  await answer(campus, await anAdmin(campus), { number, body: 'We are on it.' })
  return { number, post }
}

const resolve = async (number: number) =>
  changeStatus(here.campus, await anAdmin(here.campus), { number, to: 'resolved', sentence: 'Warm.' })
const address = () => addressAnnouncements(here.campus, network.networks)
const deliver = (stopping = () => false) =>
  deliverAll({ campus: here.campus, networks: network.networks, log: quiet, random: () => 0.5, stopping })
const claim = () => claimDelivery(here.campus.db, 'x', here.clock.now())
const all = () => here.campus.db.select().from(deliveries).orderBy(asc(deliveries.id))
const first = async () => (await all())[0]!
const theAccount = async () =>
  (await here.campus.db.select().from(accounts).where(eq(accounts.id, account)))[0]!
const inA = (milliseconds: number) => new Date(here.clock.now().getTime() + milliseconds)

test('an answer is sent once, and its page tells where', async () => {
  const { number, post } = await anAnsweredPost()
  network.onSend = async () => ({ kind: 'sent', externalId: '777', url: 'https://x.example/777' })
  await deliver()
  await deliver()
  expect(network.sends).toEqual([
    {
      key: expect.stringMatching(/^\d+$/),
      text: `@alexvisits Library answers (no. ${number}): We are on it.`,
      more: [],
      inReplyTo: post.externalId,
      conversationId: post.conversationId,
    },
  ])
  expect(await all()).toMatchObject([
    {
      state: 'sent',
      externalId: '777',
      url: 'https://x.example/777',
      attempts: 1,
      claim: null,
      leasedUntil: null,
      settledAt: here.clock.now(),
    },
  ])
  expect(await theAccount()).toMatchObject({ sentAt: here.clock.now() })
  const found = await readTicket(here.campus, number, null)
  expect(found.kind === 'found' && found.ticket.official?.mirrored).toMatchObject([
    { state: 'sent', url: 'https://x.example/777', handle: 'northfieldlib' },
  ])
  const ours = { ...aPostAbout(''), firstId: '777', externalId: '777' }
  expect(
    await together(here.campus, (campus) => receivePost(campus, account, ours)),
    'our own reply is known when it is read back',
  ).toBe('seen')
})

describe('what the network says to a reply', () => {
  const soon = (): Date => inA(15 * MINUTE)

  test.each<[says: () => SendResult, left: () => object, state: string]>([
    [
      () => ({ kind: 'later', reason: '503', at: null }),
      () => ({ state: 'queued', reason: '503', dueAt: inA(3.75 * SECOND) }),
      'connected',
    ],
    [
      () => ({ kind: 'later', reason: '429', at: soon() }),
      () => ({ state: 'queued', reason: '429', dueAt: soon() }),
      'connected',
    ],
    [
      () => ({ kind: 'refused', reason: 'It was deleted.' }),
      () => ({ state: 'parked', reason: 'It was deleted.', settledAt: here.clock.now() }),
      'connected',
    ],
    [
      () => ({ kind: 'signed-out', reason: 'Revoked.' }),
      () => ({ state: 'queued', reason: 'Revoked.' }),
      'signed-out',
    ],
    [
      () => ({ kind: 'unknown', reason: 'Cut off.' }),
      () => ({ state: 'checking', reason: 'Cut off.', dueAt: inA(10 * SECOND) }),
      'connected',
    ],
    [
      () => {
        throw new Error('Broken.')
      },
      () => ({ state: 'checking', reason: 'Broken.' }),
      'connected',
    ],
  ])('%s', async (says, left, state) => {
    await anAnsweredPost()
    network.onSend = async () => says()
    await deliver()
    expect(await first()).toMatchObject({ ...left(), claim: null, leasedUntil: null, attempts: 1 })
    expect((await theAccount()).state).toBe(state)
    expect(network.sends).toHaveLength(1)
  })

  test('a pause of the account holds back its whole queue, and ends', async () => {
    await anAnsweredPost('heating')
    await anAnsweredPost('lift')
    const at = soon()
    network.onSend = async () => ({ kind: 'later', reason: '429', at })
    await deliver()
    expect(network.sends).toHaveLength(1)
    here.clock.pass(14 * MINUTE)
    await deliver()
    expect(network.sends).toHaveLength(1)
    here.clock.pass(MINUTE)
    network.onSend = async () => ({ kind: 'sent', externalId: String(network.sends.length), url: null })
    await deliver()
    expect((await all()).map((row) => row.state)).toEqual(['sent', 'sent'])
    expect((await theAccount()).sendAfter).toBeNull()
  })

  test('it is parked when it was put off too often', async () => {
    await anAnsweredPost()
    network.onSend = async () => ({ kind: 'later', reason: '503', at: null })
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      await deliver()
      here.clock.pass(HOUR)
    }
    await deliver()
    expect(network.sends).toHaveLength(ATTEMPTS)
    expect(await first()).toMatchObject({ state: 'parked', reason: '503' })
  })
})

describe('a reply that may be out', () => {
  /** Sent, and the network did not say; the moment to look has come. */
  async function aDoubt() {
    const { post } = await anAnsweredPost()
    network.onSend = async () => ({ kind: 'unknown', reason: 'Cut off.' })
    await deliver()
    network.onSend = async () => ({ kind: 'sent', externalId: 'second', url: null })
    const attemptedAt = here.clock.now()
    here.clock.pass(11 * SECOND)
    return { post, attemptedAt }
  }

  test('is looked for, with the moment it was sent', async () => {
    const { post, attemptedAt } = await aDoubt()
    network.onFind = async () => ({ kind: 'found', externalId: '777', url: 'https://x.example/777' })
    await deliver()
    expect(network.finds).toMatchObject([
      { inReplyTo: post.externalId, text: (await first()).text, attemptedAt },
    ])
    expect(network.sends).toHaveLength(1)
    expect(await first()).toMatchObject({ state: 'sent', externalId: '777', url: 'https://x.example/777' })
  })

  test('is not looked for too soon', async () => {
    await aDoubt()
    here.clock.pass(-2 * SECOND)
    await deliver()
    expect(network.finds).toHaveLength(0)
    expect(network.sends).toHaveLength(1)
  })

  test('is sent again only when it is not there', async () => {
    await aDoubt()
    await deliver()
    expect(network.finds).toHaveLength(1)
    expect(network.sends).toHaveLength(2)
    expect(await first()).toMatchObject({ state: 'sent', externalId: 'second', attempts: 3 })
  })

  test.each<[says: () => FindResult]>([
    [() => ({ kind: 'later', reason: '429', at: null })],
    [() => ({ kind: 'signed-out', reason: 'Revoked.' })],
    [
      () => {
        throw new Error('Broken.')
      },
    ],
  ])('stays in doubt while the look says %s', async (says) => {
    const { attemptedAt } = await aDoubt()
    network.onFind = async () => says()
    await deliver()
    expect(await first()).toMatchObject({ state: 'checking', claim: null, attemptedAt })
    await here.campus.db.update(accounts).set({ state: 'connected' })
    here.clock.pass(HOUR)
    network.onFind = async () => ({ kind: 'found', externalId: '777', url: null })
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(await first()).toMatchObject({ state: 'sent', externalId: '777' })
  })

  test.each<[what: string, found: FindResult, sends: number]>([
    ['and it was out', { kind: 'found', externalId: '777', url: null }, 0],
    ['and it was not', { kind: 'absent' }, 1],
  ])('because its process died, is looked for first, %s', async (_what, found, sends) => {
    await anAnsweredPost()
    await address()
    expect((await claim())?.delivery.state).toBe('sending')
    const attemptedAt = here.clock.now()
    network.onFind = async () => found
    await deliver()
    expect(network.finds, 'its claim still holds').toHaveLength(0)
    here.clock.pass(LEASE + SECOND)
    await deliver()
    expect(network.finds).toMatchObject([{ attemptedAt }])
    expect(network.sends).toHaveLength(sends)
    expect((await first()).state).toBe('sent')
  })

  test('is not settled by a process that lost its claim', async () => {
    await anAnsweredPost()
    await address()
    const lost = (await claim())!
    here.clock.pass(LEASE + SECOND)
    const taken = (await claim())!
    expect(taken.delivery.state).toBe('checking')
    const settled = { state: 'queued', reason: null, dueAt: here.clock.now() } as const
    expect(await settleDelivery(here.campus.db, lost.delivery, settled)).toBe(false)
    expect(await first()).toMatchObject({ state: 'checking', claim: taken.delivery.claim })
  })
})

test('two replies to one post go out in their order, however long the first takes', async () => {
  const { number } = await anAnsweredPost()
  await resolve(number)
  network.onSend = async () => ({ kind: 'unknown', reason: 'Cut off.' })
  await deliver()
  expect(network.sends).toHaveLength(1)
  network.onFind = async () => ({ kind: 'later', reason: '503', at: null })
  here.clock.pass(MINUTE)
  await deliver()
  expect(network.sends).toHaveLength(1)
  network.onFind = async () => ({ kind: 'found', externalId: '1', url: null })
  network.onSend = async () => ({ kind: 'sent', externalId: '2', url: null })
  here.clock.pass(MINUTE)
  await deliver()
  expect(network.sends.map((post) => post.text.includes('resolved'))).toEqual([false, true])
  expect((await all()).map((row) => row.externalId)).toEqual(['1', '2'])
})

test('a first one that is parked does not hold up the second', async () => {
  const { number } = await anAnsweredPost()
  await resolve(number)
  const says: Array<SendResult> = [
    { kind: 'refused', reason: 'No.' },
    { kind: 'sent', externalId: '2', url: null },
  ]
  network.onSend = async () => says.shift()!
  await deliver()
  expect((await all()).map((row) => row.state)).toEqual(['parked', 'sent'])
})

test('a post has one reply for each slot, however often it is promised', async () => {
  const { number } = await anAnsweredPost()
  await resolve(number)
  const admin = await anAdmin(here.campus)
  await changeStatus(here.campus, admin, { number, to: 'under-review', sentence: 'Cold again.' })
  await resolve(number)
  await deliver()
  expect((await all()).map((row) => row.slot)).toEqual(['first-answer', 'final'])
  expect(network.sends).toHaveLength(2)
  const row = await first()
  const { id: _id, ...copy } = row
  await expect(here.campus.db.insert(deliveries).values(copy)).rejects.toThrow()
})

describe('two workers', () => {
  test('at once claim different deliveries, and each only once', async () => {
    for (let count = 0; count < 6; count += 1) await anAnsweredPost(`thing ${count}`)
    await address()
    const claimed = await Promise.all(Array.from({ length: 10 }, claim))
    const ids = claimed.flatMap((one) => (one ? [one.delivery.id] : []))
    expect(new Set(ids).size).toBe(ids.length)
    // Whoever came too close to another one finds nothing this time; nothing stays behind.
    for (let more = await claim(); more; more = await claim()) ids.push(more.delivery.id)
    expect(new Set(ids).size).toBe(6)
    expect(ids).toHaveLength(6)
  })

  test('send each reply once', async () => {
    for (let count = 0; count < 6; count += 1) await anAnsweredPost(`thing ${count}`)
    await Promise.all([deliver(), deliver(), deliver()])
    await deliver()
    expect(network.sends).toHaveLength(6)
    expect(new Set(network.sends.map((post) => post.inReplyTo)).size).toBe(6)
  })
})

test('a network that is slow holds up none of the others', async () => {
  const slow = { ...aNetwork(), id: 'bluesky' as const }
  const other = await anAccount(here.campus, 'northfieldit', here.it)
  await here.campus.db.update(accounts).set({ channel: 'bluesky' }).where(eq(accounts.id, other))
  await anAnsweredPost('wifi', other)
  await anAnsweredPost('heating')
  // As it is known there.
  await here.campus.db.update(posts).set({ channel: 'bluesky' }).where(eq(posts.accountId, other))
  let answer!: (result: SendResult) => void
  slow.open = (account) => ({
    ...network.open(account),
    id: 'bluesky',
    send: () => new Promise((resolve) => (answer = resolve)),
  })
  network.networks = registry([network, slow])
  const running = deliver()
  await expect.poll(() => network.sends.length).toBe(1)
  await expect.poll(async () => (await all()).map((row) => row.state)).toEqual(['sending', 'sent'])
  answer({ kind: 'sent', externalId: '9', url: null })
  await running
  expect((await all()).map((row) => row.state)).toEqual(['sent', 'sent'])
})

test('an account that is signed out keeps its queue, and others go on', async () => {
  const other = await anAccount(here.campus, 'northfieldit', here.it)
  await anAnsweredPost('heating')
  await anAnsweredPost('wifi', other)
  await here.campus.db.update(accounts).set({ state: 'signed-out' }).where(eq(accounts.id, account))
  await deliver()
  expect((await all()).map((row) => row.state)).toEqual(['queued', 'sent'])
  await here.campus.db.update(accounts).set({ state: 'connected' }).where(eq(accounts.id, account))
  await deliver()
  expect((await all()).map((row) => row.state)).toEqual(['sent', 'sent'])
})

test('what cannot be opened was not sent, and holds up nobody else', async () => {
  const other = await anAccount(here.campus, 'northfieldit', here.it)
  await anAnsweredPost('heating')
  await anAnsweredPost('wifi', other)
  await here.campus.db.update(accounts).set({ credentials: '1.broken' }).where(eq(accounts.id, account))
  await deliver()
  expect((await all()).map((row) => row.state)).toEqual(['queued', 'sent'])
  expect((await first()).reason).toBeTruthy()
})

test('a network that is not configured leaves its replies to a person', async () => {
  await anAnsweredPost()
  await address()
  network.networks = new Map()
  await deliver()
  expect(await first()).toMatchObject({
    state: 'parked',
    reason: 'X is not configured on this server. Once it is, press Retry.',
  })
})

test('a worker that is to stop begins nothing new', async () => {
  for (let count = 0; count < 3; count += 1) await anAnsweredPost(`thing ${count}`)
  await deliver(() => network.sends.length >= 1)
  expect(network.sends).toHaveLength(1)
})

describe('a person decides', () => {
  const decide = async (decision: 'retry' | 'skip' | 'by-hand') =>
    decideDelivery(here.campus.db, (await first()).id, decision, here.clock.now())

  async function aParkedReply() {
    await anAnsweredPost()
    network.onSend = async () => ({ kind: 'refused', reason: 'No.' })
    await deliver()
    network.onSend = async () => ({ kind: 'sent', externalId: '777', url: null })
  }

  test.each([
    ['skip', 'skipped'],
    ['by-hand', 'by-hand'],
  ] as const)('to %s, and it is never sent', async (decision, state) => {
    await aParkedReply()
    expect(await decide(decision)).toBe(true)
    here.clock.pass(HOUR)
    await deliver()
    expect(await first()).toMatchObject({ state, reason: 'No.' })
    expect(network.sends).toHaveLength(1)
    expect(await decide('retry')).toBe(false)
  })

  test('to try again, and it is looked for before it is sent', async () => {
    await aParkedReply()
    expect(await decide('retry')).toBe(true)
    await deliver()
    expect(network.finds).toHaveLength(1)
    expect(network.sends).toHaveLength(2)
    expect(await first()).toMatchObject({ state: 'sent', externalId: '777' })
  })

  test('to try one that was never tried', async () => {
    const { campus } = here
    await together(campus, (campus) =>
      receivePost(campus, account, aPostAbout('heating', { summons: null, mentions: [] })),
    )
    await answer(campus, await anAdmin(campus), { number: 1001, body: 'We are on it.' })
    await deliver()
    expect(await first()).toMatchObject({ state: 'parked', attempts: 0 })
    expect(network.sends).toHaveLength(0)
    expect(await decide('retry')).toBe(true)
    await deliver()
    expect(network.finds).toHaveLength(0)
    expect((await first()).state).toBe('sent')
  })

  test('on none that is being sent, is sent or is unknown', async () => {
    await anAnsweredPost()
    await address()
    await claim()
    for (const decision of ['retry', 'skip', 'by-hand'] as const) expect(await decide(decision)).toBe(false)
    here.clock.pass(LEASE + SECOND)
    await deliver()
    expect((await first()).state).toBe('sent')
    for (const decision of ['retry', 'skip', 'by-hand'] as const) expect(await decide(decision)).toBe(false)
    expect(await decideDelivery(here.campus.db, 4711n, 'retry', here.clock.now())).toBe(false)
  })
})
