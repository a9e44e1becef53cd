import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { and, asc, eq, inArray, isNull, ne, notExists, sql } from 'drizzle-orm'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { answer } from '#app/domain/tickets/speak.server.ts'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { systemClock } from '#app/platform/clock.ts'
import { projectRoot } from '#app/platform/root.ts'
import { createSeal } from '#app/platform/seal.ts'
import { openDatabase, type Database } from '#db/client.server.ts'
import {
  accounts,
  announcements,
  deliveries,
  departments,
  entries,
  posts,
  tickets,
} from '#db/schema/index.ts'
import { startPostgres } from '../../scripts/postgres.mjs'
import { randomNumbers } from '../data.ts'
import { blueskyServers } from './bluesky.ts'
import { disagreements, type Books } from './books.ts'
import { practiceNetwork, type SoakNetwork } from './network.ts'

const SECRET_KEY = 'only for a soak, opens nothing anywhere'
/** Each with an account on every network. Six, so that a rest of some does not stop the others. */
const DEPARTMENTS = ['it', 'library', 'estates', 'registry', 'catering', 'sports'] as const
const WORKERS = 2
/** Times as long as it should: what a slow machine has not read by then is not posted any more. */
const AT_MOST = 4
/** What the parts of the bundle that are not ES modules expect to find, under names that none of them has. */
const REQUIRE = `
import { createRequire as requireOf } from 'node:module'
import { dirname as folderOf } from 'node:path'
import { fileURLToPath as pathOf } from 'node:url'
const require = requireOf(import.meta.url), __filename = pathOf(import.meta.url), __dirname = folderOf(__filename)`
/**
 * Posts that may wait to be read, on all accounts together: X's timeline of mentions reaches back 800 for each, and
 * what lies further back nobody can read there. People do not post faster than that; a slow machine reads slower.
 */
const MOST_WAITING = 1500
/** Of a sending and of a reading: when a process is killed, if it is not killed at any time. */
const MOMENTS = [
  { method: 'POST', phase: 'arrived' },
  { method: 'POST', phase: 'accepted' },
  { method: 'POST', phase: 'answered' },
  { method: 'GET', phase: 'arrived' },
  { method: 'GET', phase: 'answered' },
] as const

export type SoakOptions = {
  posts: number
  authors: number
  /** How long processes are killed: at least, and until all is posted. The networks fail until all is done. */
  seconds: number
  /** Of all requests. */
  faults: number
  /** Between two killings, in milliseconds; and how many there are at least, however slow the machine. */
  kills: { from: number; to: number; atLeast: number }
  /** How long the rest may take when nobody is killed any more, in seconds. */
  rest: number
  seed: number
  /** Bluesky's own servers on this machine; null: a second practice network in their place. */
  bluesky: { service: string; appView: string } | null
  say(line: string): void
}

export type SoakReport = {
  seconds: { disturbed: number; inAll: number }
  networks: Array<{
    name: string
    posts: number
    answers: number
    requests: number
    exposed: number
    faults: Record<string, number>
  }>
  posts: number
  authors: number
  tickets: number
  comments: number
  answers: number
  /** Of the answers: sent at once, and after another attempt or a look. */
  sentAtOnce: number
  sentLater: number
  kills: { byTime: number; byMoment: number }
  /** Times that staff had to press the button again. */
  answersAgain: number
  wrong: Array<string>
}

