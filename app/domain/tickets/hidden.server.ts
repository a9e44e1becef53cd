import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import { appeals, entries, hidings, posts } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { HiddenNote } from './views.ts'

/** What is hidden on some tickets: what stands in its place, by entry, and the posts that said it. */
export type HiddenHere = { notes: Map<bigint, HiddenNote>; posts: Map<bigint, HiddenNote> }

export async function readHidden(campus: Campus, numbers: Array<number>): Promise<HiddenHere> {
  const rows = await campus.db
    .select({
      entryId: hidings.entryId,
      postId: entries.postId,
      at: hidings.hiddenAt,
      reason: hidings.reason,
      policyVersion: hidings.policyVersion,
      appealId: appeals.id,
      upheld: appeals.upheld,
    })
    .from(hidings)
    .innerJoin(entries, eq(entries.id, hidings.entryId))
    .leftJoin(appeals, eq(appeals.hidingId, hidings.id))
    .where(and(inArray(hidings.ticketNumber, numbers), isNull(hidings.restoredAt)))
  const notes = rows.map(({ at, reason, policyVersion, appealId, upheld, ...row }) => ({
    ...row,
    note: {
      at,
      reason,
      policyVersion,
      appeal: appealId === null ? 'none' : upheld ? 'upheld' : 'open',
    } as const,
  }))
  return {
    notes: new Map(notes.map(({ entryId, note }) => [entryId, note])),
    posts: new Map(notes.flatMap(({ postId, note }) => (postId === null ? [] : [[postId, note] as const]))),
  }
}

/** Which of these addresses lead to a post that is hidden, on whatever ticket: whoever quotes it says its words. */
export async function hiddenAmong(campus: Campus, urls: Array<string>): Promise<Set<string>> {
  if (urls.length === 0) return new Set()
  const ids = urls.map((url) => url.slice(url.lastIndexOf('/') + 1))
  const rows = await campus.db
    .select({ url: posts.url, firstId: posts.firstId, externalId: posts.externalId })
    .from(hidings)
    .innerJoin(entries, eq(entries.id, hidings.entryId))
    .innerJoin(posts, eq(posts.id, entries.postId))
    .where(
      and(
        isNull(hidings.restoredAt),
        or(inArray(posts.url, urls), inArray(posts.firstId, ids), inArray(posts.externalId, ids)),
      ),
    )
  return new Set(
    urls.filter((url) =>
      rows.some(
        (row) => row.url === url || [row.firstId, row.externalId].some((id) => url.endsWith(`/${id}`)),
      ),
    ),
  )
}
