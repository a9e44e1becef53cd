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
  const opening = [reply.handle === '' ? null : `@${reply.handle}`, openingOf(text, reply)].filter(Boolean).join(' ')
  const whole = `${opening} ${reply.words.replace(/\s+/g, ' ').trim()}`
  if (network.measure(whole) <= network.limit) return whole
  const words = whole.split(' ')
  const fits = (count: number) => network.measure(`${words.slice(0, count).join(' ')}…`) <= network.limit
  let kept = words.length - 1
  while (kept > 0 && !fits(kept)) kept -= 1
  if (kept > opening.split(' ').length) return `${words.slice(0, kept).join(' ').replace(/[,;:.–-]+$/, '')}…`
  // One word longer than the limit: cut inside it.
  const characters = [...whole]
  while (network.measure(`${characters.join('')}…`) > network.limit) characters.pop()
  return `${characters.join('')}…`
}

function openingOf(text: Text, reply: Reply): string {
  const about = { department: reply.department, number: String(reply.number) }
  if (reply.to === 'resolved') return text('mirror.resolved', about)
  if (reply.to === 'declined') return text('mirror.declined', about)
  return text('mirror.answer', about)
}
