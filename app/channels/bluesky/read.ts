import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Cursor, ReadResult, Trouble } from '#app/channels/channel.ts'
import type { BlueskyClient } from './client.server.ts'
import { hindrance, viewsOf } from './look.ts'
import { beside, inbound, notice, notices, type Notice, type Us } from './shape.ts'

const REASONS = ['mention', 'reply', 'quote']
const HOUR_MS = 60 * 60_000

/** A server that hands out places for ever, for the same posts, is not followed for ever. */
const BARREN_PAGES = 3

/** More are not remembered; one that is told again is taken in once all the same. */
const REMEMBERED = 2000

/** How often a reading goes back as far as it has to for posts that come late. */
const DEEP_EVERY_MS = 5 * 60_000

/**
 * Where a reading ended. Bluesky orders notices by the time a post claims for itself, so one that comes late, or
 * whose author's clock is slow, stands below what we have seen. Every five minutes a reading therefore goes back an
 * hour further than the last one; those between end with the first page of which they know all.
 */
const place = z.object({
  /** The newest notice seen, in milliseconds. */
  at: z.number().int().min(0),
  /** The oldest of the first reading, which left out all before it; null when there was nothing before it. */
  from: z.number().int().nullable(),
  /** Marks of the posts seen so far back, the newest last. */
  seen: z.array(z.string()),
  /** When a reading last went back an hour, in milliseconds. */
  deep: z.number().int().min(0).default(0),
})
type Place = z.infer<typeof place>

/**
 * Posts that mention, answer or quote the account, oldest first. The first reading takes one page only: it shows what
 * is going on now, and does not raise tickets from years of old mentions. So does one whose place cannot be read.
 */
export async function readNotices(
  client: BlueskyClient,
  us: Us,
  since: Cursor,
  now: Date,
): Promise<ReadResult> {
  const known = readPlace(since)
  const horizon = known ? Math.min(known.at, now.getTime()) - HOUR_MS : Infinity
  const isDeep = known === null || now.getTime() - known.deep >= DEEP_EVERY_MS
  const seen = new Set(known?.seen)
  const found = new Map<string, Notice>()
  const cutShort = (trouble: Trouble): ReadResult => ({ posts: [], next: since, trouble })
  let malformed = 0
  let barren = 0
  let more: string | undefined
  let oldest = Infinity
  let anyNew = true

  do {
    const cursor = more
    const answer = await client.ask((agent, options) =>
      // `priority: false`: also from people whom the account does not follow, whatever its settings.
      agent.app.bsky.notification.listNotifications(
        { limit: 100, reasons: REASONS, priority: false, cursor },
        options,
      ),
    )
    const page = answer.kind === 'answered' ? notices.safeParse(answer.body).data : null
    if (!page) return cutShort({ at: null, ...hindrance(answer) })
    const before = found.size
    anyNew = isDeep
    for (const item of page.notifications) {
      const { data } = notice.safeParse(item)
      if (!data) malformed += isPost(item) ? 1 : 0
      else if (REASONS.includes(data.reason)) {
        anyNew ||= !seen.has(mark(data.uri))
        found.set(data.uri, data)
        oldest = Math.min(oldest, data.indexedAt.getTime())
      }
    }
    barren = found.size === before ? barren + 1 : 0
    more = page.cursor === cursor ? undefined : page.cursor
  } while (more !== undefined && oldest > horizon && anyNew && barren < BARREN_PAGES)

  const inOrder = [...found.values()].toSorted((a, b) => a.indexedAt.getTime() - b.indexedAt.getTime())
  const fresh = inOrder.filter(
    (one) => !seen.has(mark(one.uri)) && (known?.from == null || one.indexedAt.getTime() >= known.from),
  )
  const { views, hindrance: trouble } = await viewsOf(client, fresh.flatMap(beside))
  // Taken in now, they would lack their pictures and what they answer for ever.
  if (trouble) return cutShort({ at: null, ...trouble })

  const newest = Math.min(inOrder.at(-1)?.indexedAt.getTime() ?? 0, now.getTime())
  const next: Place = {
    at: Math.max(newest, known?.at ?? (newest > 0 ? 0 : now.getTime())),
    from: known ? known.from : more === undefined ? null : oldest,
    seen: remembered(isDeep ? [] : known.seen, inOrder),
    deep: isDeep ? now.getTime() : known.deep,
  }
  return {
    posts: fresh.map((one) => inbound(one, views, us)),
    next: JSON.stringify(next),
    // As if the last reading had seen them too.
    after: (kept) =>
      JSON.stringify({
        ...next,
        at: known?.at ?? Math.min(fresh[kept - 1]?.indexedAt.getTime() ?? 0, now.getTime()),
        seen: remembered(known?.seen ?? [], fresh.slice(0, kept)),
        deep: known?.deep ?? 0,
      } satisfies Place),
    // They are not among what was seen, so the next reading tries them again.
    trouble: malformed
      ? { kind: 'later', reason: `Bluesky sent ${malformed} post(s) that we could not read.`, at: null }
      : null,
  }
}

const remembered = (seen: Array<string>, more: Array<Notice>) =>
  [...new Set([...seen, ...more.map(({ uri }) => mark(uri))])].slice(-REMEMBERED)

function readPlace(cursor: Cursor): Place | null {
  try {
    return place.safeParse(JSON.parse(cursor ?? 'null')).data ?? null
  } catch {
    return null
  }
}

const mark = (uri: string) => createHash('sha256').update(uri).digest('base64url').slice(0, 10)

const told = z.object({ reason: z.enum(['mention', 'reply', 'quote']) })
const isPost = (item: unknown) => told.safeParse(item).success
