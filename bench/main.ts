import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import { projectRoot } from '#app/platform/root.ts'
import { openDatabase, type DatabaseOptions, type OpenDatabase } from '#db/client.server.ts'
import { run } from '#db/statement.ts'
import { startPostgres } from '../scripts/postgres.mjs'
import { generate, randomNumbers, sizeFor, type Campus } from './data.ts'
import { measure, type Measured, type Sent } from './load.ts'
import { cpuOf, memoryOf, startReference, startSite, type Running } from './processes.ts'

/*
 * `npm run bench`: the built site under load on made-up data, each row in turns with the reference R.
 *   --tickets=10000   everything else scales with it
 *   --seconds=6       of load for each row
 *   --only=board,vote rows whose names contain one of these
 *   --compressed      ask for compressed answers in every row, as browsers do
 *   --embedded        on the embedded database instead of PostgreSQL
 * It prints a table and writes bench/results/latest.json. Figures never fail a build.
 */
const { values: given } = parseArgs({
  options: {
    tickets: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '6' },
    only: { type: 'string', default: '' },
    compressed: { type: 'boolean', default: false },
    embedded: { type: 'boolean', default: false },
  },
})
const options = { ...given, tickets: wholeNumber('tickets'), seconds: wholeNumber('seconds') }

const WARM_UP = 2
const STARTS = 3
/** What R sends where the row's answer has no body: the page that the goals were set beside. Bytes. */
const REFERENCE_PAGE = 30_000
/** The window of connections that most rows are measured with, and that of the crowded ones. */
const USUAL = 16
const CROWDED = 64
const SEARCH = '/?q=heating+library'
const ANEW = 'anew=1'

type Row = { name: string; connections: number; next: Sent | (() => Sent) }
type Outcome = Measured & {
  /** Good answers to all that was asked for this row, warm-up and first look included. */
  confirmed: number
  name: string
  connections: number
  reference: number
  ratio: number
  /** Processor time of the server for one answer, in microseconds: what no load generator can hide. */
  cpu: number | null
  referenceCpu: number | null
  /** Of the answer's body, as it was sent under load, and as a browser would get it. */
  bytes: number
  compressed: number
}

const stops: Array<() => Promise<void> | void> = []
try {
  await benchmark()
} finally {
  for (const stop of stops.reverse()) await stop()
}

async function benchmark() {
  // Who else works on this machine takes time from the site and from R, but not in equal parts.
  const busy = loadavg()[0] ?? 0
  const folder = mkdtempSync(join(tmpdir(), 'quad-bench-'))
  stops.push(() => rmSync(folder, { recursive: true, force: true }))
  const { database, env } = await prepareDatabase(folder)

  say(`Making ${options.tickets} tickets ...`)
  const began = performance.now()
  const campus = await withDatabase(database, async (open) => {
    await open.migrate()
    return generate(open.db, sizeFor(options.tickets), new Date())
  })
  say(`Made in ${((performance.now() - began) / 1000).toFixed(1)} s.`)

  const starts: Array<number> = []
  for (let start = 0; start < STARTS; start++) {
    const site = await startSite(env)
    starts.push(site.startedIn)
    await site.stop()
  }
  const reference = await startReference()
  stops.push(() => reference.stop())
  const site = await startSite(env)
  stops.push(() => site.stop())
  await pause(2000)
  const idle = memoryOf(site.pid)
  let peak = 0
  const watch = setInterval(() => (peak = Math.max(peak, memoryOf(site.pid) ?? 0)), 200)

  const outcomes: Array<Outcome> = []
  try {
    for (const row of rowsFor(site, campus).filter(isAskedFor))
      outcomes.push(await measureRow(site, reference, row))
  } finally {
    clearInterval(watch)
  }
  await site.stop()
  const truth = await withDatabase(database, checkTruth)

  const result = {
    at: new Date().toISOString(),
    database: options.embedded ? 'embedded' : truth.version,
    data: sizeFor(options.tickets),
    compressed: options.compressed,
    machine: {
      node: process.version,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      /** Processes that wanted to run before any of this began. */
      busyWith: busy,
      memoryMb: Math.round(totalmem() / 2 ** 20),
    },
    start: { toFirstPageMs: Math.round(median(starts)), runs: starts.map(Math.round) },
    memoryMb: { idle: round(idle), atLoad: round(peak) },
    truth,
    rows: outcomes,
  }
  const file = join(projectRoot, 'bench', 'results', 'latest.json')
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
  printTable(outcomes)
  say(`Start to first page: ${result.start.toFirstPageMs} ms (median of ${STARTS}).`)
  say(`Memory: ${result.memoryMb.idle} MB idle, ${result.memoryMb.atLoad} MB at most under load.`)
  const promised = outcomes.find(({ name }) => name === 'create')?.confirmed ?? 0
  // What was under way when the time was up is there too, without its answer.
  say(`Of ${promised} tickets confirmed ${Math.min(promised, truth.created)} are there.`)
  say(`Tickets that count other votes than they have: ${truth.wrongCounts}.`)
  if (busy > 0.5) {
    say(
      `The machine was not idle before (load ${busy.toFixed(1)}): do not compare these figures with others.`,
    )
  }
  say('Written to bench/results/latest.json.')
}

