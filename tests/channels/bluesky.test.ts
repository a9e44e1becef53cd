import http from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blueskyNetwork } from '#app/channels/bluesky/index.server.ts'
import { postAt, recordKey } from '#app/channels/bluesky/keys.ts'
import { LIMIT, measure } from '#app/channels/bluesky/measure.ts'
import type { Channel, OutboundPost, Renew } from '#app/channels/channel.ts'

// What Bluesky's own servers never say. What they do say is tried against them: see tests/bluesky.

const NOW = new Date('2026-11-24T10:00:00Z')
const US = { did: 'did:plc:library', handle: 'library.example' }
const SESSION = { ...US, accessJwt: 'access-1', refreshJwt: 'refresh-1', home: null }

type Answer = { status?: number; headers?: Record<string, string>; body: unknown } | 'hang' | 'break-off'
type Asked = { method: string; query: URLSearchParams; token: string | null; body: string }

let asked: Array<Asked>
let answers: Record<string, (asked: Asked, count: number) => Answer>
let server: http.Server
let url: string
let kept: string
let channel: Channel

beforeEach(async () => {
  asked = []
  answers = {}
  server = http.createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pds.invalid')
      const method = pathname.split('.').at(-1)!
      const one = {
        method,
        query: searchParams,
        token: request.headers.authorization ?? null,
        body: Buffer.concat(chunks).toString(),
      }
      asked.push(one)
      const count = asked.filter((other) => other.method === method).length
      const answer = answers[method]?.(one, count) ?? { status: 501, body: { error: 'MethodNotImplemented' } }
      if (answer === 'hang') return
      if (answer === 'break-off') return response.destroy()
      const { status = 200, headers, body } = answer
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  kept = JSON.stringify({ identifier: US.handle, password: 'app-password', session: SESSION })
  channel = open()
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** Milliseconds since then. */
let passed = 0

function open(): Channel {
  const renew: Renew = async (exchange) => {
    const renewal = await exchange(kept)
    if (renewal.kind === 'renewed') kept = renewal.credentials
    return renewal
  }
  const clock = { now: () => new Date(NOW.getTime() + passed) }
  return blueskyNetwork({ service: url, clock, timeoutMs: 300 }).open({
    externalId: US.did,
    handle: US.handle,
    credentials: kept,
    renew,
  })
}

const uriOf = (n: number) => `at://did:plc:sam/app.bsky.feed.post/post${n}`
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString()
const aNotice = (n: number, more: object = {}) => ({
  uri: uriOf(n),
  cid: 'cid',
  author: { did: 'did:plc:sam', handle: 'sam.example' },
  reason: 'mention',
  record: { $type: 'app.bsky.feed.post', text: `number ${n}`, createdAt: minutesAgo(n) },
  isRead: false,
  indexedAt: minutesAgo(n),
  ...more,
})
const aView = (uri: string, more: object = {}) => ({
  uri,
  cid: 'cid-of-view',
  author: { did: 'did:plc:sam', handle: 'sam.example' },
  record: { text: 'shown' },
  indexedAt: minutesAgo(1),
  ...more,
})
const seen = async (since: string | null = null) => {
  const reading = await channel.read(since)
  return { ...reading, uris: reading.posts.map((post) => post.externalId) }
}
/** The oldest first. */
const numbers = (...those: Array<number>) => those.toSorted((a, b) => b - a).map(uriOf)

const LIST = 'listNotifications'
const aReply: OutboundPost = {
  key: '1',
  text: 'We see to it.',
  more: [],
  inReplyTo: uriOf(1),
  conversationId: uriOf(1),
}
const shown = () => ({ body: { posts: [aView(uriOf(1))] } })
const absent = () => ({ status: 400, body: { error: 'RecordNotFound', message: 'Could not locate record' } })

/** What a server, or something between us and it, may answer in place of what was asked for. */
const NO_ANSWERS: Array<[what: string, answer: Answer, reason: string]> = [
  ['nothing at all', 'hang', 'Bluesky did not finish its answer within 0.3 s.'],
  ['a broken line', 'break-off', 'The connection to Bluesky broke off.'],
  ['a page', { headers: { 'content-type': 'text/html' }, body: '<h1>Hello</h1>' }, 'could not read'],
  ['half an answer', { body: '{"notifications": [' }, 'could not read'],
  ['null', { body: 'null' }, 'could not read'],
  ['another shape', { body: { notifications: 'none', posts: 3 } }, 'could not read'],
  [
    'a page for a failure',
    { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad</h1>' },
    'Bluesky failed on its side (502).',
  ],
  [
    'a failure in the protocol',
    { status: 500, body: { error: 'InternalServerError' } },
    'Bluesky failed on its side (500).',
  ],
  [
    'a way elsewhere',
    { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: '' },
    'The connection to Bluesky broke off.',
  ],
]

describe('an answer that is none', () => {
  it.each(NO_ANSWERS)('%s: reading is put off, and its place stays', async (_what, answer, reason) => {
    answers[LIST] = () => answer
    const { posts, next, trouble } = await channel.read('a place')
    expect({ posts, next }).toEqual({ posts: [], next: 'a place' })
    expect(trouble).toEqual({ kind: 'later', reason: expect.stringContaining(reason), at: null })
  })

  it.each(NO_ANSWERS)(
    '%s, to a post that is sent: it is looked for before it is sent again',
    async (_what, answer) => {
      answers.getPosts = shown
      answers.createRecord = () => answer
      answers.getRecord = () => answer
      const result = await channel.send(aReply)
      expect(['unknown', 'later']).toContain(result.kind)
      expect(await channel.find({ ...aReply, attemptedAt: NOW })).toMatchObject({ kind: 'later' })
      answers.getPosts = () => answer
      expect(await channel.send(aReply)).toMatchObject({ kind: 'later' })
    },
  )

  it('a server that is not there has not got our post', async () => {
    const gone = open()
    await new Promise<void>((resolve) => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
    expect((await gone.read(null)).trouble).toEqual({
      kind: 'later',
      reason: 'Bluesky could not be reached.',
      at: null,
    })
    expect(await gone.send(aReply)).toMatchObject({ kind: 'later' })
  })
})

describe('being told to wait', () => {
  const wait = (headers: Record<string, string>) => ({
    status: 429,
    headers,
    body: { error: 'RateLimitExceeded', message: 'Rate Limit Exceeded' },
  })
  const reset = new Date('2026-11-24T10:04:00Z')
  const told = {
    'ratelimit-limit': '3000',
    'ratelimit-remaining': '0',
    'ratelimit-reset': String(reset.getTime() / 1000),
  }
  const later = { kind: 'later', reason: 'Bluesky asks us to wait: its limit is used up.' }

  it.each([
    ['by a reset', told, reset],
    ['by seconds', { 'retry-after': '90' }, new Date(NOW.getTime() + 90_000)],
    ['by nothing', {}, new Date(NOW.getTime() + 5 * 60_000)],
    [
      'by nonsense',
      { 'ratelimit-reset': 'soon', 'retry-after': 'Tomorrow' },
      new Date(NOW.getTime() + 5 * 60_000),
    ],
  ])('%s', async (_what, headers, at) => {
    answers[LIST] = () => wait(headers)
    expect((await channel.read('here')).trouble).toEqual({ ...later, at })
    answers.getPosts = shown
    answers.createRecord = () => wait(headers)
    expect(await channel.send(aReply)).toEqual({ ...later, at })
    answers.getRecord = () => wait(headers)
    expect(await channel.find({ ...aReply, attemptedAt: NOW })).toEqual({ ...later, at })
  })

  it('with signing in as well, and without asking again', async () => {
    kept = JSON.stringify({ identifier: US.handle, password: 'app-password' })
    answers.createSession = () => wait(told)
    expect((await open().read(null)).trouble).toEqual({ ...later, at: reset })
    expect(asked.map((one) => one.method)).toEqual(['createSession'])
  })

  it('tells what is left before it comes to that', async () => {
    answers[LIST] = () => ({
      headers: { ...told, 'ratelimit-remaining': '2990', 'ratelimit-policy': '3000;w=300' },
      body: { notifications: [] },
    })
    await channel.read(null)
    expect(channel.allowances!()).toEqual({ read: { left: 2990, of: 3000, until: reset } })
  })
})

describe('reading back', () => {
  /** Notices 1 to `count`, the newest first, three on a page. */
  const pages = (all: () => Array<object>) => {
    answers[LIST] = ({ query }) => {
      const from = Number(query.get('cursor') ?? 0)
      const notifications = all().slice(from, from + 3)
      return { body: { notifications, ...(from + 3 < all().length ? { cursor: String(from + 3) } : {}) } }
    }
  }
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

  it('begins with one page, goes on from there, and takes nothing twice', async () => {
    let all = range(100, 120).map((n) => aNotice(n))
    pages(() => all)
    const first = await seen()
    expect(first.uris).toEqual(numbers(100, 101, 102))
    // Eight came since; two of them are late and stand among what was read.
    all = [...range(91, 96), 100, 101, 102, ...range(103, 120)].map((n) => aNotice(n))
    all.splice(
      7,
      0,
      aNotice(7, { indexedAt: minutesAgo(100.5) }),
      aNotice(8, { indexedAt: minutesAgo(101.5) }),
    )
    all.sort((a, b) =>
      (a as { indexedAt: string }).indexedAt < (b as { indexedAt: string }).indexedAt ? 1 : -1,
    )
    const second = await seen(first.next)
    expect(second.trouble).toBeNull()
    expect(new Set(second.uris)).toEqual(new Set([...range(91, 96), 7, 8].map(uriOf)))
    expect((await seen(second.next)).uris).toEqual([])
  })

  it('does not raise old posts when newer ones are deleted', async () => {
    let all = range(1, 9).map((n) => aNotice(n))
    pages(() => all)
    const { next } = await seen()
    all = all.slice(2)
    expect((await seen(next)).uris).toEqual([])
  })

  it('begins in the middle of a long pause without a gap', async () => {
    pages(() => [])
    const { next } = await seen()
    pages(() => range(1, 30).map((n) => aNotice(n)))
    expect((await seen(next)).uris).toEqual(numbers(...range(1, 30)))
  })

  it('is not moved by a page that fails, nor by a post that says it comes from the future', async () => {
    pages(() => range(1, 9).map((n) => aNotice(n)))
    const { next } = await seen()
    pages(() => [aNotice(0, { indexedAt: '2999-01-01T00:00:00Z' }), ...range(1, 9).map((n) => aNotice(n))])
    const future = await seen(next)
    expect(future.uris).toEqual([uriOf(0)])
    pages(() => [
      aNotice(0, { indexedAt: '2999-01-01T00:00:00Z' }),
      aNotice(50),
      ...range(1, 9).map((n) => aNotice(n)),
    ])
    expect((await seen(future.next)).uris).toEqual([])
    pages(() => [aNotice(0.5), ...range(1, 9).map((n) => aNotice(n))])
    expect((await seen(future.next)).uris).toEqual([uriOf(0.5)])

    const whole = answers[LIST]!
    answers[LIST] = (one, count) => (one.query.has('cursor') ? { status: 502, body: '' } : whole(one, count))
    expect(await channel.read(future.next)).toMatchObject({
      posts: [],
      next: future.next,
      trouble: { kind: 'later' },
    })
  })

  it('ends with the first page it knows, and every five minutes looks further back for what came late', async () => {
    pages(() => [])
    const { next } = await seen()
    let all = range(1, 30).map((n) => aNotice(n))
    pages(() => all)
    const first = await seen(next)
    expect(first.uris).toHaveLength(30)
    all = [aNotice(0.5), ...range(1, 12), 12.5, ...range(13, 30)].map((n) =>
      typeof n === 'number' ? aNotice(n) : n,
    )
    const before = asked.length
    const second = await seen(first.next)
    expect(second.uris).toEqual([uriOf(0.5)])
    expect(asked.length - before, 'pages').toBe(2)
    passed = 5 * 60_000
    expect((await seen(second.next)).uris).toEqual([uriOf(12.5)])
  })

  it('goes on from what was kept of a reading, the first one or another', async () => {
    pages(() => range(1, 9).map((n) => aNotice(n)))
    const first = await channel.read(null)
    expect((await seen(first.after!(1))).uris).toEqual(numbers(1, 2))
    expect((await seen(first.after!(0))).uris).toEqual(numbers(1, 2, 3))
    pages(() => [0.2, 0.4, 0.6, 0.8, ...range(1, 9)].map((n) => aNotice(n)))
    const second = await channel.read(first.next)
    expect((await seen(second.after!(3))).uris).toEqual([uriOf(0.2)])
    expect((await seen(second.after!(4))).uris).toEqual([])
  })

  it('leaves a server that hands out places for ever', async () => {
    answers[LIST] = (_one, count) => ({ body: { notifications: [aNotice(1)], cursor: `place-${count}` } })
    const first = await seen()
    const second = await seen(first.next)
    expect(second.trouble).toBeNull()
    expect(asked.length).toBeLessThan(10)
  })

  it('keeps the good posts beside one that it cannot read, and tries that one again', async () => {
    pages(() => [aNotice(1), aNotice(2, { indexedAt: 'soon' }), aNotice(3, { uri: 'at://nobody' })])
    const first = await seen()
    expect(first.uris).toEqual([uriOf(1)])
    expect(first.trouble).toEqual({
      kind: 'later',
      reason: 'Bluesky sent 2 post(s) that we could not read.',
      at: null,
    })
    pages(() => [aNotice(1), aNotice(2)])
    expect((await seen(first.next)).uris).toEqual([uriOf(2)])
  })

  it('waits for pictures rather than taking a post in without them', async () => {
    pages(() => [
      aNotice(1, { record: { text: 'look', embed: { $type: 'app.bsky.embed.images', images: [] } } }),
    ])
    answers.getPosts = () => ({ status: 503, body: '' })
    expect(await channel.read('here')).toMatchObject({ posts: [], next: 'here', trouble: { kind: 'later' } })
    answers.getPosts = () => ({
      body: {
        posts: [
          aView(uriOf(1), {
            embed: {
              $type: 'app.bsky.embed.recordWithMedia#view',
              media: {
                images: [
                  { fullsize: 'https://cdn.example/1', alt: 'One' },
                  { fullsize: 'javascript:alert(1)' },
                  null,
                ],
              },
            },
          }),
        ],
      },
    })
    expect((await channel.read('here')).posts[0]!.images).toEqual([
      { url: 'https://cdn.example/1', alt: 'One' },
    ])
  })
})

it('shows a film by its first picture', async () => {
  const embed = { $type: 'app.bsky.embed.video', video: {} }
  answers[LIST] = () => ({ body: { notifications: [aNotice(1, { record: { text: '', embed } })] } })
  const film = {
    playlist: 'https://video.example/1.m3u8',
    thumbnail: 'https://video.example/1.jpg',
    alt: 'A tap drips',
  }
  answers.getPosts = () => ({ body: { posts: [aView(uriOf(1), { embed: film })] } })
  const { posts } = await channel.read(null)
  expect(posts[0]!.images).toMatchObject([{ url: 'https://video.example/1.jpg', alt: 'A tap drips' }])
})

describe('what stands beside the text', () => {
  const read = async (record: object) => {
    answers[LIST] = () => ({ body: { notifications: [aNotice(1, { record })] } })
    const { posts, trouble } = await channel.read(null)
    expect(trouble).toBeNull()
    return posts[0]!
  }
  const feature = ($type: string, more: object) => ({ $type: `app.bsky.richtext.facet#${$type}`, ...more })

  it('is found by bytes, also behind letters of many', async () => {
    const text = 'Kütüphane 👩🏽‍🦽‍➡️ @library.example @Alex.Example example.edu/a-very…'
    const at = (words: string) => {
      const byteStart = Buffer.from(text.slice(0, text.indexOf(words))).length
      return { byteStart, byteEnd: byteStart + Buffer.from(words).length }
    }
    const post = await read({
      text,
      facets: [
        {
          index: at('example.edu/a-very…'),
          features: [feature('link', { uri: 'https://example.edu/a-very/long-one' })],
        },
        { index: at('@Alex.Example'), features: [feature('mention', { did: 'did:plc:alex' })] },
        // We are known by our permanent name, whatever we are called.
        { index: at('@library.example'), features: [feature('mention', { did: US.did })] },
        {
          index: at('Kütüphane'),
          features: [feature('tag', { tag: '#Kütüphane' }), feature('tag', { tag: 'kütüphane' })],
        },
      ],
      tags: ['Open'],
    })
    expect(post).toMatchObject({
      text: text.replace('example.edu/a-very…', 'https://example.edu/a-very/long-one'),
      mentions: ['library.example', 'alex.example'],
      hashtags: ['kütüphane', 'open'],
      summons: 'mentioned',
    })
  })

  it.each([
    ['backwards', { byteStart: 5, byteEnd: 2 }],
    ['beyond the end', { byteStart: 2, byteEnd: 500 }],
    ['below zero', { byteStart: -4, byteEnd: 2 }],
    ['of no numbers', { byteStart: 'a', byteEnd: null }],
    ['in the middle of a letter', { byteStart: 1, byteEnd: 2 }],
  ])('is left out where its place is %s', async (_what, index) => {
    const post = await read({
      text: 'üüüü',
      facets: [{ index, features: [feature('link', { uri: 'https://a.example' })] }],
    })
    expect(post).toMatchObject({ text: 'üüüü', mentions: [], hashtags: [] })
  })

  it.each([
    ['no text', {}, { text: '' }],
    [
      'text of another kind',
      { text: 7, facets: 'none', tags: { a: 1 }, reply: 'yes', embed: 12 },
      { text: '', inReplyTo: null },
    ],
    [
      'a reply to nothing',
      { text: 'x', reply: { root: null, parent: {} } },
      { inReplyTo: null, conversationId: uriOf(1) },
    ],
    [
      'an address of code',
      {
        text: 'ab…',
        facets: [
          { index: { byteStart: 0, byteEnd: 5 }, features: [feature('link', { uri: 'javascript:ab' })] },
        ],
      },
      { text: 'ab…' },
    ],
  ])('may be missing or nonsense: %s', async (_what, record, expected) => {
    answers.getPosts = () => ({ body: { posts: [] } })
    expect(await read(record)).toMatchObject(expected)
  })

  it('never makes reading fail, whatever a record holds', async () => {
    answers.getPosts = () => ({ body: { posts: [] } })
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom('text', 'facets', 'tags', 'reply', 'embed', 'x'), fc.jsonValue()),
        async (record) => {
          const post = await read(record)
          expect(post.externalId).toBe(uriOf(1))
        },
      ),
      { numRuns: 60 },
    )
  })

  it('knows an author without a handle, or with a name of nothing, by what is left', async () => {
    answers[LIST] = () => ({
      body: {
        notifications: [
          aNotice(1, { author: { did: 'did:plc:sam', handle: 'handle.invalid', displayName: ' ' } }),
        ],
      },
    })
    expect((await channel.read(null)).posts[0]).toMatchObject({
      author: { id: 'did:plc:sam', handle: 'did:plc:sam', name: 'did:plc:sam' },
      url: 'https://bsky.app/profile/did:plc:sam/post/post1',
    })
  })
})

describe('looking up', () => {
  it('believes that a post is gone only when that is said of this post', async () => {
    answers.getPosts = () => ({ body: { posts: [] } })
    answers.getPostThread = ({ query }) => {
      const n = query.get('uri')!.at(-1)
      if (n === '1') return { status: 400, body: { error: 'NotFound', message: 'Post not found' } }
      if (n === '2')
        return { body: { thread: { $type: 'app.bsky.feed.defs#blockedPost', uri: uriOf(2), blocked: true } } }
      if (n === '3')
        return { body: { thread: { $type: 'app.bsky.feed.defs#threadViewPost', post: aView(uriOf(3)) } } }
      return { status: 500, body: '' }
    }
    const look = await channel.lookUp!([1, 2, 3, 4].map(uriOf))
    expect(look).toMatchObject({
      kind: 'looked',
      gone: [uriOf(1), uriOf(2)],
      posts: [{ externalId: uriOf(3) }],
    })
  })

  it('is not kept from the others by one address that Bluesky takes offence at', async () => {
    answers.getPosts = ({ query }) => {
      const uris = query.getAll('uris')
      if (uris.includes(uriOf(2))) return { status: 400, body: { error: 'InvalidRequest', message: 'no' } }
      return { body: { posts: uris.map((uri) => aView(uri)) } }
    }
    answers.getPostThread = () => ({ status: 400, body: { error: 'InvalidRequest', message: 'no' } })
    const look = await channel.lookUp!([1, 2, 3].map(uriOf))
    expect(look).toMatchObject({
      kind: 'looked',
      gone: [],
      posts: [{ externalId: uriOf(1) }, { externalId: uriOf(3) }],
    })
  })
})

describe('the session', () => {
  const spent = { status: 400, body: { error: 'ExpiredToken', message: 'Token has expired' } }
  const fresh = { did: US.did, handle: US.handle, accessJwt: 'access-2', refreshJwt: 'refresh-2' }

  it('is refreshed once, kept, and used for the same request', async () => {
    answers[LIST] = ({ token }) => (token === 'Bearer access-2' ? { body: { notifications: [] } } : spent)
    answers.refreshSession = ({ token }) =>
      token === 'Bearer refresh-1' ? { body: fresh } : { status: 401, body: {} }
    expect((await channel.read(null)).trouble).toBeNull()
    expect(JSON.parse(kept).session).toEqual({ ...fresh, home: null })
    expect(asked.map((one) => one.method)).toEqual([LIST, 'refreshSession', LIST])
  })

  it('that is refused though it is new waits for a person, and opens no third', async () => {
    answers[LIST] = () => spent
    answers.refreshSession = () => ({ body: fresh })
    expect((await channel.read(null)).trouble).toEqual({
      kind: 'signed-out',
      reason: 'Token has expired',
      at: null,
    })
    expect(asked.map((one) => one.method)).toEqual([LIST, 'refreshSession', LIST])
  })

  it.each<[what: string, answer: Answer, kind: string]>([
    ['does not answer', 'hang', 'later'],
    ['fails', { status: 503, body: '' }, 'later'],
    ['gives what is no session', { body: { did: 7 } }, 'later'],
    [
      'has taken the account down',
      { status: 401, body: { error: 'AccountTakedown', message: 'taken down' } },
      'signed-out',
    ],
  ])('is not made anew with the password when the server %s', async (_what, answer, kind) => {
    answers[LIST] = () => spent
    answers.refreshSession = () => answer
    expect((await channel.read(null)).trouble).toMatchObject({ kind })
    expect(asked.map((one) => one.method)).toEqual([LIST, 'refreshSession'])
  })

  it('says what to do when a code from a mail is asked for', async () => {
    kept = JSON.stringify({ identifier: US.handle, password: 'the one of the account' })
    answers.createSession = () => ({
      status: 401,
      body: { error: 'AuthFactorTokenRequired', message: 'code' },
    })
    expect(await open().identify()).toEqual({
      kind: 'failed',
      reason: expect.stringContaining('Use an app password'),
    })
  })

  it('sends its tokens to the account’s home only where that is safe', async () => {
    answers[LIST] = ({ token }) => (token === 'Bearer access-2' ? { body: { notifications: [] } } : spent)
    for (const serviceEndpoint of ['https://evil.example', 'http://192.168.1.9', 'file:///etc', 'nonsense']) {
      kept = JSON.stringify({ identifier: US.handle, password: 'app-password', session: SESSION })
      const didDoc = {
        id: US.did,
        service: [{ id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint }],
      }
      answers.refreshSession = () => ({ body: { ...fresh, didDoc } })
      expect((await open().read(null)).trouble).toBeNull()
      expect(JSON.parse(kept).session.home).toBeNull()
    }
  })

  it('that cannot be read is asked of nobody', async () => {
    for (const nonsense of ['', '{}', 'null', '{"identifier":"x","password":""}']) {
      kept = nonsense
      expect((await open().read(null)).trouble).toMatchObject({ kind: 'signed-out' })
    }
    expect(asked).toEqual([])
  })
})

describe('keys of records', () => {
  const TID = /^[234567abcdefghij][2-7a-z]{12}$/
  const any = fc.record({
    key: fc.string(),
    text: fc.string({ unit: 'binary' }),
    more: fc.array(fc.string()),
    inReplyTo: fc.string(),
    conversationId: fc.string(),
  })

  it('are the same for every attempt, another for everything else, and times that are past', () => {
    fc.assert(
      fc.property(any, (post) => {
        expect(recordKey(post, 0)).toMatch(TID)
        expect(recordKey({ ...post, conversationId: 'moved' }, 0)).toBe(recordKey(post, 0))
        const others = [
          recordKey(post, 1),
          recordKey({ ...post, key: `${post.key}1` }, 0),
          recordKey({ ...post, text: `${post.text}.` }, 0),
          recordKey({ ...post, inReplyTo: `${post.inReplyTo}x` }, 0),
        ]
        expect(new Set([recordKey(post, 0), ...others]).size).toBe(5)
        let time = 0n
        for (const digit of recordKey(post, 0))
          time = time * 32n + BigInt('234567abcdefghijklmnopqrstuvwxyz'.indexOf(digit))
        const at = new Date(Number((time >> 10n) / 1000n))
        expect(at.getTime()).toBeGreaterThanOrEqual(Date.UTC(2023, 0, 1))
        expect(at.getTime()).toBeLessThan(Date.UTC(2024, 6, 1))
      }),
    )
  })

  it.each([
    '',
    'at://',
    'at://sam.example/app.bsky.feed.post/1',
    'at://did:plc:a/app.bsky.feed.like/1',
    'at://did:plc:a/app.bsky.feed.post/1/2',
    'https://bsky.app',
    'at://did:plc:a/app.bsky.feed.post/a b',
  ])('%j is no post', (uri) => expect(postAt(uri)).toBeNull())
})

describe('counting', () => {
  it.each([
    ['', 0],
    ['Wi-Fi', 5],
    ['图书馆', 3],
    ['👨‍👩‍👧‍👦', 3], // one character of 25 bytes
    ['e\u0301', 1],
    ['🏳️‍⚧️🇹🇷1️⃣', 4],
    ['x'.repeat(300), 300],
    ['https://example.edu/a-long-address', 34],
  ])('%j is %i', (text, count) => expect(measure(text)).toBe(count))

  it('never lets a text through that is too many characters or bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), (text) => {
        if (measure(text) > LIMIT) return
        expect([...new Intl.Segmenter().segment(text)].length).toBeLessThanOrEqual(300)
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3000)
      }),
    )
  })
})

