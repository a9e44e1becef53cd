import { z } from 'zod'
import type { Calls, Subscribed } from '#app/channels/channel.ts'
import { xAppLogin, xClient, type Answer, type ClientOptions, type XClient } from './client.server.ts'
import { reasonGiven } from './errors.ts'

/** What X is to tell of an account: whoever speaks to it, and what it takes back. */
const EVENTS = ['post.mention.create', 'post.reply.create', 'post.quote.create', 'post.delete']

/** As many subscriptions as X lists at once: more than it allows most apps. */
const MOST_LISTED = 1000

const failed = (reason: string) => ({ kind: 'failed' as const, reason })

/** Why X did not do as asked: of the errors it lists the first, which says more than the title of them all. */
function refusal(answer: Answer) {
  if (answer.kind === 'silent') return failed(answer.reason)
  const { data } = z
    .object({ errors: z.array(z.object({ message: z.string() })).min(1) })
    .safeParse(answer.body)
  return failed(
    data?.errors[0]!.message ??
      reasonGiven(answer.body) ??
      `X gave an answer that we could not read (${answer.status}).`,
  )
}

const webhook = z.object({ id: z.string(), url: z.string(), valid: z.boolean() })
const webhooks = z.object({ data: z.array(webhook).default([]) })
const registered = z.object({ data: webhook.pick({ id: true, valid: true }) })
const validated = z.object({ data: z.object({ valid: z.boolean() }) })
const granted = z.object({ access_token: z.string().min(1) })
const subscriptions = z.object({
  data: z
    .array(
      z.object({
        event_type: z.string(),
        filter: z.object({ user_id: z.string().optional() }).optional(),
        webhook_id: z.string().optional(),
      }),
    )
    .default([]),
})

/**
 * Where X calls us. Addresses are registered by the app itself, whose token X only gives for the app's key and secret;
 * what an account has told, the account itself asks for, because it is private.
 */
export function xCalls(keys: { key: string; secret: string }, options: ClientOptions): Calls {
  let token: string | null = null
  // A page of the desk waits for it.
  const quick = { ...options, timeoutMs: Math.min(options.timeoutMs, 3000) }

  async function ask(
    request: (app: XClient) => Promise<Answer>,
    limits: ClientOptions = options,
  ): Promise<Answer> {
    if (token === null) {
      const answer = await xAppLogin(keys, limits)
      const { data } = granted.safeParse(answer.kind === 'answered' ? answer.body : null)
      if (!data) return answer
      token = data.access_token
    }
    const answer = await request(xClient(token, limits))
    if (answer.kind === 'answered' && answer.status === 401) token = null
    return answer
  }

  return {
    events: EVENTS,
    async read(url) {
      const listed = await ask((app) => app.get('webhooks', {}), quick)
      const { data } = webhooks.safeParse(bodyOf(listed))
      if (!data) return refusal(listed)
      const here = data.data.find((one) => one.url === url) ?? null
      const others = data.data.flatMap((one) => (one.url === url ? [] : one.url))
      if (!here) return { kind: 'read', webhook: null, others, subscribed: [] }
      const told = await ask((app) => app.get('activity/subscriptions', { max_results: MOST_LISTED }), quick)
      const found = subscriptions.safeParse(bodyOf(told)).data
      if (!found) return refusal(told)
      const subscribed = found.data.flatMap(({ event_type: event, filter, webhook_id }): Array<Subscribed> =>
        webhook_id === here.id && filter?.user_id ? [{ accountId: filter.user_id, event }] : [],
      )
      return { kind: 'read', webhook: { id: here.id, valid: here.valid }, others, subscribed }
    },
    async register(url) {
      const answer = await ask((app) => app.post('webhooks', { url }))
      const { data } = registered.safeParse(bodyOf(answer))
      return data ? { kind: 'registered', id: data.data.id } : refusal(answer)
    },
    async check(id) {
      const answer = await ask((app) => app.put('webhooks/:id', { id }))
      const { data } = validated.safeParse(bodyOf(answer))
      return data?.data.valid ? { kind: 'registered', id } : refusal(answer)
    },
  }
}

/** One account has X tell us what happens to it. */
export async function subscribe(
  client: XClient,
  accountId: string,
  webhookId: string,
  events: ReadonlyArray<string>,
): Promise<{ kind: 'subscribed' } | { kind: 'failed'; reason: string }> {
  for (const event of events) {
    const answer = await client.post('activity/subscriptions', {
      event_type: event,
      filter: { user_id: accountId },
      webhook_id: webhookId,
      tag: 'quad',
    })
    if (bodyOf(answer) === undefined) return refusal(answer)
  }
  return { kind: 'subscribed' }
}

/** What came with a success; undefined: it was none. */
const bodyOf = (answer: Answer): unknown =>
  answer.kind === 'answered' && answer.status >= 200 && answer.status < 300 ? answer.body : undefined
