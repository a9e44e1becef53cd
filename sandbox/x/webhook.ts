import { createHmac, randomInt } from 'node:crypto'
import type { Happening, PracticeNetwork } from './network.ts'
import { newest } from './network.ts'
import { postsWithIncludes, wantedOf } from './present.ts'
import type { WorldUser } from './world.ts'

/** Where events go, and the secret of the app they are signed with. */
export type WebhookOptions = { url: string; secret: string }

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

/**
 * Calls somebody on this machine as X's Activity API would: first it makes sure that they know the secret, then it
 * sends a signed event for everything that was said to an official account, and for everything that was deleted.
 * @throws {Error} for an address that is not on this machine
 */
export function webhook(
  { url, secret }: WebhookOptions,
  { network, origin }: { network: () => PracticeNetwork; origin: () => string },
) {
  const { hostname, protocol } = new URL(url)
  if (protocol !== 'http:' || !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname))
    throw new Error(`The practice network only calls addresses on this machine, not ${url}`)
  const sign = (text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`
  const sent: Array<Sent> = []
  let valid = false
  let open = true
  let line = Promise.resolve()

  /** X's way to know that whoever listens is who registered. */
  async function challenge(): Promise<boolean> {
    const token = randomInt(2 ** 40).toString(36)
    const answer = await fetch(`${url}?crc_token=${token}&nonce=${token}`, {
      signal: AbortSignal.timeout(10_000),
    })
    const { response_token: given } = (await answer.json()) as { response_token?: string }
    return answer.status === 200 && given === sign(token)
  }

  async function call(type: string, body: string): Promise<void> {
    const record: Sent = { type, status: null, body }
    sent.push(record)
    if (sent.length > REMEMBERED) sent.shift()
    try {
      valid ||= await challenge()
      if (!valid) return
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': sign(body) },
        signal: AbortSignal.timeout(10_000),
      })
      record.status = answer.status
    } catch {
      // Nobody listens. X would try again for a while; whoever listens reads it later all the same.
    }
  }

  const enqueue = (type: string, body: string) => (line = line.then(() => call(type, body)))

  return {
    url,
    sent: sent as ReadonlyArray<Sent>,
    isOpen: () => open,
    /** Closed, what happens is told to nobody and is not told later. */
    set(isOpen: boolean) {
      open = isOpen
    },
    tell(happening: Happening) {
      if (!open) return
      for (const event of eventsOf(network(), happening, origin()))
        void enqueue(event.event_type, JSON.stringify({ data: event }))
    },
    /** The newest call once more, as it was. */
    again() {
      const last = sent.at(-1)
      if (last) void enqueue(last.type, last.body)
    },
    /** When all that was told until now has been answered or lost. */
    settled: () => line,
  }
}
export type Webhook = ReturnType<typeof webhook>

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
