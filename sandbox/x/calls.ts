import { createHmac, randomInt } from 'node:crypto'
import { z } from 'zod'
import { problem, type Reply } from './api.ts'
import type { CallEndpoint } from './endpoints.ts'
import { newest, RuleBroken, type Happening, type PracticeNetwork } from './network.ts'
import type { Caller } from './oauth.ts'
import { postsWithIncludes, wantedOf } from './present.ts'
import type { World, WorldUser } from './world.ts'

export type Sent = { type: string; status: number | null; body: string }

const REMEMBERED = 20

/** How X answers to be called about: everything, in the words its events are told in. */
const WHOLE = new URLSearchParams({
  'tweet.fields':
    'attachments,author_id,conversation_id,created_at,entities,in_reply_to_user_id,referenced_tweets',
  'media.fields': 'alt_text,preview_image_url,type,url',
  expansions:
    'attachments.media_keys,author_id,in_reply_to_user_id,referenced_tweets.id,referenced_tweets.id.author_id',
})

/** An address that is called, for one app. */
type Webhook = { id: string; url: string; valid: boolean; key: string; at: string }
/** Of what, about whom, an address is told. */
type Subscription = { id: string; webhookId: string; type: string; userId: string; key: string; at: string }
export type Registered = { webhooks: Array<Webhook>; subscriptions: Array<Subscription> }

/** What only an account itself may have told: it says who spoke to it. */
const PRIVATE = ['post.mention.create', 'post.reply.create', 'post.quote.create']
const TYPES = [...PRIVATE, 'post.delete']

const newWebhook = z.strictObject({ url: z.string().min(1).max(200) })
const newSubscription = z.strictObject({
  event_type: z.enum(TYPES),
  filter: z.strictObject({ user_id: z.string() }),
  tag: z.string().min(1).max(200).optional(),
  webhook_id: z.string(),
})

/** What a registration says; `why` is X's own word for what is wrong with it. */
class NotRegistered extends Error {
  constructor(why: string, details: string) {
    super(`${why}: ${details}`)
  }
}

/**
 * Calls addresses on this machine as X's Activity API does: whoever registers one must know the secret of the app, and
 * is then told, signed, of what they subscribed to.
 */
