import twitter from 'twitter-text'
import { z } from 'zod'
import type { CallEndpoint, SignedEndpoint } from './endpoints.ts'
import {
  compareIds,
  newest,
  RuleBroken,
  timeOf,
  type Post,
  type PracticeNetwork,
  type Version,
} from './network.ts'
import type { Caller } from './oauth.ts'
import { postsWithIncludes, presentPost, presentUser, timeline, wantedOf } from './present.ts'

export type Reply = { status: number; headers?: Record<string, string>; body: unknown }
type Call = {
  caller: Caller
  param: string
  query: URLSearchParams
  body: unknown
  origin: string
  now: Date
}
type Timed = { all: ReadonlyArray<Post>; pageSizes: [number, number]; defaultSize: number; reach: number }

const NOT_FOUND = 'https://api.x.com/2/problems/resource-not-found'

/** X's problem document. Its types are the ones the official API description allows. */
export function problem(status: number, detail: string): Reply {
  const kinds: Record<number, { type: string; title: string; resource_type?: string }> = {
    400: { type: 'invalid-request', title: 'Invalid Request' },
    401: { type: 'not-authorized-for-resource', title: 'Unauthorized', resource_type: 'user' },
    403: { type: 'disallowed-resource', title: 'Forbidden' },
    404: { type: 'resource-not-found', title: 'Not Found Error', resource_type: 'post' },
  }
  const { type, ...rest } = kinds[status] ?? { type: 'internal-error', title: 'Internal Error' }
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: { ...rest, type: `https://api.x.com/2/problems/${type}`, detail, status },
  }
}

/** The plain form of an error, which X uses as well. */
export function tooMany(headers: Record<string, string>): Reply {
  const body = {
    code: 88,
    message: 'Rate limit exceeded',
    title: 'Too Many Requests',
    detail: 'Too Many Requests',
  }
  return { status: 429, headers, body: { ...body, type: 'about:blank', status: 429 } }
}

/** @throws {RuleBroken} with the status and the words of the refusal */
export function answer(
  network: PracticeNetwork,
  endpoint: Exclude<SignedEndpoint, CallEndpoint>,
  call: Call,
): Reply {
  switch (endpoint) {
    case 'GET /2/users/me':
      return ok({ data: presentUser(speaker(call), wantedOf(call.query, call.origin).userFields) })
    case 'GET /2/users/by/username/:username': {
      const user = network.users.find(({ handle }) => handle.toLowerCase() === call.param.toLowerCase())
      if (!user) return ok({ errors: [missing('user', 'username', call.param)] })
      return ok({ data: presentUser(user, wantedOf(call.query, call.origin).userFields) })
    }
    case 'GET /2/users/:id/mentions':
    case 'GET /2/users/:id/tweets': {
      const user = network.userById(call.param)
      if (!user) return ok({ errors: [missing('user', 'id', call.param)] })
      if (endpoint === 'GET /2/users/:id/mentions') {
        const all = network
          .shown()
          .filter((post) => post.repost === null && network.mentionedIn(newest(post).text).includes(user))
        return page(network, call, { all, pageSizes: [5, 100], defaultSize: 10, reach: 800 })
      }
      const exclude = (call.query.get('exclude') ?? '').split(',')
      const all = network
        .shown()
        .filter((post) => post.authorId === user.id)
        .filter((post) => !(exclude.includes('replies') && post.inReplyTo !== null))
        .filter((post) => !(exclude.includes('retweets') && post.repost !== null))
      return page(network, call, { all, pageSizes: [5, 100], defaultSize: 10, reach: 3200 })
    }
    case 'GET /2/tweets/search/recent': {
      const all = network.shown().filter(matcher(network, call.query.get('query') ?? ''))
      const end = call.now.getTime() - SEARCH_REACH_MS
      refuseTooOld(network, call, end)
      return page(network, call, {
        all: all.filter((post) => Date.parse(newest(post).at) >= end),
        pageSizes: [10, 100],
        defaultSize: 10,
        reach: 1000,
      })
    }
    case 'GET /2/tweets/:id/quote_tweets': {
      const quoted = network.shownPost(call.param)
      if (!quoted) return ok({ errors: [missing('tweet', 'id', call.param)], meta: { result_count: 0 } })
      const ids = quoted.versions.map(({ id }) => id)
      const all = network.shown().filter((post) => post.quote !== null && ids.includes(post.quote))
      return page(network, call, { all, pageSizes: [10, 100], defaultSize: 10, reach: 1000 })
    }
    case 'GET /2/tweets': {
      const ids = (call.query.get('ids') ?? '').split(',').filter(Boolean)
      if (ids.length === 0 || ids.length > 100)
        throw new RuleBroken(400, 'The `ids` query parameter takes 1 to 100 ids.')
      const found = ids.map((id) => lookUp(network, id)).filter((one) => one !== null)
      const errors = ids.filter((id) => !network.shownPost(id)).map((id) => missing('tweet', 'ids', id))
      return ok({
        ...(found.length && postsWithIncludes(network, found, wantedOf(call.query, call.origin))),
        ...(errors.length && { errors }),
      })
    }
    case 'GET /2/tweets/:id': {
      const found = lookUp(network, call.param)
      if (!found) return ok({ errors: [missing('tweet', 'id', call.param)] })
      const { data, ...rest } = postsWithIncludes(network, [found], wantedOf(call.query, call.origin))
      return ok({ data: data[0], ...rest })
    }
    case 'POST /2/tweets':
      return create(network, call)
    case 'DELETE /2/tweets/:id': {
      const post = network.post(call.param)
      if (!post) throw new RuleBroken(404, `Could not find tweet with id: [${call.param}].`)
      if (post.authorId !== speaker(call).id)
        throw new RuleBroken(403, 'You are not authorized to delete this Post.')
      network.remove(call.param)
      return ok({ data: { deleted: true } })
    }
  }
}