/**
 * Two workers on PostgreSQL take in posts and answer them on two networks, while they are killed and the networks
 * fail. Says what came of it; `wrong` is empty when each post was taken in once and each answer delivered once.
 */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const began = performance.now()
  const random = randomNumbers(options.seed)
  const stops: Array<() => Promise<unknown>> = []
  try {
    const server = await startPostgres()
    stops.push(() => server.stop())
    const half = Math.ceil(options.authors / 2)
    const networks = [
      await practiceNetwork({
        name: 'X (practice network)',
        channel: 'x',
        digit: 1,
        departments: DEPARTMENTS,
        authors: half,
      }),
    ]
    stops.push(() => Promise.all(networks.map((network) => network.close())))
    const second = { departments: DEPARTMENTS, authors: options.authors - half }
    networks.push(
      options.bluesky
        ? await blueskyServers({ ...options.bluesky, ...second, say: options.say })
        : await practiceNetwork({ name: 'second practice network', channel: 'bluesky', digit: 2, ...second }),
    )
    const database = await openDatabase({ kind: 'postgres', url: server.url, connections: 4 })
    stops.push(() => database.close())
    await database.migrate()
    const { db } = database
    const campus: Campus = {
      db,
      clock: systemClock,
      zone: 'Europe/London',
      seal: createSeal(SECRET_KEY),
      voters: ['student'],
    }
    await prepare(campus, networks)
    const admin = await findActor(campus, await personWith(campus, 'ada@quad.example', 'admin'))

    const file = join(projectRoot, '.cache', `soak-${process.pid}`, 'worker.mjs')
    stops.push(async () => rmSync(join(file, '..'), { recursive: true, force: true }))
    await build({
      entryPoints: [join(projectRoot, 'bench', 'soak', 'worker.ts')],
      outfile: file,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      // All in one file: a worker that is killed every few seconds should not spend them on finding its parts.
      external: ['@electric-sql/*', 'pg-native'],
      banner: { js: REQUIRE },
      ignoreAnnotations: true,
      logLevel: 'warning',
    })
    const env = {
      DATABASE_URL: server.url,
      PUBLIC_URL: 'http://127.0.0.1:1',
      SECRET_KEY,
      LOG_LEVEL: 'error',
      ...Object.assign({}, ...networks.map((network) => network.env)),
    }
    const workers = Array.from({ length: WORKERS }, () => startWorker(file, env))
    stops.push(() => Promise.all(workers.map((worker) => worker.kill())))

    await Promise.all(workers.map(({ ready }) => ready))

    const said = new Map<string, { network: SoakNetwork; id: string }>()
    const mended = networks.map((network) => network.disturb(options.faults, random))
    const disturbedSince = performance.now()
    const until = disturbedSince + options.seconds * 1000
    const latest = disturbedSince + AT_MOST * options.seconds * 1000
    const sofar = () => Math.round((performance.now() - disturbedSince) / 1000)

    let taken = 0
    const takenOf = new Map<string, number>()
    const counting = setInterval(
      () =>
        void db
          .select({ channel: posts.channel, count: sql<number>`count(*)::int` })
          .from(posts)
          .where(ne(posts.kind, 'reply'))
          .groupBy(posts.channel)
          .then(
            (rows) => {
              for (const { channel, count } of rows) takenOf.set(channel, count)
              taken = rows.reduce((sum, { count }) => sum + count, 0)
            },
            () => {},
          ),
      1000,
    )
    stops.push(async () => clearInterval(counting))
    let allSaid = false
    const posting = (async () => {
      // The last posts come while there is still something to go wrong.
      const each = (options.seconds * 1000 * 0.85) / options.posts
      for (let index = 0; index < options.posts; index += 1) {
        const due = disturbedSince + index * each
        if (performance.now() < due) await pause(due - performance.now())
        while (said.size - taken > MOST_WAITING && performance.now() < latest) await pause(200)
        if (performance.now() > latest) return
        await postOne(networks, said, index, random)
      }
    })()
    const promised = new Map<string, Array<string>>()
    void posting.then(
      () => (allSaid = true),
      () => (allSaid = true),
    )
    let allTaken = false
    const trouble = { answersAgain: 0 }
    const answering = answerAll(campus, admin, promised, trouble, () => allTaken)
    // Both are waited for below; what they throw meanwhile is told there.
    for (const work of [posting, answering]) work.catch(() => {})

    const kills = { byTime: 0, byMoment: 0 }
    const telling = setInterval(() => {
      const answers = [...promised.values()].reduce((sum, slots) => sum + slots.length, 0)
      options.say(
        `${sofar()} s: ${said.size} posts said, ${taken} taken in (${[...takenOf].map(([channel, count]) => `${channel} ${count}`).join(', ')}), ${answers} answers given, ${kills.byTime + kills.byMoment} kills`,
      )
    }, 30_000)
    stops.push(async () => clearInterval(telling))

    while (performance.now() < until || !allSaid || kills.byTime + kills.byMoment < options.kills.atLeast) {
      await pause(options.kills.from + random() * (options.kills.to - options.kills.from))
      const index = await ripe(workers, random)
      const shoot = () => workers[index]!.shoot()
      const network = networks[Math.floor(random() * networks.length)]!
      const atMoment =
        random() < 0.6 && (await network.moment(MOMENTS[Math.floor(random() * MOMENTS.length)]!, shoot))
      if (!atMoment) shoot()
      kills[atMoment ? 'byMoment' : 'byTime'] += 1
      const end = await workers[index]!.ended
      if (end.signal !== 'SIGKILL') throw new Error(`A worker ended by itself:\n${workers[index]!.output()}`)
      workers[index] = startWorker(file, env)
    }
    const disturbed = sofar()
    await posting
    options.say(`${sofar()} s: nobody is killed any more`)

    await within(
      options.rest,
      'every post is taken in',
      async () => (await db.$count(posts, ne(posts.kind, 'reply'))) >= said.size,
    )
    allTaken = true
    await answering
    await within(options.rest, 'every answer is out', async () => {
      const left = await db.$count(deliveries, inArray(deliveries.state, ['queued', 'sending', 'checking']))
      return left === 0 && (await db.$count(announcements, isNull(announcements.addressedAt))) === 0
    })
    for (const mend of mended) mend()
    // Long enough for another round of reading and sending to do harm.
    await pause(7000)
    clearInterval(telling)
    for (const worker of workers) {
      const end = await worker.stop()
      if (end.code !== 0) throw new Error(`A worker did not stop in order:\n${worker.output()}`)
    }

    const books = await readBooks(db, networks, [...said.keys()], promised)
    const attempts = await db.select({ attempts: deliveries.attempts }).from(deliveries)
    return {
      seconds: { disturbed, inAll: Math.round((performance.now() - began) / 1000) },
      networks: networks.map(({ name, channel, told }) => ({
        name,
        posts: books.said.filter((key) => key.startsWith(`${channel} `)).length,
        answers: books.out.filter(({ key }) => key.startsWith(`${channel} `)).length,
        requests: told.requests,
        exposed: told.exposed,
        faults: told.faults,
      })),
      posts: said.size,
      authors: options.authors,
      tickets: books.posts.filter(({ kind }) => kind === 'concern').length,
      comments: books.posts.filter(({ kind }) => kind === 'comment').length,
      answers: books.out.length,
      sentAtOnce: attempts.filter((one) => one.attempts === 1).length,
      sentLater: attempts.filter((one) => one.attempts > 1).length,
      kills,
      ...trouble,
      wrong: disagreements(books),
    }
  } finally {
    for (const stop of stops.toReversed()) await stop()
  }
}

