import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { ReadResult } from '#app/channels/channel.ts'
import { registry } from '#app/channels/registry.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import { MINUTE, SECOND } from '#app/platform/clock.ts'
import { accounts, entries, posts, tickets } from '#db/schema/index.ts'
import { aCampus, anAccount, aPostAbout, quiet } from './campus.ts'
import { aNetwork, asDelivered, type FakeNetwork } from './channel.ts'

const here = aCampus()
let network: FakeNetwork
let library: number

beforeEach(async () => {
  network = aNetwork()
  library = await anAccount(here.campus, 'northfieldlib', here.library)
})

const poll = () => pollAccounts({ campus: here.campus, networks: network.networks, log: quiet })
const theAccount = async (id = library) => {
  const [row] = await here.campus.db.select().from(accounts).where(eq(accounts.id, id))
  return row!
}
const reading =
  (read: Array<IncomingPost>, next: string | null, trouble: ReadResult['trouble'] = null) =>
  async () => ({
    posts: read.map(asDelivered),
    next,
    trouble,
  })

test('takes in what is new and goes on from there', async () => {
  network.onRead = reading([aPostAbout('heating'), aPostAbout('lift')], 'page 2')
  await poll()
  expect(await here.campus.db.$count(tickets)).toBe(2)
  expect(await theAccount()).toMatchObject({
    cursor: 'page 2',
    readAt: here.clock.now(),
    leasedUntil: null,
    trouble: null,
  })
  await poll()
  expect(network.reads).toEqual([
    { handle: 'northfieldlib', since: null },
    { handle: 'northfieldlib', since: 'page 2' },
  ])
  expect(await here.campus.db.$count(tickets)).toBe(2)
})

test('begins with the account that has waited longest', async () => {
  await anAccount(here.campus, 'northfieldit', here.it)
  await poll()
  // Only the first of two is read before the process ends.
  for (let run = 0; run < 4; run += 1) {
    here.clock.pass(SECOND)
    let asked = 0
    await pollAccounts({ campus: here.campus, networks: network.networks, log: quiet }, () => asked++ > 0)
  }
  expect(network.reads.slice(2).map(({ handle }) => handle)).toEqual([
    'northfieldlib',
    'northfieldit',
    'northfieldlib',
    'northfieldit',
  ])
})

test('reads networks side by side: a slow one holds up none of the others', async () => {
  const other = await anAccount(here.campus, 'northfieldit', here.it)
  await here.campus.db.update(accounts).set({ channel: 'bluesky' }).where(eq(accounts.id, library))
  const slow = { ...aNetwork(), id: 'bluesky' as const }
  let answer!: (result: ReadResult) => void
  slow.open = (account) => ({
    ...network.open(account),
    id: 'bluesky',
    read: () => new Promise((resolve) => (answer = resolve)),
  })
  network.networks = registry([network, slow])
  network.onRead = reading([aPostAbout('wifi')], 'page 2')
  const running = poll()
  await expect.poll(async () => (await theAccount(other)).cursor).toBe('page 2')
  expect((await theAccount()).leasedUntil).not.toBeNull()
  answer({ posts: [], next: 'page 9', trouble: null })
  await running
  expect(await theAccount()).toMatchObject({ cursor: 'page 9', leasedUntil: null })
})

test('reads each network in its own rhythm', async () => {
  const rhythms = { x: 60, bluesky: 15 }
  const round = () => pollAccounts({ campus: here.campus, networks: network.networks, log: quiet, rhythms })
  await round()
  for (let passed = 15; passed <= 120; passed += 15) {
    here.clock.pass(15 * SECOND)
    await round()
  }
  expect(network.reads).toHaveLength(3)
  // One that was cut short is not asked more often than one that was not.
  network.onRead = reading([], null, { kind: 'later', reason: 'no answer', at: null })
  here.clock.pass(MINUTE)
  await round()
  here.clock.pass(15 * SECOND)
  await round()
  expect(network.reads).toHaveLength(4)
})

test('hands the channel what the account is sealed with', async () => {
  const { open } = network
  const opened: Array<unknown> = []
  network.open = (account) => {
    opened.push(account)
    return open(account)
  }
  await here.campus.db
    .update(accounts)
    .set({ credentials: here.campus.seal.seal('the secret') })
    .where(eq(accounts.id, library))
  await poll()
  expect(opened).toMatchObject([{ externalId: 'account-northfieldlib', credentials: 'the secret' }])
})