export function calls(options: {
  world: World
  network: () => PracticeNetwork
  origin: () => string
  now: () => Date
  saved: Registered | null
  changed: (registered: Registered) => void
}) {
  const { world, network, origin, now, changed } = options
  let { webhooks, subscriptions }: Registered = options.saved ?? { webhooks: [], subscriptions: [] }
  const sent: Array<Sent> = []
  let open = true
  let line = Promise.resolve()

  const keep = (next: Partial<Registered>) => {
    webhooks = next.webhooks ?? webhooks
    subscriptions = next.subscriptions ?? subscriptions
    changed({ webhooks, subscriptions })
  }
  const newId = () => String(1_900_000_000_000_000_000n + BigInt(randomInt(2 ** 47)))
  const sign = (key: string, text: string) => {
    const secret = world.apps.find((app) => app.key === key)?.secret ?? ''
    return `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`
  }

  /** X's way to know that whoever listens is who registered. */
  async function knowsTheSecret({ url, key }: Pick<Webhook, 'url' | 'key'>): Promise<boolean> {
    const token = randomInt(2 ** 40).toString(36)
    try {
      const answer = await fetch(`${url}?crc_token=${token}&nonce=${token}`, {
        signal: AbortSignal.timeout(10_000),
      })
      const { response_token: given } = (await answer.json()) as { response_token?: string }
      return answer.status === 200 && given === sign(key, token)
    } catch {
      return false
    }
  }

  async function register(key: string, url: string): Promise<Reply> {
    if (!isHere(url))
      throw new NotRegistered('UrlValidationFailed', 'the practice network only calls this machine by http')
    if (webhooks.some((one) => one.key === key && one.url === url))
      throw new NotRegistered('DuplicateUrlFailed', 'this address is registered already')
    if (webhooks.some((one) => one.key === key))
      throw new NotRegistered('WebhookLimitExceeded', 'this app has all the webhooks that it may have')
    if (!(await knowsTheSecret({ key, url })))
      throw new NotRegistered('CrcValidationFailed', 'the address did not answer the challenge as it should')
    const made = { id: newId(), url, valid: true, key, at: now().toISOString() }
    keep({ webhooks: [...webhooks, made] })
    return { status: 200, body: { data: shownWebhook(made) } }
  }

  async function validate(webhook: Webhook): Promise<Reply> {
    const valid = await knowsTheSecret(webhook)
    keep({ webhooks: webhooks.map((one) => (one.id === webhook.id ? { ...one, valid } : one)) })
    if (!valid)
      throw new NotRegistered('CrcValidationFailed', 'the address did not answer the challenge as it should')
    return { status: 200, body: { data: { valid } } }
  }

  function subscribe(key: string, caller: Caller, body: unknown): Reply {
    const wish = newSubscription.safeParse(body)
    if (!wish.success) throw new RuleBroken(400, z.prettifyError(wish.error))
    const { event_type: type, filter, webhook_id: webhookId, tag } = wish.data
    const userId = filter.user_id
    if (!webhooks.some(({ id, key: owner }) => id === webhookId && owner === key))
      throw new NotRegistered('WebhookIdInvalid', 'this app has no such webhook')
    if (PRIVATE.includes(type) && (caller.kind !== 'user' || caller.user.id !== userId))
      throw new RuleBroken(403, 'Only the account itself may have this told.')
    const same = (one: Subscription) => one.type === type && one.userId === userId && one.key === key
    if (subscriptions.some(same))
      throw new NotRegistered('DuplicateSubscription', `${type} of this account is subscribed to already`)
    const made = { id: newId(), webhookId, type, userId, key, at: now().toISOString() }
    keep({ subscriptions: [...subscriptions, made] })
    const subscription = { ...shownSubscription(made), ...(tag === undefined ? {} : { tag }) }
    return { status: 200, body: { data: { subscription } } }
  }

  async function answer(
    endpoint: CallEndpoint,
    call: { caller: Caller; param: string; body: unknown },
  ): Promise<Reply> {
    const { caller, param, body } = call
    const key = caller.key
    const webhook = webhooks.find(({ id, key: owner }) => id === param && owner === key)
    const forApp = () => {
      if (caller.kind !== 'app') throw new RuleBroken(403, 'Only the app itself may ask this.')
    }
    const known = () => {
      if (!webhook) throw new NotRegistered('WebhookIdInvalid', 'this app has no such webhook')
      return webhook
    }
    try {
      switch (endpoint) {
        case 'GET /2/webhooks': {
          forApp()
          const data = webhooks.filter((one) => one.key === key).map(shownWebhook)
          return { status: 200, body: { data, meta: { result_count: data.length } } }
        }
        case 'POST /2/webhooks': {
          const wish = newWebhook.safeParse(body)
          if (!wish.success) throw new RuleBroken(400, z.prettifyError(wish.error))
          return await register(key, wish.data.url)
        }
        case 'PUT /2/webhooks/:id':
          return await validate(known())
        case 'DELETE /2/webhooks/:id': {
          const { id } = known()
          keep({
            webhooks: webhooks.filter((one) => one.id !== id),
            subscriptions: subscriptions.filter(({ webhookId }) => webhookId !== id),
          })
          return { status: 200, body: { data: { deleted: true } } }
        }
        case 'GET /2/activity/subscriptions': {
          forApp()
          const data = subscriptions.filter((one) => one.key === key).map(shownSubscription)
          return { status: 200, body: { data } }
        }
        case 'POST /2/activity/subscriptions':
          return subscribe(key, caller, body)
        case 'DELETE /2/activity/subscriptions/:id': {
          forApp()
          if (!subscriptions.some(({ id, key: owner }) => id === param && owner === key))
            throw new RuleBroken(404, `Could not find subscription with id: [${param}].`)
          keep({ subscriptions: subscriptions.filter(({ id }) => id !== param) })
          return { status: 200, body: { data: { deleted: true } } }
        }
      }
    } catch (error) {
      if (!(error instanceof NotRegistered)) throw error
      const refused = problem(400, 'One or more parameters to your request was invalid.')
      return { ...refused, body: { ...(refused.body as object), errors: [{ message: error.message }] } }
    }
  }

  async function call({ key, url }: Webhook, type: string, body: string): Promise<void> {
    const record: Sent = { type, status: null, body }
    sent.push(record)
    if (sent.length > REMEMBERED) sent.shift()
    try {
      const given = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': sign(key, body) },
        signal: AbortSignal.timeout(10_000),
      })
      record.status = given.status
    } catch {
      // Nobody listens. X would try again for a while; whoever listens reads it later all the same.
    }
  }

  const enqueue = (webhook: Webhook, type: string, body: string) =>
    (line = line.then(() => call(webhook, type, body)))

  return {
    answer,
    sent: sent as ReadonlyArray<Sent>,
    webhooks: (): ReadonlyArray<Webhook> => webhooks,
    subscriptions: (): ReadonlyArray<Subscription> => subscriptions,
    isOpen: () => open,
    /** Closed, what happens is told to nobody and is not told later. */
    set(isOpen: boolean) {
      open = isOpen
    },
    /** What X does when an address has not answered its hourly challenge. */
    giveUp() {
      keep({ webhooks: webhooks.map((one) => ({ ...one, valid: false })) })
    },
    tell(happening: Happening) {
      if (!open || subscriptions.length === 0) return
      for (const event of eventsOf(network(), happening, origin()))
        for (const { webhookId } of subscriptions.filter(
          ({ type, userId }) => type === event.event_type && userId === event.filter.user_id,
        )) {
          const webhook = webhooks.find(({ id, valid }) => id === webhookId && valid)
          if (webhook) void enqueue(webhook, event.event_type, JSON.stringify({ data: event }))
        }
    },
    /** The newest call once more, as it was. */
    again() {
      const [last, webhook] = [sent.at(-1), webhooks[0]]
      if (last && webhook) void enqueue(webhook, last.type, last.body)
    },
    /** When all that was told until now has been answered or lost. */
    settled: () => line,
  }
}
export type Calls = ReturnType<typeof calls>

