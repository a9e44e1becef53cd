import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { asc, eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { holdSpending, noteAllowances, purseOf, readSpent, setAside } from '#app/accounts/charges.server.ts'
import { openAccount } from '#app/accounts/open.server.ts'
import { tellOwners } from '#app/accounts/tell.server.ts'
import type { FindResult, SendResult } from '#app/channels/channel.ts'
import type { Mail, Mailer } from '#app/channels/mail.ts'
import { registry } from '#app/channels/registry.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { together, type Actor } from '#app/domain/campus.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import {
  beginSignIn,
  connectAccount,
  disconnectAccount,
  finishSignIn,
  noteLabel,
  savePolicy,
} from '#app/outbound/connect.server.ts'
import { decide } from '#app/outbound/decide.server.ts'
import { deliverAll } from '#app/outbound/deliver.server.ts'
import { readAccounts, readDeliveries, readMirrors } from '#app/outbound/overview.server.ts'
import type { Policy } from '#app/outbound/policy.ts'
import { DAY, HOUR, MINUTE, SECOND } from '#app/platform/clock.ts'
import { accounts, charges, deliveries, posts, reservations, signOutMails, stops } from '#db/schema/index.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { APP, campus as world, IT, SAM } from '#tests/channels/campus.ts'
import {
  aCampus,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  onPostgres,
  quiet,
  refusalOf,
  staffOf,
} from './campus.ts'
import { aNetwork, type FakeNetwork } from './channel.ts'

const here = aCampus()
let network: FakeNetwork
let account: number
let admin: Actor
let ours: Actor

const PRICES = { read: 1_000, searched: 5_000, reply: 10_000, 'reply-with-link': 200_000 }
const POLICY: Policy & { hashtags: Array<string> } = {
  mirror: 'first-and-final',
  links: false,
  quiet: null,
  cap: null,
  hashtags: [],
}

beforeEach(async () => {
  network = aNetwork()
  account = await anAccount(here.campus, 'northfieldlib', here.library)
  admin = await anAdmin(here.campus)
  ours = await staffOf(here.campus, here.library)
})

const set = (policy: Partial<typeof POLICY>) =>
  savePolicy(here.campus, ours, account, { ...POLICY, ...policy })
const deliver = () =>
  deliverAll({
    campus: here.campus,
    networks: network.networks,
    log: quiet,
    publicUrl: 'https://quad.example.edu',
    random: () => 0.5,
    stopping: () => false,
  })
const poll = () => pollAccounts({ campus: here.campus, networks: network.networks, log: quiet })
const all = () => here.campus.db.select().from(deliveries).orderBy(asc(deliveries.id))
const first = async () => (await all())[0]!
const theAccount = async () =>
  (await here.campus.db.select().from(accounts).where(eq(accounts.id, account)))[0]!
const take = (post: ReturnType<typeof aPostAbout>, on = account) =>
  together(here.campus, (campus) => receivePost(campus, on, post))
/** What the desk says of the first delivery. */
const said = async () => (await readDeliveries(here.campus, ours))[0]!
/** The account's network bills from now on. */
function billing(costs: FakeNetwork['costs'] = null) {
  network.prices = PRICES
  network.costs = costs
}

async function anAnsweredPost(about = 'heating', more: Parameters<typeof aPostAbout>[1] = {}) {
  const post = aPostAbout(about, more)
  await take(post)
  const [row] = await here.campus.db.select().from(posts).where(eq(posts.firstId, post.firstId))
  const number = row!.ticketNumber!
  await answer(here.campus, admin, { number, body: 'We are on it.' })
  return { number, post }
}

