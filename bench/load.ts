import autocannon from 'autocannon'

/** One request of a row. `next` is asked before each one is sent. */
export type Sent = { method?: 'GET' | 'POST'; path: string; headers?: Record<string, string>; body?: string }

export type Measured = {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** Answers with 2xx or 3xx. */
  good: number
  /** Everything else: other answers, broken connections, no answer in time. */
  failed: number
  /** How often each status was answered. */
  statuses: Record<string, number>
  /** How much of one core the load generator used: near 1, it was the limit and not the site. */
  generator: number
}

const ANSWER_WITHIN = 10

/** Sends as fast as the answers come, over `connections` kept open. */
export async function measure(
  url: string,
  load: { connections: number; seconds: number; next: Sent | (() => Sent) },
): Promise<Measured> {
  const { connections, seconds, next } = load
  const used = process.cpuUsage()
  const began = performance.now()
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    timeout: ANSWER_WITHIN,
    requests: [
      typeof next === 'function' ? { setupRequest: (request) => ({ ...request, ...next() }) } : next,
    ],
  })
  const elapsed = performance.now() - began
  const { user, system } = process.cpuUsage(used)
  const good = result['2xx'] + result['3xx']
  return {
    perSecond: good / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    good,
    failed: result['1xx'] + result['4xx'] + result['5xx'] + result.errors,
    statuses: Object.fromEntries(
      Object.entries(result.statusCodeStats ?? {}).map(([status, { count = 0 }]) => [status, count]),
    ),
    generator: (user + system) / 1000 / elapsed,
  }
}
