import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cursor, InboundPost, OutboundPost } from '#app/channels/channel.ts'
import { recordKey } from '#app/channels/bluesky/keys.ts'
import { LIMIT, measure } from '#app/channels/bluesky/measure.ts'
import {
  aLine,
  aPerson,
  aPicture,
  channelOf,
  eventually,
  repliesTo,
  saidIn,
  says,
  type Person,
} from './network.ts'

let library: Person
let sam: Person
let alex: Person
let line: Awaited<ReturnType<typeof aLine>>

beforeAll(async () => {
  ;[library, sam, alex] = await Promise.all([
    aPerson('library', 'Northfield Library'),
    aPerson('sam', 'Sam'),
    aPerson('alex'),
  ])
  line = await aLine()
})
afterAll(() => line.close())

let channel: ReturnType<typeof channelOf>['channel']
beforeAll(() => {
  channel = channelOf(library).channel
})

/** Reads until a post has come, and gives it in our shape. */
async function comes(uri: string, since: Cursor = null): Promise<InboundPost> {
  return eventually(async () => {
    const { posts, trouble } = await channel.read(since)
    expect(trouble).toBeNull()
    return posts.find((post) => post.externalId === uri)
  }, `the post ${uri} is told`)
}

const aReply = (
  inReplyTo: string,
  key: string,
  text = 'We see to it.',
  more: Array<string> = [],
): OutboundPost => ({
  key,
  text,
  more,
  inReplyTo,
  conversationId: inReplyTo,
})