describe('who may do what', () => {
  const wish = { channel: 'x' as const, credentials: '{}' }
  const identified = (id: string, handle: string) => {
    const { open } = network
    network.open = (account) => ({
      ...open(account),
      identify: async () => ({ kind: 'identified', author: { id, handle, name: handle } }),
    })
  }

  test('staff connects for its own department, an administrator for every one and for the campus', async () => {
    identified('77', 'LibraryDesk')
    const connect = (actor: Actor, departmentId: number | null) =>
      connectAccount(here.campus, network.networks, { ...wish, departmentId }, actor)
    expect(await refusalOf(connect(ours, here.it))).toBe('other-department')
    expect(await refusalOf(connect(ours, null))).toBe('other-department')
    expect(await connect(ours, here.library)).toEqual({ kind: 'connected', handle: 'librarydesk' })
    expect(await connect(admin, here.it)).toMatchObject({ kind: 'connected' })
    expect(await connect(ours, here.library), 'it is the other department’s now').toMatchObject({
      kind: 'failed',
      reason: '@librarydesk is connected for IT, and only its staff or an administrator may change that.',
    })
    expect(await connect(admin, null)).toMatchObject({ kind: 'connected' })
    expect(await connect(ours, here.library)).toMatchObject({ kind: 'failed' })
  })

  test('an account is not put in the place of another', async () => {
    identified('77', 'LibraryDesk')
    const again = { ...wish, departmentId: here.library, accountId: account }
    expect(await connectAccount(here.campus, network.networks, again, ours)).toEqual({
      kind: 'failed',
      reason:
        'You signed in there as @librarydesk, and this is @northfieldlib. Sign in there as @northfieldlib, then begin again.',
    })
    expect(await here.campus.db.$count(accounts)).toBe(1)
  })

  test('nobody else changes, labels or disconnects it', async () => {
    const others = await staffOf(here.campus, here.it)
    expect(await refusalOf(savePolicy(here.campus, others, account, POLICY))).toBe('other-department')
    expect(await refusalOf(noteLabel(here.campus, others, account))).toBe('other-department')
    expect(await refusalOf(disconnectAccount(here.campus, others, account))).toBe('other-department')
    expect(await refusalOf(savePolicy(here.campus, ours, 999, POLICY))).toBe('other-department')
    await noteLabel(here.campus, ours, account)
    expect(await theAccount()).toMatchObject({ labelled: true, state: 'connected' })
    const shown = async (actor: Actor) => readAccounts(here.campus, network.networks, actor)
    expect(await shown(others)).toEqual([])
    expect(await shown(ours)).toMatchObject([{ manages: true, wantsLabel: false, spent: null }])
  })
})

describe('what is said on the network', () => {
  test('nothing: the desk tells of it, and a person may send it all the same', async () => {
    await set({ mirror: 'nothing' })
    const { number } = await anAnsweredPost()
    expect(await readMirrors(here.campus, number)).toEqual([])
    await deliver()
    expect(network.sends).toEqual([])
    expect(await said()).toMatchObject({
      state: 'skipped',
      reason: expect.stringContaining('repeats nothing'),
    })
    await decide(here.campus, ours, (await first()).id, 'retry')
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(await first()).toMatchObject({ state: 'sent' })
  })

  test('nothing any more: what waits is not sent either', async () => {
    await set({ quiet: { from: 0, until: 23 * 60 + 59 } })
    await anAnsweredPost()
    await deliver()
    await set({ mirror: 'nothing' })
    here.clock.pass(DAY)
    await deliver()
    expect(network.sends).toEqual([])
    expect(await first()).toMatchObject({ state: 'skipped' })
  })

  test('every answer, where a network has room for it: each once', async () => {
    network.id = 'bluesky'
    network.networks = registry([network])
    await here.campus.db.update(accounts).set({ channel: 'bluesky' })
    await set({ mirror: 'every-answer' })
    const { number } = await anAnsweredPost('heating', { channel: 'bluesky' })
    await answer(here.campus, admin, { number, body: 'A valve is ordered.' })
    await changeStatus(here.campus, admin, { number, to: 'in-progress', sentence: 'It is built in.' })
    await changeStatus(here.campus, admin, { number, to: 'resolved', sentence: 'It is warm.' })
    await deliver()
    await deliver()
    const texts = network.sends.map(({ text }) => text)
    expect(texts).toHaveLength(4)
    for (const [index, words] of ['on it', 'valve', 'built in', 'warm'].entries())
      expect(texts[index]).toContain(words)
  })

  test('not every answer on X, whatever a form says', async () => {
    await set({ mirror: 'every-answer' })
    expect(await theAccount()).toMatchObject({ mirror: 'first-and-final' })
  })

  test('a link only where the policy has one', async () => {
    const one = await anAnsweredPost('heating')
    await deliver()
    await set({ links: true })
    const two = await anAnsweredPost('lift')
    await deliver()
    const [without, withLink] = network.sends
    expect(without!.text).not.toContain('https://')
    expect(withLink!.text).toMatch(new RegExp(`https://quad.example.edu/tickets/${two.number}$`))
    expect(one.number).not.toBe(two.number)
  })
})

