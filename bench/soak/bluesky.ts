import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { startLine, type Answering, type LineFault } from '#sandbox/bluesky/line.ts'
import type { SoakAccount, SoakNetwork } from './network.ts'

/** Accounts made at once: the server hashes a password and writes a database for each. */
const MADE_AT_ONCE = 8
const POSTS = 'app.bsky.feed.post'
const CREATE = 'com.atproto.repo.createRecord'

/** As Bluesky's servers and what stands before them do it. */
const failing = (status: number, error: string, message = error): Answering => ({
  status,
  body: JSON.stringify({ error, message }),
})
const FAULTS: Array<[name: string, fault: (now: number) => LineFault]> = [
  ['drop-before', () => 'break-off'],
  ['drop-after', () => 'break-off-after'],
  ['500', () => failing(500, 'InternalServerError', 'Internal Server Error')],
  ['500-after', () => ({ after: failing(500, 'InternalServerError', 'Internal Server Error') })],
  ['502', () => failing(502, 'UpstreamFailure', 'pipethrough network error')],
  ['503', () => ({ status: 503, headers: { 'content-type': 'text/plain' }, body: 'Service Unavailable' })],
  ['garbage', () => ({ after: { status: 200, body: '{"uri": "at:' } })],
  ['half', () => 'half'],
  ['missing-fields', () => ({ after: { status: 200, body: '{}' } })],
  [
    'html',
    () => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<!doctype html><title>Soon</title>',
    }),
  ],
  ['delay', () => ({ delay: 700 })],
  [
    '429',
    (now) => ({
      ...failing(429, 'RateLimitExceeded', 'Rate Limit Exceeded'),
      headers: {
        'ratelimit-limit': '3000',
        'ratelimit-remaining': '0',
        // Bluesky's windows last five minutes and more, of which a soak has none.
        'ratelimit-reset': String(Math.ceil(now / 1000) + 2),
        'ratelimit-policy': '3000;w=300',
        'retry-after': '2',
      },
    }),
  ],
]

/** Only said to a request that brings an access token. */
const EXPIRED: (typeof FAULTS)[number] = ['expired', () => failing(400, 'ExpiredToken', 'Token has expired')]

type Placed = { uri: string; cid: string }
type Said = Placed & { root: Placed; to: Array<SoakAccount> }

const session = z.object({ did: z.string(), accessJwt: z.string() })
type Session = z.infer<typeof session>
const placed = z.object({ uri: z.string(), cid: z.string() })
const records = z.object({
  records: z.array(
    placed.extend({
      value: z.object({ text: z.string(), reply: z.object({ parent: placed }).optional() }),
    }),
  ),
  cursor: z.string().optional(),
})
const shown = z.object({ posts: z.array(z.object({ uri: z.string() })) })

/**
 * Bluesky's own servers on this machine (`bluesky-network/`). Only our workers' line to them is disturbed: people post
 * as they always do.
 */
