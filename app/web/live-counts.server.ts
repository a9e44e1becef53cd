import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
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
const TRY_AGAIN = 2_000
/** Bytes that wait for a reader. */
const MOST_UNREAD = 16 * 1024

const PATH = /^\/live\/([1-9]\d{0,8})$/

/** Tells open ticket pages how their counts change, by server-sent events. Nobody is known by it: counts are public. */
export function liveCounts({ campus, log }: { campus: Campus; log: Log }) {
  const lines = new Map<number, Set<ServerResponse>>()
  const sockets = new WeakSet<Socket>()
  const gathered = new Set<number>()
  let open = 0

  const write = (line: ServerResponse, text: string) => {
    if (line.writableEnded || line.destroyed) return
    // Who does not read is not waited for.
    if (line.writableLength > MOST_UNREAD) line.destroy()
    else line.write(text)
  }
  const tell = (listeners: Iterable<ServerResponse>, counts: Counts) => {
    for (const line of listeners) write(line, `data: ${JSON.stringify(counts)}\n\n`)
  }

  const gather = (numbers: Iterable<number>, wait: number) => {
    if (gathered.size === 0) setTimeout(() => void spread(), wait).unref()
    for (const number of numbers) gathered.add(number)
  }
  const spread = async () => {
    const numbers = [...gathered]
    gathered.clear()
    try {
      for (const counts of await readCounts(campus, numbers)) tell(lines.get(counts.number) ?? [], counts)
    } catch (error) {
      log.warn({ reason: reasonOf(error) }, 'live counts could not be read')
      gather(
        numbers.filter((number) => lines.has(number)),
        TRY_AGAIN,
      )
    }
  }

  const breath = setInterval(() => {
    for (const listeners of lines.values()) for (const line of listeners) write(line, ':\n\n')
  }, BREATH).unref()

  const refuse = (response: ServerResponse, status: number) => {
    response.writeHead(status, { 'Cache-Control': 'no-store', Connection: 'close' }).end()
  }

  const listen = async (number: number, request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    // A browser opens a connection for each line; only who wants to fill the house sends more on one.
    if (open >= LINES || sockets.has(socket)) return refuse(response, 503)
    sockets.add(socket)
    open += 1
    let listeners: Set<ServerResponse> | undefined
    socket.once('close', () => {
      open -= 1
      listeners?.delete(response)
      if (listeners?.size === 0) lines.delete(number)
    })
    try {
      const [counts] = await readCounts(campus, [number])
      if (socket.destroyed) return
      if (!counts) return refuse(response, 404)
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        // Says to proxies: pass it on at once.
        'X-Accel-Buffering': 'no',
      })
      write(response, 'retry: 10000\n')
      listeners = lines.get(number) ?? new Set()
      lines.set(number, listeners.add(response))
      // The page may be as old as the cache allows, and something may have changed since this was read.
      tell([response], counts)
      gather([number], GATHER)
    } catch {
      if (!response.headersSent) refuse(response, 503)
    }
  }

  return {
    /** @returns whether the address is one of these lines */
    answer(request: IncomingMessage, response: ServerResponse): boolean {
      const number = PATH.exec(request.url ?? '')?.[1]
      if (number === undefined || request.method !== 'GET') return false
      response.on('error', () => undefined)
      void listen(Number(number), request, response)
      return true
    },
    /** A ticket changed; or, where it is not known which, any may have. */
    changed(number: number | null) {
      if (number === null) gather(lines.keys(), GATHER)
      else if (lines.has(number)) gather([number], GATHER)
    },
    close() {
      clearInterval(breath)
      for (const listeners of lines.values()) for (const line of listeners) line.end()
    },
  }
}