describe('quiet hours', () => {
  // The clock stands at 10:00 in London.
  test('hold a reply back until they are over, and count as no try', async () => {
    await set({ quiet: { from: 9 * 60, until: 11 * 60 } })
    await anAnsweredPost()
    await deliver()
    await deliver()
    expect(network.sends).toEqual([])
    expect(await first()).toMatchObject({ state: 'queued', attempts: 0, attemptedAt: null, claim: null })
    expect(await said()).toMatchObject({
      reason: expect.stringContaining('quiet'),
      retryAt: new Date('2026-03-02T11:00:00Z'),
    })
    here.clock.pass(HOUR)
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(network.finds, 'it was never out').toEqual([])
  })

  test('that are ended let it go at once', async () => {
    await set({ quiet: { from: 9 * 60, until: 11 * 60 } })
    await anAnsweredPost()
    await deliver()
    await set({ quiet: null })
    await deliver()
    expect(network.sends).toHaveLength(1)
  })

  test('are judged again after a retry, which looks for nothing', async () => {
    await set({ quiet: { from: 9 * 60, until: 11 * 60 } })
    await anAnsweredPost()
    await deliver()
    await decide(here.campus, ours, (await first()).id, 'retry')
    await deliver()
    expect(network.sends).toEqual([])
    expect(network.finds).toEqual([])
    expect(await first()).toMatchObject({ state: 'queued' })
  })
})

