import type { Text } from '#app/catalogue/text.ts'
import { wholeReply, type Reply } from './render.ts'

/** A longer answer goes on at the ticket: nobody wants to be told of a dozen replies. */
export const LONGEST_THREAD = 6

type Counted = { limit: number; measure(text: string): number }

/** The same words as in one reply, in as many parts as they need; the last of the longest thread is cut short. */
export function renderThread(text: Text, reply: Reply, network: Counted): Array<string> {
  const { opening, whole } = wholeReply(text, reply)
  const parts: Array<string> = []
  let left = whole
  while (network.measure(left) > network.limit && parts.length < LONGEST_THREAD - 1) {
    // The first part says more than who speaks.
    const [part, rest] = split(left, parts.length === 0 ? opening.split(' ').length : 0, network)
    parts.push(part)
    left = rest
  }
  return [...parts, cut(left, network)]
}

function cut(left: string, network: Counted): string {
  if (network.measure(left) <= network.limit) return left
  const [part] = split(left, 0, { ...network, limit: network.limit - network.measure('…') })
  return `${part.replace(/[\s,;:.–-]+$/, '')}…`
}

/** As much as fits, at a word; inside it where one word is too long; between code points where one character is. */
function split(whole: string, least: number, network: Counted): [part: string, rest: string] {
  const words = whole.split(' ')
  const atWord = fitting(words, ' ', network)
  if (atWord.count > least) return [atWord.text, words.slice(atWord.count).join(' ')]
  for (const pieces of [characters(whole), whole]) {
    const { text, count } = fitting(pieces, '', network)
    if (count > 0) return [text.trim(), whole.slice(text.length).trim()]
  }
  return [whole, '']
}

function* characters(text: string): Iterable<string> {
  for (const { segment } of new Intl.Segmenter().segment(text)) yield segment
}

/** What fits, and how many pieces that are. Counted upwards: measuring a long text over and over takes seconds. */
function fitting(pieces: Iterable<string>, joint: string, network: Counted): { text: string; count: number } {
  let text = ''
  let count = 0
  for (const piece of pieces) {
    const longer = count === 0 ? piece : text + joint + piece
    if (network.measure(longer) > network.limit) break
    text = longer
    count += 1
  }
  return { text, count }
}
