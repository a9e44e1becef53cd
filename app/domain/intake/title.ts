/** The longest title, in characters as people count them. */
export const LONGEST_TITLE = 120

/**
 * A title from a post's words: its first sentence, without handles, links and number signs, cut at a word.
 * Null when nothing is left.
 */
export function titleFrom(text: string): string | null {
  const words = text
    .replace(/https?:\/\/\S+/gi, ' ')
    .replace(/(^|[^\p{L}\p{N}_])[@＠][\p{L}\p{N}_]+/gu, '$1')
    .replace(/[#＃](?=[\p{L}\p{N}_])/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[\s,;:.!?–-]+/, '')
    .trim()
  if (!/[\p{L}\p{N}]/u.test(words)) return null
  const sentence = /^.{15,}?[.!?。؟](?=\s|$)/u.exec(words)?.[0] ?? words
  return shorten(sentence.replace(/(?<![.!?])\.$/, ''), LONGEST_TITLE)
}

/** Cuts at the last word that fits, with an ellipsis; a single longer word is cut inside. */
export function shorten(text: string, longest: number): string {
  const characters = [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((part) => part.segment)
  if (characters.length <= longest) return text
  const cut = characters.slice(0, longest - 1).join('')
  const lastSpace = cut.search(/\s\S*$/)
  return `${(lastSpace > longest / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s,;:.!?–-]+$/, '')}…`
}
