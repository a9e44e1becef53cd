import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Hook, News } from '#app/channels/channel.ts'
import { inbound, readActivity } from './shape.ts'

/** Apps with an OAuth 2.0 client secret are sent the one, others the other, and during a change of secrets both. */
const SIGNATURES = ['x-twitter-webhooks-signature-oauth2', 'x-twitter-webhooks-signature']

/** By which of its events X says that somebody speaks to us, and what each says about our right to reply. */
const SPEAKS = {
  'post.mention.create': 'mentioned',
  'post.quote.create': 'quoted',
  'post.reply.create': null,
} as const

/**
 * How X's Activity API calls us: signed over the bytes of the body with a secret of the app, by which it also makes
 * sure every day that it is us who listen.
 * @param web where people read X
 */
export function xHook(secret: string, web: string): Hook {
  const sign = (text: string | Buffer) =>
    `sha256=${createHmac('sha256', secret).update(text).digest('base64')}`
  return {
    challenge(query) {
      const token = query.get('crc_token')
      return token === null || token === '' ? null : { response_token: sign(token) }
    },
    open(body, headers) {
      const genuine = Buffer.from(sign(body))
      const signed = SIGNATURES.some((name) => {
        const given = Buffer.from(headers.get(name) ?? '')
        return given.length === genuine.length && timingSafeEqual(given, genuine)
      })
      return signed ? newsIn(parsed(body), web) : null
    },
  }
}

function newsIn(body: unknown, web: string): Array<News> {
  const event = readActivity(body)
  // X signed it, so something happened, and reading will find what.
  if (!event) return [{ kind: 'unclear' }]
  if (event.type === 'post.delete') {
    const { deleted } = event
    return [
      deleted ? { kind: 'gone', externalId: deleted.id, authorId: deleted.author_id } : { kind: 'unclear' },
    ]
  }
  if (!isSpeaking(event.type)) return []
  const { post, accountId } = event
  if (!post || accountId === null) return [{ kind: 'unclear' }]
  const read = inbound(post, event.includes, { externalId: accountId, handle: '', web })
  return [{ kind: 'post', accountId, post: { ...read, summons: read.summons ?? SPEAKS[event.type] } }]
}

function isSpeaking(type: string): type is keyof typeof SPEAKS {
  return Object.hasOwn(SPEAKS, type)
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
