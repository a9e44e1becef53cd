import twitter from 'twitter-text'

/** The longest post, in X's weighted characters. */
export const LIMIT = 280

/**
 * The length as X counts it: most scripts 1, Chinese, Japanese, Korean and emoji 2, any link 23. Emoji newer than
 * the counting library are counted too long, never too short.
 */
export function measure(text: string): number {
  return twitter.parseTweet(text).weightedLength
}

/**
 * What is left of a text to recognise a reply of ours by. X puts handles before a reply, turns links into its own
 * short ones and escapes three characters; none of that makes it another reply.
 */
export function fingerprint(text: string): string {
  let bare = ''
  let end = 0
  for (const { indices } of twitter.extractUrlsWithIndices(text)) {
    bare += text.slice(end, indices[0])
    end = indices[1]
  }
  bare += text.slice(end)
  return bare
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^(?:@\w{1,15}(?: |$))+/, '')
    .trim()
}
