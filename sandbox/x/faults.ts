import { z } from 'zod'
import { endpoint, type Endpoint } from './endpoints.ts'

/**
 * What may go wrong once. Those marked * happen after the state has changed, so that a post is out although its
 * sender does not know.
 */
export const FAULTS = {
  'drop-before': 'Connection breaks before anything happens',
  'drop-after': 'Connection breaks after the post is out', // *
  '429': 'Rate limit used up',
  '500': 'Server error, nothing happened',
  '500-after': 'Server error, but the post is out', // *
  '503': 'Service unavailable',
  html: 'A web page instead of data', // *
  garbage: 'Broken data', // *
  'missing-fields': 'Data in another shape', // *
  huge: 'An enormous answer', // *
  drip: 'An answer that never ends', // *
  hang: 'No answer at all',
} as const
export type FaultName = keyof typeof FAULTS

/** A name, a delay in milliseconds (`delay:1500`), or an answer of one's own in place of the real one. */
export type Fault = FaultName | `delay:${number}` | CustomAnswer
export type CustomAnswer = { status: number; headers?: Record<string, string>; body: unknown }

export const faultRequest = z.object({
  match: endpoint,
  fault: z.union([
    z.enum(Object.keys(FAULTS) as [FaultName, ...Array<FaultName>]),
    z.templateLiteral(['delay:', z.number().int().min(0).max(600_000)]),
    z.object({
      status: z.number().int().min(200).max(599),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown(),
    }),
  ]),
  times: z.coerce.number().int().min(1).max(1000).default(1),
})

export function faultQueue() {
  const queue: Array<{ match: Endpoint; fault: Fault; left: number }> = []
  return {
    waiting: () => queue.map(({ match, fault, left }) => ({ match, fault, times: left })),
    /** The next `times` requests to this endpoint go wrong. Several faults for one endpoint happen in turn. */
    next(match: Endpoint, fault: Fault, times = 1) {
      queue.push({ match, fault, left: times })
    },
    clear() {
      queue.length = 0
    },
    take(match: Endpoint): Fault | null {
      const index = queue.findIndex((entry) => entry.match === match)
      const entry = queue[index]
      if (!entry) return null
      if (--entry.left === 0) queue.splice(index, 1)
      return entry.fault
    },
  }
}
