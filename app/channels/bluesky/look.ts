import type { LookUpResult } from '#app/channels/channel.ts'
import type { Answer, BlueskyClient } from './client.server.ts'
import { beside, inbound, thread, view, viewPage, type Us, type View } from './shape.ts'

/** As many posts as Bluesky shows at once. */
const BATCH = 25

export type Hindrance =
  { kind: 'later'; reason: string; at: Date | null } | { kind: 'signed-out'; reason: string }

/** Why an answer is no success; for requests that change nothing, and so may be made again at any time. */
export function hindrance(answer: Answer): Hindrance {
  switch (answer.kind) {
    case 'later':
    case 'signed-out':
      return answer
    case 'answered':
      return { kind: 'later', reason: 'Bluesky gave an answer that we could not read.', at: null }
    case 'refused':
      return { kind: 'later', reason: refusal(answer), at: null }
    case 'silent':
      return { kind: 'later', reason: answer.reason, at: null }
  }
}

export function refusal({ status, reason }: Extract<Answer, { kind: 'refused' }>): string {
  return status >= 500 ? `Bluesky failed on its side (${status}).` : reason
}

/**
 * Posts as Bluesky shows them now. One that is not there was deleted, or is hidden from us; or Bluesky told of it in
 * a way that we could not read, and then `malformed` is set.
 */
export async function viewsOf(
  client: BlueskyClient,
  uris: Array<string>,
): Promise<{ views: Map<string, View>; malformed: boolean; hindrance: Hindrance | null }> {
  const views = new Map<string, View>()
  let malformed = false
  const wanted = [...new Set(uris)]
  const batches = Array.from({ length: Math.ceil(wanted.length / BATCH) }, (_, n) =>
    wanted.slice(n * BATCH, (n + 1) * BATCH),
  )
  for (let batch = batches.shift(); batch; batch = batches.shift()) {
    const asked = batch
    const answer = await client.ask((agent, options) =>
      agent.app.bsky.feed.getPosts({ uris: asked }, options),
    )
    const page = answer.kind === 'answered' ? viewPage.safeParse(answer.body).data : null
    if (page) {
      for (const item of page.posts) {
        const { data } = view.safeParse(item)
        if (data) views.set(data.uri, data)
        else malformed = true
      }
    } else if (answer.kind === 'refused' && answer.status < 500) {
      // One address that Bluesky takes offence at must not hide its neighbours.
      if (asked.length > 1) batches.unshift(...asked.map((uri) => [uri]))
    } else return { views, malformed, hindrance: hindrance(answer) }
  }
  return { views, malformed, hindrance: null }
}

/**
 * How posts stand now. That a post is gone is only said when Bluesky says so of this post: one that is merely missing
 * in a list may be missing by a fault of the list.
 */
export async function lookUpPosts(client: BlueskyClient, us: Us, ids: Array<string>): Promise<LookUpResult> {
  const { views, hindrance: trouble } = await viewsOf(client, ids)
  if (trouble) return trouble
  const gone: Array<string> = []
  for (const uri of ids) {
    if (views.has(uri)) continue
    const answer = await client.ask((agent, options) =>
      agent.app.bsky.feed.getPostThread({ uri, depth: 0, parentHeight: 0 }, options),
    )
    if (answer.kind === 'later' || answer.kind === 'signed-out' || answer.kind === 'silent')
      return hindrance(answer)
    if (answer.kind === 'refused') {
      if (answer.status < 500 && answer.error === 'NotFound') gone.push(uri)
      continue
    }
    const found = thread.safeParse(answer.body).data?.thread
    if (found?.post?.uri === uri) views.set(uri, found.post)
    // Its author blocked us, or was blocked: not for us to show any more.
    else if (/#(?:notFound|blocked)Post$/.test(found?.$type ?? '')) gone.push(uri)
  }
  // What they answer or quote belongs to them: where it is missing, it is gone as well.
  const context = [...views.values()].flatMap(beside).filter((uri) => !views.has(uri))
  const around = await viewsOf(client, context)
  if (around.hindrance) return around.hindrance
  const all = new Map([...around.views, ...views])
  return {
    kind: 'looked',
    posts: ids.flatMap((uri) => {
      const found = views.get(uri)
      return found ? [inbound(found, all, us)] : []
    }),
    gone,
  }
}
