import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Purse, Renewal } from '#app/channels/channel.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import type { Charge } from '#app/vocabulary.ts'
import type { Fault } from '#sandbox/x/faults.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { aReply, APP, campus, IT, SAM } from './campus.ts'

const CALLBACK = 'http://localhost:3000/desk/channels/x/callback'
const TOKEN = 'POST /2/oauth2/token'
const MENTIONS = 'GET /2/users/:id/mentions'

let sandbox: Sandbox
let now: Date

beforeEach(async () => {
  now = new Date('2026-11-24T09:00:00Z')
  sandbox = await startSandbox({ world: campus, now: () => now })
})
afterEach(() => sandbox.close())

const theNetwork = (more: Partial<Parameters<typeof xNetwork>[0]> = {}) =>
  xNetwork({
    clientId: APP.clientId,
    clientSecret: APP.clientSecret,
    apiUrl: sandbox.url,
    clock: { now: () => now },
    timeoutMs: 1000,
    ...more,
  })

/** What a browser does: goes to the page, allows, and comes back with a code. */
async function signedIn(network = theNetwork()): Promise<string> {
  const { url, verifier } = network.signIn!.begin(CALLBACK)
  const outcome = await network.signIn!.finish(sandbox.allow(IT.handle, url), verifier, CALLBACK)
  if (outcome.kind === 'failed') throw new Error(outcome.reason)
  return outcome.credentials
}

/** An account whose credentials are kept here as a campus would keep them. */
function keeping(credentials: string) {
  const kept = { credentials, renewals: [] as Array<Renewal> }
  return {
    kept,
    open: (network = theNetwork()) =>
      network.open({
        externalId: IT.id,
        handle: IT.handle,
        credentials: kept.credentials,
        async renew(exchange) {
          const renewal = await exchange(kept.credentials)
          if (renewal.kind === 'renewed') kept.credentials = renewal.credentials
          kept.renewals.push(renewal)
          return renewal
        },
      }),
  }
}

const asked = (method: string, path: RegExp) =>
  sandbox.requests.filter((request) => request.method === method && path.test(request.path)).length
const exchanges = () => asked('POST', /oauth2\/token$/)

describe('signing in', () => {
  it('asks for no more than it needs, and proves who asked', () => {
    const { url, state, verifier } = theNetwork({ apiUrl: null }).signIn!.begin(CALLBACK)
    const there = new URL(url)
    expect(there.origin + there.pathname).toBe('https://x.com/i/oauth2/authorize')
    expect(Object.fromEntries(there.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: APP.clientId,
      redirect_uri: CALLBACK,
      scope: 'tweet.read tweet.write users.read offline.access',
      state,
    })
    expect(verifier.length).toBeGreaterThanOrEqual(43)
    expect(url).not.toContain(verifier)
    expect(theNetwork({ apiUrl: null }).signIn!.begin(CALLBACK).state).not.toBe(state)
  })

  it('makes an account that reads, replies and knows whose it is', async () => {
    const { open } = keeping(await signedIn())
    expect(await open().identify()).toEqual({ kind: 'identified', author: IT })
    const post = sandbox.post({ as: SAM.handle, text: `@${IT.handle} the lift is stuck` })
    expect((await open().read(null)).posts).toMatchObject([{ externalId: post }])
    expect(await open().send(aReply(post))).toMatchObject({ kind: 'sent' })
    expect(sandbox.replies(post)).toHaveLength(1)
  })

  it.each<[what: string, spoil: (given: { code: string; verifier: string }) => void]>([
    ['another code', (given) => (given.code = 'no-such-code')],
    ['another verifier', (given) => (given.verifier = 'x'.repeat(64))],
    ['a code of half a minute ago', () => (now = new Date(now.getTime() + 31_000))],
  ])('%s opens nothing', async (_what, spoil) => {
    const { signIn } = theNetwork()
    const { url, verifier } = signIn!.begin(CALLBACK)
    const given = { code: sandbox.allow(IT.handle, url), verifier }
    spoil(given)
    expect(await signIn!.finish(given.code, given.verifier, CALLBACK)).toEqual({
      kind: 'failed',
      reason: 'Value passed for the authorization code was invalid.',
    })
  })

  it('a code is good once, and for the address it was asked from', async () => {
    const { signIn } = theNetwork()
    const { url, verifier } = signIn!.begin(CALLBACK)
    const code = sandbox.allow(IT.handle, url)
    expect(await signIn!.finish(code, verifier, `${CALLBACK}/other`)).toMatchObject({ kind: 'failed' })
    const second = sandbox.allow(IT.handle, url)
    expect(await signIn!.finish(second, verifier, CALLBACK)).toMatchObject({ kind: 'renewed' })
    expect(await signIn!.finish(second, verifier, CALLBACK)).toMatchObject({ kind: 'failed' })
  })

  it('names the keys of the server where those are wrong', async () => {
    const network = theNetwork({ clientSecret: 'wrong' })
    const { url, verifier } = network.signIn!.begin(CALLBACK)
    const outcome = await network.signIn!.finish(sandbox.allow(IT.handle, url), verifier, CALLBACK)
    expect(outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('X_CLIENT_SECRET') })
  })

  it('is not offered without a client', () => {
    expect(theNetwork({ clientId: null }).signIn).toBeUndefined()
  })
})

