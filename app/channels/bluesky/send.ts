import { RichText } from '@atproto/api'
import type { FindResult, OutboundPost, SendResult } from '#app/channels/channel.ts'
import type { BlueskyClient } from './client.server.ts'
import { POSTS, recordKey } from './keys.ts'
import { hindrance, refusal, viewsOf, type Hindrance } from './look.ts'
import { ownRecord, placed, postUrl, resolved, type ReplyTo, type Us, type View } from './shape.ts'

type Placed = { uri: string; cid: string }

/**
 * Publishes a reply, and what did not fit as replies to it. Every part has a record key of its own that is the same
 * in every attempt, so sending again only adds the parts that are missing.
 */
export async function sendReply(
  client: BlueskyClient,
  us: Us,
  post: OutboundPost,
  now: Date,
): Promise<SendResult> {
  const { views, malformed, hindrance: trouble } = await viewsOf(client, [post.inReplyTo])
  if (trouble) return trouble
  const answered = views.get(post.inReplyTo)
  if (!answered && malformed)
    return { kind: 'later', reason: 'Bluesky showed the post in a way that we could not read.', at: null }
  const place = answered ? replyTo(answered) : await earlierPlace(client, us, post)
  if (!place) return { kind: 'refused', reason: 'The post is no longer on Bluesky.' }
  if ('kind' in place) return place
  if (answered?.viewer?.replyDisabled)
    return { kind: 'refused', reason: 'The author has closed this conversation to replies.' }

  let parent = place.parent
  let first: Placed | null = null
  for (const [part, text] of [post.text, ...post.more].entries()) {
    const sent = await put(client, us, recordKey(post, part), {
      $type: POSTS,
      text,
      facets: await facetsOf(client, text, answered),
      reply: { root: place.root, parent },
      // Apps show a thread in the order of these.
      createdAt: new Date(now.getTime() + part).toISOString(),
    })
    if ('kind' in sent) return sent
    parent = { uri: sent.uri, cid: sent.cid }
    first ??= sent
  }
  return { kind: 'sent', externalId: first!.uri, url: postUrl({ id: us.did, handle: us.handle }, first!.uri) }
}

/** Looks whether every part is out. */
export async function findReply(client: BlueskyClient, us: Us, post: OutboundPost): Promise<FindResult> {
  let first: Placed | null = null
  for (let part = 0; part <= post.more.length; part += 1) {
    const found = await get(client, us, recordKey(post, part))
    if (found === null) return { kind: 'absent' }
    if ('kind' in found) return found
    first ??= found
  }
  return {
    kind: 'found',
    externalId: first!.uri,
    url: postUrl({ id: us.did, handle: us.handle }, first!.uri),
  }
}

function replyTo(view: View): ReplyTo {
  const own = { uri: view.uri, cid: view.cid }
  return { root: view.record.reply?.root ?? own, parent: own }
}

/** A post that was deleted after our first part went out: the rest still belongs below that part. */
async function earlierPlace(
  client: BlueskyClient,
  us: Us,
  post: OutboundPost,
): Promise<ReplyTo | Hindrance | null> {
  const found = await get(client, us, recordKey(post, 0))
  return found === null || 'kind' in found ? found : found.reply
}

/** Creates one record, or finds that an earlier attempt did. */
async function put(
  client: BlueskyClient,
  us: Us,
  rkey: string,
  record: Record<string, unknown>,
): Promise<Placed | Exclude<SendResult, { kind: 'sent' }>> {
  const answer = await client.ask((agent, options) =>
    agent.com.atproto.repo.createRecord({ repo: us.did, collection: POSTS, rkey, record }, options),
  )
  if (answer.kind === 'later' || answer.kind === 'signed-out') return answer
  if (answer.kind === 'silent') return { kind: 'unknown', reason: answer.reason }
  if (answer.kind === 'answered') {
    const { data } = placed.safeParse(answer.body)
    return data ?? { kind: 'unknown', reason: 'Bluesky gave an answer that we could not read.' }
  }
  // A key that is taken is refused like any failure, so only a look tells the two apart.
  const there = await get(client, us, rkey)
  if (there === null)
    return answer.status >= 500
      ? { kind: 'later', reason: refusal(answer), at: null }
      : { kind: 'refused', reason: refusal(answer) }
  return 'kind' in there ? { kind: 'unknown', reason: refusal(answer) } : there
}

/** A record of ours, or null when our own server says that there is none. */
async function get(
  client: BlueskyClient,
  us: Us,
  rkey: string,
): Promise<(Placed & { reply: ReplyTo | null }) | Hindrance | null> {
  const answer = await client.ask((agent, options) =>
    agent.com.atproto.repo.getRecord({ repo: us.did, collection: POSTS, rkey }, options),
  )
  if (answer.kind === 'refused' && answer.status === 400 && answer.error === 'RecordNotFound') return null
  const { data } = ownRecord.safeParse(answer.kind === 'answered' ? answer.body : null)
  return data ? { uri: data.uri, cid: data.cid, reply: data.value.reply ?? null } : hindrance(answer)
}

/** Mentions, links and hashtags, as Bluesky wants them marked. A handle that leads to nobody stays mere text. */
async function facetsOf(client: BlueskyClient, text: string, answered: View | undefined) {
  const rich = new RichText({ text })
  rich.detectFacetsWithoutResolution()
  const facets = []
  for (const facet of rich.facets ?? []) {
    const features = []
    for (const feature of facet.features) {
      if (!('did' in feature)) features.push(feature)
      else {
        const did = await didOf(client, String(feature.did), answered)
        if (did) features.push({ ...feature, did })
      }
    }
    if (features.length > 0) facets.push({ ...facet, features })
  }
  return facets
}

async function didOf(
  client: BlueskyClient,
  handle: string,
  answered: View | undefined,
): Promise<string | null> {
  if (answered && handle.toLowerCase() === answered.author.handle.toLowerCase()) return answered.author.id
  const answer = await client.ask((agent, options) =>
    agent.com.atproto.identity.resolveHandle({ handle }, options),
  )
  return answer.kind === 'answered' ? (resolved.safeParse(answer.body).data?.did ?? null) : null
}
