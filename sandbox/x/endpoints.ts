import { z } from 'zod'

/** The part of X API v2 that is spoken here. */
export const ENDPOINTS = [
  'GET /2/users/me',
  'GET /2/users/by/username/:username',
  'GET /2/users/:id/mentions',
  'GET /2/users/:id/tweets',
  'GET /2/tweets',
  'GET /2/tweets/search/recent',
  'GET /2/tweets/:id',
  'GET /2/tweets/:id/quote_tweets',
  'POST /2/tweets',
  'GET /2/webhooks',
  'POST /2/webhooks',
  'PUT /2/webhooks/:id',
  'DELETE /2/webhooks/:id',
  'GET /2/activity/subscriptions',
  'POST /2/activity/subscriptions',
  'DELETE /2/activity/subscriptions/:id',
  'POST /2/oauth2/token',
  'POST /oauth2/token',
  'DELETE /2/tweets/:id',
] as const
export type Endpoint = (typeof ENDPOINTS)[number]
/** What is asked in somebody's name, and so often only. */
export type SignedEndpoint = Exclude<Endpoint, 'POST /2/oauth2/token' | 'POST /oauth2/token'>
/** What is about whom the network calls. */
export type CallEndpoint = Extract<SignedEndpoint, `${string} /2/${'webhooks' | 'activity'}${string}`>
export const isCallEndpoint = (name: SignedEndpoint): name is CallEndpoint =>
  /^\w+ \/2\/(?:webhooks|activity)/.test(name)
export const endpoint = z.enum(ENDPOINTS)

const patterns = ENDPOINTS.map((name) => {
  const [method, path = ''] = name.split(' ')
  return { name, method, pattern: new RegExp(`^${path.replace(/:\w+/, '([^/]+)')}$`) }
})

/** The endpoint a request is for, with the one variable part of its path. The first match counts. */
export function route(method: string, path: string): { name: Endpoint; param: string } | null {
  for (const { name, pattern, method: wanted } of patterns) {
    const match = method === wanted ? pattern.exec(path) : null
    if (match) return { name, param: match[1] ?? '' }
  }
  return null
}
