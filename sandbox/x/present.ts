import { createHash } from 'node:crypto'
import twitter from 'twitter-text'
import { compareIds, newest, type Media, type Post, type PracticeNetwork, type Version } from './network.ts'
import type { WorldUser } from './world.ts'

/**
 * X's two vocabularies. The one a request is made in decides the words of its answer: `post.fields` brings
 * `referenced_posts` and `includes.posts`, anything else `referenced_tweets` and `includes.tweets`.
 */
export type Wanted = {
  vocabulary: 'post' | 'tweet'
  fields: ReadonlySet<string>
  expansions: ReadonlySet<string>
  userFields: ReadonlySet<string>
  mediaFields: ReadonlySet<string>
  /** Where its pictures are. */
  origin: string
}

export function wantedOf(query: URLSearchParams, origin: string): Wanted {
  const list = (name: string) => new Set((query.get(name) ?? '').split(',').filter(Boolean))
  const vocabulary = query.has('post.fields') ? 'post' : 'tweet'
  return {
    vocabulary,
    fields: list(`${vocabulary}.fields`),
    expansions: list('expansions'),
    userFields: list('user.fields'),
    mediaFields: list('media.fields'),
    origin,
  }
}

/** Posts with what was asked for beside them. Whatever was not asked for is not there. */
export function postsWithIncludes(network: PracticeNetwork, posts: Array<[Post, Version]>, wanted: Wanted) {
  const has = (...names: Array<string>) => names.some((name) => wanted.expansions.has(name))
  const users = new Map<string, WorldUser>()
  const others = new Map<string, [Post, Version]>()
  const media: Array<Media> = has('attachments.media_keys') ? posts.flatMap(([post]) => post.media ?? []) : []
  const addUser = (user: WorldUser | null | undefined) => user && users.set(user.id, user)

  for (const [post] of posts) {
    if (has('author_id')) addUser(network.userById(post.authorId))
    if (has('in_reply_to_user_id')) addUser(repliedToUser(network, post))
    if (has('entities.mentions.username')) network.mentionedIn(newest(post).text).forEach(addUser)
    if (
      has('referenced_posts', 'referenced_tweets', 'referenced_tweets.id', 'referenced_tweets.id.author_id')
    )
      for (const id of references(post).map((one) => one.id)) {
        const other = network.shownPost(id)
        const version = other?.versions.find((one) => one.id === id)
        if (!other || !version) continue
        others.set(id, [other, version])
        if (has('referenced_tweets.id.author_id')) addUser(network.userById(other.authorId))
      }
  }
  const includes = {
    ...(media.length && { media: media.map((one) => presentMedia(one, wanted)) }),
    ...(users.size && { users: [...users.values()].map((user) => presentUser(user, wanted.userFields)) }),
    ...(others.size && {
      [wanted.vocabulary === 'post' ? 'posts' : 'tweets']: [...others.values()].map((one) =>
        presentPost(network, one, wanted),
      ),
    }),
  }
  return {
    data: posts.map((one) => presentPost(network, one, wanted)),
    ...(Object.keys(includes).length && { includes }),
  }
}

export function presentPost(network: PracticeNetwork, [post, version]: [Post, Version], wanted: Wanted) {
  const { text, entities } = onTheWire(network, version)
  const documented = wanted.vocabulary === 'post'
  const asked = (field: string) => wanted.fields.has(field)
  // In the documented vocabulary these are expansions; in the older one, fields that an expansion brings too.
  const askedEither = (field: string, ...expansions: Array<string>) =>
    [field, ...expansions].some((name) => wanted.expansions.has(name)) || (!documented && asked(field))
  const referenced = references(post)
  const repliedTo = repliedToUser(network, post)

  return {
    id: version.id,
    text,
    [documented ? 'edit_history_post_ids' : 'edit_history_tweet_ids']: post.versions.map(({ id }) => id),
    ...(askedEither('author_id') && { author_id: post.authorId }),
    ...(asked('conversation_id') && { conversation_id: post.conversationId }),
    ...(asked('created_at') && { created_at: version.at }),
    ...(asked('entities') && Object.keys(entities).length && { entities }),
    ...(askedEither('in_reply_to_user_id') && repliedTo && { in_reply_to_user_id: repliedTo.id }),
    ...((asked('attachments') || wanted.expansions.has('attachments.media_keys')) &&
      post.media?.length && { attachments: { media_keys: post.media.map(({ key }) => key) } }),
    ...(asked('lang') && { lang: 'en' }),
    ...(asked('reply_settings') && { reply_settings: 'everyone' }),
    ...(referenced.length &&
      (documented
        ? askedEither('referenced_posts') && { referenced_posts: referenced }
        : askedEither('referenced_tweets', 'referenced_tweets.id', 'referenced_tweets.id.author_id') && {
            referenced_tweets: referenced,
          })),
  }
}