const keyOf = ({ channel, id }: { channel: string; id: string }) => `${channel} ${id}`

async function prepare({ db, seal }: Campus, networks: Array<SoakNetwork>) {
  const ids = await db
    .insert(departments)
    .values(DEPARTMENTS.map((slug) => ({ slug, name: slug, purpose: `All about ${slug}.` })))
    .returning({ id: departments.id })
  await db.insert(accounts).values(
    networks.flatMap(({ channel, accounts, since }) =>
      accounts.map(({ externalId, handle, name, credentials }, index) => ({
        channel,
        externalId,
        handle,
        name,
        url: `https://network.example/${handle}`,
        departmentId: ids[index]!.id,
        credentials: seal.seal(credentials),
        // As of an account that has been read before: a first reading takes one page only.
        cursor: since,
      })),
    ),
  )
}

/** Somebody posts: to one account, to two, or in a conversation that is going on. */
async function postOne(
  networks: Array<SoakNetwork>,
  said: Map<string, { network: SoakNetwork; id: string }>,
  index: number,
  random: () => number,
) {
  const network = networks[index % networks.length]!
  const author = Math.floor(index / networks.length)
  const [first, second] = [0, 1].map((more) => network.accounts[(index + more) % network.accounts.length]!)
  const kind = random()
  const before = kind < 0.15 ? earlier(said, network, random) : null
  const to = before === null ? (kind < 0.3 ? [first!, second!] : [first!]) : []
  const words = `case ${index} of ${author} is as it should not be ${'and so on '.repeat(Math.floor(random() * 15))}`
  // A reply names whom it replies to and whom they named: the network adds that.
  const id = await network.post(author, words, { to, ...(before === null ? {} : { inReplyTo: before }) })
  said.set(keyOf({ channel: network.channel, id }), { network, id })
}

function earlier(
  said: Map<string, { network: SoakNetwork; id: string }>,
  network: SoakNetwork,
  random: () => number,
) {
  const own = [...said.values()].slice(-200).filter((post) => post.network === network)
  return own[Math.floor(random() * own.length)]?.id ?? null
}

/** Staff answers every concern in turn: some at once for good, some twice, most once. Longer ones are cut. */
async function answerAll(
  campus: Campus,
  admin: Actor,
  promised: Map<string, Array<string>>,
  trouble: { answersAgain: number },
  allTaken: () => boolean,
) {
  const { db } = campus
  /** As a person does: what failed is said again, under the same key. */
  const say = async (said: Parameters<typeof answer>[2]) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await answer(campus, admin, said)
      } catch (error) {
        if (tries === 5) throw error
        trouble.answersAgain += 1
      }
    }
  }
  for (;;) {
    const wasAll = allTaken()
    const waiting = await db
      .select({ channel: posts.channel, id: posts.firstId, number: posts.ticketNumber })
      .from(posts)
      .where(
        and(
          eq(posts.kind, 'concern'),
          notExists(
            db.select().from(announcements).where(eq(announcements.ticketNumber, posts.ticketNumber)),
          ),
        ),
      )
      .orderBy(asc(posts.id))
      .limit(50)
    if (waiting.length === 0 && wasAll) return
    if (waiting.length === 0) await pause(200)
    for (const post of waiting) {
      const [number, key, turn] = [post.number!, keyOf(post), promised.size]
      const body = `We see to it${turn % 5 === 0 ? ', and this is what we know of it so far'.repeat(12) : ''}.`
      const atOnce = turn % 7 === 3
      await say({
        number,
        body,
        to: atOnce ? 'resolved' : undefined,
        key: `answer-${number}`,
      })
      promised.set(key, [atOnce ? 'final' : 'first-answer'])
      if (turn % 7 !== 5) continue
      await say({ number, body: 'It is done.', to: 'resolved', key: `final-${number}` })
      promised.get(key)!.push('final')
    }
  }
}

