import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { LRUCache } from 'lru-cache'
import { cutIntoPieces, fillSlots, type Piece } from '#app/ui/slots.tsx'

/** What a page shows, so that it is drawn anew when that changes. Every page also shows `all`. */
export type Tag = `ticket:${number}` | 'lists' | 'all'

/** A page as it comes from being drawn. */
export type Drawn = {
  status: number
  headers: Record<string, string>
  html: string
  /** Null: not to be kept, for it is an error, a way elsewhere, or was never meant to be. */
  shows: ReadonlySet<Tag> | null
}

/** The coding of an answer. Brotli first: a browser that offers both gets the smaller one. */
const CODINGS = ['br', 'gzip', 'identity'] as const
export type Coding = (typeof CODINGS)[number]

/** A body in one coding. */
export type Sealed = { body: Buffer; etag: string }

/** A page that can be answered with many times over. */
export type Kept = {
  status: number
  headers: Record<string, string>
  pieces: ReadonlyArray<Piece>
  /** The same for everyone who is not signed in, ready to be sent. */
  sealed: Record<Coding, Sealed>
  shows: ReadonlySet<Tag>
  drawnAt: number
  /** How long drawing it took. */
  took: number
  /** How often it was asked for besides the first time. */
  asked: number
  /** Since when it is known to be out of date; null while it is not. */
  staleSince: number | null
  usedAt: number
  draw: () => Promise<Drawn>
}

/** Changes come in bursts: they are gathered for so long. All times here are milliseconds. */
const GATHER = 50
/** A page that changes all the time is drawn anew no more often than this, or than twice what drawing it takes. */
const REST = 400
/** So many are drawn anew at a time; those asked for last come first. */
const HANDS = 2
/** A page that could not be drawn by then is not waited for. */
const GIVE_UP = 20_000
/** Nobody asked for it for so long: it is let go, and drawn when it is asked for again. */
const WANTED = 10_000
/** A page also tells how long ago things were, so it ages. */
const GOOD_FOR = 60_000
/** How long an old page stands in while the new one cannot be drawn. */
const STAND_IN = 5 * 60_000
/** Bytes of pages. */
const ROOM = 64 * 1024 * 1024

const compress = {
  br: promisify(brotliCompress),
  gzip: promisify(gzip),
}

export type PageCache = ReturnType<typeof createPageCache>

/**
 * Whole pages, drawn once for everybody who may see the same. A page is drawn anew when something it shows
 * changes, and the old one stands in meanwhile: for less than a second, or as long as the database takes.
 * @param now milliseconds, for tests
 */
export function createPageCache(now: () => number = Date.now) {
  const pages = new LRUCache<string, Kept>({ max: 2_000, maxSize: ROOM, sizeCalculation: sizeOf })
  const drawing = new Map<string, Promise<Kept | Drawn>>()
  /** When each of these changed last, for the pages that were being drawn just then. */
  const changedAt = new Map<Tag, number>()
  const gathered = new Set<Tag>()
  const timers = new Set<NodeJS.Timeout>()

  const later = (work: () => void, wait: number) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      work()
    }, wait).unref()
    timers.add(timer)
  }

  /** Draws a page, once however many ask for it, and keeps it if it may be kept. */
  const draw = (key: string, source: Kept['draw']): Promise<Kept | Drawn> => {
    const running = drawing.get(key)
    if (running) return running
    const run = (async () => {
      const begun = now()
      const drawn = await inTime(source())
      if (drawn.shows === null) {
        // An error is no reason to forget what was right a moment ago.
        if (drawn.status < 500) pages.delete(key)
        return drawn
      }
      const before = pages.peek(key)
      const { usedAt, asked } = before ?? { usedAt: now(), asked: 0 }
      const kept = await keep(drawn, { draw: source, drawnAt: begun, took: now() - begun, usedAt, asked })
      pages.set(key, kept)
      const missed = [...kept.shows, 'all' as const].some((tag) => (changedAt.get(tag) ?? -1) >= begun)
      if (missed) outdate(key, kept)
      return kept
    })().finally(() => drawing.delete(key))
    drawing.set(key, run)
    return run
  }

  /** A page that nobody asked for lately, or that one single reader asked for, is let go instead. */
  const outdate = (key: string, kept: Kept) => {
    if (kept.staleSince !== null) return
    if (kept.asked === 0 || now() - kept.usedAt > WANTED) return void pages.delete(key)
    kept.staleSince = now()
    const rested = kept.drawnAt + kept.took + Math.max(REST, 2 * kept.took)
    later(() => enqueue(key, kept), Math.max(0, rested - now()))
  }

  const waiting = new Map<string, Kept>()
  let busy = 0
  const enqueue = (key: string, kept: Kept) => {
    waiting.set(key, kept)
    work()
  }
  const work = () => {
    while (busy < HANDS && waiting.size > 0) {
      const [key, kept] = [...waiting].reduce((one, other) => (other[1].usedAt > one[1].usedAt ? other : one))
      waiting.delete(key)
      // Another one may have come meanwhile, or this one fallen out.
      if (pages.peek(key) !== kept) continue
      busy += 1
      const tried = () => {
        busy -= 1
        if (pages.peek(key) === kept) {
          // It could not be drawn: the old one stands in, and it is tried again, while somebody asks for it.
          if (now() - kept.drawnAt > STAND_IN || now() - kept.usedAt > WANTED) pages.delete(key)
          else later(() => enqueue(key, kept), 2_000)
        }
        work()
      }
      draw(key, kept.draw).then(tried, tried)
    }
  }

  const spread = () => {
    for (const [key, kept] of pages.entries()) {
      if (gathered.has('all') || [...gathered].some((tag) => kept.shows.has(tag))) outdate(key, kept)
    }
    gathered.clear()
    for (const [tag, at] of changedAt) if (now() - at > STAND_IN) changedAt.delete(tag)
  }

  return {
    /** What is kept, if it can be answered with at once. */
    peek(key: string): Kept | undefined {
      const kept = pages.get(key)
      if (!kept) return undefined
      const age = now() - kept.drawnAt
      if (age > (kept.staleSince === null ? 2 * GOOD_FOR : STAND_IN)) {
        pages.delete(key)
        return undefined
      }
      kept.usedAt = now()
      kept.asked += 1
      if (age > GOOD_FOR) outdate(key, kept)
      return kept
    },
    /** Draws the page for all who wait for it. @returns it, or what came instead and is not kept */
    draw,
    /** Something changed that pages show. */
    changed(...tags: Array<Tag>) {
      for (const tag of tags) {
        changedAt.set(tag, now())
        if (gathered.size === 0) later(spread, GATHER)
        gathered.add(tag)
      }
    },
    get size() {
      return pages.size
    },
    close() {
      for (const timer of timers) clearTimeout(timer)
      waiting.clear()
      pages.clear()
    },
  }
}