const shownWebhook = ({ id, url, valid, at }: Webhook) => ({ id, url, valid, created_at: at })
const shownSubscription = ({ id, webhookId, type, userId, at }: Subscription) => ({
  subscription_id: id,
  event_type: type,
  filter: { user_id: userId },
  webhook_id: webhookId,
  created_at: at,
  updated_at: at,
})

function isHere(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null
  return url?.protocol === 'http:' && /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)
}

/** One event for each official account that a post speaks to, for each way in which it does. */
export function eventsOf(network: PracticeNetwork, { kind, post }: Happening, origin: string) {
  const event = (type: string, userId: string, payload: object, includes?: object) => ({
    event_uuid: String(randomInt(2 ** 47)),
    filter: { user_id: userId },
    event_type: type,
    tag: 'quad',
    payload,
    ...(includes && { includes }),
  })
  if (kind === 'deleted')
    return [event('post.delete', post.authorId, { id: newest(post).id, author_id: post.authorId })]
  const {
    data: [payload],
    includes,
  } = postsWithIncludes(network, [[post, newest(post)]], wantedOf(WHOLE, origin))
  const authorOf = (id: string | null) => network.post(id ?? '')?.authorId
  const named = new Set(network.mentionedIn(newest(post).text))
  const about = (user: WorldUser) => [
    ...(named.has(user) && post.repost === null ? ['post.mention.create'] : []),
    ...(authorOf(post.inReplyTo) === user.id ? ['post.reply.create'] : []),
    ...(authorOf(post.quote) === user.id ? ['post.quote.create'] : []),
  ]
  return network.users
    .filter((user) => user.accessToken !== undefined && user.id !== post.authorId)
    .flatMap((user) => about(user).map((type) => event(type, user.id, payload!, includes)))
}
