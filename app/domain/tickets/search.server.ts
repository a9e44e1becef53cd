import { sql, type SQL } from 'drizzle-orm'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import {
  fold,
  isPlain,
  joinNeighbours,
  mark,
  nearest,
  parseSearch,
  snippet,
  type Search,
  type Term,
} from './search.ts'
import type { Hit } from './views.ts'

/** A search as PostgreSQL takes it. Nothing of it is ever kept. */
export type Asked = {
  /** A `tsquery`, as text. */
  query: string
  /** The same without words taken apart, whose parts are no hits by themselves. */
  whole: string
  /** Nothing was found as it was typed, so this looks for words spelt like it. */
  respelt: boolean
}

/** What a search asks for, as it was typed. */
export async function ask(campus: Campus, typed: string): Promise<Asked> {
  return { ...(await write(campus, parseSearch(typed))), respelt: false }
}

/** The same with words spelt like those that were typed; null when none are. */
export async function askRespelt(campus: Campus, typed: string): Promise<Asked | null> {
  const respelt = await respell(campus, parseSearch(typed))
  return respelt && { ...(await write(campus, respelt)), respelt: true }
}

async function write(campus: Campus, search: Search): Promise<Omit<Asked, 'respelt'>> {
  if (search.length === 0) return { query: '', whole: '' }
  const asking = (how: How) => any(search.map((terms) => all(joinNeighbours(terms), how)))
  // Where there are only words that hold sentences together, these are what is meant.
  const [row] = await run<Omit<Asked, 'respelt'>>(
    campus.db,
    sql`select coalesce(nullif(${asking('apart')}, ''), ${asking('exactly')})::text as query,
               coalesce(nullif(${asking('whole')}, ''), ${asking('exactly')})::text as whole`,
  )
  return row!
}

/** Words as they are, or also where they are written as two words, or without their stems. */
type How = 'whole' | 'apart' | 'exactly'

const any = (queries: Array<SQL>) => sql`(${sql.join(queries, sql` || `)})`

function all(terms: Array<Term>, how: How): SQL {
  const each = terms.map(({ anyOf, exact, not, prefix }) => {
    const [own, ...others] = anyOf.map(
      (words) => sql`quad_query(${words}::text, ${prefix}::boolean, ${exact || how === 'exactly'}::boolean)`,
    )
    if (how === 'apart' && !exact) others.push(sql`quad_split(${anyOf[0]!}::text)`)
    // A word that asks for nothing does so together with its neighbour, too.
    const one =
      others.length === 0
        ? own!
        : sql`case when numnode(${own}) = 0 then '' else ${any([own!, ...others])} end`
    return not ? sql`!!${one}` : one
  })
  return sql`(${sql.join(each, sql` && `)})`
}

/** Known words that look alike, of which the nearest are chosen. */
const LOOKALIKES = 40

/** The same search with every unknown word replaced by the known ones nearest to it; null when there are none. */
async function respell(campus: Campus, search: Search): Promise<Search | null> {
  if (!isPlain(search)) return null
  const spellings = await findSpellings(
    campus,
    search.flat().map((term) => term.anyOf[0]!),
  )
  // A known word is meant, unless all of them are known: then one of them is a slip that somebody made before.
  const allKnown = [...spellings.values()].every(({ known }) => known)
  let changed = false
  const respelt = search.map((terms) =>
    terms.map((term) => {
      const { known, near } = spellings.get(term.anyOf[0]!) ?? { known: true, near: [] }
      if ((known && !allKnown) || near.length === 0) return term
      changed = true
      return { ...term, anyOf: [...(known ? term.anyOf : []), ...near] }
    }),
  )
  return changed ? respelt : null
}

/** `known`: it stands in some ticket. `near`: those that do and are spelt nearly like it. */
type Spelling = { known: boolean; near: Array<string> }

export async function findSpellings(campus: Campus, words: Array<string>): Promise<Map<string, Spelling>> {
  const rows = await run<{ typed: string; plain: string; known: string | null }>(
    campus.db,
    sql`select typed, plain, known.word as known
        from json_array_elements_text(${JSON.stringify(words)}::text::json) as typed,
          lateral (select quad_joined(quad_plain(typed)) as plain) as asked
          left join lateral (
            select word from search_words where word % plain and length(plain) < 40
            order by similarity(word, plain) desc limit ${LOOKALIKES}
          ) as known on true`,
  )
  return new Map(
    words.map((word) => {
      const alike = rows.filter((row) => row.typed === word)
      const plain = alike[0]?.plain ?? word
      const known = alike.flatMap((row) => row.known ?? [])
      return [
        word,
        { known: known.includes(plain), near: nearest(plain, known.filter((one) => one !== plain)) }, // prettier-ignore
      ]
    }),
  )
}

/** As much of a text as is looked through for the found words. */
const LOOKED_THROUGH = 5000

/** Where a search hits these tickets. */
export async function findHits(
  campus: Campus,
  { whole }: Asked,
  typed: string,
  numbers: Array<number>,
): Promise<Map<number, Hit>> {
  if (numbers.length === 0) return new Map()
  // A ticket's own words hold no controls, so these can only be ours.
  const rows = await run<{ number: number; title: string; body: string; marked: string }>(
    campus.db,
    sql`select number, title, left(body, ${LOOKED_THROUGH}) as body,
          ts_headline(quad_language(), quad_plain(title || ' ' || left(body, ${LOOKED_THROUGH})), ${whole}::tsquery,
            ${'HighlightAll=true, StartSel=\u0002, StopSel=\u0003'}) as marked
        from tickets where number in (${sql.join(
          numbers.map((number) => sql`${number}::int`),
          sql`, `,
        )})`,
  )
  const asked = parseSearch(typed)
    .flat()
    .filter((term) => !term.not && !term.exact)
    .map((term) => fold(term.anyOf[0]!).replace(/[-'’]/g, ''))
  return new Map(
    rows.map(({ number, title, body, marked }) => {
      const hits = new Set(asked)
      // eslint-disable-next-line no-control-regex -- what the query put around the found words
      for (const [, words] of marked.matchAll(/\u0002([^\u0003]*)\u0003/g)) {
        for (const word of fold(words!).match(/[\p{L}\p{N}]+/gu) ?? []) hits.add(word)
      }
      return [number, { title: mark(title, hits), snippet: snippet(body, hits) }]
    }),
  )
}
