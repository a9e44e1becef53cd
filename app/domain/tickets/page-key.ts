import { z } from 'zod'
import type { Sort } from '#app/vocabulary.ts'

/** Where a page of the board begins: beside the last row seen, in the order the board is in. */
export type PageKey = { value: number; number: number }

/** Up to the year 9999: beyond, a date is written in a way PostgreSQL does not read. */
const Key = z.tuple([
  z.number().int().min(0).lt(Date.UTC(10_000)),
  z
    .number()
    .int()
    .positive()
    .lt(2 ** 31),
])

/** The key of a row. Times are counted in milliseconds. */
export function keyOf(
  sort: Sort,
  row: { votes: number; createdAt: Date; answeredAt: Date | null; number: number },
): PageKey {
  const value =
    sort === 'most-backed'
      ? row.votes
      : sort === 'newest'
        ? row.createdAt.getTime()
        : (row.answeredAt ?? row.createdAt).getTime()
  return { value, number: row.number }
}

export function writeKey(key: PageKey): string {
  return Buffer.from(JSON.stringify([key.value, key.number])).toString('base64url')
}

/** Null when the text is not a key of ours. */
export function readKey(text: string): PageKey | null {
  try {
    const [value, number] = Key.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return { value, number }
  } catch {
    return null
  }
}
