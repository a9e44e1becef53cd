import { and, asc, desc, eq, inArray, isNotNull, notInArray, sql, type SQL } from 'drizzle-orm'
import {
  OPEN_STATUSES,
  SOURCES,
  STATUS_CHOICES,
  UNLISTED_STATUSES,
  type OpenStatus,
  type Sort,
  type Source,
  type Status,
  type StatusChoice,
} from '#app/vocabulary.ts'
import { departments, ticketCounts, tickets, ticketSearch, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
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
  const [page, { cells }] = await Promise.all([
    readRows(campus, query, personId, undefined),
    countCells(campus, query, null),
  ])
  return { ...page, respelt: false, counts: countsOf(query, cells) }
}

async function search(campus: Campus, query: BoardQuery, personId: string | null) {
  let asked = await ask(campus, query.search)
  let counted = await countCells(campus, query, asked)
  // Other spellings are tried when no ticket at all has the words, whatever the filters show of them.
  if (counted.cells.length === 0) {
    const respelt = await askRespelt(campus, query.search)
    if (respelt) [asked, counted] = [respelt, await countCells(campus, query, respelt)]
  }
  const counts = countsOf(query, counted.cells)
  const page = await readFound(campus, query, personId, asked, { ...counted, found: counts.found })
  return { ...page, respelt: asked.respelt, counts: counted.all ? counts : null }
}

async function readFound(
  campus: Campus,
  query: BoardQuery,
  personId: string | null,
  asked: Asked,
  { found, all }: { found: number; all: boolean },
): Promise<BoardPage> {
  if (all && found === 0) return { rows: [], previous: null, next: null }
  const few = found <= FEW && (all || (await countUpTo(FEW + 1, campus, query, asked)) <= FEW)
  const page = await readRows(campus, query, personId, few ? gathered(query, asked) : walkedThrough(asked))
  const hits = await findHits(
    campus,
    asked,
    query.search,
    page.rows.map((row) => row.number),
  )
  return { ...page, rows: page.rows.map((row) => ({ ...row, hit: hits.get(row.number) })) }
}

/** From this many on, looking through the tickets in order fills a page sooner than gathering all and sorting them. */
const FEW = 2000

const gathered = (query: BoardQuery, asked: Asked) =>
  sql`${tickets.number} in (select ${ticketSearch.ticketNumber} from ${ticketSearch} where ${matches(asked)} and ${and(...filters(query, ticketSearch))})`

const walkedThrough = ({ query }: Asked) =>
  sql`(select ${ticketSearch.document} @@ ${query}::tsquery from ${ticketSearch} where ${ticketSearch.ticketNumber} = ${tickets.number} offset 0)`

/** Behind a `select`, because the planner would read the whole table where it knew the word to be a common one. */
const matches = ({ query }: Asked) => sql`${ticketSearch.document} @@ (select ${query}::tsquery)`

async function countUpTo(most: number, campus: Campus, query: BoardQuery, asked: Asked): Promise<number> {
  const [row] = await run<{ count: number }>(
    campus.db,
    sql`select count(*)::int as count from (
          select from ${ticketSearch} where ${matches(asked)} and ${and(...filters(query, ticketSearch))} limit ${most}
        ) as found`,
  )
  return row?.count ?? 0
}

/** More found tickets than this are not counted. */
export const MOST_COUNTED = 5_000

/** How many tickets share all of these. */
type Cell = {
  departmentId: number | null
  status: Status
  source: Source
  /** In this order of the board, tickets without an answer are left out. */
  ordered: boolean
  count: number
}

/** What a query finds without its filters. `all`: false when that is too much to be counted, and these are some of it. */
async function countCells(
  campus: Campus,
  { sort }: BoardQuery,
  asked: Asked | null,
): Promise<{ cells: Array<Cell>; all: boolean }> {
  const onlyAnswered = sort === 'recently-answered'
  const cells = await run<Cell>(
    campus.db,
    asked
      ? sql`select department_id as "departmentId", status, source, ${onlyAnswered ? sql`answered` : sql`true`} as ordered, count(*)::int as count
            from (select * from ${ticketSearch} where ${matches(asked)} limit ${MOST_COUNTED + 1}) as found
            group by 1, 2, 3, 4`
      : sql`select department_id as "departmentId", status, source, ${onlyAnswered ? sql`answered` : sql`true`} as ordered, sum(count)::int as count
            from ${ticketCounts} group by 1, 2, 3, 4`,
  )
  const total = cells.reduce((sum, cell) => sum + cell.count, 0)
  return {
    cells: cells.filter((cell) => isListed(cell.status)),
    all: asked === null || total <= MOST_COUNTED,
  }
}

function countsOf(query: BoardQuery, cells: Array<Cell>): NonNullable<BoardCounts> {
  const tests = {
    department: (cell: Cell) => query.departmentId === null || cell.departmentId === query.departmentId,
    status: (cell: Cell) => isShown(query.status, cell.status),
    source: (cell: Cell) => query.source === null || cell.source === query.source,
  }
  /** Under all filters but the one that is about to be chosen anew. */
  const sum = (but: keyof typeof tests | null, chosen: (cell: Cell) => boolean = () => true) =>
    cells
      .filter((cell) => cell.ordered && chosen(cell))
      .filter((cell) => Object.entries(tests).every(([name, test]) => name === but || test(cell)))
      .reduce((total, cell) => total + cell.count, 0)
  const departmentIds = new Set(cells.flatMap((cell) => cell.departmentId ?? []))
  return {
    found: sum(null),
    departments: Object.fromEntries(
      [...departmentIds].map((id) => [id, sum('department', (cell) => cell.departmentId === id)]),
    ),
    statuses: Object.fromEntries(
      STATUS_CHOICES.map((choice) => [choice, sum('status', (cell) => isShown(choice, cell.status))]),
    ) as NonNullable<BoardCounts>['statuses'],
    sources: Object.fromEntries(
      SOURCES.map((source) => [source, sum('source', (cell) => cell.source === source)]),
    ) as NonNullable<BoardCounts>['sources'],
    anyDepartment: sum('department'),
    anySource: sum('source'),
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
  const backwards = query.from !== null && 'before' in query.from
  const order = ORDERS[query.sort]
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
          : sql<boolean>`exists (select from ${votes} where ${votes.ticketNumber} = ${tickets.number} and ${votes.personId} = ${personId})`,
    })
    .from(tickets)
    .leftJoin(departments, eq(departments.id, tickets.departmentId))
    .where(and(...filters(query), match, query.from === null ? undefined : order.beside(query.from)))
    .orderBy(...(backwards ? order.backwards : order.forwards))
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

/** @param table the tickets, or what a search keeps of them */
function filters(
  query: BoardQuery,
  table: typeof tickets | typeof ticketSearch = tickets,
): Array<SQL | undefined> {
  const answered = 'answered' in table ? eq(table.answered, true) : isNotNull(table.answeredAt)
  return [
    query.status === 'open'
      ? inArray(table.status, [...OPEN_STATUSES] satisfies Array<OpenStatus>)
      : query.status === 'all'
        ? notInArray(table.status, [...UNLISTED_STATUSES])
        : eq(table.status, query.status),
    query.departmentId === null ? undefined : eq(table.departmentId, query.departmentId),
    query.source === null ? undefined : eq(table.source, query.source),
    query.sort === 'recently-answered' ? answered : undefined,
  ]
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
