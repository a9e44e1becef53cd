import { cpus, loadavg } from 'node:os'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { sql } from 'drizzle-orm'
import { openBoard, type BoardQuery } from '#app/domain/tickets/board.server.ts'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import type { Campus } from '#app/domain/campus.ts'
import { createSeal } from '#app/platform/seal.ts'
import { SORTS, type Sort } from '#app/vocabulary.ts'
import { openDatabase, type Database } from '#db/client.server.ts'
import { run } from '#db/statement.ts'
import { startPostgres } from '../scripts/postgres.mjs'
import { generate, randomNumbers, sizeFor } from './data.ts'
import { MATTERS, PLACES } from './words.ts'

/*
 * `npm run bench:search`: every kind of search of the board and the similar tickets, on PostgreSQL, one at a time.
 *   --tickets=100000  votes and comments scale with it
 *   --rounds=5        of each search, of which the median counts
 *   --only=common,common common  these choices of words
 *   --url=postgres:.. a database that an earlier run filled, which is left as it is
 *   --keep            leave the database running until this is interrupted, and say where it is
 * Beside the time that passed it prints the processor time of the database and of this process together: what it
 * would have been on a machine with nothing else to do.
 */
const { values: given } = parseArgs({
  options: {
    tickets: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    url: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})
const rounds = Number(given.rounds)
const GOAL = 50
const GOAL_OF_SIMILAR = 300
/** Of the words that stand in few tickets: one ticket in so many has it. */
const SELDOM = 2000
/** A campus writes more different words than the generated tickets have; a correction looks through all of them. */
const MORE_WORDS = 60_000
const CONNECTIONS = 4
/** How much of the board lies before the pages that are opened. */
const PLACES_OF_PAGES = { 'first page': 0, middle: 0.5, 'near the end': 0.97 }
const WORDS = {
  common: ['people', 'heating', 'library'],
  seldom: ['quokka', 'wombat', 'numbat'],
  misspelt: ['peopel', 'heatng', 'libary'],
}
type Kind = keyof typeof WORDS

const server = given.url ? null : await startPostgres()
const url = given.url ?? server!.url
const open = await openDatabase({ kind: 'postgres', url, connections: CONNECTIONS })
try {
  if (server) {
    say(`Making ${given.tickets} tickets ...`)
    await open.migrate()
    await generate(open.db, sizeFor(Number(given.tickets)), new Date())
    await addWords(open.db)
  }
  await measureAll({
    db: open.db,
    clock: { now: () => new Date() },
    zone: 'UTC',
    seal: createSeal('only for a benchmark, opens nothing at all'),
    voters: ['student'],
  })
  if (given.keep && server) {
    say(`Kept at ${server.url}`)
    await new Promise((resolve) => process.once('SIGINT', resolve))
  }
} finally {
  await open.close()
  await server?.stop()
}

async function addWords(db: Database) {
  const random = randomNumbers(11)
  const made = Array.from({ length: MORE_WORDS }, () =>
    Array.from({ length: 2 + Math.floor(random() * 3) }, () => 'bdfglmnprstvw'[Math.floor(random() * 13)]! + 'aeiou'[Math.floor(random() * 5)]!).join('') + 'nrstx'[Math.floor(random() * 5)]!) // prettier-ignore
  await run(
    db,
    sql`insert into search_words (word) select distinct word from json_array_elements_text(${JSON.stringify(made)}::text::json) as word`,
  )
  for (const offset of WORDS.seldom.keys())
    await run(
      db,
      sql`update tickets set body = body || ${` The ${WORDS.seldom.slice(0, offset + 1).join(' ')} did it.`}::text where number % ${SELDOM}::int = ${offset}::int`,
    )
  await run(
    db,
    sql.raw(`update tickets set body = body || ' A ${WORDS.seldom.join(' ')}.' where number % 5003 = 9`),
  )
  await run(db, sql`vacuum analyze`)
}

/** Every choice of one to three kinds, the order aside. */
function kindsOfSearch(): Array<Array<Kind>> {
  const kinds = Object.keys(WORDS) as Array<Kind>
  const one = kinds.map((kind) => [kind])
  const more = (shorter: Array<Array<Kind>>) =>
    shorter.flatMap((chosen) => kinds.slice(kinds.indexOf(chosen.at(-1)!)).map((kind) => [...chosen, kind]))
  return [...one, ...more(one), ...more(more(one))]
}

async function measureAll(campus: Campus) {
  const busy = loadavg()[0] ?? 0
  const base: BoardQuery = { sort: 'most-backed', status: 'all', departmentId: null, source: null, search: '', from: null } // prettier-ignore
  const filters: Record<string, Partial<BoardQuery>> = {
    'no filter': {},
    'the open': { status: 'open' },
    'a common status': { status: 'resolved' },
    'a seldom status': { status: 'waiting' },
    'a department': { departmentId: 3 },
    'a source': { source: 'x' },
    'all three': { departmentId: 3, status: 'resolved', source: 'x' },
  }
  const lines: Array<{ search: string; filter: string; place: string; time: Time }> = []
  const watch = await processesOf(campus.db)
  const places = await placesOf(campus)
  const only = given.only?.split(',')
  for (const kinds of [[], ...kindsOfSearch()]) {
    if (only && !only.includes(kinds.join(' '))) continue
    // The first of a kind is its first word, so that no search says one word twice.
    const search = kinds.map((kind, index) => WORDS[kind][index]!).join(' ')
    for (const [filter, more] of Object.entries(filters)) {
      for (const sort of SORTS) {
        for (const [place, from] of Object.entries(places[sort])) {
          const query = { ...base, ...more, sort, search, from }
          const time = await timed(watch, () => openBoard(campus, query, null))
          lines.push({ search: kinds.join(' '), filter, place: `${sort}, ${place}`, time })
        }
      }
    }
    report(kinds.join(' ') || 'no search', lines.filter((line) => line.search === kinds.join(' '))) // prettier-ignore
  }
  say('\nThe slowest:')
  for (const line of lines.toSorted((a, b) => b.time.processor - a.time.processor).slice(0, 12))
    say(`  ${line.search.padEnd(26)} ${line.filter.padEnd(16)} ${line.place.padEnd(28)} ${show(line.time)}`)
  say(`${lines.length} combinations; p50 above ${GOAL} ms: ${lines.filter(({ time }) => time.passed > GOAL).length} in time that passed, ${lines.filter(({ time }) => time.processor > GOAL).length} in processor time.`) // prettier-ignore

  const random = randomNumbers(3)
  const pick = (from: ReadonlyArray<string>) => from[Math.floor(random() * from.length)]!
  const titles = Array.from({ length: 40 }, () => `${pick(MATTERS)} in ${pick(PLACES)}`)
  const odd = ['Heatng fials in the libary', 'xylophone', 'No seats', 'The lift', 'quokka in the library', 'heating library seats people room switch door morning'] // prettier-ignore
  const times: Array<Time> = []
  for (const title of [...titles, ...odd]) times.push(await timed(watch, () => findSimilar(campus, title)))
  const at = (share: number, of: keyof Time) =>
    times.map((time) => time[of]).toSorted((a, b) => a - b)[Math.floor((times.length - 1) * share)]!
  say(`Similar tickets (goal ${GOAL_OF_SIMILAR} ms): passed p50 ${at(0.5, 'passed').toFixed(0)}, p95 ${at(0.95, 'passed').toFixed(0)}; processor p50 ${at(0.5, 'processor').toFixed(0)}, p95 ${at(0.95, 'processor').toFixed(0)} ms`) // prettier-ignore
  say(`${cpus()[0]?.model}, ${cpus().length} cores, load before ${busy.toFixed(1)}.`)
}

/** For every order, where the pages begin: beside the tickets that lie so deep in the whole board. */
async function placesOf(campus: Campus) {
  const column = { 'most-backed': 'votes', newest: 'created_at', 'recently-answered': 'answered_at' } as const
  const keyAt = async (sort: Sort, share: number): Promise<BoardQuery['from']> => {
    if (share === 0) return null
    const [row] = await run<{ value: number; number: number }>(
      campus.db,
      sql`select ${sql.raw(sort === 'most-backed' ? 'votes' : `(extract(epoch from ${column[sort]}) * 1000)`)}::float8 as value, number
          from tickets where ${sql.raw(column[sort])} is not null order by ${sql.raw(column[sort])} desc, number desc
          offset (select floor(count(${sql.raw(column[sort])}) * ${share}::float8)::int from tickets) limit 1`,
    )
    return { after: { value: Math.floor(row!.value), number: row!.number } }
  }
  const of = async (sort: Sort) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(PLACES_OF_PAGES).map(
          async ([name, share]) => [name, await keyAt(sort, share)] as const,
        ),
      ),
    )
  return {
    'most-backed': await of('most-backed'),
    newest: await of('newest'),
    'recently-answered': await of('recently-answered'),
  }
}