it('is not spoken to without encryption on another machine', () => {
  const at = (service: string) => () => blueskyNetwork({ service, clock: { now: () => NOW } })
  for (const service of ['http://bsky.social', 'http://127.0.0.1.example.edu', 'nonsense', 'ftp://localhost'])
    expect(at(service)).toThrow('must be spoken to by https')
  for (const service of ['https://bsky.social', 'http://localhost:2583', 'http://[::1]:2583'])
    expect(at(service)).not.toThrow()
})

it.each(NO_ANSWERS)('looking up is put off by an answer that is none: %s', async (_what, answer) => {
  // A redirection is refused like a broken line.
  answers.getPosts = () => answer
  expect(await channel.lookUp!([uriOf(1), uriOf(2)])).toMatchObject({ kind: 'later' })
})

it('a key that is taken is our own post, and nothing else is', async () => {
  answers.getPosts = shown
  const placed = { uri: `at://${US.did}/app.bsky.feed.post/${recordKey(aReply, 0)}`, cid: 'cid', value: {} }
  answers.createRecord = () => ({ status: 500, body: { error: 'InternalServerError' } })
  answers.getRecord = () => ({ body: placed })
  expect(await channel.send(aReply)).toMatchObject({ kind: 'sent', externalId: placed.uri })
  answers.getRecord = absent
  expect(await channel.send(aReply)).toEqual({
    kind: 'later',
    reason: 'Bluesky failed on its side (500).',
    at: null,
  })
  answers.createRecord = () => ({ status: 400, body: { error: 'InvalidRequest', message: 'Invalid record' } })
  expect(await channel.send(aReply)).toEqual({ kind: 'refused', reason: 'Invalid record' })
  // One that we cannot read is not one that is gone.
  answers.getPosts = () => ({ body: { posts: [aView(uriOf(1), { indexedAt: 'soon' })] } })
  expect(await channel.send(aReply)).toMatchObject({ kind: 'later' })
  answers.getPosts = () => ({ body: { posts: [] } })
  answers.getRecord = absent
  expect(await channel.send(aReply)).toEqual({ kind: 'refused', reason: 'The post is no longer on Bluesky.' })
})
