/** The longest title, in characters as people count them. */
export const LONGEST_TITLE = 120

/** In UTF-16 units, on average: a family of four emoji has eleven. */
const LONGEST_CHARACTER = 12

/**
 * A title from a post's words: its first sentence, without handles, links and number signs, cut at a word.
 * Null when nothing is left.
 */
export function titleFrom(text: string): string | null {
  const words = text
    .replace(/https?:\/\/\S+/gi, ' ')
    .replace(/(^|[^\p{L}\p{N}_])[@＠][\p{L}\p{N}_]+/gu, '$1')
    .replace(/[#＃](?=[\p{L}\p{N}_])/gu, '')
    // Controls cannot be seen, and some of them would turn the rest of a line the title stands in.
    .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069\uFEFF]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:.!?–-]+/, '')
    .trim()
  if (!/[\p{L}\p{N}]/u.test(words)) return null
  const sentence = /^.{15,}?[.!?。؟](?=\s|$)/u.exec(words)?.[0] ?? words
  return shorten(sentence.replace(/(?<![.!?])\.$/, ''), LONGEST_TITLE)
}

/** Cuts at the last word that fits, with an ellipsis; a single longer word is cut inside. */
export function shorten(text: string, longest: number): string {
  // One "character" may carry thousands of accents, so their whole length has a limit too.
  const ends: Array<number> = []
  for (const { index, segment } of new Intl.Segmenter().segment(
    text.slice(0, longest * LONGEST_CHARACTER + 1),
  )) {
    ends.push(index + segment.length)
    if (ends.length > longest) break
  }
  if (ends.at(-1) === text.length && ends.length <= longest) return text
  const cut = text.slice(0, ends[Math.min(ends.length - 2, longest - 2)] ?? 0)
  const lastSpace = cut.search(/\s\S*$/)
  return `${(lastSpace > longest / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s,;:.!?–-]+$/, '')}…`
}
