import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Renewal } from '#app/channels/channel.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
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
  it('posts that were read, replies, links, and what the limits leave', async () => {
    const channel = keeping(await signedIn()).open()
    const first = sandbox.post({ as: SAM.handle, text: `@${IT.handle} one` })
    const second = sandbox.post({ as: SAM.handle, text: `@${IT.handle} two` })
    await channel.read(null)
    await channel.send(aReply(first, 'Without a link.'))
    await channel.send(aReply(second, 'With one: https://quad.example.edu/tickets/7'))
    const usage = channel.usage!()
    expect(usage.charges).toEqual({ read: 2, reply: 1, 'reply-with-link': 1 })
    expect(usage.allowances).toMatchObject({ read: { of: 300, left: 299 }, send: { of: 100, left: 98 } })
    expect(usage.allowances.read!.until.getTime()).toBeGreaterThan(now.getTime())
  })

  it('what may be out is counted, and what never left is not', async () => {
    const channel = keeping(await signedIn()).open()
    const post = sandbox.post({ as: SAM.handle, text: `@${IT.handle} one` })
    sandbox.faults.next('POST /2/tweets', 'drop-after')
    await channel.send(aReply(post))
    expect(channel.usage!().charges).toEqual({ reply: 1 })
    sandbox.faults.next('POST /2/tweets', '429')
    await channel.send(aReply(post, 'Again.'))
    expect(channel.usage!().charges).toEqual({ reply: 1 })
  })

  it('nothing is read that could cost more than is left', async () => {
    const network = theNetwork()
    const { kept } = keeping(await signedIn(network))
    const open = (budget: number) =>
      network.open({
        externalId: IT.id,
        handle: IT.handle,
        credentials: kept.credentials,
        renew: () => Promise.reject(new Error('Nobody renews these')),
        budget,
      })
    expect(network.readingCost).toBe(100_000)
    expect(await open(99_999).read('1')).toMatchObject({ trouble: { kind: 'later' }, next: '1' })
    expect(asked('GET', /mentions$/)).toBe(0)
    expect((await open(100_000).read('1')).trouble).toBeNull()
    expect(asked('GET', /mentions$/)).toBe(1)
  })
})