describe('what it costs', () => {
  const held = () => here.campus.db.select().from(reservations)

  test('is added up by month and kind, at the price of the time', async () => {
    network.prices = PRICES
    const use = async (kind: keyof typeof PRICES, used: number) =>
      (await purseOf(here.campus, network, account)!.reserve(kind, kind, 100))!.settle(used)
    await use('read', 3)
    await use('searched', 0)
    await use('read', 2)
    expect(await readSpent(here.campus, account)).toBe(5_000)
    here.clock.pass(31 * DAY)
    expect(await readSpent(here.campus, account)).toBe(0)
    await use('searched', 1)
    expect(await readSpent(here.campus, account)).toBe(5_000)
    const rows = await here.campus.db.select().from(charges)
    expect(rows).toHaveLength(2)
    expect(rows).toContainEqual({ accountId: account, month: '2026-03', kind: 'read', count: 5, cost: 5_000 })
  })

  test('counts what a reading and a reply used, and sets nothing aside after', async () => {
    billing({ most: 100, used: 4 })
    await anAnsweredPost()
    await poll()
    await deliver()
    expect(await readSpent(here.campus, account)).toBe(14_000)
    expect(await readAccounts(here.campus, network.networks, ours)).toMatchObject([{ spent: 14_000 }])
    expect(await held()).toEqual([])
  })

  test.each<[what: string, says: SendResult, spent: number]>([
    ['sent is spent', { kind: 'sent', externalId: '7', url: null }, 10_000],
    ['in doubt is spent', { kind: 'unknown', reason: 'Cut off.' }, 10_000],
    ['put off is given back', { kind: 'later', reason: '429', at: null }, 0],
    ['refused is given back', { kind: 'refused', reason: 'No.' }, 0],
    ['signed out is given back', { kind: 'signed-out', reason: 'Revoked.' }, 0],
  ])('what was set aside for a reply that is %s', async (_what, says, spent) => {
    billing()
    let aside = 0
    network.onSend = async () => {
      aside = await readSpent(here.campus, account)
      return says
    }
    await anAnsweredPost()
    await deliver()
    expect(aside, 'before it is sent').toBe(10_000)
    expect(await readSpent(here.campus, account)).toBe(spent)
  })

  test.each<[what: string, found: FindResult, sends: number]>([
    ['was out, is spent once', { kind: 'found', externalId: '7', url: null }, 1],
    ['was not out, is given back, and set aside anew', { kind: 'absent' }, 2],
  ])('a reply in doubt that %s', async (_what, found, sends) => {
    billing()
    await set({ cap: 1 })
    network.onSend = async () => ({ kind: 'unknown', reason: 'Cut off.' })
    await anAnsweredPost()
    await deliver()
    network.onSend = async () => ({ kind: 'sent', externalId: '8', url: null })
    network.onFind = async () => found
    here.clock.pass(MINUTE)
    await deliver()
    expect(network.sends).toHaveLength(sends)
    expect(await first()).toMatchObject({ state: 'sent' })
    expect(await readSpent(here.campus, account)).toBe(10_000)
    expect(await held()).toEqual([])
    expect(await here.campus.db.select().from(charges)).toMatchObject([{ kind: 'reply', count: 1 }])
  })

  test('a process that dies over a reply has spent it, until a look says otherwise', async () => {
    billing()
    await set({ cap: 1 })
    await anAnsweredPost('heating')
    await anAnsweredPost('lift')
    network.onSend = () => new Promise(() => {})
    void deliver()
    await expect.poll(() => network.sends.length).toBe(1)
    network.onSend = async () => ({ kind: 'sent', externalId: '7', url: null })
    await deliver()
    expect(network.sends, 'nobody sends for what it may have spent').toHaveLength(1)
    expect(await readSpent(here.campus, account)).toBe(10_000)
    here.clock.pass(MINUTE)
    await deliver()
    expect(network.finds).toHaveLength(1)
    expect(network.sends).toHaveLength(2)
    expect(await readSpent(here.campus, account)).toBe(10_000)
    expect((await all()).map(({ state }) => state).toSorted()).toEqual(['queued', 'sent'])
  })

  test('of many that send at once, as many do as the cap has room for', async () => {
    billing()
    await set({ cap: 3 })
    for (let count = 0; count < 8; count += 1) await anAnsweredPost(`thing ${count}`)
    network.onSend = async () => {
      await pause(30)
      expect(await readSpent(here.campus, account)).toBeLessThanOrEqual(30_000)
      return { kind: 'sent', externalId: randomUUID(), url: null }
    }
    await Promise.all(Array.from({ length: 4 }, deliver))
    await deliver()
    expect(network.sends).toHaveLength(3)
    expect(await readSpent(here.campus, account)).toBe(30_000)
    expect(await here.campus.db.$count(deliveries, eq(deliveries.state, 'queued'))).toBe(5)
  })

  if (onPostgres)
    test.each([
      ['a reply', () => deliver(), () => network.sends],
      ['a reading', () => poll(), () => network.reads],
    ] as const)(
      'while one is paying, %s of another waits, and counts what that took',
      async (_, work, done) => {
        billing({ most: 10, used: 0 })
        await set({ cap: 1 })
        await anAnsweredPost()
        let other: Promise<void> | undefined
        await together(here.campus, async (campus) => {
          await holdSpending(campus, account)
          other = work()
          await pause(400)
          await setAside(campus, account, 'delivery 99', PRICES, { reply: 1 })
        })
        await other
        expect(done()).toEqual([])
        expect(await readSpent(here.campus, account)).toBe(10_000)
      },
    )

  test('of readings and replies at once, none passes the cap', async () => {
    billing({ most: 100, used: 1 })
    await set({ cap: 10 })
    await anAnsweredPost()
    network.onSend = async () => {
      await poll()
      return { kind: 'sent', externalId: '7', url: null }
    }
    await deliver()
    expect(network.sends).toHaveLength(1)
    expect(network.reads, 'a page could have cost all').toEqual([])
    expect(await readSpent(here.campus, account)).toBe(10_000)
  })

  test('a reading whose answer never came has spent the most, until it is made again', async () => {
    billing({ most: 100, used: null })
    await set({ cap: 10 })
    await poll()
    expect(await readSpent(here.campus, account)).toBe(100_000)
    expect(await readAccounts(here.campus, network.networks, ours)).toMatchObject([{ spent: 100_000 }])
    await anAnsweredPost()
    await deliver()
    expect(network.sends).toEqual([])
    // What it brought comes again, and X bills a post once a day: so this one takes the place of the other.
    here.clock.pass(2 * MINUTE)
    billing({ most: 100, used: 7 })
    await poll()
    expect(network.reads).toHaveLength(2)
    expect(await readSpent(here.campus, account)).toBe(7_000)
    expect(await held()).toEqual([])
  })

  test('a reply that would pass the cap is not sent; a new month or a higher cap lets it go', async () => {
    billing()
    await set({ cap: 1 })
    await anAnsweredPost('heating')
    await anAnsweredPost('lift')
    await deliver()
    expect(network.sends).toHaveLength(1)
    const held = (await all())[1]!
    expect(held).toMatchObject({
      state: 'queued',
      attempts: 0,
      reason: expect.stringContaining('Raise the cap'),
      dueAt: new Date('2026-04-01T00:00:00Z'),
    })
    here.clock.at = new Date('2026-04-01T00:00:01Z')
    await deliver()
    expect(network.sends).toHaveLength(2)
    await anAnsweredPost('door')
    await deliver()
    expect(network.sends).toHaveLength(2)
    await set({ cap: 100 })
    await deliver()
    expect(network.sends).toHaveLength(3)
  })

  test('a link that is too dear waits, where the words alone would not', async () => {
    billing()
    network.chargeOf = (text) => (text.includes('https://') ? 'reply-with-link' : 'reply')
    await set({ cap: 10, links: true })
    await anAnsweredPost()
    await deliver()
    expect(network.sends).toEqual([])
  })

  test('a reading that could pass the cap does not happen, and the next month it does', async () => {
    billing({ most: 100, used: 0 })
    await set({ cap: 9 })
    await poll()
    expect(network.reads).toEqual([])
    expect(await readAccounts(here.campus, network.networks, ours)).toMatchObject([
      {
        state: 'connected',
        trouble: { reason: expect.stringContaining('cap'), until: new Date('2026-04-01T00:00:00Z') },
      },
    ])
    here.clock.pass(MINUTE)
    await poll()
    await set({ cap: 10 })
    await poll()
    expect(network.reads).toHaveLength(1)
    expect((await theAccount()).trouble).toBeNull()
  })

  test('a look for a reply that may be out costs a reading too', async () => {
    billing({ most: 100, used: 0 })
    network.onSend = async () => ({ kind: 'unknown', reason: 'Cut off.' })
    await anAnsweredPost()
    await deliver()
    await set({ cap: 10 })
    here.clock.pass(MINUTE)
    await deliver()
    expect(network.finds).toEqual([])
    expect(await first()).toMatchObject({
      state: 'checking',
      attempts: 1,
      reason: expect.stringContaining('cap'),
      dueAt: new Date('2026-04-01T00:00:00Z'),
    })
    // Looking is no speaking.
    await set({ cap: 50, quiet: { from: 9 * 60, until: 11 * 60 } })
    await deliver()
    expect(network.finds).toHaveLength(1)
  })

  test('keeps what the limits leave, each kind by itself', async () => {
    const until = new Date(here.clock.now().getTime() + MINUTE)
    const told = { left: 9, of: 300, until }
    await noteAllowances(here.campus, account, { read: told })
    await noteAllowances(here.campus, account, { send: { ...told, left: 1 } })
    const shown = async () => (await readAccounts(here.campus, network.networks, ours))[0]!.allowances
    expect(await shown()).toEqual({ read: told, send: { ...told, left: 1 } })
    here.clock.pass(2 * MINUTE)
    expect(await shown()).toEqual({ read: null, send: null })
  })
})

