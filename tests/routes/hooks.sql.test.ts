import { createHmac } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AppLoadContext } from '@remix-run/node'
import { registry } from '#app/channels/registry.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { LARGEST_CALL } from '#app/inbound/hook.server.ts'
import { readCalls, registerCalls } from '#app/inbound/calls.server.ts'
import { pollAccounts } from '#app/inbound/poll.server.ts'
import { action, loader } from '#app/routes/hooks.$channel/route.ts'
import { turnAway } from '#app/web/guard.server.ts'
import { accounts, posts, tickets } from '#db/schema/index.ts'
import type { Fault } from '#sandbox/x/faults.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { APP, campus as world, IT, IT_TOKENS, SAM } from '../channels/campus.ts'
import { aCampus, anAccount, quiet } from '../domain/campus.ts'

const SECRET = APP.secret
const here = aCampus()

let sandbox: Sandbox
let site: http.Server
let siteUrl: string
let woken: Array<string>
let context: AppLoadContext

beforeEach(async () => {
  woken = []
  // The route as the server calls it, behind the same guard.
  site = http.createServer((request, response) => {
    serve(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}/hooks/x`
  sandbox = await startSandbox({ world })
  const clock = { now: () => new Date() }
  const x = xNetwork({
    appKey: APP.key,
    appSecret: APP.secret,
    apiUrl: sandbox.url,
    clock,
    hookSecret: SECRET,
  })
  const app = {
    campus: { ...here.campus, clock },
    networks: registry([x]),
    log: quiet,
    queue: { wake: async (job: string) => void woken.push(job) },
  }
  context = { app } as unknown as AppLoadContext
  const id = await anAccount(here.campus, 'northfieldit', here.it)
  await here.campus.db
    .update(accounts)
    .set({ externalId: IT.id, credentials: here.campus.seal.seal(JSON.stringify(IT_TOKENS)) })
    .where(eq(accounts.id, id))
  expect(await registerCalls(here.campus, context.app.networks, origin(), 'x')).toEqual([])
  // What students take back X tells only whoever asked for that.
  const [webhook] = sandbox.hook.webhooks()
  await asApp('POST', '/2/activity/subscriptions', {
    event_type: 'post.delete',
    filter: { user_id: SAM.id },
    webhook_id: webhook!.id,
  })
})

afterEach(async () => {
  await sandbox.close()
  site.closeAllConnections()
  await new Promise((resolve) => site.close(resolve))
})

async function serve(request: http.IncomingMessage, response: http.ServerResponse) {
  const refused = turnAway(request, { publicUrl: 'https://quad.example.edu', demo: false })
  if (refused) return void response.writeHead(refused).end()
  const asked = new Request(`http://127.0.0.1${request.url}`, {
    method: request.method!,
    headers: request.headers as Record<string, string>,
    ...(request.method === 'GET' ? {} : { body: Readable.toWeb(request), duplex: 'half' }),
  } as RequestInit)
  const args = { request: asked, params: { channel: request.url!.split(/[/?]/)[2]! }, context }
  const answer = await (request.method === 'POST' || request.method === 'PUT' ? action(args) : loader(args))
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text())
}

const sign = (body: string, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
const call = async (body: string, signature = sign(body), url = siteUrl) =>
  (
    await fetch(url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': signature },
    })
  ).status