const newPost = z.strictObject({
  text: z.string(),
  reply: z
    .strictObject({
      in_reply_to_tweet_id: z.string().regex(/^\d{1,19}$/),
      auto_populate_reply_metadata: z.boolean().optional(),
      exclude_reply_user_ids: z.array(z.string()).optional(),
    })
    .optional(),
  quote_tweet_id: z.string().optional(),
  made_with_ai: z.boolean().optional(),
})

function create(network: PracticeNetwork, call: Call): Reply {
  const author = speaker(call)
  const body = newPost.safeParse(call.body)
  if (!body.success)
    throw new RuleBroken(
      400,
      `One or more parameters to your request was invalid. ${z.prettifyError(body.error)}`,
    )
  const { text, reply, quote_tweet_id: quote } = body.data
  const post = network.publish(
    author,
    { text, inReplyTo: reply?.in_reply_to_tweet_id, quote },
    { byApp: true },
  )
  const shown = presentPost(network, [post, newest(post)], wantedOf(new URLSearchParams(), call.origin))
  return {
    status: 201,
    body: { data: { id: shown.id, text: shown.text, edit_history_post_ids: [shown.id] } },
  }
}

function ok(body: unknown): Reply {
  return { status: 200, body }
}

function speaker({ caller }: Call) {
  if (caller.kind === 'user') return caller.user
  throw new RuleBroken(403, 'This endpoint needs a user, not only an app.')
}

/** One version, even when it is no longer the newest. */
function lookUp(network: PracticeNetwork, id: string): [Post, Version] | null {
  const post = network.shownPost(id)
  const version = post?.versions.find((one) => one.id === id)
  return post && version ? [post, version] : null
}

/** What X says, with HTTP 200, about something that is not there or no longer. */
function missing(kind: 'user' | 'tweet', parameter: string, value: string) {
  return {
    type: NOT_FOUND,
    title: 'Not Found Error',
    detail: `Could not find ${kind} with ${parameter}: [${value}].`,
    resource_type: kind,
    resource_id: value,
    parameter,
    value,
  }
}

/** Recent search reaches back seven days. */
const SEARCH_REACH_MS = 7 * 24 * 60 * 60_000

function refuseTooOld(network: PracticeNetwork, { query }: Call, end: number) {
  const sinceId = idFrom(query, 'since_id')
  if (sinceId === null) return
  const version = network.post(sinceId)?.versions.find(({ id }) => id === sinceId)
  if ((version ? Date.parse(version.at) : timeOf(sinceId).getTime()) < end)
    throw new RuleBroken(
      400,
      `'since_id' must be a tweet id created after ${new Date(end).toISOString()}. Please use a 'since_id' that is larger than ${sinceId}`,
    )
}

function page(
  network: PracticeNetwork,
  { query, origin }: Call,
  { all, pageSizes, defaultSize, reach }: Timed,
): Reply {
  const size = query.has('max_results') ? Number(query.get('max_results')) : defaultSize
  const [smallest, largest] = pageSizes
  if (!Number.isInteger(size) || size < smallest || size > largest)
    throw new RuleBroken(
      400,
      `The \`max_results\` query parameter value [${query.get('max_results')}] is not between ${smallest} and ${largest}`,
    )
  const sinceId = idFrom(query, 'since_id')
  const untilId = idFrom(query, 'until_id')
  const token = query.get('pagination_token') ?? query.get('next_token')
  const before = token === null ? null : afterToken(token)

  const inReach = timeline(all)
    .slice(0, reach)
    .filter(([, { id }]) => sinceId === null || compareIds(id, sinceId) > 0)
    .filter(([, { id }]) => untilId === null || compareIds(id, untilId) < 0)
    .filter(([, { id }]) => before === null || compareIds(id, before) < 0)
    .filter(([, { at }]) => !query.has('start_time') || at >= (query.get('start_time') ?? ''))
    .filter(([, { at }]) => !query.has('end_time') || at < (query.get('end_time') ?? ''))
  const shown = inReach.slice(0, size)
  const first = shown[0]?.[1].id
  const last = shown.at(-1)?.[1].id
  return ok({
    ...(shown.length && postsWithIncludes(network, shown, wantedOf(query, origin))),
    meta: {
      result_count: shown.length,
      ...(first && { newest_id: first, oldest_id: last }),
      ...(last && inReach.length > shown.length && { next_token: tokenAfter(last) }),
    },
  })
}

