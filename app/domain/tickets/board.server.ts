import { and, asc, desc, eq, inArray, isNotNull, notInArray, sql, type SQL } from 'drizzle-orm'
import {
  OPEN_STATUSES,
  SOURCES,
  STATUS_CHOICES,
  UNLISTED_STATUSES,
  type Sort,
  type Source,
  type Status,
  type StatusChoice,
} from '#app/vocabulary.ts'
import { Refusal } from '#app/platform/errors.ts'
import { departments, ticketCounts, tickets, ticketSearch, votes } from '#db/schema/index.ts'
import { isTimeout, run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import { keyOf, writeKey, type PageKey } from './page-key.ts'
import { ask, askRespelt, findHits, type Asked } from './search.server.ts'
import { isListed, isOpen } from './status.ts'
import type { BoardCounts, TicketRow } from './views.ts'

export const ROWS_A_PAGE = 25

/** Which tickets, in which order, from where. Everything here stands in the address bar. */
export type BoardQuery = {
  sort: Sort
  status: StatusChoice
  departmentId: number | null
  source: Source | null
  search: string
  /** Rows after this one, or before it. */
  from: { after: PageKey } | { before: PageKey } | null
}

export type BoardPage = { rows: Array<TicketRow>; previous: string | null; next: string | null }

/** One page of the board, with the looking person's own votes marked. */
export async function readBoard(
  campus: Campus,
  query: BoardQuery,
  personId: string | null,
): Promise<BoardPage> {
  const { rows, previous, next } = await (query.search === ''
    ? readRows(campus, query, personId, undefined)
    : search(campus, query, personId))
  return { rows, previous, next }
}

/** The same with everything that stands around the list. */
export async function openBoard(
  campus: Campus,
  query: BoardQuery,
  personId: string | null,
): Promise<BoardPage & { respelt: boolean; counts: BoardCounts }> {
  if (query.search !== '') return search(campus, query, personId)
  const [page, counted] = await Promise.all([
    readRows(campus, query, personId, undefined),
    countAll(campus, query),
  ])
  return { ...page, respelt: false, counts: countsOf(query, () => counted) }
}

/** @throws {Refusal} when the database takes too long for it, or has too much else to do */
async function search(campus: Campus, query: BoardQuery, personId: string | null) {
  try {
    return await find(campus, query, personId)
  } catch (error) {
    throw isTimeout(error) ? new Refusal('too-slow', 'search-too-slow') : error
  }
}

async function find(campus: Campus, query: BoardQuery, personId: string | null) {
  let asked = await ask(campus, query.search)
  let counted = await countFound(campus, query, asked)
  if (!foundAny(counted) && !foundAny(await countFound(campus, unfiltered(query), asked))) {
    const respelt = await askRespelt(campus, query.search)
    if (respelt) [asked, counted] = [respelt, await countFound(campus, query, respelt)]
  }
  const counts = countsOf(query, counted)
  const page = await readFound(campus, query, personId, asked, counted)
  return { ...page, respelt: asked.respelt, counts }
}

/** Other spellings are tried when no ticket at all has the words, whatever the filters show of them. */
const foundAny = (counted: CountedWithout) => [null, ...FACETS].some((left) => counted(left).cells.length > 0)

const unfiltered = (query: BoardQuery): BoardQuery => ({
  ...query,
  sort: 'newest',
  status: 'all',
  departmentId: null,
  source: null,
})

async function readFound(
  campus: Campus,
  query: BoardQuery,
  personId: string | null,
  asked: Asked,
  counted: CountedWithout,
): Promise<BoardPage> {
  const { cells, all } = counted(null)
  const found = all ? cells.filter(passing(query, null)).flatMap((cell) => cell.numbers ?? []) : null
  if (found?.length === 0) return { rows: [], previous: null, next: null }
  const page = await readRows(campus, query, personId, await narrow(campus, query, asked, found))
  const hits = await findHits(
    campus,
    asked,
    query.search,
    page.rows.map((row) => row.number),
  )
  return { ...page, rows: page.rows.map((row) => ({ ...row, hit: hits.get(row.number) })) }
}

/** From this many on, looking through the tickets in order fills a page sooner than sorting what was found. */
const FEW = 1000
/** No more are looked through at first: all that was found may lie at the other end of the order. */
const LOOKED_THROUGH = 10_000

/**
 * Which tickets of the board a page of the search is chosen from.
 * @param found all of them; null: they are too many
 */
async function narrow(
  campus: Campus,
  query: BoardQuery,
  asked: Asked,
  found: Array<number> | null,
): Promise<SQL> {
  if (found === null || found.length > FEW) {
    const numbers = await lookThrough(campus, query, asked)
    if (numbers.length > ROWS_A_PAGE) return among(numbers)
  }
  return found ? among(found) : isFound(asked)
}

/** As one text, because thousands of numbers are too many for parameters of their own. */
const among = (numbers: Array<number>) => sql`${tickets.number} = any(${`{${numbers.join(',')}}`}::int[])`

async function lookThrough(campus: Campus, query: BoardQuery, asked: Asked): Promise<Array<number>> {
  const { beside, order } = placeOf(query)
  const rows = await run<{ number: number }>(
    campus.db,
    sql`select number
        from (select * from ${tickets} where ${beside ?? sql`true`} order by ${sql.join(order, sql`, `)} limit ${LOOKED_THROUGH}) as tickets
        where ${and(...filters(query), isFound(asked))}
        order by ${sql.join(order, sql`, `)} limit ${ROWS_A_PAGE + 1}`,
  )
  return rows.map((row) => row.number)
}

const isFound = ({ query }: Asked) =>
  sql`(select ${ticketSearch.document} @@ ${query}::tsquery from ${ticketSearch} where ${ticketSearch.ticketNumber} = ${tickets.number} offset 0)`

/** Behind a `select`, because the planner would read the whole table where it knew the word to be a common one. */
const matches = ({ query }: Asked) => sql`${ticketSearch.document} @@ (select ${query}::tsquery)`

/** More found tickets than this are not counted. */
export const MOST_COUNTED = 2_000

/** How many tickets share all of these, and where they were searched for, which. */
type Cell = {
  departmentId: number | null
  status: Status
  source: Source
  count: number
  numbers?: Array<number>
}

/** `all`: false when they are too many to be counted, and these are some of them. */
type Counted = { cells: Array<Cell>; all: boolean }

/** What was counted under the filters of the board, one of them left out; null: under all. */
type CountedWithout = (left: Facet | null) => Counted

const FACETS = ['department', 'status', 'source'] as const
type Facet = (typeof FACETS)[number]

/** Every ticket of the board, whatever its filters. */
async function countAll(campus: Campus, { sort }: BoardQuery): Promise<Counted> {
  const cells = await run<Cell>(
    campus.db,
    sql`select department_id as "departmentId", status, source, sum(count)::int as count
        from ${ticketCounts} where ${sort === 'recently-answered' ? ticketCounts.answered : sql`true`} group by 1, 2, 3`,
  )
  return { cells: cells.filter((cell) => isListed(cell.status)), all: true }
}

/**
 * The numbers beside a filter are those of its other choices, so what stands behind them is found without it. Where
 * already too many pass it, that tells no more of what it leaves out than it is worth.
 */
async function countFound(campus: Campus, query: BoardQuery, asked: Asked): Promise<CountedWithout> {
  const [first] = await countCells(campus, query, asked, [null])
  const found = first![1]
  const chosen = found.all ? FACETS.filter((facet) => isChosen(query, facet)) : []
  const without = new Map(chosen.length > 0 ? await countCells(campus, query, asked, chosen) : [])
  return (left) => (left && without.get(left)) ?? found
}

const isChosen = (query: BoardQuery, facet: Facet): boolean =>
  ({
    department: query.departmentId !== null,
    status: query.status !== 'all',
    source: query.source !== null,
  })[facet]

async function countCells<Left extends Facet | null>(
  campus: Campus,
  query: BoardQuery,
  asked: Asked,
  lefts: Array<Left>,
): Promise<Array<[left: Left, Counted]>> {
  const rows = await run<Cell & { left: Facet | '' }>(
    campus.db,
    sql.join(
      lefts.map(
        (left) =>
          sql`select ${left ?? ''}::text as left, department_id as "departmentId", status, source, count(*)::int as count, json_agg(ticket_number) as numbers
              from (select * from ${ticketSearch} where ${and(matches(asked), ...facets(query, left))} limit ${MOST_COUNTED + 1}) as found
              group by 2, 3, 4`,
      ),
      sql` union all `,
    ),
  )
  return lefts.map((left) => {
    const cells = rows.filter((row) => row.left === (left ?? ''))
    return [left, { cells, all: cells.reduce((sum, cell) => sum + cell.count, 0) <= MOST_COUNTED }]
  })
}

/** Whether a ticket passes the filters. @param left this one is left out */
function passing(query: BoardQuery, left: Facet | null): (cell: Cell) => boolean {
  const tests: Record<Facet, (cell: Cell) => boolean> = {
    department: (cell) => query.departmentId === null || cell.departmentId === query.departmentId,
    status: (cell) => isShown(query.status, cell.status),
    source: (cell) => query.source === null || cell.source === query.source,
  }
  return (cell) => FACETS.every((facet) => facet === left || tests[facet](cell))
}

function countsOf(query: BoardQuery, counted: CountedWithout): BoardCounts {
  const sum = (left: Facet | null, chosen: (cell: Cell) => boolean = () => true) =>
    counted(left)
      .cells.filter((cell) => chosen(cell) && passing(query, left)(cell))
      .reduce((total, cell) => total + cell.count, 0)
  const departmentIds = new Set(counted('department').cells.flatMap((cell) => cell.departmentId ?? []))
  return {
    found: sum(null),
    departments: Object.fromEntries(
      [...departmentIds].map((id) => [id, sum('department', (cell) => cell.departmentId === id)]),
    ),
    statuses: Object.fromEntries(
      STATUS_CHOICES.map((choice) => [choice, sum('status', (cell) => isShown(choice, cell.status))]),
    ) as BoardCounts['statuses'],
    sources: Object.fromEntries(
      SOURCES.map((source) => [source, sum('source', (cell) => cell.source === source)]),
    ) as BoardCounts['sources'],
    anyDepartment: sum('department'),
    anySource: sum('source'),
    atLeast: {
      found: !counted(null).all,
      departments: !counted('department').all,
      statuses: !counted('status').all,
      sources: !counted('source').all,
    },
  }
}

function isShown(choice: BoardQuery['status'], status: Status): boolean {
  return choice === 'all' || (choice === 'open' ? isOpen(status) : choice === status)
}

async function readRows(
  campus: Campus,
  query: BoardQuery,
  personId: string | null,
  match: SQL | undefined,
): Promise<BoardPage> {
  const { backwards, beside, order } = placeOf(query)
  const rows = await campus.db
    .select({
      number: tickets.number,
      slug: tickets.slug,
      title: tickets.title,
      status: tickets.status,
      source: tickets.source,
      createdAt: tickets.createdAt,
      votes: tickets.votes,
      comments: tickets.comments,
      answers: tickets.answers,
      answeredAt: tickets.answeredAt,
      department: { id: departments.id, slug: departments.slug, name: departments.name },
      voted:
        personId === null
          ? sql<boolean>`false`
          : sql<boolean>`exists (select from ${votes} where ${votes.ticketNumber} = ${tickets.number} and ${votes.personId} = ${personId} and ${votes.invalidatedBy} is null)`,
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .where(and(...filters(query), match, beside))
    .orderBy(...order)
    .limit(ROWS_A_PAGE + 1)
  const more = rows.length > ROWS_A_PAGE
  const page = rows.slice(0, ROWS_A_PAGE)
  if (backwards) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  const hasPrevious = backwards ? more : query.from !== null
  const hasNext = backwards ? true : more
  return {
    rows: page,
    previous: hasPrevious && first ? writeKey(keyOf(query.sort, first)) : null,
    next: hasNext && last ? writeKey(keyOf(query.sort, last)) : null,
  }
}

function filters(query: BoardQuery): Array<SQL | undefined> {
  return [
    query.status === 'open'
      ? inArray(tickets.status, [...OPEN_STATUSES])
      : query.status === 'all'
        ? notInArray(tickets.status, [...UNLISTED_STATUSES])
        : eq(tickets.status, query.status),
    query.departmentId === null ? undefined : eq(tickets.departmentId, query.departmentId),
    query.source === null ? undefined : eq(tickets.source, query.source),
    query.sort === 'recently-answered' ? isNotNull(tickets.answeredAt) : undefined,
  ]
}

/** The same, asked of the index of the search. @param left this filter is left out */
function facets(query: BoardQuery, left: Facet | null = null): Array<SQL | undefined> {
  const own = sql`quad_facets(${ticketSearch.status}, ${ticketSearch.departmentId}, ${ticketSearch.source})`
  const words = (of: Array<string>) =>
    sql`array[${sql.join(
      of.map((word) => sql`${word}`),
      sql`, `,
    )}]::text[]`
  const all = [
    ...(query.departmentId !== null && left !== 'department' ? [`department ${query.departmentId}`] : []),
    ...(query.source !== null && left !== 'source' ? [`source ${query.source}`] : []),
  ]
  const statuses: ReadonlyArray<Status> =
    query.status === 'all' || left === 'status'
      ? []
      : query.status === 'open'
        ? OPEN_STATUSES
        : [query.status]
  return [
    all.length > 0 ? sql`${own} @> ${words(all)}` : undefined,
    statuses.length > 0
      ? sql`${own} && ${words(statuses.map((status) => `status ${status}`))}`
      : notInArray(ticketSearch.status, [...UNLISTED_STATUSES]),
    // Nearly every ticket is answered some day, so that the index would leave out little.
    query.sort === 'recently-answered' ? eq(ticketSearch.answered, true) : undefined,
  ]
}

/** The order of the rows as they are read, and where they begin. */
function placeOf({ sort, from }: BoardQuery) {
  const backwards = from !== null && 'before' in from
  const { forwards, backwards: other, beside } = ORDERS[sort]
  return { backwards, order: backwards ? other : forwards, beside: from === null ? undefined : beside(from) }
}

type Order = {
  forwards: Array<SQL>
  backwards: Array<SQL>
  beside(from: { after: PageKey } | { before: PageKey }): SQL | undefined
}

const ORDERS: Record<Sort, Order> = {
  // A key of another order counts milliseconds, which are too many for votes.
  'most-backed': orderBy(tickets.votes, (key) => Math.min(key.value, 2 ** 31 - 1)),
  newest: orderBy(tickets.createdAt, (key) => new Date(key.value)),
  'recently-answered': orderBy(tickets.answeredAt, (key) => new Date(key.value)),
}

function orderBy(
  column: typeof tickets.votes | typeof tickets.createdAt | typeof tickets.answeredAt,
  valueOf: (key: PageKey) => number | Date,
): Order {
  return {
    forwards: [desc(column), desc(tickets.number)],
    backwards: [asc(column), asc(tickets.number)],
    beside(from) {
      const key = 'after' in from ? from.after : from.before
      const beyond = sql.raw('after' in from ? '<' : '>')
      // Compared as a row, so that the index is entered at the key however deep the page.
      return sql`(${column}, ${tickets.number}) ${beyond} (${sql.param(valueOf(key), column)}, ${key.number}::int)`
    },
  }
}