const poll = () => pollAccounts(context.app)
const state = async () => {
  const rows = await here.campus.db.select().from(tickets).orderBy(tickets.number)
  return rows.map(({ title, status, comments }) => ({ title, status, comments }))
}
const told = async () => {
  await sandbox.hook.settled()
  return sandbox.hook.sent
}
const origin = () => new URL(siteUrl).origin
/** What our app itself may ask of X. */
async function asApp(method: string, path: string, body?: object) {
  const response = await fetch(sandbox.url + path, {
    method,
    headers: { authorization: `Bearer ${APP.bearerToken}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return { status: response.status, body: (await response.json()) as { errors?: Array<{ message: string }> } }
}
const bySam = (text: string, more: object = {}) => sandbox.post({ as: 'sam_reads', text, ...more })

describe('the challenge', () => {
  test('is answered with what only we can know', async () => {
    const answer = await fetch(`${siteUrl}?crc_token=a%2Bb&nonce=1`)
    expect([answer.status, await answer.json()]).toEqual([200, { response_token: sign('a+b') }])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test.each(['', '?crc_token=', '/../y?crc_token=1', '?token=1'])(
    'that is none has no answer: %s',
    async (rest) => {
      expect((await fetch(siteUrl + rest)).status).toBe(404)
    },
  )

  test('is not answered where no network calls us', async () => {
    for (const name of ['bluesky', 'nobody', 'constructor'])
      expect((await fetch(`${siteUrl.replace(/x$/, name)}?crc_token=1`)).status).toBe(404)
  })
})

describe('what is told', () => {
  test('is a ticket at once, and still one when it is read', async () => {
    bySam('@NorthfieldIT the printer is on fire')
    expect(await told()).toMatchObject([{ type: 'post.mention.create', status: 200 }])
    expect(await state()).toEqual([{ title: 'the printer is on fire', status: 'received', comments: 0 }])
    expect(sandbox.requests.filter(({ path }) => path.startsWith('/2/users'))).toEqual([])
    await poll()
    expect(await state()).toHaveLength(1)
    expect(woken).toEqual([])
  })

  test('is what reading would have found: mention, reply, quote, edit, deletion', async () => {
    const start = bySam('@NorthfieldIT the lift is stuck', { images: [{ alt: 'A lift' }] })
    sandbox.post({ as: 'alexvisits', text: 'Same', inReplyTo: start })
    const ours = sandbox.post({ as: IT.handle, text: 'The map is new.' })
    bySam('The map is wrong', { quote: ours })
    sandbox.edit(start, '@NorthfieldIT both lifts are stuck')
    await told()
    expect(await state()).toEqual([
      { title: 'both lifts are stuck', status: 'received', comments: 1 },
      { title: 'The map is wrong', status: 'received', comments: 0 },
    ])
    const kept = await here.campus.db.select().from(posts).orderBy(posts.id)
    expect(kept.map(({ summons }) => summons)).toEqual(['mentioned', 'mentioned', 'quoted'])
    expect(kept[0]?.images).toMatchObject([{ alt: 'A lift' }])
    await poll()
    expect(await here.campus.db.$count(posts)).toBe(3)

    sandbox.remove(kept[2]!.externalId)
    expect((await told()).at(-1)).toMatchObject({ type: 'post.delete', status: 200 })
    expect((await state())[1]?.status).toBe('withdrawn')
  })

  test('and missed is read later, once', async () => {
    sandbox.hook.set(false)
    bySam('@NorthfieldIT nobody called about this')
    sandbox.hook.set(true)
    bySam('@NorthfieldIT about this somebody did')
    await told()
    expect(await state()).toHaveLength(1)
    await poll()
    expect(await state()).toHaveLength(2)
  })

  test('twice is once', async () => {
    bySam('@NorthfieldIT the printer is on fire')
    const [{ body } = { body: '' }] = await told()
    const all = await Promise.all(Array.from({ length: 8 }, () => call(body)))
    expect(new Set(all)).toEqual(new Set([200]))
    expect(await state()).toHaveLength(1)
  })

  test('in the wrong order ends as in the right one', async () => {
    sandbox.hook.set(false)
    const start = bySam('@NorthfieldIT the lift is stuck')
    const gone = bySam('@NorthfieldIT never mind')
    sandbox.hook.set(true)
    sandbox.edit(start, '@NorthfieldIT both lifts are stuck')
    const [edit] = await told()
    const first = JSON.parse(edit!.body)
    first.data.payload = { ...first.data.payload, id: start, text: '@NorthfieldIT the lift is stuck' }
    expect(await call(JSON.stringify(first))).toBe(200)
    expect(await state()).toMatchObject([{ title: 'both lifts are stuck' }])

    // Deleted before we hear that it was written.
    sandbox.remove(gone)
    await told()
    const late = JSON.parse(edit!.body)
    Object.assign(late.data.payload, { id: gone, edit_history_tweet_ids: [gone], conversation_id: gone })
    expect(await call(JSON.stringify(late))).toBe(200)
    expect(await state()).toHaveLength(1)
  })

  test('of an account that is not ours is nothing', async () => {
    bySam('@NorthfieldIT the printer is on fire')
    const [{ body } = { body: '' }] = await told()
    await here.campus.db.delete(tickets).where(eq(tickets.number, -1))
    const other = JSON.parse(body)
    other.data.filter.user_id = '4242'
    Object.assign(other.data.payload, { id: '9', edit_history_tweet_ids: ['9'], conversation_id: '9' })
    expect(await call(JSON.stringify(other))).toBe(200)
    expect(await state()).toHaveLength(1)
  })

  test('by whoever did not write the post deletes nothing', async () => {
    const id = bySam('@NorthfieldIT the printer is on fire')
    await told()
    const forged = { data: { event_type: 'post.delete', payload: { id, author_id: '4242' } } }
    expect(await call(JSON.stringify(forged))).toBe(200)
    expect(await state()).toMatchObject([{ status: 'received' }])
    forged.data.payload.author_id = SAM.id
    expect(await call(JSON.stringify(forged))).toBe(200)
    expect(await state()).toMatchObject([{ status: 'withdrawn' }])
  })

  test('and cannot be understood sends us to read', async () => {
    for (const body of ['{"data":', '[]', '{"data":{"event_type":"post.mention.create","payload":{}}}'])
      expect(await call(body)).toBe(200)
    expect(woken).toEqual(['import', 'import', 'import'])
  })
})

describe('having X call us', () => {
  const networks = () => context.app.networks
  const view = async () => (await readCalls(here.campus, networks(), origin()))[0]!
  const register = () => registerCalls(here.campus, networks(), origin(), 'x')
  const forget = () => asApp('DELETE', `/2/webhooks/${sandbox.hook.webhooks()[0]!.id}`)

  test('is shown as X has it: registered, and about whom', async () => {
    expect(await view()).toEqual({
      channel: 'x',
      url: siteUrl,
      state: 'valid',
      reason: null,
      others: [],
      accounts: [{ handle: 'northfieldit', told: true }],
      mayRegister: true,
    })
    await forget()
    expect(await view()).toMatchObject({ state: 'unregistered', accounts: [{ told: false }] })
  })

  test('is done once, however often the button is pressed', async () => {
    const before = [sandbox.hook.webhooks(), sandbox.hook.subscriptions()]
    expect(await register()).toEqual([])
    expect([sandbox.hook.webhooks(), sandbox.hook.subscriptions()]).toEqual(before)
    expect(sandbox.hook.subscriptions().filter(({ userId }) => userId === IT.id)).toHaveLength(4)
  })

  test('again after X has given up on us: nothing is told meanwhile, and then it is', async () => {
    sandbox.hook.giveUp()
    expect(await view()).toMatchObject({ state: 'invalid' })
    bySam('@NorthfieldIT nobody called about this')
    expect(await told()).toEqual([])
    expect(await register()).toEqual([])
    expect(await view()).toMatchObject({ state: 'valid' })
    bySam('@NorthfieldIT about this somebody did')
    expect(await told()).toMatchObject([{ status: 200 }])
  })

  test('adds an account that was connected since, and leaves out one that is disconnected', async () => {
    const other = await anAccount(here.campus, 'samdesk', here.library)
    const set = (row: Partial<typeof accounts.$inferInsert>) =>
      here.campus.db.update(accounts).set(row).where(eq(accounts.id, other))
    await set({ state: 'disconnected' })
    expect((await view()).accounts).toHaveLength(1)
    await set({ state: 'connected', externalId: '4242' })
    expect((await view()).accounts).toEqual([
      { handle: 'northfieldit', told: true },
      { handle: 'samdesk', told: false },
    ])
    // Its tokens are none: X says so, and the others stay as they are.
    expect(await register()).toEqual([expect.stringMatching(/^@samdesk: .*cannot be read/)])
    expect((await view()).accounts).toMatchObject([{ told: true }, { told: false }])
  })

  test.each<[what: string, address: () => string, reason: RegExp]>([
    ['where nobody listens', () => 'http://127.0.0.1:1', /^CrcValidationFailed/],
    ['where X would not call', () => 'ftp://127.0.0.1', /^UrlValidationFailed/],
  ])('fails in X’s words %s', async (_what, address, reason) => {
    await forget()
    const problems = await registerCalls(here.campus, networks(), address(), 'x')
    expect(problems).toEqual([expect.stringMatching(reason)])
    expect(sandbox.hook.webhooks()).toEqual([])
  })

  test('fails in X’s words where the app calls elsewhere already, and says where', async () => {
    const elsewhere = 'https://other.example.edu'
    expect(await readCalls(here.campus, networks(), elsewhere)).toMatchObject([
      { state: 'unregistered', others: [siteUrl] },
    ])
    expect(await registerCalls(here.campus, networks(), 'http://127.0.0.1:1', 'x')).toEqual([
      expect.stringMatching(/^WebhookLimitExceeded/),
    ])
  })

  test.each<[fault: Fault, reason: RegExp]>([
    ['503', /Service Unavailable/],
    ['429', /Too Many Requests/],
    ['garbage', /could not read/],
    ['drop-after', /broke off/],
  ])('while X answers %s, says so, and nothing is lost', async (fault, reason) => {
    for (const endpoint of ['GET /2/webhooks', 'GET /2/activity/subscriptions'] as const) {
      sandbox.faults.next(endpoint, fault)
      expect(await view()).toMatchObject({ state: 'unknown', reason: expect.stringMatching(reason) })
    }
    sandbox.faults.next('GET /2/webhooks', fault)
    expect(await register()).toEqual([expect.stringMatching(reason)])
    expect(await view()).toMatchObject({ state: 'valid' })
  })

  test('needs the app’s own keys, and says which', async () => {
    const keyless = xNetwork({
      clientId: APP.clientId,
      clientSecret: APP.clientSecret,
      apiUrl: sandbox.url,
      clock: { now: () => new Date() },
      hookSecret: SECRET,
    })
    expect(await readCalls(here.campus, registry([keyless]), origin())).toMatchObject([
      { state: 'unknown', mayRegister: false, reason: expect.stringContaining('X_APP_KEY and X_APP_SECRET') },
    ])
    const wrong = xNetwork({
      appKey: APP.key,
      appSecret: 'another',
      apiUrl: sandbox.url,
      clock: { now: () => new Date() },
      hookSecret: SECRET,
    })
    expect(await readCalls(here.campus, registry([wrong]), origin())).toMatchObject([
      { state: 'unknown', reason: 'Unable to verify your credentials' },
    ])
  })

  test('is not offered where calls are off', async () => {
    const silent = xNetwork({
      appKey: APP.key,
      appSecret: APP.secret,
      apiUrl: sandbox.url,
      clock: { now: () => new Date() },
    })
    expect(await readCalls(here.campus, registry([silent]), origin())).toEqual([])
  })
})

describe('what is not from X', () => {
  test('is refused, and changes nothing', async () => {
    bySam('@NorthfieldIT the printer is on fire')
    const [{ body } = { body: '' }] = await told()
    const other = body.replaceAll('printer', 'scanner')
    for (const signature of ['', 'sha256=', sign(body), sign(other, 'guess'), sign(other).toLowerCase()])
      expect(await call(other, signature)).toBe(403)
    expect(await call(other, sign(other), siteUrl.replace(/x$/, 'bluesky'))).toBe(404)
    expect((await fetch(siteUrl, { method: 'PUT', body: '1' })).status).toBe(405)
    expect(await state()).toMatchObject([{ title: 'the printer is on fire' }])
    expect(woken).toEqual([])
  })

  test('is not read beyond what X would send', async () => {
    const large = JSON.stringify({ data: 'x'.repeat(LARGEST_CALL) })
    expect(await call(large)).toBe(413)
    // Nor when it does not say how long it is.
    const chunks = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 5; n += 1) controller.enqueue(new Uint8Array(LARGEST_CALL / 4))
        controller.close()
      },
    })
    const sent = { method: 'POST', body: chunks, duplex: 'half' } as RequestInit
    expect((await fetch(siteUrl, sent)).status).toBe(413)
  })
})