function idFrom(query: URLSearchParams, name: string): string | null {
  const id = query.get(name)
  if (id !== null && !/^\d{1,19}$/.test(id))
    throw new RuleBroken(400, `The \`${name}\` query parameter value [${id}] is not valid`)
  return id
}

// A page token says where the last page ended; clients must not care how.
const tokenAfter = (id: string) => Buffer.from(`before ${id}`).toString('hex')
function afterToken(token: string): string {
  const [, id] = /^before (\d{1,19})$/.exec(Buffer.from(token, 'hex').toString()) ?? []
  if (id === undefined)
    throw new RuleBroken(400, `The \`pagination_token\` query parameter value [${token}] is not valid`)
  return id
}

/** Words, operators, `OR`, brackets and a minus before what must not be. Knows a useful part of X's language. */
function matcher(network: PracticeNetwork, query: string): (post: Post) => boolean {
  const tokens = query.match(/-?\(|\)|-?(?:\w+:)?(?:"[^"]*"|[^\s()]+)/g) ?? []
  if (tokens.length === 0) return () => false
  let at = 0

  function either(): (post: Post) => boolean {
    const tests = [every()]
    while (tokens[at] === 'OR') {
      at++
      tests.push(every())
    }
    return (post) => tests.some((test) => test(post))
  }
  function every(): (post: Post) => boolean {
    const tests: Array<(post: Post) => boolean> = []
    for (let token = tokens[at]; token && token !== 'OR' && token !== ')'; token = tokens[at]) {
      at++
      const negative = token.startsWith('-')
      const bare = negative ? token.slice(1) : token
      const matches = bare === '(' ? either() : termMatcher(network, bare)
      if (bare === '(' && tokens[at++] !== ')') throw new RuleBroken(400, 'The query has an open bracket.')
      tests.push((post) => matches(post) !== negative)
    }
    if (tests.length === 0) throw new RuleBroken(400, 'The query says nothing between two operators.')
    return (post) => tests.every((test) => test(post))
  }
  const whole = either()
  if (at < tokens.length) throw new RuleBroken(400, 'The query has a bracket too many.')
  return whole
}

function termMatcher(network: PracticeNetwork, term: string): (post: Post) => boolean {
  const [, operator, argument = ''] =
    /^(conversation_id|from|to|is|url|quotes_of_tweet_id):"?(.+?)"?$/.exec(term) ?? []
  const named = argument.replace(/^@/, '').toLowerCase()
  const isUser = (id: string | undefined) => {
    const user = id === undefined ? null : network.userById(id)
    return user !== null && (user.id === named || user.handle.toLowerCase() === named)
  }
  switch (operator) {
    case 'conversation_id':
      return (post) => post.conversationId === argument
    case 'from':
      return (post) => isUser(post.authorId)
    case 'to':
      return (post) => isUser(network.post(post.inReplyTo ?? '')?.authorId)
    case 'is':
      return (post) => ({ reply: post.inReplyTo, retweet: post.repost, quote: post.quote })[argument] != null
    case 'quotes_of_tweet_id':
      return (post) => network.post(post.quote ?? '')?.versions.some(({ id }) => id === argument) ?? false
    case 'url':
      return (post) => addressesOf(network, post).some((address) => address.toLowerCase().includes(named))
    default: {
      const word = term.replace(/^"|"$/g, '').toLowerCase()
      if (word.startsWith('#'))
        return (post) =>
          twitter.extractHashtags(newest(post).text).some((tag) => `#${tag.toLowerCase()}` === word)
      return (post) => newest(post).text.toLowerCase().includes(word)
    }
  }
}

/** The links of a post; one that quotes another carries its address too. */
function addressesOf(network: PracticeNetwork, post: Post): Array<string> {
  const quoted = network.post(post.quote ?? '')
  const author = quoted && network.userById(quoted.authorId)
  return [
    ...twitter.extractUrls(newest(post).text),
    ...(quoted && author ? [`https://x.com/${author.handle}/status/${post.quote}`] : []),
  ]
}
