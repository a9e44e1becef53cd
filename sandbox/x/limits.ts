import type { SignedEndpoint } from './endpoints.ts'

const WINDOW_MS = 15 * 60_000

/** Requests in 15 minutes for one user, as X documents them. */
const LIMITS: Record<SignedEndpoint, number> = {
  'GET /2/users/me': 75,
  'GET /2/users/by/username/:username': 900,
  'GET /2/users/:id/mentions': 300,
  'GET /2/users/:id/tweets': 900,
  'GET /2/tweets': 900,
  'GET /2/tweets/:id': 900,
  'GET /2/tweets/:id/quote_tweets': 75,
  'GET /2/tweets/search/recent': 300,
  'POST /2/tweets': 100,
  'DELETE /2/tweets/:id': 50,
  'GET /2/webhooks': 450,
  'POST /2/webhooks': 450,
  'PUT /2/webhooks/:id': 450,
  'DELETE /2/webhooks/:id': 450,
  'GET /2/activity/subscriptions': 500,
  'POST /2/activity/subscriptions': 500,
  'DELETE /2/activity/subscriptions/:id': 500,
}
export type Limits = Partial<Record<SignedEndpoint, number>>

/** Counts requests in fixed windows, one for each caller and endpoint. */
export function rateLimits(changed: Limits, now: () => Date) {
  const windows = new Map<string, { used: number; resetAt: number }>()
  return function take(who: string, endpoint: SignedEndpoint) {
    const limit = changed[endpoint] ?? LIMITS[endpoint]
    const key = `${who} ${endpoint}`
    let window = windows.get(key)
    if (!window || window.resetAt <= now().getTime()) {
      window = { used: 0, resetAt: now().getTime() + WINDOW_MS }
      windows.set(key, window)
    }
    window.used++
    return {
      allowed: window.used <= limit,
      headers: rateHeaders(limit, Math.max(0, limit - window.used), window.resetAt),
    }
  }
}

export function rateHeaders(limit: number, remaining: number, resetAtMs: number) {
  return {
    'x-rate-limit-limit': String(limit),
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(Math.ceil(resetAtMs / 1000)),
  }
}