describe('reading', () => {
  it('gives a mention in our shape, with its picture and what it says in place of one', async () => {
    const picture = await aPicture(sam, ' The lift, its door half open ')
    const text = `@${library.handle} the lift is stuck #Lift #help, see https://example.edu/a?b=1&c=2`
    const { uri } = await says(sam, text, { images: [picture, { ...picture, alt: '' }] })
    const post = await comes(uri)
    expect(post).toEqual({
      externalId: uri,
      firstId: uri,
      author: { id: sam.did, handle: sam.handle, name: 'Sam' },
      text,
      url: `https://bsky.app/profile/${sam.handle}/post/${uri.split('/').at(-1)}`,
      postedAt: expect.any(Date),
      conversationId: uri,
      inReplyTo: null,
      quotes: null,
      mentions: [library.handle],
      hashtags: ['lift', 'help'],
      summons: 'mentioned',
      repost: false,
      parent: null,
      images: [
        {
          url: expect.stringMatching(/^http:\/\/localhost:\d+\/img\/feed_fullsize\//),
          alt: 'The lift, its door half open',
        },
        { url: expect.any(String), alt: null },
      ],
    })
    expect(Math.abs(post.postedAt.getTime() - Date.now())).toBeLessThan(60_000)
  })

  it.each([
    [
      'right to left, with an emoji of many parts',
      (at: string) => `${at} المكتبة مغلقة 👩🏽‍🦽‍➡️ #مكتبة`,
      ['مكتبة'],
    ],
    ['every kind of emoji', (at: string) => `${at} 👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿🇹🇷1️⃣❤️‍🔥`, []],
    ['markup that is only text', (at: string) => `${at} <script>alert(1)</script> &amp; "quotes"`, []],
  ])('takes text as it is: %s', async (_what, textOf, hashtags) => {
    const { uri } = await says(alex, textOf(`@${library.handle}`))
    expect(await comes(uri)).toMatchObject({
      text: textOf(`@${library.handle}`),
      author: { handle: alex.handle, name: alex.handle },
      hashtags,
      mentions: [library.handle],
    })
  })

  it('gives a reply its parent and conversation, and lets us answer it though it names nobody', async () => {
    const ours = await says(library, 'The library closes at 18:00.')
    const { uri } = await says(sam, 'Why so early?', { inReplyTo: ours })
    expect(await comes(uri)).toMatchObject({
      conversationId: ours.uri,
      inReplyTo: ours.uri,
      mentions: [],
      summons: 'mentioned',
      parent: {
        author: { id: library.did, name: 'Northfield Library' },
        text: 'The library closes at 18:00.',
      },
    })
  })

  it('takes a post of nothing but a picture, and one that quotes a quote of us', async () => {
    const ours = await says(library, 'New hours from Monday.')
    const picture = await aPicture(sam, 'A queue')
    const bare = await says(sam, '', { inReplyTo: ours, images: [picture] })
    expect(await comes(bare.uri)).toMatchObject({ text: '', images: [{ alt: 'A queue' }] })

    const quote = await says(sam, 'Look at this', { quote: ours })
    expect(await comes(quote.uri)).toMatchObject({
      summons: 'quoted',
      inReplyTo: null,
      conversationId: quote.uri,
      parent: { text: 'New hours from Monday.' },
    })
    const nested = await says(alex, `@${library.handle} and this`, { quote })
    expect(await comes(nested.uri)).toMatchObject({ summons: 'mentioned', parent: { text: 'Look at this' } })
  })

  it('reads a reply whose parent was deleted', async () => {
    const parent = await says(alex, 'Is it cold?')
    const { uri } = await says(sam, `@${library.handle} it is`, { inReplyTo: parent })
    await comes(uri)
    await alex.agent.deletePost(parent.uri)
    await eventually(async () => (await channel.lookUp!([parent.uri])).kind === 'looked', 'it is gone')
    const found = await eventually(async () => {
      const post = await comes(uri)
      return post.parent === null ? post : null
    }, 'the parent is gone')
    expect(found).toMatchObject({ inReplyTo: parent.uri, conversationId: parent.uri, parent: null })
  })

  it('goes on from where it was, and finds a post that says it is older than what was read', async () => {
    const first = await says(sam, `@${library.handle} one`)
    await comes(first.uri)
    const { next } = await channel.read(null)
    expect(await channel.read(next)).toMatchObject({ posts: [], next: expect.any(String), trouble: null })
    // Its author's clock is twenty minutes slow.
    const createdAt = new Date(Date.now() - 20 * 60_000).toISOString()
    const late = await says(alex, `@${library.handle} late`, { createdAt })
    const news = await eventually(async () => {
      const reading = await channel.read(next)
      return reading.posts.length > 0 ? reading : null
    }, 'the late post is read')
    expect(news.posts.map((post) => post.externalId)).toEqual([late.uri])
    expect((await channel.read(news.next)).posts).toEqual([])
  })

  it('begins anew with one page where its place cannot be read', async () => {
    const { posts } = await channel.read(null)
    expect(posts.length).toBeGreaterThan(5)
    for (const cursor of ['garbage', '{}', '{"at":"soon"}', '1795479883'])
      expect((await channel.read(cursor)).posts).toEqual(posts)
    expect(posts.map((post) => post.postedAt.getTime())).toEqual(
      posts.map((post) => post.postedAt.getTime()).toSorted((a, b) => a - b),
    )
  })
})

describe('answering', () => {
  it('publishes a reply under the post, with the mention marked, exactly once', async () => {
    const { uri } = await says(sam, `@${library.handle} the heating is off`)
    await comes(uri)
    const text = `@${sam.handle} Library answers (no. 1042): see https://example.edu/heating and ask @nobody.test #heating`
    const reply = aReply(uri, '1', text)
    expect(await channel.find({ ...reply, attemptedAt: new Date() })).toEqual({ kind: 'absent' })

    const sent = await channel.send(reply)
    expect(sent).toMatchObject({
      kind: 'sent',
      url: expect.stringContaining(`/profile/${library.handle}/post/`),
    })
    // Again, at once and side by side: the network takes it once.
    expect(await Promise.all([channel.send(reply), channel.send(reply)])).toEqual([sent, sent])
    expect(await saidIn(library, uri)).toEqual([text])
    expect(await channel.find({ ...reply, attemptedAt: new Date() })).toEqual({ ...sent, kind: 'found' })

    const replies = await eventually(async () => {
      const those = await repliesTo(sam, uri)
      return those.length > 0 ? those : null
    }, 'sam sees it')
    expect(replies).toMatchObject([{ did: library.did, text, replies: [] }])
    const { facets } = replies[0]!.record as { facets: Array<{ features: Array<Record<string, string>> }> }
    expect(facets.flatMap(({ features }) => features)).toMatchObject([
      { $type: 'app.bsky.richtext.facet#mention', did: sam.did },
      { $type: 'app.bsky.richtext.facet#link', uri: 'https://example.edu/heating' },
      { $type: 'app.bsky.richtext.facet#tag', tag: 'heating' },
    ])
    const notices = await sam.agent.listNotifications()
    expect(notices.data.notifications.filter(({ author }) => author.did === library.did)).toHaveLength(1)
  })

  it('publishes a thread, and mends one that was broken off', async () => {
    const { uri } = await says(sam, `@${library.handle} tell me everything`)
    await comes(uri)
    const long = aReply(uri, '2', 'a'.repeat(LIMIT), ['b'.repeat(LIMIT), '👩🏽‍🦽‍➡️'.repeat(80), 'the end'])
    for (const part of [long.text, ...long.more]) expect(measure(part)).toBeLessThanOrEqual(LIMIT)
    const watched = channelOf(library, { service: line.url }).channel
    // The second part is cut off before, the third after the network has taken it.
    const send = 'com.atproto.repo.createRecord'
    const pass = { status: 503, body: '{}' }
    line.next(send, 'break-off-after')
    expect(await watched.send(long)).toMatchObject({ kind: 'unknown' })
    line.next(send, pass)
    const taken = await watched.send(long)
    // The first is there already; it was that look that failed.
    expect(taken).toMatchObject({ kind: 'sent' })
    expect(await watched.find({ ...long, attemptedAt: new Date() })).toMatchObject({ kind: 'found' })

    expect((await saidIn(library, uri)).toSorted()).toEqual([long.text, ...long.more].toSorted())
    const replies = await eventually(async () => {
      const those = await repliesTo(sam, uri)
      const parts: Array<string> = []
      for (let here = those; here[0]; here = here[0].replies) {
        expect(here).toHaveLength(1)
        parts.push(here[0].text)
      }
      return parts.length === 4 ? parts : null
    }, 'the whole thread is seen')
    expect(replies).toEqual([long.text, ...long.more])
  })

  it('says that a thread is not out while a part is missing, and goes on though the post is gone meanwhile', async () => {
    const post = await says(alex, `@${library.handle} a short one`)
    await comes(post.uri)
    const reply = aReply(post.uri, '3', 'one', ['two'])
    const { agent } = library
    await agent.com.atproto.repo.createRecord({
      repo: library.did,
      collection: 'app.bsky.feed.post',
      rkey: recordKey(reply, 0),
      record: {
        $type: 'app.bsky.feed.post',
        text: 'one',
        createdAt: new Date().toISOString(),
        reply: { root: { uri: post.uri, cid: post.cid }, parent: { uri: post.uri, cid: post.cid } },
      },
    })
    expect(await channel.find({ ...reply, attemptedAt: new Date() })).toEqual({ kind: 'absent' })
    await alex.agent.deletePost(post.uri)
    await eventually(async () => {
      const look = await channel.lookUp!([post.uri])
      return look.kind === 'looked' && look.gone.length === 1
    }, 'the post is gone')
    expect(await channel.send(reply)).toMatchObject({ kind: 'sent' })
    expect(await channel.find({ ...reply, attemptedAt: new Date() })).toMatchObject({ kind: 'found' })
    // What had not begun is not begun.
    expect(await channel.send(aReply(post.uri, '4'))).toEqual({
      kind: 'refused',
      reason: 'The post is no longer on Bluesky.',
    })
  })

  it('is refused what is too long, and where replies are closed, for a person to see', async () => {
    const { uri, cid } = await says(sam, `@${library.handle} a question`)
    await comes(uri)
    expect(await channel.send(aReply(uri, '5', 'x'.repeat(LIMIT + 1)))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('grapheme too big'),
    })
    await sam.agent.app.bsky.feed.threadgate.create(
      { repo: sam.did, rkey: uri.split('/').at(-1) },
      { post: uri, allow: [], createdAt: new Date().toISOString() },
    )
    await eventually(
      async () => (await library.agent.getPosts({ uris: [uri] })).data.posts[0]?.viewer?.replyDisabled,
      'the conversation is closed',
    )
    expect(cid).toBeTruthy()
    expect(await channel.send(aReply(uri, '6'))).toEqual({
      kind: 'refused',
      reason: 'The author has closed this conversation to replies.',
    })
  })
})