describe('an access token that ran out', () => {
  it('is exchanged once, the new one is kept before it is used, and the old refresh token is dead', async () => {
    const { kept, open } = keeping(await signedIn())
    const first = kept.credentials
    const post = sandbox.post({ as: SAM.handle, text: `@${IT.handle} no light` })
    sandbox.expire(IT.handle)
    const channel = open()
    expect(await channel.send(aReply(post))).toMatchObject({ kind: 'sent' })
    expect(exchanges()).toBe(2) // the sign-in, and this
    expect(kept.credentials).not.toBe(first)
    expect(sandbox.replies(post)).toHaveLength(1)
    expect((await channel.read(null)).trouble).toBeNull()
    expect(exchanges()).toBe(2)
    // Somebody who has only the old one is told to sign in.
    expect(await keeping(first).open().read(null)).toMatchObject({ trouble: { kind: 'signed-out' } })
  })

  it('after two hours by the clock', async () => {
    const { open } = keeping(await signedIn())
    now = new Date(now.getTime() + 2 * 3_600_000 + 1000)
    expect((await open().read(null)).trouble).toBeNull()
    expect(exchanges()).toBe(2)
  })

  it('what another process got meanwhile is used as it is', async () => {
    const { kept, open } = keeping(await signedIn())
    const late = open()
    sandbox.expire(IT.handle)
    expect((await open().read(null)).trouble).toBeNull()
    expect((await late.read(null)).trouble).toBeNull()
    expect(exchanges()).toBe(2)
    expect(kept.renewals).toHaveLength(2)
  })

  it.each<[fault: Parameters<Sandbox['faults']['next']>[1]]>([
    ['429'],
    ['503'],
    ['drop-before'],
    ['hang'],
    ['html'],
  ])('while X answers the exchange with %s, it is tried later', async (fault) => {
    const { kept, open } = keeping(await signedIn())
    const before = kept.credentials
    const post = sandbox.post({ as: SAM.handle, text: `@${IT.handle} no light` })
    sandbox.expire(IT.handle)
    sandbox.faults.next(TOKEN, fault)
    expect(await open().send(aReply(post))).toMatchObject({ kind: 'later' })
    expect(sandbox.replies(post)).toHaveLength(0)
    expect(kept.credentials).toBe(before)
  })

  it('a sign-in that was lost on the way back needs a person', async () => {
    const { open } = keeping(await signedIn())
    sandbox.expire(IT.handle)
    sandbox.faults.next(TOKEN, 'drop-after')
    expect(await open().read('1')).toMatchObject({ next: '1', trouble: { kind: 'later' } })
    expect(await open().read('1')).toMatchObject({ next: '1', trouble: { kind: 'signed-out' } })
  })

  it('a new one that is refused as well is not exchanged again', async () => {
    const { open } = keeping(await signedIn())
    sandbox.faults.next(MENTIONS, { status: 401, body: { detail: 'Unauthorized' } }, 2)
    expect(await open().read('1')).toMatchObject({ trouble: { kind: 'signed-out' } })
    expect(exchanges()).toBe(2)
  })
})

