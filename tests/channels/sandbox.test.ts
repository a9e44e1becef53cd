import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { startSandbox, type RequestPhase, type Sandbox } from '#sandbox/x/server.ts'
import { ALEX, APP, aReply, campus, IT, itsChannel, SAM } from './campus.ts'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ world: campus })
})
afterEach(() => sandbox.close())

const form = (where: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(sandbox.url + where, {
    method: 'POST',
    body: new URLSearchParams(fields),
    redirect: 'manual',
    headers,
  })
const json = (where: string, body: unknown, method = 'POST') =>
  fetch(sandbox.url + where, {
    method,
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
const page = async () => (await fetch(sandbox.url)).text()

describe('the network', () => {
  it('numbers posts upwards when time stands still, and after what the world holds', async () => {
    const world = {
      ...campus,
      posts: [{ id: '9000000000000000000', author: 'sam_reads', text: 'Old', at: '2026-01-01' }],
    }
    const still = await startSandbox({ world, now: () => new Date('2026-10-01T09:00:00Z') })
    const ids = [1, 2, 3].map((n) => BigInt(still.post({ as: 'sam_reads', text: `Post ${n}` })))
    await still.close()
    expect(ids).toEqual([9000000000000000001n, 9000000000000000002n, 9000000000000000003n])
  })

  it('keeps conversations together, whatever version was answered', () => {
    const start = sandbox.post({ as: 'sam_reads', text: 'Start' })
    const early = sandbox.post({ as: 'alexvisits', text: 'Early', inReplyTo: start })
    const edited = sandbox.edit(start, 'Start, edited')
    const late = sandbox.post({ as: 'alexvisits', text: 'Late', inReplyTo: edited })
    expect(sandbox.replies(start).map(({ id }) => id)).toEqual([early, late])
    expect(sandbox.thread(start).map(({ id }) => id)).toEqual([edited, early, late])
  })

  it('keeps posts over a restart, but takes people from the world', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sandbox-'))
    const file = path.join(folder, 'deep', 'sandbox.json')
    const world = {
      ...campus,
      posts: [{ id: '11', author: 'sam_reads', text: 'From the world', at: '2026-01-01' }],
    }
    const first = await startSandbox({ world, file })
    const id = first.post({ as: 'alexvisits', text: 'Kept', inReplyTo: '11' })
    const edited = first.edit(first.post({ as: 'sam_reads', text: 'Tpyo' }), 'Typo')
    await first.close()

    const second = await startSandbox({ world, file })
    expect(second.posts().map(({ text }) => text)).toEqual(['From the world', '@sam_reads Kept', 'Typo'])
    expect(second.replies('11').map((post) => post.id)).toEqual([id])
    expect(BigInt(second.post({ as: 'sam_reads', text: 'Newer' }))).toBeGreaterThan(BigInt(edited))
    await second.close()

    writeFileSync(file, '{"posts": [')
    await expect(startSandbox({ world, file })).rejects.toThrow('cannot be read. Remove the file')
    rmSync(folder, { recursive: true })
  })

  it('does not start on a port that is taken', async () => {
    await expect(startSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('can only be edited as often and as long as on X', async () => {
    let now = new Date('2026-10-01T09:00:00Z')
    const timed = await startSandbox({ world: campus, now: () => now })
    const [often, late] = [
      timed.post({ as: 'sam_reads', text: 'a' }),
      timed.post({ as: 'sam_reads', text: 'b' }),
    ]
    for (let n = 1; n <= 5; n++) timed.edit(often, `edit ${n}`)
    expect(() => timed.edit(often, 'edit 6')).toThrow('five times')
    now = new Date('2026-10-01T09:31:00Z')
    expect(() => timed.edit(late, 'too late')).toThrow('30 minutes')
    await timed.close()
  })
})

describe('requests', () => {
  it('are told of in their three phases, and remembered', async () => {
    const post = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT help' })
    const seen: Array<[RequestPhase['phase'], number]> = []
    sandbox.onRequest(({ phase }) => seen.push([phase, sandbox.replies(post).length]))
    const answered = new Promise<void>((resolve) =>
      sandbox.onRequest(({ phase }) => phase === 'answered' && resolve()),
    )
    await itsChannel(sandbox.url).send(aReply(post))
    await answered
    expect(seen).toEqual([
      ['arrived', 0],
      ['accepted', 1],
      ['answered', 1],
    ])
    expect(sandbox.requests).toMatchObject([{ method: 'POST', path: '/2/tweets', status: 201 }])
  })

  it('go wrong as often as they were told to', async () => {
    sandbox.faults.next('POST /2/tweets', '500', 2)
    const post = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT help' })
    const kinds = []
    for (let n = 0; n < 3; n++) kinds.push((await itsChannel(sandbox.url).send(aReply(post))).kind)
    expect(kinds).toEqual(['unknown', 'unknown', 'sent'])
  })

  it('are refused without a signature, with one for something else, and with an old one', async () => {
    for (const where of ['/2/users/me', '/2/tweets/1', '/2/users/1001/mentions'])
      expect((await fetch(sandbox.url + where)).status).toBe(401)

    let authorization = ''
    const listening = http.createServer((request, response) => {
      authorization = request.headers.authorization ?? ''
      response.end()
    })
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
    await itsChannel(`http://127.0.0.1:${(listening.address() as AddressInfo).port}`).identify()
    await new Promise((resolve) => listening.close(resolve))

    const repeat = async (where: string) =>
      (await fetch(sandbox.url + where, { headers: { authorization } })).status
    expect(await repeat('/2/users/me')).toBe(200)
    expect(await repeat('/2/users/me?user.fields=verified')).toBe(401)
    vi.useFakeTimers({ now: Date.now() + 6 * 60_000, toFake: ['Date'] })
    try {
      expect(await repeat('/2/users/me')).toBe(401)
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the switches over HTTP', () => {
  it('post, edit, delete and show the state', async () => {
    const made = await json('/sandbox/posts', { as: '@sam_reads', text: '@NorthfieldIT hello' })
    const { id } = (await made.json()) as { id: string }
    expect(made.status).toBe(201)
    expect((await json(`/sandbox/posts/${id}/edit`, { text: 'Edited' })).status).toBe(200)
    const state = (await (await fetch(`${sandbox.url}/sandbox/state`)).json()) as {
      posts: Array<object>
      users: Array<object>
    }
    expect(state.posts).toMatchObject([{ firstId: id, handle: SAM.handle, text: 'Edited' }])
    expect(JSON.stringify(state.users)).not.toContain('secret')
    expect((await json(`/sandbox/posts/${id}`, {}, 'DELETE')).status).toBe(200)
    expect(sandbox.posts()).toEqual([])
  })

  it('set and clear faults', async () => {
    const fault = { match: 'GET /2/users/:id/mentions', fault: 'delay:20', times: 2 }
    const set = await json('/sandbox/faults', fault)
    expect(await set.json()).toEqual({ waiting: [fault] })
    expect(await (await json('/sandbox/faults', {}, 'DELETE')).json()).toEqual({ waiting: [] })
    for (const wrong of [{ ...fault, match: 'GET /nowhere' }, { ...fault, fault: 'flood' }, 'no'])
      expect((await json('/sandbox/faults', wrong)).status).toBe(422)
  })

  it('refuse what is too large, from another site, or not there', async () => {
    expect((await json('/sandbox/posts', { as: 'sam_reads', text: 'x'.repeat(100_000) })).status).toBe(413)
    const fields = { as: 'sam_reads', text: 'Sent by another page' }
    expect((await form('/sandbox/posts', fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await form('/sandbox/nothing', fields)).status).toBe(404)
    expect(sandbox.posts()).toEqual([])
  })
})

describe('the page', () => {
  it('posts by a plain form and goes to the post', async () => {
    const response = await form('/sandbox/posts', { as: 'sam_reads', text: 'Hello', inReplyTo: '' })
    const [post] = sandbox.posts()
    expect([response.status, response.headers.get('location')]).toEqual([303, `/#post-${post?.id}`])
    expect(post).toMatchObject({ handle: SAM.handle, text: 'Hello', inReplyTo: null })
  })

  it('stays live when a form was sent from the live page', async () => {
    expect(await (await fetch(`${sandbox.url}/?live=1`)).text()).toContain('http-equiv="refresh"')
    expect(await page()).not.toContain('http-equiv="refresh"')
    const response = await form('/sandbox/posts?live=1', { as: 'sam_reads', text: 'Hello' })
    expect(response.headers.get('location')).toMatch(/^\/\?live=1#post-\d+$/)
  })

  it('shows whatever is typed as text', async () => {
    sandbox.post({ as: 'sam_reads', text: '<script>alert("1")</script> & \'so\' #on' })
    const shown = await page()
    expect(shown).not.toContain('<script')
    expect(shown).toContain('&#60;script&#62;')
  })

  it('nests replies under their post, and marks official accounts', async () => {
    const post = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT help' })
    await itsChannel(sandbox.url).send(aReply(post))
    const [reply] = sandbox.replies(post)
    const shown = (await page()).replace(/\s+/g, ' ')
    expect(shown.indexOf(`id="post-${reply?.id}"`)).toBeGreaterThan(shown.indexOf(`id="post-${post}"`))
    expect(shown.match(/class="badge"/g)).toHaveLength(1)
    expect(shown).toContain(`<strong>${IT.name}</strong> <span class="badge">Official</span>`)
  })

  it('keeps the words of a post that cannot be posted', async () => {
    const response = await form('/sandbox/posts', {
      as: 'alexvisits',
      text: 'y'.repeat(281),
      inReplyTo: '123',
    })
    const shown = await response.text()
    expect(response.status).toBe(422)
    expect(shown).toContain('This was not posted. Your Post text is too long.')
    expect(shown).toContain('y'.repeat(281))
    expect(shown).toContain(`value="${ALEX.handle}" selected`)
  })
})

describe('what people do on the page', () => {
  const state = async () =>
    (await (await fetch(`${sandbox.url}/sandbox/state`)).json()) as { posts: Array<Record<string, unknown>> }

  it('post pictures with words, without, and moving ones, and the pictures can be seen', async () => {
    const images = 'A lamp <on> one wire\n-\nvideo: It swings\n'
    expect((await form('/sandbox/posts', { as: 'sam_reads', text: '', images })).status).toBe(303)
    expect((await state()).posts).toMatchObject([
      {
        text: '',
        images: [
          { alt: 'A lamp <on> one wire', moving: false },
          { alt: null, moving: false },
          { alt: 'It swings', moving: true },
        ],
      },
    ])
    const shown = await page()
    const links = [...shown.matchAll(/href="(\/media\/\w+\.svg)"/g)].map(([, path]) => path!)
    expect(links).toHaveLength(3)
    const drawn = await fetch(sandbox.url + links[0])
    expect([drawn.status, drawn.headers.get('content-type')]).toEqual([200, 'image/svg+xml; charset=utf-8'])
    expect(await drawn.text()).toContain('A lamp &#60;on&#62; one wire')
    expect((await fetch(`${sandbox.url}/media/3_1.svg`)).status).toBe(404)
    const five = await form('/sandbox/posts', { as: 'sam_reads', text: 'five', images: 'a\nb\nc\nd\ne' })
    expect(five.status).toBe(422)
  })

  it('like a post and take it back', async () => {
    const id = sandbox.post({ as: 'sam_reads', text: 'Likeable' })
    const like = () => form(`/sandbox/posts/${id}/like`, { as: 'alexvisits' })
    expect((await like()).status).toBe(303)
    expect((await state()).posts).toMatchObject([{ likes: 1 }])
    expect(await page()).toContain('liked by 1')
    await like()
    expect((await state()).posts).toMatchObject([{ likes: 0 }])
  })

  it('suspend somebody, and see what was said before', async () => {
    const id = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT first' })
    sandbox.edit(id, '@NorthfieldIT second')
    await form('/sandbox/suspended', { who: 'sam_reads', is: 'yes' })
    expect((await itsChannel(sandbox.url).read(null)).posts).toEqual([])
    const shown = await page()
    expect(shown).toContain('suspended')
    expect(shown).toContain('@NorthfieldIT first')
    await form('/sandbox/suspended', { who: 'sam_reads', is: 'no' })
    expect((await itsChannel(sandbox.url).read(null)).posts).toHaveLength(1)
  })

  it('are told to whoever knows the secret, and to nobody else', async () => {
    let calls = 0
    const stranger = http.createServer((request, response) => {
      if (request.method === 'POST') calls += 1
      response.end('{"response_token":"sha256=wrong"}')
    })
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve))
    const register = async (url: string) => {
      const answer = await fetch(`${sandbox.url}/2/webhooks`, {
        method: 'POST',
        headers: { authorization: `Bearer ${APP.bearerToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ url }),
      })
      return ((await answer.json()) as { errors: Array<{ message: string }> }).errors[0]?.message
    }
    expect(await register('http://192.0.2.1/hooks/x')).toContain('this machine')
    const { port } = stranger.address() as AddressInfo
    expect(await register(`http://127.0.0.1:${port}/hooks/x`)).toContain('CrcValidationFailed')
    sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT hello' })
    await sandbox.hook.settled()
    expect([calls, sandbox.hook.sent, sandbox.hook.webhooks()]).toEqual([0, [], []])
    await new Promise((resolve) => stranger.close(resolve))
  })
})