function presentMedia({ key, alt, moving = false }: Media, { mediaFields, origin }: Wanted) {
  const address = `${origin}/media/${key}.svg`
  return {
    media_key: key,
    type: moving ? 'video' : 'photo',
    ...(mediaFields.has('alt_text') && alt && { alt_text: alt }),
    ...(mediaFields.has('url') && !moving && { url: address }),
    ...(mediaFields.has('preview_image_url') && moving && { preview_image_url: address }),
  }
}

export function presentUser(user: WorldUser, fields: ReadonlySet<string>) {
  return {
    id: user.id,
    name: user.name,
    username: user.handle,
    ...(fields.has('verified') && { verified: false }),
    ...(fields.has('protected') && { protected: false }),
  }
}

function references(post: Post) {
  const kinds = [
    ['retweeted', post.repost],
    ['quoted', post.quote],
    ['replied_to', post.inReplyTo],
  ] as const
  return kinds.flatMap(([type, id]) => (id === null ? [] : [{ type, id }]))
}

function repliedToUser(network: PracticeNetwork, post: Post): WorldUser | null {
  const parent = post.inReplyTo === null ? null : network.post(post.inReplyTo)
  return parent && network.userById(parent.authorId)
}

/** Text and entities as X sends them: links shortened, three characters escaped, places counted in characters. */
function onTheWire(network: PracticeNetwork, version: Version) {
  const pieces: Array<{ raw: string; wire: string; url?: string }> = []
  let end = 0
  for (const { url, indices } of twitter.extractUrlsWithIndices(version.text)) {
    const before = version.text.slice(end, indices[0])
    pieces.push({ raw: before, wire: escape(before) })
    pieces.push({
      raw: url,
      wire: shortLink(version.id, url),
      url: /^https?:/i.test(url) ? url : `http://${url}`,
    })
    end = indices[1]
  }
  pieces.push({ raw: version.text.slice(end), wire: escape(version.text.slice(end)) })

  const mentions: Array<object> = []
  const hashtags: Array<object> = []
  const urls: Array<object> = []
  let start = 0
  for (const { raw, wire, url } of pieces) {
    const span = ([from, to]: [number, number]) => ({
      start: start + length(escape(raw.slice(0, from))),
      end: start + length(escape(raw.slice(0, to))),
    })
    if (url)
      urls.push({
        start,
        end: start + length(wire),
        url: wire,
        expanded_url: url,
        display_url: url.replace(/^https?:\/\//i, ''),
      })
    else {
      for (const { screenName, indices } of twitter.extractMentionsWithIndices(raw)) {
        const [user] = network.mentionedIn(`@${screenName}`)
        if (user) mentions.push({ ...span(indices), username: user.handle, id: user.id })
      }
      for (const { hashtag, indices } of twitter.extractHashtagsWithIndices(raw))
        hashtags.push({ ...span(indices), tag: hashtag })
    }
    start += length(wire)
  }
  return {
    text: pieces.map(({ wire }) => wire).join(''),
    entities: {
      ...(mentions.length && { mentions }),
      ...(hashtags.length && { hashtags }),
      ...(urls.length && { urls }),
    },
  }
}

const length = (text: string) => [...text].length

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

function shortLink(id: string, url: string): string {
  return `https://t.co/${createHash('sha256').update(`${id} ${url}`).digest('hex').slice(0, 10)}`
}

/** Newest versions, newest first: the order of every timeline. */
export function timeline(posts: ReadonlyArray<Post>): Array<[Post, Version]> {
  return posts
    .map((post): [Post, Version] => [post, newest(post)])
    .sort(([, a], [, b]) => compareIds(b.id, a.id))
}