it('a 403 exchanges nothing, and sends nothing twice', async () => {
  const { kept, open } = keeping(await signedIn())
  const post = sandbox.post({ as: SAM.handle, text: 'Nobody is mentioned here' })
  expect(await open().send(aReply(post))).toMatchObject({ kind: 'refused' })
  expect(asked('POST', /\/2\/tweets$/)).toBe(1)
  expect(kept.renewals).toEqual([])
})

it('an account that took its sign-in back is signed out, in words', async () => {
  const { open } = keeping(await signedIn())
  sandbox.revoke(IT.handle)
  expect(await open().read('1')).toEqual({
    posts: [],
    next: '1',
    trouble: { kind: 'signed-out', reason: 'Value passed for the token was invalid.', at: null },
  })
})

it('one request and its exchange last no longer than two requests may', async () => {
  const { open } = keeping(await signedIn())
  sandbox.expire(IT.handle)
  sandbox.faults.next(TOKEN, 'hang')
  const began = Date.now()
  await open().read('1')
  expect(Date.now() - began).toBeLessThan(2500)
})

describe('what requests use', () => {
  /** A purse that remembers what it was asked for, and how much of it was used. */
  function aPurse(left = Infinity) {
    const paid: Array<[purpose: string, kind: Charge, most: number, used?: number]> = []
    const purse: Purse = {
      async reserve(purpose, kind, most) {
        if (most > left) return null
        const entry: (typeof paid)[number] = [purpose, kind, most]
        paid.push(entry)
        return { settle: async (used) => void (entry[3] = used) }
      },
    }
    return { paid, purse }
  }
  const reading = async (purse: Purse) => {
    const network = theNetwork()
    return network.open({
      externalId: IT.id,
      handle: IT.handle,
      credentials: await signedIn(network),
      renew: () => Promise.reject(new Error('Nobody renews these')),
      purse,
    })
  }

  it('readings are paid for before they are made, by the most they may bring, and settled by what came', async () => {
    const { paid, purse } = aPurse()
    const channel = await reading(purse)
    const ids = ['one', 'two'].map((text) => sandbox.post({ as: SAM.handle, text: `@${IT.handle} ${text}` }))
    await channel.read(null)
    await channel.search!([], null)
    await channel.lookUp!(ids)
    expect(paid).toEqual([
      ['users/:id/mentions', 'read', 100, 2],
      ['tweets/search/recent', 'searched', 100, 0],
      ['tweets', 'searched', 2, 2],
    ])
  })

  it.each<[fault: Fault, used: number | undefined]>([
    ['429', 0],
    ['503', 0],
    ['garbage', undefined],
    ['drop-after', undefined],
    ['hang', undefined],
  ])('a reading that ends in %s', async (fault, used) => {
    const { paid, purse } = aPurse()
    const channel = await reading(purse)
    sandbox.faults.next(MENTIONS, fault)
    await channel.read('1')
    expect(paid.map(([, , , settled]) => settled)).toEqual([used])
  })

  it('nothing is read that could cost more than is left', async () => {
    const channel = await reading(aPurse(99).purse)
    expect(await channel.read('1')).toMatchObject({ trouble: { kind: 'later' }, next: '1' })
    expect(asked('GET', /mentions$/)).toBe(0)
  })

  it('and what the limits leave is told', async () => {
    const channel = keeping(await signedIn()).open()
    const first = sandbox.post({ as: SAM.handle, text: `@${IT.handle} one` })
    await channel.read(null)
    await channel.send(aReply(first))
    const { read, send } = channel.allowances!()
    expect([read, send]).toMatchObject([
      { of: 300, left: 299 },
      { of: 100, left: 99 },
    ])
    expect(read!.until.getTime()).toBeGreaterThan(now.getTime())
  })
})
