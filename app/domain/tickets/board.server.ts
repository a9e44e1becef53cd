import { and, asc, count, desc, eq, inArray, isNotNull, ne, sql, type SQL } from 'drizzle-orm'
import { OPEN_STATUSES, type OpenStatus, type Sort, type Source, type Status } from '#app/vocabulary.ts'
import { departments, tickets, ticketSearch, votes } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import { keyOf, writeKey, type PageKey } from './page-key.ts'
import type { TicketRow } from './views.ts'

export const ROWS_A_PAGE = 25

/** Which tickets, in which order, from where. Everything here stands in the address bar. */
export type BoardQuery = {
  sort: Sort
  /** `open`: all in which something is still owed. `all`: every one but the merged. */
  status: Exclude<Status, 'merged'> | 'open' | 'all'
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
  const strict = await readRows(campus, query, personId, matching(query.search, 'words'))
  if (strict.rows.length > 0 || query.search === '') return strict
  // A later page may be empty although the words found something on the pages before.
  if (query.from !== null && (await countRows(campus, query, 'words')) > 0) return strict
  return readRows(campus, query, personId, matching(query.search, 'spelling'))
}

/** How many tickets a query finds, without its place. */
export async function countBoard(campus: Campus, query: BoardQuery): Promise<number> {
  const found = await countRows(campus, query, 'words')
  return found > 0 || query.search === '' ? found : countRows(campus, query, 'spelling')
}

async function countRows(campus: Campus, query: BoardQuery, by: Match): Promise<number> {
  const [row] = await campus.db
    .select({ count: count() })
    .from(tickets)
    .where(and(...filters(query), matching(query.search, by)))
  return row?.count ?? 0
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

function filters(query: BoardQuery): Array<SQL | undefined> {
  return [
    query.status === 'open'
      ? inArray(tickets.status, [...OPEN_STATUSES] satisfies Array<OpenStatus>)
      : query.status === 'all'
        ? ne(tickets.status, 'merged')
        : eq(tickets.status, query.status),
    query.departmentId === null ? undefined : eq(tickets.departmentId, query.departmentId),
    query.source === null ? undefined : eq(tickets.source, query.source),
    query.sort === 'recently-answered' ? isNotNull(tickets.answeredAt) : undefined,
  ]
}

type Match = 'words' | 'spelling'

/** Who puts quotes or a minus means exactly what they typed, and is not corrected. */
const OPERATORS = /"|(?:^|\s)-/

/**
 * By `words`: full-text search, which knows grammar, accents and hyphens. By `spelling`: every word may be
 * slightly misspelt; slower, so only asked when the words found nothing.
 */
function matching(asked: string, by: Match): SQL | undefined {
  if (asked === '') return undefined
  // PostgreSQL takes no null character, and only so many signs that belong to no word.
  const search = asked.replaceAll('\u0000', ' ').replace(/-(?![\p{L}\p{N}"])/gu, ' ')
  if (by === 'spelling' && OPERATORS.test(search)) return sql`false`
  const found =
    by === 'words'
      ? sql`${ticketSearch.document} @@ quad_query(${search})`
      : and(
          ...search
            .split(/[^\p{L}\p{N}]+/u)
            .filter(Boolean)
            .slice(0, 8)
            .map((word) => sql`quad_plain(${word}) <% ${ticketSearch.needle}`),
        )
  if (!found) return sql`false`
  return sql`${tickets.number} in (select ${ticketSearch.ticketNumber} from ${ticketSearch} where ${found})`
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