describe('looking up', () => {
  it('tells what is there and what is gone, by more than one batch', async () => {
    const posts = []
    for (let n = 0; n < 28; n += 1) posts.push(await says(alex, `Number ${n}`))
    const uris = posts.map(({ uri }) => uri)
    await eventually(async () => {
      const look = await channel.lookUp!(uris)
      return look.kind === 'looked' && look.posts.length === 28
    }, 'all are there')
    await alex.agent.deletePost(uris[3]!)
    await alex.agent.deletePost(uris[27]!)
    const look = await eventually(async () => {
      const those = await channel.lookUp!(uris)
      return those.kind === 'looked' && those.gone.length === 2 ? those : null
    }, 'two are gone')
    expect(look.gone).toEqual([uris[3], uris[27]])
    expect(look.posts.map((post) => post.text)).toEqual(
      posts.map((_, n) => `Number ${n}`).filter((_, n) => n !== 3 && n !== 27),
    )
  })

  it('tells a post as reading does, with its picture and what it answers', async () => {
    const ours = await says(library, 'We have new chairs.')
    const picture = await aPicture(sam, 'A chair')
    const { uri } = await says(sam, 'Very nice', { inReplyTo: ours, images: [picture] })
    const read = await comes(uri)
    expect(read).toMatchObject({ parent: { text: 'We have new chairs.' }, images: [{ alt: 'A chair' }] })
    expect(await channel.lookUp!([uri])).toEqual({ kind: 'looked', posts: [read], gone: [] })
  })

  it('counts the posts of somebody who closed their account as gone', async () => {
    const kim = await aPerson('kim')
    const { uri } = await says(kim, `@${library.handle} I am leaving`)
    expect((await comes(uri)).author.handle).toBe(kim.handle)
    await kim.agent.com.atproto.server.deactivateAccount({})
    await eventually(async () => {
      const look = await channel.lookUp!([uri])
      return look.kind === 'looked' && look.gone[0] === uri
    }, 'it is gone')
    expect((await channel.read(null)).trouble).toBeNull()
    expect(await channel.send(aReply(uri, '7'))).toMatchObject({ kind: 'refused' })
  })
})