describe('who asks us to stop', () => {
  test('is heard, taken in as a comment, and never answered again', async () => {
    const { post, number } = await anAnsweredPost()
    await deliver()
    expect(network.sends).toHaveLength(1)
    const stop = aReplyTo(post, '@northfieldlib please stop!', { author: post.author })
    expect(await take(stop)).toBe('comment')
    expect(await take(stop)).toBe('seen')
    expect(await here.campus.db.select().from(stops)).toMatchObject([{ authorId: 'alex', channel: 'x' }])
    await changeStatus(here.campus, admin, { number, to: 'resolved', sentence: 'Warm.' })
    await deliver()
    expect(network.sends).toHaveLength(1)
    const held = (await all())[1]!
    expect(held).toMatchObject({ state: 'parked', reason: expect.stringContaining('asked us to stop') })
    await decide(here.campus, ours, held.id, 'retry')
    await deliver()
    expect(network.sends, 'not by a retry either').toHaveLength(1)
    expect((await all())[1]).toMatchObject({ state: 'parked' })
    await decide(here.campus, ours, held.id, 'by-hand')
    expect((await all())[1]).toMatchObject({ state: 'by-hand' })
    // Others are.
    await anAnsweredPost('lift', { author: { id: 'kim', handle: 'kim', name: 'Kim' } })
    await deliver()
    expect(network.sends).toHaveLength(2)
  })

  test('stops what waits already', async () => {
    await set({ quiet: { from: 9 * 60, until: 11 * 60 } })
    const { post } = await anAnsweredPost()
    await deliver()
    await take(aReplyTo(post, 'STOP', { author: post.author }))
    here.clock.pass(2 * HOUR)
    await deliver()
    expect(network.sends).toEqual([])
    expect(await first()).toMatchObject({ state: 'parked' })
  })

  test('without naming us, below a reply of ours', async () => {
    await anAnsweredPost()
    await deliver()
    const [sent] = await here.campus.db.select().from(posts).where(eq(posts.kind, 'reply'))
    const below = { inReplyTo: sent!.externalId, conversationId: sent!.conversationId, summons: null }
    await take(aPostAbout('', { text: 'Unsubscribe', mentions: [], ...below }))
    expect(await here.campus.db.$count(stops)).toBe(1)
  })

  test('said to others, or with more words, is only a comment', async () => {
    const { post } = await anAnsweredPost()
    await take(aReplyTo(post, '@kim stop', { summons: null, mentions: ['kim'] }))
    await take(aReplyTo(post, '@northfieldlib stop the noise in room 4'))
    expect(await here.campus.db.$count(stops)).toBe(0)
  })

  test('where there is no ticket, is no concern', async () => {
    expect(await take(aPostAbout('', { text: '@northfieldlib stop' }))).toBe('ignored')
    expect(await here.campus.db.$count(stops)).toBe(1)
    expect(await here.campus.db.$count(posts)).toBe(0)
  })
})