async function prepareDatabase(
  folder: string,
): Promise<{ database: DatabaseOptions; env: Record<string, string> }> {
  if (options.embedded) {
    return { database: { kind: 'embedded', folder: join(folder, 'campus') }, env: { DATA_DIR: folder } }
  }
  const server = await startPostgres()
  stops.push(() => server.stop())
  return {
    database: { kind: 'postgres', url: server.url },
    env: { DATABASE_URL: server.url, DATA_DIR: folder },
  }
}

async function withDatabase<T>(
  database: DatabaseOptions,
  work: (open: OpenDatabase) => Promise<T>,
): Promise<T> {
  const open = await openDatabase(database)
  try {
    return await work(open)
  } finally {
    await open.close()
  }
}

function rowsFor(site: Running, { sessions, open }: Campus): Array<Row> {
  const random = randomNumbers(7)
  const pick = <T>(from: ReadonlyArray<T>): T => from[Math.floor(random() * from.length)]!
  const browser = { 'Accept-Encoding': 'gzip, deflate, br' }
  const reader: Record<string, string> = options.compressed ? browser : {}
  const as = (session: string) => ({ ...reader, Cookie: `session=${session}` })
  const post = (path: string, session: string, fields: Record<string, string>): Sent => ({
    method: 'POST',
    path,
    headers: { ...as(session), Origin: site.url, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
  // Each vote is taken back by the next request, so that the data stays as it was.
  const inPairs = (choose: () => { number: number; session: string }) => {
    let pair = choose()
    let turn = 0
    return (): Sent => {
      const intent = turn++ % 2 === 0 ? 'vote' : 'unvote'
      if (intent === 'vote') pair = choose()
      return post(`/votes/${pair.number}`, pair.session, { intent })
    }
  }
  let author = 0
  const usual = open[Math.floor(open.length / 2)]!
  return [
    { name: 'board, browser', connections: USUAL, next: { path: '/', headers: browser } },
    { name: 'board, reader', connections: USUAL, next: { path: '/', headers: reader } },
    {
      name: 'board, signed in',
      connections: USUAL,
      next: () => ({ path: '/', headers: as(pick(sessions)) }),
    },
    {
      name: 'ticket, browser',
      connections: USUAL,
      next: { path: `/tickets/${usual}`, headers: browser },
    },
    { name: 'ticket, reader', connections: USUAL, next: { path: `/tickets/${usual}`, headers: reader } },
    {
      name: 'ticket, signed in',
      connections: USUAL,
      next: () => ({ path: `/tickets/${usual}`, headers: as(pick(sessions)) }),
    },
    { name: 'search, two words', connections: USUAL, next: { path: SEARCH, headers: reader } },
    // An address that no page reads is not kept: what every answer costs without the cache.
    { name: 'board, drawn anew', connections: USUAL, next: { path: `/?${ANEW}`, headers: reader } },
    {
      name: 'ticket, drawn anew',
      connections: USUAL,
      next: { path: `/tickets/${usual}?${ANEW}`, headers: reader },
    },
    { name: 'search, drawn anew', connections: USUAL, next: { path: `${SEARCH}&${ANEW}`, headers: reader } },
    { name: 'feed', connections: USUAL, next: { path: '/feed.xml', headers: reader } },
    {
      name: 'vote and unvote',
      connections: USUAL,
      next: inPairs(() => ({ number: pick(open), session: pick(sessions) })),
    },
    {
      name: 'vote, one hot ticket',
      connections: CROWDED,
      next: inPairs(() => ({ number: open[0]!, session: pick(sessions) })),
    },
    {
      name: 'create',
      connections: CROWDED,
      // Many authors in turn: one person may raise ten an hour.
      next: () =>
        post('/tickets/new', sessions[author++ % sessions.length]!, {
          title: `Benchmark: the heating is cold in room ${author}`,
          text: 'Made by the benchmark. The heating in this room has been cold since Monday.',
          department: author % 3 === 0 ? '' : '1',
          key: randomUUID(),
        }),
    },
    { name: 'board, reader, crowded', connections: CROWDED, next: { path: '/', headers: reader } },
  ]
}

async function measureRow(site: Running, reference: Running, row: Row): Promise<Outcome> {
  const sample = typeof row.next === 'function' ? row.next() : row.next
  const sizes = await probe(site, sample)
  const half = Math.max(1, options.seconds / 2)
  const { connections } = row
  const bare = () =>
    metered(reference, {
      connections,
      seconds: half,
      next: { path: `/${sizes.bytes || REFERENCE_PAGE}` },
    })
  const load = (seconds: number) => metered(site, { connections, seconds, next: row.next })
  const warmUp = await load(WARM_UP)
  const before = await bare()
  const measured = await load(options.seconds)
  const after = await bare()
  const rate = (before.perSecond + after.perSecond) / 2
  const outcome = {
    ...measured,
    confirmed: 1 + warmUp.good + measured.good,
    name: row.name,
    connections: row.connections,
    reference: rate,
    ratio: measured.perSecond / rate,
    referenceCpu: before.cpu && after.cpu && (before.cpu + after.cpu) / 2,
    ...sizes,
  }
  say(`${row.name}: ${measured.perSecond.toFixed(0)}/s, ${outcome.ratio.toFixed(3)} R`)
  return outcome
}

/** Under load, with the processor time that the server used for each answer. */
async function metered(server: Running, load: Parameters<typeof measure>[1]) {
  const before = cpuOf(server.pid)
  const measured = await measure(server.url, load)
  const after = cpuOf(server.pid)
  const used = before === null || after === null ? null : after - before
  return { ...measured, cpu: used && (used / Math.max(measured.good + measured.failed, 1)) * 1e6 }
}

/** Asks once, to know the size of the answer and that it is the one meant: a redirect to sign in would be fast. */
async function probe(site: Running, { path, method = 'GET', headers, body }: Sent) {
  const ask = async (encoding: string) => {
    const response = await fetch(`${site.url}${path}`, {
      method,
      body: body ?? null,
      headers: { ...headers, 'Accept-Encoding': encoding },
      redirect: 'manual',
      signal: AbortSignal.timeout(10_000),
    })
    const { byteLength } = await response.arrayBuffer()
    const length = Number(response.headers.get('content-length') ?? byteLength)
    const away = response.headers.get('location')
    if (response.status >= 400 || away?.includes('/sign-in')) {
      throw new Error(`${method} ${path} is answered with ${response.status} ${away ?? ''}`)
    }
    return length
  }
  const plain = await ask('identity')
  // fetch has unpacked what it counts; a page without its length in the head is told by a second look.
  const compressed = method === 'GET' ? await compressedLength(site, path, headers) : plain
  return { bytes: headers?.['Accept-Encoding'] ? compressed : plain, compressed }
}

function compressedLength(
  site: Running,
  path: string,
  headers: Record<string, string> = {},
): Promise<number> {
  return import('node:http').then(
    ({ get }) =>
      new Promise((resolve, reject) => {
        get(
          `${site.url}${path}`,
          { headers: { ...headers, 'Accept-Encoding': 'gzip, deflate, br' } },
          (response) => {
            let length = 0
            response.on('data', (part: Buffer) => (length += part.length))
            response.once('end', () => resolve(length)).once('error', reject)
          },
        ).once('error', reject)
      }),
  )
}

/** What the load has left behind must still be true. */
async function checkTruth({ db }: OpenDatabase) {
  const [row] = await run<{ wrong: number; created: number; version: string }>(
    db,
    sql`select (select count(*)::int from tickets
                where votes <> (select count(*) from votes where ticket_number = tickets.number and invalidated_by is null)) as wrong,
               (select count(*)::int from tickets where title like 'Benchmark:%') as created,
               'PostgreSQL ' || current_setting('server_version') as version`,
  )
  return { wrongCounts: row!.wrong, created: row!.created, version: row!.version }
}

function printTable(outcomes: ReadonlyArray<Outcome>) {
  const head = [
    '',
    'at',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'of R',
    'us of CPU',
    'R us',
    'bytes',
    'compressed',
    'failed',
    'generator',
  ]
  const lines = outcomes.map((row) => [
    row.name,
    String(row.connections),
    row.perSecond.toFixed(0),
    String(row.p50),
    String(row.p99),
    row.ratio.toFixed(3),
    row.cpu?.toFixed(0) ?? '',
    row.referenceCpu?.toFixed(0) ?? '',
    String(row.bytes),
    String(row.compressed),
    String(row.failed),
    `${(row.generator * 100).toFixed(0)} %`,
  ])
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => line[column]!.length)),
  )
  say('')
  for (const line of [head, ...lines]) {
    say(
      line
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  '),
    )
  }
  say('')
}

function isAskedFor({ name }: Row): boolean {
  return options.only.split(',').some((part) => name.includes(part.trim()))
}

function wholeNumber(name: 'tickets' | 'seconds'): number {
  const value = Number(given[name])
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number, at least 1`)
  return value
}

function median(numbers: Array<number>): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

function round(megabytes: number | null): number | null {
  return megabytes === null ? null : Math.round(megabytes)
}

function say(line: string) {
  process.stdout.write(`${line}\n`)
}