test('keeps all of a short reading or nothing', async () => {
  // A date that is none: the database refuses the second post.
  const [good, bad] = [aPostAbout('heating'), aPostAbout('lift', { postedAt: new Date(Number.NaN) })]
  network.onRead = reading([good, bad], 'page 2')
  await poll()
  expect(await here.campus.db.$count(tickets)).toBe(0)
  expect(await here.campus.db.$count(posts)).toBe(0)
  expect(await here.campus.db.$count(entries)).toBe(0)
  const account = await theAccount()
  expect(account).toMatchObject({
    cursor: null,
    readAt: null,
    leasedUntil: null,
    troubleAt: here.clock.now(),
  })
  expect(account.trouble).toBeTruthy()

  network.onRead = reading([good], 'page 2')
  await poll()
  expect(await here.campus.db.$count(tickets)).toBe(1)
  expect(await theAccount()).toMatchObject({ cursor: 'page 2', trouble: null })
})

test('keeps what it took of a long reading that breaks off, and takes the rest once', async () => {
  const good = Array.from({ length: 60 }, (_, n) => aPostAbout(`matter ${n}`))
  const bad = aPostAbout('lift', { postedAt: new Date(Number.NaN) })
  network.onRead = reading([...good.slice(0, 40), bad, ...good.slice(40)], 'page 2')
  await poll()
  const kept = await here.campus.db.$count(tickets)
  expect(kept).toBeGreaterThan(0)
  expect(kept).toBeLessThan(40)
  expect(await theAccount()).toMatchObject({ cursor: null, leasedUntil: null })

  network.onRead = reading(good, 'page 2')
  await poll()
  expect(await here.campus.db.$count(tickets)).toBe(60)
  expect(await here.campus.db.$count(posts)).toBe(60)
  expect(await here.campus.db.$count(entries)).toBe(60)
  expect(await theAccount()).toMatchObject({ cursor: 'page 2', trouble: null })
})

describe('a process that ends within a long reading', () => {
  const bad = () => aPostAbout('lift', { postedAt: new Date(Number.NaN) })
  const many = (count: number) => Array.from({ length: count }, (_, n) => aPostAbout(`matter ${n}`))
  const after = (kept: number) => `after ${kept}`

  test('has moved its place as far as it kept, so that the next goes on from there', async () => {
    const all = many(60)
    network.onRead = async () => ({
      posts: [...all, bad()].map(asDelivered),
      next: 'end',
      trouble: null,
      after,
    })
    await poll()
    expect(await here.campus.db.$count(tickets)).toBe(50)
    expect(await theAccount()).toMatchObject({ cursor: 'after 50' })
    network.onRead = reading(all.slice(50), 'end')
    await poll()
    expect(network.reads.at(-1)).toMatchObject({ since: 'after 50' })
    expect(await here.campus.db.$count(tickets)).toBe(60)
    expect(await theAccount()).toMatchObject({ cursor: 'end' })
  })

  test('and of the search behind it', async () => {
    const [spoken, found] = [many(30), many(30)]
    network.onRead = async () => ({ posts: spoken.map(asDelivered), next: 'end', trouble: null, after })
    network.onSearch = async () => ({
      posts: [...found, bad()].map(asDelivered),
      next: 'found all',
      trouble: null,
      after: (kept) => `found ${kept}`,
    })
    await poll()
    expect(await theAccount()).toMatchObject({ cursor: 'end', searchCursor: 'found 20' })
    expect(await here.campus.db.$count(tickets)).toBe(50)
  })
})