describe('an account that is signed out', () => {
  const mails: Array<Mail> = []
  let mailer: Mailer
  const tell = (by: Mailer = mailer) =>
    tellOwners({ campus: here.campus, mailer: by, publicUrl: 'https://quad.example.edu', log: quiet })
  const signOut = async () => {
    network.onSend = async () => ({ kind: 'signed-out', reason: 'X took it back.' })
    await anAnsweredPost()
    await deliver()
  }

  beforeEach(() => {
    mails.length = 0
    mailer = { send: async (mail) => void mails.push(mail), close() {} }
  })

  test('keeps its queue, tells the staff of its department once, and goes on when it is back', async () => {
    await signOut()
    expect(await said()).toMatchObject({ reason: expect.stringContaining('signed out'), retryAt: null })
    await tell()
    await tell()
    expect(mails).toMatchObject([
      {
        to: `staff-${here.library}@northfield.example`,
        subject: '@northfieldlib is signed out of X',
      },
    ])
    expect(mails[0]!.text).toContain('X took it back.')
    expect(mails[0]!.text).toContain('https://quad.example.edu/desk/channels')
    expect(await theAccount()).toMatchObject({ state: 'signed-out', toldAt: here.clock.now() })

    network.onSend = async () => ({ kind: 'sent', externalId: '9', url: null })
    await here.campus.db
      .update(accounts)
      .set({ state: 'connected', trouble: null, troubleAt: null, toldAt: null })
    await deliver()
    expect(await first()).toMatchObject({ state: 'sent' })
    here.clock.pass(DAY)
    network.onRead = async (since) => ({
      posts: [],
      next: since,
      trouble: { kind: 'signed-out', reason: 'Once more.', at: null },
    })
    await poll()
    await tell()
    expect(mails, 'each signing-out is told').toHaveLength(2)
  })

  test('found out by several, it happened once', async () => {
    await signOut()
    const { troubleAt } = await theAccount()
    here.clock.pass(MINUTE)
    await anAnsweredPost('lift')
    await here.campus.db.update(deliveries).set({ dueAt: here.clock.now() })
    await deliver()
    expect((await theAccount()).troubleAt).toEqual(troubleAt)
  })

  test('of the whole campus, or of a department without staff, is told to the administrators', async () => {
    await signOut()
    await here.campus.db.update(accounts).set({ departmentId: null })
    await tell()
    expect(mails.map(({ to }) => to)).toEqual(['ada@northfield.example'])
    expect(mails[0]!.text).toContain('The whole campus')
  })

  test('a mail that is not taken is tried again, and nobody else gets a second one', async () => {
    await staffOf(here.campus, here.library, here.it)
    await signOut()
    let broken = true
    const some: Mailer = {
      async send(mail) {
        if (broken && mail.to.startsWith(`staff-${here.library}-`)) throw new Error('451')
        mails.push(mail)
      },
      close() {},
    }
    await tell(some)
    expect(mails).toHaveLength(1)
    expect((await theAccount()).toldAt).toBeNull()
    broken = false
    await tell(some)
    await tell(some)
    expect(mails.map(({ to }) => to).toSorted()).toEqual([
      `staff-${here.library}-${here.it}@northfield.example`,
      `staff-${here.library}@northfield.example`,
    ])
  })

  test('of two that tell at once, each mail goes out once', async () => {
    await signOut()
    await Promise.all([tell(), tell()])
    expect(mails).toHaveLength(1)
  })

  test('a process that died over a mail: it is written again after a while, and not before', async () => {
    await signOut()
    void tell({ send: () => new Promise(() => {}), close() {} })
    await expect.poll(() => here.campus.db.$count(signOutMails)).toBe(1)
    await tell()
    expect(mails).toEqual([])
    here.clock.pass(6 * MINUTE)
    await tell()
    await tell()
    expect(mails).toHaveLength(1)
  })

  test('disconnected by us, it forgets its sign-in, is not read, and keeps its queue', async () => {
    await set({ quiet: { from: 9 * 60, until: 11 * 60 } })
    await anAnsweredPost()
    await deliver()
    await disconnectAccount(here.campus, ours, account)
    expect(here.campus.seal.open((await theAccount()).credentials)).toBe('{}')
    here.clock.pass(2 * HOUR)
    await poll()
    await deliver()
    await tell()
    expect([network.reads, network.sends, mails]).toEqual([[], [], []])
    expect(await said()).toMatchObject({
      state: 'queued',
      reason: expect.stringContaining('disconnected'),
      retryAt: null,
    })
    await decide(here.campus, ours, (await first()).id, 'skip')
    expect(await first()).toMatchObject({ state: 'skipped' })
  })
})

