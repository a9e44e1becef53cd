import type { IncomingMessage, ServerResponse } from 'node:http'
import { readCounts, type Counts } from '#app/domain/tickets/counts.server.ts'
import type { Campus } from '#app/domain/campus.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'

/** Open lines of one process; beyond, a page does without. */
const LINES = 2_000
/** Changes come in bursts. Milliseconds, as all times here. */
const GATHER = 250
/** Proxies cut a line that is quiet for a minute. */
const BREATH = 25_000

const PATH = /^\/live\/([1-9]\d{0,8})$/

/** Tells open ticket pages how their counts change, by server-sent events. Nobody is known by it: counts are public. */
export function liveCounts({ campus, log }: { campus: Campus; log: Log }) {
  const lines = new Map<number, Set<ServerResponse>>()
  const gathered = new Set<number>()
  let open = 0

  const tell = (listeners: Iterable<ServerResponse>, counts: Counts) => {
    for (const line of listeners) line.write(`data: ${JSON.stringify(counts)}\n\n`)
  }

  const spread = async () => {
    const numbers = [...gathered]
    gathered.clear()
    try {
      for (const counts of await readCounts(campus, numbers)) tell(lines.get(counts.number) ?? [], counts)
    } catch (error) {
      // The next change tells them.
      log.warn({ reason: reasonOf(error) }, 'live counts could not be read')
    }
  }

  const breath = setInterval(() => {
    for (const listeners of lines.values()) for (const line of listeners) line.write(':\n\n')
  }, BREATH).unref()

  const listen = async (number: number, request: IncomingMessage, response: ServerResponse) => {
    if (open >= LINES) return void response.writeHead(503, { 'Retry-After': '60' }).end()
    open += 1
    const listeners = lines.get(number) ?? new Set()
    lines.set(number, listeners.add(response))
    request.once('close', () => {
      open -= 1
      listeners.delete(response)
      if (listeners.size === 0) lines.delete(number)
    })
    try {
      const [counts] = await readCounts(campus, [number])
      if (!counts) return void response.writeHead(404).end()
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // Says to proxies: pass it on at once.
        'X-Accel-Buffering': 'no',
      })
      response.write('retry: 10000\n')
      // The page may be as old as the cache allows.
      tell([response], counts)
    } catch {
      response.writeHead(503).end()
    }
  }

  return {
    /** @returns whether the address is one of these lines */
    answer(request: IncomingMessage, response: ServerResponse): boolean {
      const number = PATH.exec(request.url ?? '')?.[1]
      if (number === undefined || request.method !== 'GET') return false
      void listen(Number(number), request, response)
      return true
    },
    /** A ticket changed. */
    changed(number: number) {
      if (!lines.has(number)) return
      if (gathered.size === 0) setTimeout(() => void spread(), GATHER).unref()
      gathered.add(number)
    },
    close() {
      clearInterval(breath)
      for (const listeners of lines.values()) for (const line of listeners) line.end()
    },
  }
}