export const isKept = (page: Kept | Drawn): page is Kept => 'pieces' in page

function sizeOf({ pieces, sealed }: Kept): number {
  const compressed = Object.values(sealed).reduce((sum, one) => sum + one.body.length, 0)
  const options = (piece: Piece) =>
    typeof piece === 'string'
      ? piece.length
      : piece.kind === 'marked'
        ? [...piece.options.values()].reduce((sum, option) => sum + option.length, 0)
        : 0
  return 1_000 + compressed + pieces.reduce((sum, piece) => sum + options(piece), 0)
}

/** @throws when it takes too long; what comes after that is not looked at */
function inTime(drawing: Promise<Drawn>): Promise<Drawn> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('A page was not drawn in time')), GIVE_UP).unref()
    drawing.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

async function keep(
  drawn: Drawn,
  more: Pick<Kept, 'draw' | 'drawnAt' | 'took' | 'usedAt' | 'asked'>,
): Promise<Kept> {
  const { status, headers, html, shows } = drawn
  // Only on a page are people's own words escaped; a feed has no slots.
  const pieces = isPage(headers) ? cutIntoPieces(html) : [html]
  const body = Buffer.from(fillSlots(pieces, new Map(), null))
  const mark = createHash('sha256').update(body).digest('base64url').slice(0, 22)
  const [br, gzipped] = await Promise.all([encode(body, 'br', 6), encode(body, 'gzip', 6)])
  return {
    status,
    headers,
    pieces,
    sealed: {
      br: { body: br, etag: `"${mark}-br"` },
      gzip: { body: gzipped, etag: `"${mark}-gzip"` },
      identity: { body, etag: `"${mark}"` },
    },
    shows: shows ?? new Set(),
    staleSince: null,
    ...more,
  }
}

/** Whether it is HTML, and not a feed. */
const isPage = (headers: Record<string, string>) => headers['content-type']?.startsWith('text/html') ?? false

/** @param effort of the compression, from 1, which is what one answer is worth, to 9 */
export async function encode(body: Buffer, coding: Coding, effort: number): Promise<Buffer> {
  if (coding === 'br') return compress.br(body, { params: { [constants.BROTLI_PARAM_QUALITY]: effort } })
  return coding === 'gzip' ? compress.gzip(body, { level: effort }) : body
}

/** The best coding a browser takes. */
export function codingFor(accepted: string | undefined): Coding {
  if (!accepted) return 'identity'
  const refused = new Set<string>()
  const offered = new Set<string>()
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', quality] = part.split(';')
    if (/q=0(\.0*)?\s*$/.test(quality ?? '')) refused.add(name.trim())
    else offered.add(name.trim())
  }
  return CODINGS.find((coding) => offered.has(coding) && !refused.has(coding)) ?? 'identity'
}
