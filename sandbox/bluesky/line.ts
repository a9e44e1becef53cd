import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** `accepted`: the server has done it, and nobody knows yet. */
export type LineEvent = {
  phase: 'arrived' | 'accepted' | 'answered'
  /** The verb of HTTP. */
  verb: string
  /** The method of the AT Protocol: `com.atproto.repo.createRecord`. */
  method: string
}

export type Answering = { status: number; headers?: Record<string, string>; body: string }

/** `after`: done, and answered with this all the same. `half`: the answer breaks off in its middle. */
export type LineFault =
  | 'as-usual'
  | 'hang'
  | 'break-off'
  | 'break-off-after'
  | 'half'
  | Answering
  | { after: Answering }
  | { delay: number }

export type Line = Awaited<ReturnType<typeof startLine>>

/** What belongs to one connection, and not to what is said on it. */
const HOP = new Set([
  'host',
  'connection',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'keep-alive',
])

/** A line to a server of the AT Protocol, on this machine, that can be watched and disturbed. */
export async function startLine(service: string) {
  const requests: Array<{ method: string; status: number | null }> = []
  const faults = new Map<string, Array<LineFault>>()
  const listeners = new Set<(event: LineEvent) => void>()
  const server = http.createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on(
      'end',
      () => void pass(request, response, Buffer.concat(chunks)).catch(() => response.destroy()),
    )
  })

  async function pass(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) {
    const url = new URL(request.url ?? '/', service)
    const [verb, method] = [request.method ?? 'GET', url.pathname.replace('/xrpc/', '')]
    const record: (typeof requests)[number] = { method, status: null }
    requests.push(record)
    const tell = (phase: LineEvent['phase']) => {
      for (const listener of listeners) listener({ phase, verb, method })
    }
    const answer = ({ status, headers, body }: Answering) => {
      record.status = status
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    }
    tell('arrived')
    const fault = faults.get(method)?.shift() ?? 'as-usual'
    if (fault === 'hang') return
    if (fault === 'break-off') return response.destroy()
    if (typeof fault === 'object' && 'status' in fault) return answer(fault)
    if (typeof fault === 'object' && 'delay' in fault) await pause(fault.delay)
    const headers = new Headers()
    for (const [name, value] of Object.entries(request.headers))
      if (!HOP.has(name)) headers.set(name, String(value))
    const given = await fetch(url, {
      method: verb,
      headers,
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const text = Buffer.from(await given.arrayBuffer())
    record.status = given.status
    tell('accepted')
    if (fault === 'break-off-after') return response.destroy()
    if (typeof fault === 'object' && 'after' in fault) return answer(fault.after)
    const kept = [...given.headers].filter(([name]) => !HOP.has(name))
    response.writeHead(given.status, { ...Object.fromEntries(kept), 'content-length': text.length })
    if (fault === 'half') return response.write(text.subarray(0, text.length / 2), () => response.destroy())
    response.end(text, () => tell('answered'))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    count: (method: string) => requests.filter((one) => one.method === method).length,
    /** What the next requests of this method get, one each. */
    next(method: string, ...those: Array<LineFault>) {
      faults.set(method, [...(faults.get(method) ?? []), ...those])
    },
    mend: () => faults.clear(),
    onRequest(listener: (event: LineEvent) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
