import { setTimeout as pause } from 'node:timers/promises'
import type { ChannelId } from '#app/vocabulary.ts'
import { route, type Endpoint } from '#sandbox/x/endpoints.ts'
import type { Fault } from '#sandbox/x/faults.ts'
import { startSandbox, type RequestPhase, type SandboxPost } from '#sandbox/x/server.ts'
import type { WorldUser } from '#sandbox/x/world.ts'

/** One of our accounts, with what its department signs in with. */
export type SoakAccount = { externalId: string; handle: string; name: string; credentials: string }

/** A network as a soak needs it: people who post, what stands there, and what may go wrong. */
export type SoakNetwork = {
  /** For the report. */
  name: string
  channel: ChannelId
  accounts: Array<SoakAccount>
  /** Where its accounts have been read to: a first reading takes less. */
  since: string
  /** How a worker finds it. */
  env: Record<string, string>
  /** Somebody names accounts, or replies to somebody. The first id of the post. */
  post(author: number, text: string, more: { to: Array<SoakAccount>; inReplyTo?: string }): Promise<string>
  /** Everything our accounts have out, as it stands there. */
  out(): Promise<Array<{ id: string; inReplyTo: string; text: string; parts: number }>>
  /** From now on this share of the requests goes wrong. Ends with what it returns. */
  disturb(share: number, random: () => number): () => void
  /** The next moment it sees of this kind; false when there is none soon. Killing follows at once. */
  moment(which: { phase: RequestPhase['phase']; method: string }, then: () => void): Promise<boolean>
  told: {
    requests: number
    /** Of the requests: those that might have gone wrong. */
    exposed: number
    faults: Record<string, number>
    /** Sendings refused because the same words stood there already: each is a second sending. */
    doubles: number
  }
  close(): Promise<void>
}

const APP = { key: 'soak-key', secret: 'soak-secret' }
const SEND: Endpoint = 'POST /2/tweets'

/** As often as X does it: before anything happens, after it has happened, or in place of it. */
const FAULTS: Array<(now: number) => Fault> = [
  () => 'drop-before',
  () => 'drop-after',
  () => '500',
  () => '500-after',
  () => '503',
  () => 'garbage',
  () => 'html',
  () => 'missing-fields',
  () => 'delay:700',
  // The sandbox's own asks for a quarter of an hour, of which a soak has none.
  (now) => ({
    status: 429,
    headers: {
      'x-rate-limit-limit': '300',
      'x-rate-limit-remaining': '0',
      'x-rate-limit-reset': String(Math.ceil(now / 1000) + 2),
    },
    body: { title: 'Too Many Requests', detail: 'Too Many Requests', status: 429, type: 'about:blank' },
  }),
]
const nameOf = (fault: Fault) => (typeof fault === 'string' ? fault : String(fault.status))

/** The practice network that speaks X's API, under the name of a channel. */
export async function practiceNetwork(options: {
  name: string
  channel: ChannelId
  /** Tells its people and ids from those of another. */
  digit: number
  departments: ReadonlyArray<string>
  authors: number
}): Promise<SoakNetwork> {
  const { name, channel, digit, departments, authors } = options
  const officials = departments.map((department, index): Required<WorldUser> => {
    const own = `${digit}${String(index).padStart(3, '0')}`
    return {
      id: `17000000000000${own}`,
      handle: `quad${digit}_${department}`,
      name: `Quad ${department}`,
      accessToken: `token-${own}`,
      accessSecret: `secret-${own}`,
    }
  })
  const people = Array.from({ length: authors }, (_, index): WorldUser => {
    const own = `${digit}${String(index).padStart(5, '0')}`
    return { id: `1710000000000${own}`, handle: `student${own}`, name: `Student ${own}` }
  })
  const sandbox = await startSandbox({
    world: { apps: [APP], users: [...officials, ...people], posts: [] },
    // X's own would make a soak of hours; that they are kept to is tested elsewhere.
    limits: {
      'GET /2/users/:id/mentions': 1_000_000,
      'GET /2/users/:id/tweets': 1_000_000,
      'GET /2/tweets': 1_000_000,
      [SEND]: 1_000_000,
    },
  })
  const told: SoakNetwork['told'] = { requests: 0, exposed: 0, faults: {}, doubles: 0 }
  const seen = new WeakSet<object>()
  sandbox.onRequest(({ phase, method }) => {
    if (phase === 'arrived') told.requests += 1
    if (phase !== 'answered' || method !== 'POST') return
    for (const record of sandbox.requests.slice(-50)) {
      if (record.method !== 'POST' || record.status !== 403 || seen.has(record)) continue
      seen.add(record)
      told.doubles += 1
    }
  })
  const ours = new Set(officials.map(({ handle }) => handle))
  const firstIds = (posts: Array<SandboxPost>) => new Map(posts.map((post) => [post.id, post.firstId]))

  return {
    name,
    channel,
    since: '1',
    accounts: officials.map(({ id, handle, name, accessToken, accessSecret }) => ({
      externalId: id,
      handle,
      name,
      credentials: JSON.stringify({ accessToken, accessSecret }),
    })),
    env:
      channel === 'x'
        ? { X_APP_KEY: APP.key, X_APP_SECRET: APP.secret, X_API_URL: sandbox.url, X_POLL_SECONDS: '2' }
        : { SOAK_SECOND_URL: sandbox.url },
    async post(author, text, { to, inReplyTo }) {
      const named = to.map(({ handle }) => `@${handle} `).join('')
      return sandbox.post({ as: people[author % authors]!.handle, text: `${named}${text}`, inReplyTo })
    },
    async out() {
      const posts = sandbox.posts()
      const first = firstIds(posts)
      return posts.flatMap(({ handle, firstId, inReplyTo, text }) =>
        ours.has(handle)
          ? [{ id: firstId, inReplyTo: first.get(inReplyTo ?? '') ?? inReplyTo ?? '', text, parts: 1 }]
          : [],
      )
    },
    disturb(share, random) {
      return sandbox.onRequest(({ phase, method, path }) => {
        const found = route(method, path)
        if (phase !== 'arrived' || !found) return
        told.exposed += 1
        if (random() >= share) return
        const fault = FAULTS[Math.floor(random() * FAULTS.length)]!(Date.now())
        told.faults[nameOf(fault)] = (told.faults[nameOf(fault)] ?? 0) + 1
        // The request that is being told of takes it: nothing else can come between.
        sandbox.faults.next(found.name, fault)
      })
    },
    async moment({ phase, method }, then) {
      let came = false
      const forget = sandbox.onRequest((event) => {
        if (came || event.phase !== phase || event.method !== method) return
        came = true
        then()
      })
      for (let waited = 0; !came && waited < 1500; waited += 20) await pause(20)
      forget()
      return came
    },
    told,
    close: () => sandbox.close(),
  }
}
