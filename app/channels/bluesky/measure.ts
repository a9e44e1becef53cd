/** The longest post, in graphemes. */
export const LIMIT = 300

/** A post may also hold no more bytes than this, which only long emoji reach first. */
const LARGEST = 3000

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * The length as Bluesky counts it: what people see as one character is one. A text whose bytes run out before its
 * characters is as long as its share of the bytes; no more is counted then, for counting a long text takes seconds.
 */
export function measure(text: string): number {
  const share = Math.ceil((Buffer.byteLength(text) * LIMIT) / LARGEST)
  return share > LIMIT ? share : Math.max(share, [...graphemes.segment(text)].length)
}
