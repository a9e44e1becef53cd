import { z } from 'zod'
import type { Answer } from './client.server.ts'

/** X's windows last 15 minutes; used when a refusal does not say when it ends. */
const WINDOW_MS = 15 * 60_000

const problem = z.object({
  type: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  message: z.string().optional(), // the older plain form, { code, message }
  errors: z.array(z.object({ message: z.string().optional(), detail: z.string().optional() })).optional(),
})

/** X's own words for what went wrong, or null. */
export function reasonGiven(body: unknown): string | null {
  const { data } = problem.safeParse(body)
  const first = data?.errors?.[0]
  return data?.detail ?? first?.message ?? first?.detail ?? data?.message ?? data?.title ?? null
}

/** When X takes requests again, by its headers. A used-up day outlasts a used-up window. */
function resetAt(headers: Extract<Answer, { kind: 'answered' }>['headers'], now: Date): Date {
  const days = ['x-app-limit-24hour', 'x-user-limit-24hour']
    .filter((name) => headers[`${name}-remaining`] === '0')
    .map((name) => Number(headers[`${name}-reset`]))
  const seconds = Math.max(Number(headers['x-rate-limit-reset'] ?? NaN) || 0, ...days.filter(Number.isFinite))
  return seconds > 0 ? new Date(seconds * 1000) : new Date(now.getTime() + WINDOW_MS)
}

type Refusal = { kind: 'later'; reason: string; at: Date | null } | { kind: 'signed-out'; reason: string }

/**
 * Why an answer is no success, apart from what only the caller can judge (400, 403 and 5xx mean different things
 * to a reading and to a sending). Null: X did as asked, or that judgement is the caller's.
 */
export function commonTrouble(answer: Extract<Answer, { kind: 'answered' }>, now: Date): Refusal | null {
  switch (answer.status) {
    case 401:
      return {
        kind: 'signed-out',
        reason: reasonGiven(answer.body) ?? 'X no longer accepts our sign-in.',
      }
    case 402:
      return {
        kind: 'later',
        reason: reasonGiven(answer.body) ?? 'The credits for the X API are used up.',
        at: null,
      }
    case 429:
      return {
        kind: 'later',
        reason: 'X asks us to wait: its limit is used up.',
        at: resetAt(answer.headers, now),
      }
    default:
      return isAppRefused(answer)
        ? { kind: 'signed-out', reason: reasonGiven(answer.body) ?? 'X refuses our app.' }
        : null
  }
}

/** The app lacks a right: no post is to blame, and a person must put it right at X. */
function isAppRefused({ status, body }: Extract<Answer, { kind: 'answered' }>): boolean {
  return (
    status === 403 &&
    /\/(?:oauth1-permissions|client-forbidden)$/.test(problem.safeParse(body).data?.type ?? '')
  )
}