export async function blueskyServers(options: {
  service: string
  appView: string
  departments: ReadonlyArray<string>
  authors: number
  say(line: string): void
}): Promise<SoakNetwork> {
  const { service, appView, departments, authors } = options
  // The servers may have had a soak before.
  const mark = randomBytes(2).toString('hex')
  const began = performance.now()
  const join = async (handle: string) => {
    const body = { handle, email: `${handle}@example.edu`, password: 'a password of their own' }
    return { handle, ...(await ask(service, 'com.atproto.server.createAccount', session, { body })) }
  }
  const officials = await inTurns(departments, MADE_AT_ONCE, async (department) => {
    const account = await join(`${department}-${mark}.test`)
    const { password } = await ask(
      service,
      'com.atproto.server.createAppPassword',
      z.object({ password: z.string() }),
      { body: { name: 'quad' }, by: account },
    )
    return {
      externalId: account.did,
      handle: account.handle,
      name: `Quad ${department}`,
      credentials: JSON.stringify({ identifier: account.handle, password }),
    }
  })
  const numbers = Array.from({ length: authors }, (_, index) => index)
  const people = await inTurns(numbers, MADE_AT_ONCE, (index) => join(`s${index}-${mark}.test`))
  options.say(`${authors} accounts on Bluesky made in ${Math.round((performance.now() - began) / 1000)} s`)

  const line = await startLine(service)
  const told: SoakNetwork['told'] = { requests: 0, exposed: 0, faults: {}, doubles: 0 }
  line.onRequest(({ phase }) => {
    if (phase === 'arrived') told.requests += 1
  })
  const said = new Map<string, Said>()

  return {
    name: 'Bluesky (its own servers)',
    channel: 'bluesky',
    // All the way back to the first notice.
    since: JSON.stringify({ at: 0, from: null, seen: [] }),
    accounts: officials,
    env: { BLUESKY: 'on', BLUESKY_SERVICE: line.url, BLUESKY_POLL_SECONDS: '5' },
    async post(author, words, { to, inReplyTo }) {
      const before = inReplyTo === undefined ? null : said.get(inReplyTo)!
      // Nobody answers what they do not see yet, and apps keep naming whom it names.
      if (before) await isShown(appView, before.uri)
      const named = before?.to ?? to
      const by = people[author % people.length]!
      const record = {
        $type: POSTS,
        ...withMentions(named, words),
        createdAt: new Date().toISOString(),
        ...(before ? { reply: { root: before.root, parent: { uri: before.uri, cid: before.cid } } } : {}),
      }
      const body = { repo: by.did, collection: POSTS, record }
      const { uri, cid } = await ask(service, CREATE, placed, { body, by })
      said.set(uri, { uri, cid, root: before?.root ?? { uri, cid }, to: named })
      return uri
    },
    async out() {
      const all = await Promise.all(officials.map(({ externalId }) => recordsOf(service, externalId)))
      return all.flatMap(inWhole)
    },
    disturb(share, random) {
      return line.onRequest(({ phase, method }) => {
        if (phase !== 'arrived') return
        told.exposed += 1
        if (random() >= share) return
        const possible = method.startsWith('com.atproto.server.') ? FAULTS : [...FAULTS, EXPIRED]
        const [name, fault] = possible[Math.floor(random() * possible.length)]!
        told.faults[name] = (told.faults[name] ?? 0) + 1
        // The request that is being told of takes it: nothing else can come between.
        line.next(method, fault(Date.now()))
      })
    },
    async moment({ phase, method: verb }, then) {
      let came = false
      const forget = line.onRequest((event) => {
        if (came || event.phase !== phase || event.verb !== verb) return
        // Of what changes something there, only a post is worth dying for; sessions are opened seldom.
        if (verb === 'POST' && event.method !== CREATE) return
        came = true
        then()
      })
      for (let waited = 0; !came && waited < 1500; waited += 20) await pause(20)
      forget()
      return came
    },
    told,
    close: () => line.close(),
  }
}

/** Our posts, each with what continues it: the parts of an answer are replies to one another. */
function inWhole(own: z.infer<typeof records>['records']) {
  const uris = new Set(own.map(({ uri }) => uri))
  const below = (uri: string): number =>
    own.reduce((sum, { uri: one, value }) => sum + (value.reply?.parent.uri === uri ? 1 + below(one) : 0), 0)
  return own.flatMap(({ uri, value: { text, reply } }) => {
    const inReplyTo = reply?.parent.uri ?? ''
    return uris.has(inReplyTo) ? [] : [{ id: uri, inReplyTo, text, parts: 1 + below(uri) }]
  })
}

async function recordsOf(service: string, repo: string) {
  const found: z.infer<typeof records>['records'] = []
  let cursor: string | undefined
  do {
    const query = { repo, collection: POSTS, limit: '100', ...(cursor ? { cursor } : {}) }
    const page = await ask(service, 'com.atproto.repo.listRecords', records, { query })
    found.push(...page.records)
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

async function isShown(appView: string, uri: string): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    const { posts } = await ask(appView, 'app.bsky.feed.getPosts', shown, { query: { uris: uri } })
    if (posts.length > 0) return
    await pause(100)
  }
  throw new Error(`Bluesky does not show ${uri}`)
}

function withMentions(named: Array<SoakAccount>, words: string) {
  let text = ''
  const facets = named.map(({ handle, externalId }) => {
    const byteStart = text.length
    text += `@${handle} `
    return {
      index: { byteStart, byteEnd: text.length - 1 },
      features: [{ $type: 'app.bsky.richtext.facet#mention', did: externalId }],
    }
  })
  return { text: text + words, facets }
}

async function ask<T>(
  base: string,
  method: string,
  shape: z.ZodType<T>,
  { body, query, by }: { body?: object; query?: Record<string, string>; by?: Session },
): Promise<T> {
  const answer = await fetch(new URL(`/xrpc/${method}?${new URLSearchParams(query)}`, base), {
    signal: AbortSignal.timeout(60_000),
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(by ? { authorization: `Bearer ${by.accessJwt}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`)
  return shape.parse(await answer.json())
}

/** All of them, so many at once, in their order. */
async function inTurns<T, R>(items: ReadonlyArray<T>, atOnce: number, work: (item: T) => Promise<R>) {
  const done: Array<R> = []
  let next = 0
  const turns = async () => {
    for (let index = next++; index < items.length; index = next++) done[index] = await work(items[index]!)
  }
  await Promise.all(Array.from({ length: atOnce }, turns))
  return done
}
