import { sql, type SQL } from 'drizzle-orm'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import type { SimilarTicket } from './views.ts'

const SHOWN = 5
const LONGEST_TITLE = 200
const MOST_WORDS = 6
/** Of tickets that share enough words, so many are compared letter by letter. */
const MOST_COMPARED = 100
/** How alike two titles must be, of 1: below, somebody would be asked about what has nothing to do with theirs. */
const ALIKE = 0.35

const WORDS = /[\p{L}\p{M}\p{N}]+(?:[-'’][\p{L}\p{M}\p{N}]+)*/gu

/** Tickets, open and closed, that may be about what this title says; the most alike first. */
export async function findSimilar(campus: Campus, title: string): Promise<Array<SimilarTicket>> {
  const given = title.slice(0, LONGEST_TITLE).replaceAll('\u0000', ' ').normalize('NFC')
  const words = await tellingWords(campus, given)
  const found = new Map<number, SimilarTicket>()
  // Fewer and fewer common words are asked for, until there are enough tickets.
  for (const sets of [[words], leaveOneOut(words), leaveOneOut(words.slice(0, 3))]) {
    if (found.size >= SHOWN || sets.every((set) => set.length === 0)) break
    for (const ticket of await compare(campus, given, sets)) found.set(ticket.number, ticket)
  }
  return [...found.values()].sort((a, b) => b.alike - a.alike).slice(0, SHOWN)
}

/** What is looked for, without the words that only hold a sentence together; long words tell more. */
async function tellingWords(campus: Campus, title: string): Promise<Array<string>> {
  const words = [...new Set(title.match(WORDS) ?? [])].sort((a, b) => b.length - a.length)
  const rows = await run<{ query: string }>(
    campus.db,
    sql`select quad_query(word, false, false)::text as query
        from json_array_elements_text(${JSON.stringify(words)}::text::json) as word`,
  )
  return rows
    .map((row) => row.query)
    .filter(Boolean)
    .slice(0, MOST_WORDS)
}

function leaveOneOut(words: Array<string>): Array<Array<string>> {
  return words.map((_, index) => words.filter((_, other) => other !== index))
}

async function compare(
  campus: Campus,
  title: string,
  sets: Array<Array<string>>,
): Promise<Array<SimilarTicket>> {
  const candidates = sets
    .filter((set) => set.length > 0)
    .map((set) => {
      const all = sql.join(
        set.map((query) => sql`${query}::tsquery`),
        sql` && `,
      )
      return sql`(select ticket_number from ticket_search where document @@ (select ${all}) and status not in ('merged', 'withdrawn') limit ${MOST_COMPARED})`
    })
  const alike: SQL = sql`(similarity(plain, asked) + word_similarity(asked, plain)) / 2`
  return run<SimilarTicket>(
    campus.db,
    sql`select number, slug, title, status, votes, ${alike} as alike
        from tickets,
          lateral (select quad_joined(quad_plain(title)) as plain, quad_joined(quad_plain(${title})) as asked) as titles
        where number in (${sql.join(candidates, sql` union `)}) and ${alike} >= ${ALIKE}
        order by alike desc, votes desc limit ${SHOWN}`,
  )
}
