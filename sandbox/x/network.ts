import twitter from 'twitter-text'
import type { World, WorldImage, WorldUser } from './world.ts'

export const LIMIT = 280
const DUPLICATE_WINDOW_MS = 24 * 60 * 60_000
const EDITS = 5
const EDIT_WINDOW_MS = 30 * 60_000
/** Where X's ids start counting milliseconds. */
const SNOWFLAKE_EPOCH = 1288834974657n

export type Version = { id: string; text: string; at: string }

/** A post with all its versions, oldest first. Conversations are named by the first version. */
export type Post = {
  versions: [Version, ...Array<Version>]
  authorId: string
  conversationId: string
  inReplyTo: string | null
  quote: string | null
  repost: string | null
  media?: Array<Media>
  /** Ids of those who like it. */
  likes?: Array<string>
}
export type Media = WorldImage & { key: string }

export type Draft = {
  text: string
  inReplyTo?: string
  quote?: string
  repost?: string
  images?: Array<WorldImage>
}
export type State = { lastId: string; posts: Array<Post>; suspended?: Array<string> }

/** What a network tells of itself. */
export type Happening = { kind: 'said' | 'deleted'; post: Post }

/** A rule of X that a post breaks, in the words X uses where they are known. */
export class RuleBroken extends Error {
  constructor(
    readonly status: 400 | 403 | 404,
    message: string,
  ) {
    super(message)
  }
}

export type PracticeNetwork = ReturnType<typeof practiceNetwork>

/**
 * What a network knows and allows, without HTTP. `saved` continues an earlier run; without it the world's own posts
 * are there. `changed` is called after each change, before anyone hears of it.
 */