describe('the session', () => {
  const OPEN = 'com.atproto.server.createSession'
  const REFRESH = 'com.atproto.server.refreshSession'

  it('is opened once, kept, and refreshed when it runs out', async () => {
    const before = { open: line.count(OPEN), refresh: line.count(REFRESH) }
    const made = () => ({
      open: line.count(OPEN) - before.open,
      refresh: line.count(REFRESH) - before.refresh,
    })
    const { open, kept } = channelOf(library, { service: line.url })
    expect(await open().identify()).toEqual({
      kind: 'identified',
      author: { id: library.did, handle: library.handle, name: 'Northfield Library' },
    })
    for (let n = 0; n < 3; n += 1) expect((await open().read(null)).trouble).toBeNull()
    expect(made()).toEqual({ open: 1, refresh: 0 })

    const { session, ...rest } = JSON.parse(kept.credentials)
    expect(rest).toEqual({ identifier: library.handle, password: library.appPassword })
    const spent = {
      status: 400,
      body: JSON.stringify({ error: 'ExpiredToken', message: 'Token has expired' }),
    }
    line.next('app.bsky.notification.listNotifications', spent)
    expect((await open().read(null)).trouble).toBeNull()
    expect(made()).toEqual({ open: 1, refresh: 1 })
    const fresh = JSON.parse(kept.credentials).session
    expect(fresh.refreshJwt).not.toBe(session.refreshJwt)

    // Another process has refreshed it meanwhile: what it got is used.
    const old = channelOf(library, {
      service: line.url,
      credentials: JSON.stringify({ ...rest, session: { ...session, accessJwt: 'not a token any more' } }),
    })
    old.kept.credentials = kept.credentials
    expect((await old.channel.read(null)).trouble).toBeNull()
    expect(made()).toEqual({ open: 1, refresh: 1 })
  })

  it('is opened anew by the password when it cannot be refreshed, and asks for a person when that fails', async () => {
    const kim = await aPerson('kim')
    const { open, kept } = channelOf(kim, { service: line.url })
    expect(await open().identify()).toMatchObject({ kind: 'identified' })
    const { session, ...rest } = JSON.parse(kept.credentials)
    const spoiled = { ...rest, session: { ...session, accessJwt: 'spoiled', refreshJwt: 'spoiled' } }
    kept.credentials = JSON.stringify(spoiled)
    expect((await open().read(null)).trouble).toBeNull()

    await kim.agent.com.atproto.server.revokeAppPassword({ name: 'quad' })
    kept.credentials = JSON.stringify(spoiled)
    const before = line.count(OPEN)
    expect((await open().read(null)).trouble).toMatchObject({
      kind: 'signed-out',
      reason: 'Invalid identifier or password',
    })
    expect(line.count(OPEN) - before).toBe(1)
  })

  it.each([
    ['a wrong password', { password: 'wrong' }, 'Invalid identifier or password'],
    ['nobody', { identifier: 'nobody-at-all.test' }, 'Invalid identifier or password'],
    ['no password', { password: '' }, 'The stored sign-in for Bluesky cannot be read.'],
  ])('of %s is refused in words', async (_what, changes, reason) => {
    const credentials = JSON.stringify({
      identifier: library.handle,
      password: library.appPassword,
      ...changes,
    })
    const { channel: closed } = channelOf({ ...library, did: '', handle: '' }, { credentials })
    expect(await closed.identify()).toEqual({ kind: 'failed', reason })
  })

  it('takes a handle as people write it', async () => {
    const credentials = JSON.stringify({ identifier: ` @${library.handle} `, password: library.appPassword })
    const { channel: opened } = channelOf({ ...library, did: '', handle: '' }, { credentials })
    expect(await opened.identify()).toMatchObject({ kind: 'identified', author: { id: library.did } })
  })

  it('of another account does not speak for this one', async () => {
    const { channel: mixed } = channelOf({ ...library, did: sam.did })
    expect((await mixed.read(null)).trouble).toMatchObject({
      kind: 'signed-out',
      reason: `The sign-in belongs to another account, @${library.handle}.`,
    })
  })
})
