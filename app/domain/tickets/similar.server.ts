import { sql, type SQL } from 'drizzle-orm'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import { findSpellings } from './search.server.ts'
import type { SimilarTicket } from './views.ts'

const SHOWN = 5
const LONGEST_TITLE = 200
const MOST_WORDS = 6
/** Of tickets that share enough words, so many are compared letter by letter. */
const MOST_COMPARED = 100
/**
 * How alike two titles must be, of 1: below, somebody would be asked about what has nothing to do with theirs. Tuned on
 * the made-up titles of `tests/domain/similar-titles.ts`.
 */
const ALIKE = 0.4

const WORDS = /[\p{L}\p{M}\p{N}]+(?:[-'’][\p{L}\p{M}\p{N}]+)*/gu

/** Tickets, open and closed, that may be about what this title says; the most alike first. */
export async function findSimilar(campus: Campus, title: string): Promise<Array<SimilarTicket>> {
  const given = title.slice(0, LONGEST_TITLE).replaceAll('\u0000', ' ').normalize('NFC')
  const words = await tellingWords(campus, given)
  const found = new Map<number, SimilarTicket>()
  // Fewer and fewer common words are asked for, until there are enough tickets.
  for (const sets of [[words], leaveOneOut(words), pairsOf(words)]) {
    if (found.size >= SHOWN || sets.every((set) => set.length === 0)) break
    for (const ticket of await compare(campus, given, sets)) found.set(ticket.number, ticket)
  }
  return [...found.values()].sort((a, b) => b.alike - a.alike).slice(0, SHOWN)
}

/** What is looked for, without the words that only hold a sentence together; long words tell more. */
async function tellingWords(campus: Campus, title: string): Promise<Array<string>> {
  const words = [...new Set(title.match(WORDS) ?? [])].sort((a, b) => b.length - a.length)
  const telling = await run<{ word: string }>(
    campus.db,
    sql`select word from json_array_elements_text(${JSON.stringify(words)}::text::json) as word
        where numnode(quad_query(word, false, false)) > 0 limit ${MOST_WORDS}`,
  )
  const spellings = await findSpellings(
    campus,
    telling.map(({ word }) => word),
  )
  const asked = telling.map(({ word }) => {
    const { known, near } = spellings.get(word) ?? { known: true, near: [] }
    return known ? [word] : [word, ...near]
  })
  const rows = await run<{ query: string }>(
    campus.db,
    // A word spelt alike may be one that only holds a sentence together, which asks for nothing.
    sql`select string_agg('(' || asked || ')', ' | ') filter (where asked <> '') as query
        from json_array_elements(${JSON.stringify(asked)}::text::json) with ordinality as spellings (words, place),
          json_array_elements_text(words) as word,
          lateral (select (quad_query(word, false, false) || quad_split(word))::text as asked) as spelling
        group by place order by place`,
  )
  return rows.map((row) => row.query)
}

function leaveOneOut(words: Array<string>): Array<Array<string>> {
  return words.map((_, index) => words.filter((_, other) => other !== index))
}

function pairsOf(words: Array<string>): Array<Array<string>> {
  return words.flatMap((word, index) => words.slice(index + 1).map((other) => [word, other]))
}

/** The words of a title as stems, without those that hold a sentence together: these are alike in all titles. */
const stems = (title: SQL) =>
  sql`array_to_string(tsvector_to_array(to_tsvector(quad_language(), quad_joined(quad_plain(${title})))), ' ')`

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
  return run<SimilarTicket>(
    campus.db,
    sql`select number, slug, title, status, votes, alike
        from tickets, lateral (select similarity(${stems(sql`title`)}, ${stems(sql`${title}::text`)}) as alike) as compared
        where number in (${sql.join(candidates, sql` union `)}) and alike >= ${ALIKE}
        order by alike desc, votes desc limit ${SHOWN}`,
  )
}