describe('on the practice network', () => {
  let sandbox: Sandbox
  const CALLBACK = 'http://localhost:3000/desk/channels/x/callback'

  beforeEach(async () => {
    sandbox = await startSandbox({ world })
  })
  afterEach(() => sandbox.close())

  const theX = () =>
    xNetwork({
      clientId: APP.clientId,
      clientSecret: APP.clientSecret,
      apiUrl: sandbox.url,
      clock: here.clock,
      timeoutMs: 3000,
    })
  const exchanges = () => sandbox.requests.filter(({ path }) => path === '/2/oauth2/token').length

  async function connected() {
    const networks = registry([theX()])
    const wish = { channel: 'x' as const, departmentId: here.library, accountId: null, callback: CALLBACK }
    const begun = await beginSignIn(here.campus, networks, ours, wish)
    const code = sandbox.allow(IT.handle, begun!.url)
    const result = await finishSignIn(here.campus, networks, ours, { ...wish, ...begun!, code })
    expect(result).toEqual({ kind: 'connected', handle: 'northfieldit' })
    const [row] = await here.campus.db.select().from(accounts).where(eq(accounts.externalId, IT.id))
    return row!
  }
  const again = async (id: number) =>
    (await here.campus.db.select().from(accounts).where(eq(accounts.id, id)))[0]!

  test('a department connects its account, and no token stands in the database', async () => {
    const row = await connected()
    expect(row).toMatchObject({ state: 'connected', departmentId: here.library, handle: 'northfieldit' })
    const { accessToken, refreshToken } = JSON.parse(here.campus.seal.open(row.credentials)) as Record<
      string,
      string
    >
    expect(accessToken).toBeTruthy()
    expect(JSON.stringify(row)).not.toContain(accessToken)
    expect(JSON.stringify(row)).not.toContain(refreshToken)
  })

  test('two that meet an expired token at once exchange it once, and both go on', async () => {
    const row = await connected()
    sandbox.expire(IT.handle)
    sandbox.faults.next('POST /2/oauth2/token', 'delay:300')
    const read = () => openAccount(here.campus, theX(), row).read(null)
    const results = await Promise.all([read(), read(), read()])
    expect(exchanges()).toBe(2)
    const kinds = results.map(({ trouble }) => trouble?.kind ?? 'read')
    expect(kinds.filter((kind) => kind === 'signed-out')).toEqual([])
    expect(kinds).toContain('read')
    // Whoever had to wait reads with what the other got.
    expect((await read()).trouble).toBeNull()
    expect(exchanges()).toBe(2)
    expect((await again(row.id)).credentials).not.toBe(row.credentials)
  })

  test('while one process asks, and dies over it, others wait; then another asks', async () => {
    const row = await connected()
    sandbox.expire(IT.handle)
    sandbox.faults.next('POST /2/oauth2/token', 'hang')
    // This one never stores anything: its process ends here.
    void openAccount({ ...here.campus, db: here.campus.db }, theX(), row).read(null)
    await expect.poll(async () => (await again(row.id)).renewingUntil).not.toBeNull()
    const other = () => openAccount(here.campus, theX(), row).read(null)
    expect((await other()).trouble).toMatchObject({ kind: 'later' })
    sandbox.faults.clear()
    here.clock.pass(31 * SECOND)
    expect((await other()).trouble).toBeNull()
    expect((await again(row.id)).renewingUntil).toBeNull()
  })

  test('revoked there, it is signed out here, and its answer goes out when it is connected again', async () => {
    const row = await connected()
    const networks = registry([theX()])
    const context = { campus: here.campus, networks, log: quiet }
    const post = sandbox.post({ as: SAM.handle, text: `@${IT.handle} the lift is stuck` })
    await here.campus.db.update(accounts).set({ state: 'disconnected' }).where(eq(accounts.id, account))
    await pollAccounts(context)
    const [known] = await here.campus.db.select().from(posts).where(eq(posts.firstId, post))
    sandbox.revoke(IT.handle)
    await answer(here.campus, admin, { number: known!.ticketNumber!, body: 'We are on it.' })
    const send = () => deliverAll({ ...context, random: () => 0.5, stopping: () => false })
    await send()
    expect(await again(row.id)).toMatchObject({ state: 'signed-out' })
    expect(await first()).toMatchObject({ state: 'queued' })
    await connected()
    await send()
    expect(await first()).toMatchObject({ state: 'sent' })
    expect(sandbox.replies(post)).toHaveLength(1)
    expect(await readSpent(here.campus, row.id)).toBe(11_000)
  })
})