/** In milliseconds, of the median round. */
type Time = { passed: number; processor: number }

async function timed(watch: () => number, work: () => Promise<unknown>): Promise<Time> {
  await work()
  const times: Array<Time> = []
  for (let round = 0; round < rounds; round += 1) {
    const [busy, began] = [watch(), performance.now()]
    await work()
    times.push({ passed: performance.now() - began, processor: watch() - busy })
  }
  const median = (of: keyof Time) =>
    times.map((time) => time[of]).toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
  return { passed: median('passed'), processor: median('processor') }
}

/** How long the processor has worked for this process and its connections, in milliseconds; null off Linux. */
async function processesOf(db: Database): Promise<() => number> {
  await Promise.all(Array.from({ length: CONNECTIONS }, () => run(db, sql`select pg_sleep(0.1)`)))
  const rows = await run<{ pid: number }>(
    db,
    sql`select pid from pg_stat_activity where datname = current_database() and application_name = 'quad'`,
  )
  return () => {
    const { user, system } = process.cpuUsage()
    const theirs = rows.map(({ pid }) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]))
    return theirs.reduce((sum, time) => sum + time / 1e6, (user + system) / 1e3)
  }
}

function report(what: string, lines: Array<{ filter: string; place: string; time: Time }>) {
  const worst = lines.toSorted((a, b) => b.time.processor - a.time.processor)[0]!
  const all = lines.map(({ time }) => time.processor).toSorted((a, b) => a - b)
  say(`${what.padEnd(26)} ${String(lines.length).padStart(3)} kinds, median ${all[all.length >> 1]!.toFixed(0).padStart(4)}, worst ${show(worst.time)} (${worst.filter}, ${worst.place})`) // prettier-ignore
}

function show({ passed, processor }: Time): string {
  return `${processor.toFixed(0).padStart(4)} ms processor, ${passed.toFixed(0).padStart(4)} ms passed`
}

function say(line: string) {
  process.stdout.write(`${line}\n`)
}
