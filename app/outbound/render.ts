import type { Text } from '#app/catalogue/text.ts'
import type { Moment, Status } from '#app/vocabulary.ts'

export type Reply = {
  /** Empty when the network did not tell. */
  handle: string
  department: string
  /** Of the ticket this post raised, which after a merge is not the one that was answered: so no two replies read the same. */
  number: number
  moment: Moment
  to: Status | null
  words: string
}

/**
 * The text of a reply: who speaks, about which ticket, and the words of the answer, cut at a word where the
 * network's limit is reached. No link: X bills one, and refuses none.
 */
export function renderReply(
  text: Text,
  reply: Reply,
  network: { limit: number; measure(text: string): number },
): string {
  const { opening, whole } = wholeReply(text, reply)
  if (network.measure(whole) <= network.limit) return whole
  const words = longestCut(whole.split(' '), ' ', network)
  if (words.kept > opening.split(' ').length) return words.text
  // One word longer than the limit: cut inside it, between what people see as characters.
  return longestCut(
    Array.from(new Intl.Segmenter().segment(whole), (part) => part.segment),
    '',
    network,
  ).text
}

/** Everything there is to say, and how much of it only says who speaks. */
export function wholeReply(text: Text, reply: Reply): { opening: string; whole: string } {
  const opening = [reply.handle === '' ? null : `@${reply.handle}`, openingOf(text, reply)]
    .filter(Boolean)
    .join(' ')
  return { opening, whole: `${opening} ${reply.words.replace(/\s+/g, ' ').trim()}` }
}

/** As many parts as fit, with an ellipsis. Counted upwards: measuring a long text over and over takes seconds. */
function longestCut(
  parts: Array<string>,
  joint: string,
  network: { limit: number; measure(text: string): number },
): { text: string; kept: number } {
  let longest = { text: '…', kept: 0 }
  for (let kept = 1; kept < parts.length; kept += 1) {
    const text = `${parts
      .slice(0, kept)
      .join(joint)
      .replace(/[\s,;:.–-]+$/, '')}…`
    if (network.measure(text) > network.limit) break
    longest = { text, kept }
  }
  return longest
}

function openingOf(text: Text, reply: Reply): string {
  const about = { department: reply.department, number: String(reply.number) }
  if (reply.to === 'resolved') return text('mirror.resolved', about)
  if (reply.to === 'declined') return text('mirror.declined', about)
  return text('mirror.answer', about)
}
