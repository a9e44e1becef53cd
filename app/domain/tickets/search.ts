import type { Piece } from './views.ts'

/** One thing that is looked for: a word, or between quotes several that stand side by side. */
export type Term = {
  /** Any of these spellings will do. */
  anyOf: Array<string>
  /** It was put between quotes: no stem, no beginning. */
  exact: boolean
  not: boolean
  /** A word that begins like it will do. */
  prefix: boolean
}

/** Any of these, and in each of them all terms. */
export type Search = Array<Array<Term>>

/** A query holds no more; what is typed beyond is not looked for. */
const MOST_TERMS = 12
const LONGEST_SEARCH = 400

// Between quotes, or up to the next sign that can be part of no word.
const PARTS = /(-?)"([^"]*)"?|[^\s",;()&|!<>*\\]+/gu
const A_SIGN = /[\p{L}\p{N}]/u

/** Reads what was typed: quotes keep words together, a minus keeps them out, `or` puts up a choice. */
export function parseSearch(typed: string): Search {
  const alternatives: Search = [[]]
  let left = MOST_TERMS
  let last: Term | null = null
  for (const [part, minus, quoted] of typed
    .slice(0, LONGEST_SEARCH)
    .replaceAll('\u0000', ' ')
    .normalize('NFC')
    .matchAll(PARTS)) {
    if (left === 0) break
    if (part.toLowerCase() === 'or') {
      if (alternatives.at(-1)!.length > 0) alternatives.push([])
      continue
    }
    const exact = quoted !== undefined
    const not = exact ? minus === '-' : /^-[\p{L}\p{N}]/u.test(part)
    const words = (exact ? quoted : part).replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{M}\p{N}+#]+$/gu, '')
    if (!A_SIGN.test(words)) continue
    last = { anyOf: [words], exact, not, prefix: false }
    alternatives.at(-1)!.push(last)
    left -= 1
  }
  if (last && !last.exact && !last.not) last.prefix = true
  // What only keeps words out would be nearly everything.
  return alternatives.filter((terms) => terms.some((term) => !term.not))
}

/** Who puts quotes or a minus means exactly what they typed, and is not corrected. */
export function isPlain(search: Search): boolean {
  return search.every((terms) => terms.every((term) => !term.exact && !term.not))
}

/**
 * `wi fi` may be written in one word, so each of two neighbours may also be both of them together. Said term by
 * term and not as a choice of whole searches, because an index can leave out most of what only some terms match.
 */
export function joinNeighbours(terms: Array<Term>): Array<Term> {
  if (terms.length > 5 || terms.some((term) => term.exact || term.not)) return terms
  const joined = terms.slice(1).map((second, index) => `${terms[index]!.anyOf[0]}${second.anyOf[0]}`)
  return terms.map((term, index) => ({
    ...term,
    anyOf: [...term.anyOf, ...joined.slice(Math.max(0, index - 1), index + 1)],
  }))
}

const MOST_SPELLINGS = 3

/** The words a misspelt one may stand for: those with the fewest slips, one slip for every four letters. */
export function nearest(word: string, known: Iterable<string>): Array<string> {
  let fewest = Math.max(1, Math.floor(word.length / 4))
  let found: Array<string> = []
  for (const one of new Set(known)) {
    const slips = slipsBetween(word, one, fewest)
    if (slips > fewest) continue
    if (slips < fewest) found = []
    fewest = slips
    found.push(one)
  }
  return found.slice(0, MOST_SPELLINGS)
}

/** How many letters were missed, added, mistaken or swapped with their neighbour; anything above `most` is too many. */
export function slipsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let [before, previous] = [[] as Array<number>, Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      row[j] = Math.min(
        previous[j]! + 1,
        row[j - 1]! + 1,
        previous[j - 1]! + same,
        swapped ? before[j - 2]! + 1 : most + 1,
      )
    }
    ;[before, previous] = [previous, row]
  }
  return previous[b.length]!
}

/** Letters that are a letter and a mark only to the eye; the database takes them apart too. */
const APART: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** A word without case and accents, as the database compares it. */
export function fold(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæœøłđðþı]/g, (letter) => APART[letter]!)
}

const WORDS = /[\p{L}\p{M}\p{N}]+(?:[-'’][\p{L}\p{M}\p{N}]+)*/gu

/**
 * Cuts a text where its found words begin and end.
 * @param hits folded words; a hyphenated one may be hit joined or in part, and two that stand side by side joined
 */
export function mark(text: string, hits: ReadonlySet<string>): Array<Piece> {
  const words = [...text.matchAll(WORDS)].map(({ 0: word, index }) => ({
    parts: fold(word).split(/[-'’]/),
    begin: index,
    end: index + word.length,
  }))
  const pieces: Array<Piece> = []
  let from = 0
  for (const [at, { parts, begin, end }] of words.entries()) {
    if (begin < from) continue
    const next = words[at + 1]
    const own = hits.has(parts.join('')) || parts.some((part) => hits.has(part))
    const both =
      !own &&
      next &&
      hits.has([...parts, ...next.parts].join('')) &&
      text.slice(end, next.begin).trim() === ''
    if (!own && !both) continue
    const until = both ? next.end : end
    if (begin > from) pieces.push({ text: text.slice(from, begin), hit: false })
    pieces.push({ text: text.slice(begin, until), hit: true })
    from = until
  }
  if (from < text.length) pieces.push({ text: text.slice(from), hit: false })
  return pieces
}

const SNIPPET = 180

/** The surroundings of the first found word, cut at words; null when the text has none. */
export function snippet(text: string, hits: ReadonlySet<string>): Array<Piece> | null {
  const line = text.replace(/\s+/g, ' ').trim()
  const pieces = mark(line, hits)
  const first = pieces.findIndex((piece) => piece.hit)
  if (first === -1) return null
  const at = pieces.slice(0, first).reduce((sum, piece) => sum + piece.text.length, 0)
  const begin = at <= SNIPPET / 3 ? 0 : line.indexOf(' ', at - SNIPPET / 3) + 1
  // A word longer than all of this is cut inside.
  const start = begin > 0 && begin <= at ? begin : at <= SNIPPET / 3 ? 0 : at
  const end = line.length <= start + SNIPPET ? line.length : line.lastIndexOf(' ', start + SNIPPET)
  const shown = line.slice(start, end > at ? end : start + SNIPPET)
  return mark(`${start > 0 ? '… ' : ''}${shown}${start + shown.length < line.length ? ' …' : ''}`, hits)
}
