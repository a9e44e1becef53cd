import type { ChannelId, Moment } from '#app/vocabulary.ts'

/**
 * Which reply of ours a moment may be, on a network: its slot, of which a post has one each, or null for none.
 * X's automation rules ask for one reply per interaction, so a post there gets two at most: the first answer
 * and the final result. Where the first answer is the final one, there is only that.
 */
export function slotFor(channel: ChannelId, moment: Moment): string | null {
  switch (channel) {
    case 'x':
    case 'bluesky':
      return moment === 'first-answer' || moment === 'final' ? moment : null
  }
}