describe('trouble', () => {
  test('is noted, and what came before it is kept', async () => {
    network.onRead = reading([aPostAbout('heating')], null, {
      kind: 'later',
      reason: 'X failed (503).',
      at: null,
    })
    await poll()
    expect(await here.campus.db.$count(tickets)).toBe(1)
    expect(await theAccount()).toMatchObject({
      cursor: null,
      state: 'connected',
      readAt: null,
      trouble: 'X failed (503).',
      troubleAt: here.clock.now(),
      leasedUntil: null,
      readAfter: null,
    })
    network.onRead = reading([], 'page 2')
    await poll()
    expect(await theAccount()).toMatchObject({ cursor: 'page 2', trouble: null, troubleAt: null })
  })

  test('with a moment named is waited for', async () => {
    const at = new Date(here.clock.now().getTime() + 15 * MINUTE)
    network.onRead = reading([], null, { kind: 'later', reason: 'Too many requests.', at })
    await poll()
    here.clock.pass(14 * MINUTE)
    await poll()
    expect(network.reads).toHaveLength(1)
    here.clock.pass(MINUTE + SECOND)
    network.onRead = reading([], 'page 2')
    await poll()
    expect(network.reads).toHaveLength(2)
    expect(await theAccount()).toMatchObject({ readAfter: null, cursor: 'page 2' })
  })

  test('that signs us out ends the reading until a person signs in again', async () => {
    network.onRead = reading([], null, { kind: 'signed-out', reason: 'The token was revoked.', at: null })
    await poll()
    expect(await theAccount()).toMatchObject({ state: 'signed-out', trouble: 'The token was revoked.' })
    here.clock.pass(60 * MINUTE)
    await poll()
    expect(network.reads).toHaveLength(1)
    await here.campus.db.update(accounts).set({ state: 'connected' }).where(eq(accounts.id, library))
    await poll()
    expect(network.reads).toHaveLength(2)
  })

  test.each<[what: string, breaks: (network: FakeNetwork) => void, reason: RegExp]>([
    [
      'a channel that throws',
      (network) => (network.onRead = () => Promise.reject(new Error('Broken.'))),
      /^Broken\.$/,
    ],
    [
      'a channel that throws at once',
      (network) =>
        (network.onRead = () => {
          throw new Error('Broken.')
        }),
      /^Broken\.$/,
    ],
    [
      'a network that cannot be opened',
      (network) =>
        (network.open = () => {
          throw new Error('Broken.')
        }),
      /^Broken\.$/,
    ],
    [
      'a network that is not configured',
      (network) => (network.networks = new Map()),
      /^X is not configured on this server\.$/,
    ],
  ])('of %s is noted, and the next reading goes on', async (_what, breaks, reason) => {
    breaks(network)
    await poll()
    const account = await theAccount()
    expect(account.trouble).toMatch(reason)
    expect(account).toMatchObject({ leasedUntil: null, cursor: null, state: 'connected' })
    network = aNetwork()
    network.onRead = reading([], 'page 2')
    await poll()
    expect(await theAccount()).toMatchObject({ cursor: 'page 2', trouble: null })
  })

  test('of one account leaves the others be', async () => {
    const it = await anAccount(here.campus, 'northfieldit', here.it)
    // Sealed with a key we no longer have.
    await here.campus.db.update(accounts).set({ credentials: '1.broken' }).where(eq(accounts.id, library))
    network.onRead = reading([aPostAbout('wifi', { mentions: ['northfieldit'] })], 'page 2')
    await poll()
    expect((await theAccount()).trouble).toBeTruthy()
    expect(await theAccount(it)).toMatchObject({ cursor: 'page 2', trouble: null })
    expect(await here.campus.db.$count(tickets)).toBe(1)
  })
})

describe('of two pollers', () => {
  test('one reads, and the other passes by', async () => {
    const gate: { open?: () => void } = {}
    const held = new Promise<void>((resolve) => (gate.open = resolve))
    const started = new Promise<void>((resolve) => {
      network.onRead = async (since) => {
        resolve()
        await held
        return { posts: [], next: since, trouble: null }
      }
    })
    const first = poll()
    await started
    await poll()
    expect(network.reads).toHaveLength(1)
    gate.open!()
    await first
    await poll()
    expect(network.reads).toHaveLength(2)
  })

  test('that begin at once, one reads', async () => {
    network.onRead = reading([aPostAbout('heating')], 'page 2')
    await Promise.all([poll(), poll(), poll()])
    expect(await here.campus.db.$count(tickets)).toBe(1)
  })

  test('one takes over after a minute from one that died', async () => {
    await here.campus.db
      .update(accounts)
      .set({ leasedUntil: new Date(here.clock.now().getTime() + MINUTE) })
      .where(eq(accounts.id, library))
    await poll()
    expect(network.reads).toHaveLength(0)
    here.clock.pass(MINUTE + SECOND)
    await poll()
    expect(network.reads).toHaveLength(1)
  })
})