export function practiceNetwork(options: {
  world: World
  saved: State | null
  now: () => Date
  changed: (state: State) => void
  happened?: (happening: Happening) => void
}) {
  const { world, now, changed, happened = () => {} } = options
  const suspended = new Set(options.saved?.suspended)
  const posts: Array<Post> = []
  const byVersion = new Map<string, Post>()
  const usersById = new Map(world.users.map((user) => [user.id, user]))
  const usersByHandle = new Map(world.users.map((user) => [user.handle.toLowerCase(), user]))
  const named = new Map<string, Array<WorldUser>>()
  let lastId = 0n

  if (options.saved) {
    for (const post of options.saved.posts) keep(post)
    lastId = BigInt(options.saved.lastId)
  } else {
    for (const { author, at, id, ...draft } of world.posts) {
      const written = new Date(at)
      const user = userNamed(author)
      append(user, draft, written, id ?? nextId(written))
    }
  }

  function keep(post: Post) {
    posts.push(post)
    for (const { id } of post.versions) {
      byVersion.set(id, post)
      if (BigInt(id) > lastId) lastId = BigInt(id)
    }
  }

  /** Ever-growing, also within one millisecond and when the clock goes back. */
  function nextId(at: Date): string {
    const byTime = (BigInt(at.getTime()) - SNOWFLAKE_EPOCH) << 22n
    lastId = byTime > lastId ? byTime : lastId + 1n
    return String(lastId)
  }

  function userNamed(handle: string): WorldUser {
    const user = usersByHandle.get(handle.replace(/^@/, '').toLowerCase())
    if (!user) throw new RuleBroken(404, `There is nobody called @${handle} here.`)
    return user
  }

  function existing(id: string, what: string): Post {
    const post = byVersion.get(id)
    if (!post)
      throw new RuleBroken(403, `You attempted to ${what} a Post that is deleted or not visible to you.`)
    return post
  }

  function append(author: WorldUser, draft: Draft, at: Date, id: string): Post {
    const parent = draft.inReplyTo === undefined ? null : existing(draft.inReplyTo, 'reply to')
    if (draft.quote !== undefined) existing(draft.quote, 'quote')
    const original = draft.repost === undefined ? null : existing(draft.repost, 'repost')
    const post: Post = {
      versions: [
        {
          id,
          text: original ? repostText(original) : fullText(author, draft.text, parent),
          at: at.toISOString(),
        },
      ],
      authorId: author.id,
      conversationId: parent?.conversationId ?? id,
      inReplyTo: draft.inReplyTo ?? null,
      quote: draft.quote ?? null,
      repost: draft.repost ?? null,
      media: (draft.images ?? []).map((image, index) => ({ ...image, key: `3_${id}${index}` })),
    }
    keep(post)
    return post
  }

  /** A reply starts with the people in it, as X fills them in, save those the author named already. */
  function fullText(author: WorldUser, text: string, parent: Post | null): string {
    if (!parent) return text
    const named = new Set(twitter.extractMentions(text).map((handle) => handle.toLowerCase()))
    const people = [usersById.get(parent.authorId), ...mentionedIn(newest(parent).text)]
    const added = people.filter(
      (user) => user && user.id !== author.id && !named.has(user.handle.toLowerCase()),
    )
    return [...new Set(added.map((user) => `@${user?.handle}`)), text].join(' ')
  }

  function repostText(original: Post): string {
    return `RT @${usersById.get(original.authorId)?.handle}: ${newest(original).text}`
  }

  /** People of this network named in a text. Remembered: every reading of a timeline asks it of every post. */
  function mentionedIn(text: string): Array<WorldUser> {
    let people = named.get(text)
    if (!people) {
      people = twitter
        .extractMentions(text)
        .flatMap((handle) => usersByHandle.get(handle.toLowerCase()) ?? [])
      named.set(text, people)
    }
    return people
  }

  function checkText(text: string) {
    if (text.trim() === '') throw new RuleBroken(400, 'A post needs a text.')
    if (twitter.parseTweet(text).weightedLength > LIMIT)
      throw new RuleBroken(403, 'Your Post text is too long.')
  }

  /** Rules that bind an app, but not a person who types. */
  function checkApp(author: WorldUser, draft: Draft) {
    if (draft.quote !== undefined)
      throw new RuleBroken(403, 'Quoting a Post by the API is not available to this app.')
    const parent = draft.inReplyTo === undefined ? null : existing(draft.inReplyTo, 'reply to')
    if (parent && parent.authorId !== author.id) {
      const quoted = parent.quote === null ? undefined : byVersion.get(parent.quote)
      const summoned = mentionedIn(newest(parent).text).includes(author) || quoted?.authorId === author.id
      if (!summoned)
        throw new RuleBroken(
          403,
          'Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.',
        )
    }
    const text = fullText(author, draft.text, parent)
    const since = now().getTime() - DUPLICATE_WINDOW_MS
    const same = (post: Post) => post.authorId === author.id && newest(post).text === text
    if (posts.some((post) => same(post) && Date.parse(newest(post).at) > since))
      throw new RuleBroken(403, 'You are not allowed to create a Tweet with duplicate content.')
  }

  const save = () => changed({ lastId: String(lastId), posts, suspended: [...suspended] })
  const isShown = (post: Post) => !suspended.has(post.authorId)

  return {
    users: world.users,
    posts: posts as ReadonlyArray<Post>,
    userNamed,
    mentionedIn,
    userById: (id: string) => usersById.get(id) ?? null,
    /** By the id of any version. */
    post: (id: string) => byVersion.get(id) ?? null,
    /** What anybody may see: nothing of those who are suspended. */
    shown: () => posts.filter(isShown),
    shownPost(id: string): Post | null {
      const post = byVersion.get(id)
      return post && isShown(post) ? post : null
    },
    isSuspended: (user: WorldUser) => suspended.has(user.id),

    /** Hides everything somebody said, or shows it again. */
    suspend(user: WorldUser, is: boolean) {
      if (is) suspended.add(user.id)
      else suspended.delete(user.id)
      save()
    },

    /** Likes a post, or takes that back. @throws {RuleBroken} */
    like(id: string, user: WorldUser) {
      const post = existing(id, 'like')
      const likes = post.likes ?? []
      post.likes = likes.includes(user.id) ? likes.filter((one) => one !== user.id) : [...likes, user.id]
      save()
    },

    /** @throws {RuleBroken} */
    publish(author: WorldUser, draft: Draft, { byApp }: { byApp: boolean }): Post {
      if (draft.repost === undefined && !draft.images?.length) checkText(draft.text)
      if (byApp) checkApp(author, draft)
      const at = now()
      const post = append(author, draft, at, nextId(at))
      save()
      happened({ kind: 'said', post })
      return post
    },

    /** Every edit is a new id. @throws {RuleBroken} */
    edit(id: string, text: string): Post {
      const post = existing(id, 'edit')
      const at = now()
      if (post.versions.length > EDITS || at.getTime() - Date.parse(post.versions[0].at) > EDIT_WINDOW_MS)
        throw new RuleBroken(403, 'A post can be edited five times, within 30 minutes.')
      checkText(text)
      const author = usersById.get(post.authorId)
      const parent = byVersion.get(post.inReplyTo ?? '') ?? null
      const version = {
        id: nextId(at),
        text: author ? fullText(author, text, parent) : text,
        at: at.toISOString(),
      }
      post.versions.push(version)
      byVersion.set(version.id, post)
      save()
      happened({ kind: 'said', post })
      return post
    },

    /** Takes every version with it. @throws {RuleBroken} */
    remove(id: string) {
      const post = existing(id, 'delete')
      posts.splice(posts.indexOf(post), 1)
      for (const version of post.versions) byVersion.delete(version.id)
      save()
      happened({ kind: 'deleted', post })
    },
  }
}

export function newest(post: Post): Version {
  return post.versions.at(-1) ?? post.versions[0]
}

/** When an id was given out. */
export function timeOf(id: string): Date {
  return new Date(Number((BigInt(id) >> 22n) + SNOWFLAKE_EPOCH))
}

/** Which id is larger: they are longer than a number can hold. */
export function compareIds(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