async function readBooks(
  db: Database,
  networks: Array<SoakNetwork>,
  said: Array<string>,
  promised: Map<string, Array<string>>,
): Promise<Books> {
  const rows = await db.select().from(posts).orderBy(asc(posts.id))
  const taken = rows.filter(({ kind }) => kind !== 'reply')
  const channelOf = new Map(rows.map(({ id, channel }) => [id, channel]))
  const numbers = await db.select({ number: tickets.number, comments: tickets.comments }).from(tickets)
  const lines = await db.select({ postId: entries.postId, kind: entries.kind }).from(entries)
  const promises = await db.select().from(deliveries)
  const out = await Promise.all(
    networks.map(async ({ channel, out }) =>
      (await out()).map(({ id, inReplyTo, parts }) => ({
        parts,
        key: keyOf({ channel, id }),
        inReplyTo: keyOf({ channel, id: inReplyTo }),
      })),
    ),
  )
  return {
    said,
    promised,
    posts: taken.map(({ id, channel, firstId, kind, ticketNumber }) => ({
      id,
      key: keyOf({ channel, id: firstId }),
      kind,
      ticket: ticketNumber,
    })),
    lines: lines.flatMap(({ postId, kind }) => (postId === null ? [] : [{ postId, kind }])),
    counted: new Map(numbers.map(({ number, comments }) => [number, comments])),
    deliveries: promises.map(({ postId, slot, state, externalId, more }) => ({
      parts: 1 + more.length,
      postId,
      slot,
      state,
      key: externalId === null ? null : keyOf({ channel: channelOf.get(postId) ?? '', id: externalId }),
    })),
    kept: rows.flatMap(({ kind, channel, firstId }) =>
      kind === 'reply' ? [keyOf({ channel, id: firstId })] : [],
    ),
    out: out.flat(),
    unaddressed: await db.$count(announcements, isNull(announcements.addressedAt)),
    doubles: networks.reduce((sum, { told }) => sum + told.doubles, 0),
  }
}

type Worker = {
  /** It has begun to work, or ended before it did. */
  ready: Promise<unknown>
  isRipe(): boolean
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
  output(): string
  shoot(): void
  kill(): Promise<unknown>
  stop(): Promise<{ code: number | null }>
}

/** In a folder of its own, so that a `.env` of the project is not read. */
function startWorker(file: string, env: Record<string, string>): Worker {
  const child = spawn(process.execPath, [file], {
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } as unknown as NodeJS.ProcessEnv,
  })
  let output = ''
  const spoken = new Promise<void>((resolve) => child.stdout.once('data', () => resolve()))
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-8000)))
  const orphaned = () => void child.kill('SIGKILL')
  process.once('exit', orphaned)
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('close', (code, signal) => {
      process.off('exit', orphaned)
      resolve({ code, signal })
    }),
  )
  const began = performance.now()
  let tookToBegin = Infinity
  const ready = Promise.race([spoken, ended]).then(() => (tookToBegin = performance.now() - began))
  return {
    ready,
    isRipe: () => performance.now() - began > 3 * tookToBegin,
    ended,
    output: () => output,
    shoot: () => void child.kill('SIGKILL'),
    kill: () => (child.kill('SIGKILL'), ended),
    stop: () => (child.kill('SIGTERM'), ended),
  }
}

/**
 * One of the workers that have worked for twice as long as they took to begin. One that is killed before it has done
 * anything would be no test, and on a machine with other work they take long to begin.
 */
async function ripe(workers: Array<Worker>, random: () => number): Promise<number> {
  for (;;) {
    const those = workers.flatMap((worker, index) => (worker.isRipe() ? index : []))
    if (those.length > 0) return those[Math.floor(random() * those.length)]!
    await pause(100)
  }
}

async function within(seconds: number, what: string, check: () => Promise<boolean>) {
  const until = Date.now() + seconds * 1000
  while (!(await check())) {
    if (Date.now() > until) throw new Error(`Not within ${seconds} s: ${what}`)
    await pause(1000)
  }
}
