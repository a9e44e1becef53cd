import type { FindResult, OutboundPost, SendResult } from '#app/channels/channel.ts'
import type { XClient } from './client.server.ts'
import { commonTrouble, reasonGiven } from './errors.ts'
import { fingerprint } from './measure.ts'
import { readTimeline } from './read.ts'
import { created, postUrl, shownText, type Us } from './shape.ts'

/** Publishes a reply, once: X has no key to recognise a repeated request by, so nothing is tried twice here. */
export async function sendReply(
  client: XClient,
  account: Us,
  post: OutboundPost,
  now: Date,
): Promise<SendResult> {
  const answer = await client.post('tweets', {
    text: post.text,
    reply: { in_reply_to_tweet_id: post.inReplyTo },
  })
  if (answer.kind === 'silent')
    return answer.left
      ? { kind: 'unknown', reason: answer.reason }
      : { kind: 'later', reason: answer.reason, at: null }

  const trouble = commonTrouble(answer, now)
  if (trouble) return trouble
  // A failure on X's side says nothing about whether the post was kept.
  if (answer.status >= 500) return { kind: 'unknown', reason: `X failed on its side (${answer.status}).` }
  if (answer.status >= 400) {
    const reason = reasonGiven(answer.body) ?? `X refused the reply (${answer.status}).`
    if (answer.status !== 403 || !/duplicate/i.test(reason)) return { kind: 'refused', reason }
    const earlier = await findReply(client, account, post, now)
    if (earlier.kind === 'found') return { ...earlier, kind: 'sent' }
    return earlier.kind === 'absent' ? { kind: 'refused', reason } : { kind: 'unknown', reason }
  }
  const { data } = created.safeParse(answer.body)
  return data
    ? { kind: 'sent', externalId: data.data.id, url: postUrl(account.web, account.handle, data.data.id) }
    : { kind: 'unknown', reason: 'X gave an answer that we could not read.' }
}

/** Looks for a reply of ours in the same conversation, with the same words, among everything we said since it began. */
export async function findReply(
  client: XClient,
  account: Us,
  key: OutboundPost,
  now: Date,
): Promise<FindResult> {
  const { posts, trouble } = await readTimeline(
    client,
    { path: 'users/:id/tweets', params: { id: account.externalId } },
    {
      // From the start of the conversation: an edit meanwhile has given the post we answered a newer id.
      sinceId: key.conversationId,
      pages: Infinity,
      now,
    },
  )
  const wanted = fingerprint(key.text)
  const match = posts.find(
    ({ post }) => post.conversation_id === key.conversationId && fingerprint(shownText(post)) === wanted,
  )
  if (match)
    return {
      kind: 'found',
      externalId: match.post.id,
      url: postUrl(account.web, account.handle, match.post.id),
    }
  if (!trouble) return { kind: 'absent' }
  return trouble.kind === 'later'
    ? { ...trouble, kind: 'later' }
    : { kind: 'signed-out', reason: trouble.reason }
}
