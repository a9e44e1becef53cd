import { createHash } from 'node:crypto'
import type { OutboundPost } from '#app/channels/channel.ts'

export const POSTS = 'app.bsky.feed.post'

const DIGITS = '234567abcdefghijklmnopqrstuvwxyz'
/** Keys of posts are times; ours lie in 2023 and 2024, before any post of ours that a client of theirs has keyed. */
const BEGINNING = BigInt(Date.UTC(2023, 0, 1)) * 1000n
const SPAN = 2n ** 45n // microseconds: a year and forty days

/**
 * The record key of one part of a post. Bluesky wants a TID, a time in microseconds with ten more bits; ours is made
 * of what is sent, so that every attempt at one delivery asks for the same record, and the server takes only one. The
 * text is part of it because our own keys begin again at 1 in a new database.
 */
export function recordKey(post: OutboundPost, part: number): string {
  const said = JSON.stringify([post.key, post.inReplyTo, part, post.text, ...post.more])
  const hash = createHash('sha256').update(said).digest().readBigUInt64BE()
  const time = BEGINNING + ((hash >> 10n) % SPAN)
  let left = (time << 10n) | (hash & 1023n)
  let key = ''
  for (let digit = 0; digit < 13; digit += 1) {
    key = DIGITS[Number(left & 31n)] + key
    left >>= 5n
  }
  return key
}

/** The repository, and the record's key in it, of a post's address; null when it is none. */
export function postAt(uri: string): { did: string; rkey: string } | null {
  const parts = /^at:\/\/(did:[a-z]+:[\w.:%-]{1,512})\/app\.bsky\.feed\.post\/([\w.~:-]{1,512})$/.exec(uri)
  return parts && { did: parts[1]!, rkey: parts[2]! }
}
