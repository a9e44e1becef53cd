import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { xHook } from '#app/channels/x/hook.server.ts'
import { searchQueries } from '#app/channels/x/read.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { campus, IT, itsChannel, SAM } from './campus.ts'

const SEARCH = 'GET /2/tweets/search/recent'
const LOOK_UP = 'GET /2/tweets'

let sandbox: Sandbox
let now: Date

beforeEach(async () => {
  now = new Date()
  sandbox = await startSandbox({ world: campus, now: () => now })
})
afterEach(() => sandbox.close())

const channel = () => itsChannel(sandbox.url)
const search = (hashtags: Array<string>, since: string | null = null) => channel().search!(hashtags, since)
const lookUp = (...ids: Array<string>) => channel().lookUp!(ids)
const requests = (path: string) => sandbox.requests.filter((request) => request.path === path)
const bySam = (text: string, more: Partial<Parameters<Sandbox['post']>[0]> = {}) =>
  sandbox.post({ as: 'sam_reads', text, ...more })
const json = { 'content-type': 'application/json' }

describe('searching', () => {
  it('finds who quotes us without a mention, and may be answered', async () => {
    const ours = sandbox.post({ as: IT.handle, text: 'The Wi-Fi works again.' })
    const quote = bySam('It does not.', { quote: ours })
    const { posts, next, trouble } = await search([])
    expect(posts).toMatchObject([
      { externalId: quote, quotes: ours, summons: 'quoted', parent: { text: 'The Wi-Fi works again.' } },
    ])
    expect([next, trouble]).toEqual([quote, null])
    expect(await search([], next)).toMatchObject({ posts: [], next, trouble: null })
  })

  it('takes a quote of a quote for what it says itself', async () => {
    const ours = sandbox.post({ as: IT.handle, text: 'Ours' })
    const first = bySam('First', { quote: ours })
    const nested = sandbox.post({ as: 'alexvisits', text: '@NorthfieldIT nested', quote: first })
    expect((await search([])).posts.map((post) => post.externalId)).toEqual([first])
    expect((await channel().read(null)).posts).toMatchObject([
      { externalId: nested, quotes: first, summons: 'mentioned', parent: { text: 'First' } },
    ])
  })

  it('finds our hashtags by whoever uses them, says that they may not be answered, and leaves out the rest', async () => {
    const tagged = bySam('The lift in Birch Court is stuck #Northfield')
    bySam('RT', { repost: tagged })
    bySam('#northfields are other fields')
    sandbox.post({ as: IT.handle, text: 'We listen to #northfield' })
    const mention = bySam('@NorthfieldIT see #northfield')
    const { posts } = await search(['northfield', 'kuzeykampüs'])
    expect(posts.map((post) => [post.externalId, post.summons])).toEqual([
      [tagged, null],
      [mention, 'mentioned'],
    ])
  })

  it('leaves out a quote of somebody else that only links to us', async () => {
    const ours = sandbox.post({ as: IT.handle, text: 'Ours' })
    const other = sandbox.post({ as: 'alexvisits', text: 'Other' })
    bySam(`see https://x.com/${IT.handle}/status/${ours}`, { quote: other })
    expect((await search([])).posts).toEqual([])
  })

  it('asks as little as X lets it', () => {
    expect(searchQueries('quad_it', ['wifi', 'no good', 'OR)', 'كهرباء'])).toEqual([
      '((is:quote url:"quad_it/status") OR #wifi OR #كهرباء) -is:retweet -from:quad_it',
    ])
    const many = Array.from({ length: 60 }, (_, n) => `hashtag_number_${n}`)
    const queries = searchQueries('quad_it', many)
    expect(queries.every((query) => query.length <= 512)).toBe(true)
    expect(queries.join(' ').match(/#\w+/g)).toHaveLength(60)
  })

  it('begins again where X no longer reaches as far back, and nothing comes twice', async () => {
    const old = bySam('Old #northfield')
    const { next } = await search(['northfield'])
    expect(next).toBe(old)
    now = new Date(now.getTime() + 8 * 24 * 60 * 60_000)
    const fresh = bySam('New #northfield')
    const found = await search(['northfield'], next)
    expect(found.posts.map((post) => post.externalId)).toEqual([fresh])
    expect([found.next, found.trouble]).toEqual([fresh, null])
  })

  it('keeps its place when X fails', async () => {
    sandbox.faults.next(SEARCH, '429')
    expect(await search([], '4000')).toMatchObject({ posts: [], next: '4000', trouble: { kind: 'later' } })
    sandbox.faults.next(SEARCH, 'garbage')
    expect(await search([], null)).toMatchObject({ next: null, trouble: { kind: 'later' } })
  })
})

describe('pictures', () => {
  it('are links with what they show in words', async () => {
    bySam('@NorthfieldIT look', {
      images: [{ alt: 'A lamp on one wire' }, { alt: null }, { alt: 'It swings', moving: true }],
    })
    const [post] = (await channel().read(null)).posts
    expect(post?.images.map(({ alt, moving = false }) => [alt, moving])).toEqual([
      ['A lamp on one wire', false],
      [null, false],
      ['It swings', true],
    ])
    for (const { url } of post!.images) expect((await fetch(url)).status).toBe(200)
  })

  it.each<[what: string, media: object]>([
    ['has no address', { media_key: '3_1', type: 'photo' }],
    ['has one that is no link', { media_key: '3_1', type: 'photo', url: 'javascript:alert(1)' }],
    ['has one that cannot be read', { media_key: '3_1', type: 'photo', url: 'https://' }],
    ['is of another post', { media_key: '3_2', type: 'photo', url: 'https://pbs.example/1' }],
  ])('that %s is left out, and the post is not', async (_, media) => {
    sandbox.faults.next('GET /2/users/:id/mentions', {
      status: 200,
      headers: json,
      body: {
        data: [
          {
            id: '5000',
            text: '',
            author_id: SAM.id,
            created_at: '2031-10-01T09:00:00.000Z',
            conversation_id: '5000',
            attachments: { media_keys: ['3_1'] },
          },
        ],
        includes: { media: [media] },
        meta: { result_count: 1 },
      },
    })
    expect((await channel().read('4000')).posts).toMatchObject([{ text: '', images: [] }])
  })
})

describe('looking up', () => {
  it('tells what lives and what is gone, a hundred at a time', async () => {
    const ids = Array.from({ length: 230 }, (_, n) => bySam(`Post ${n}`))
    sandbox.remove(ids[3]!)
    sandbox.remove(ids[229]!)
    const looked = await lookUp(...ids)
    expect(looked).toMatchObject({ kind: 'looked', gone: [ids[3], ids[229]] })
    expect(looked.kind === 'looked' && looked.posts).toHaveLength(228)
    expect(requests('/2/tweets')).toHaveLength(3)
  })

  it('finds the newest version, however often it was edited', async () => {
    const first = bySam('One')
    const second = sandbox.edit(first, 'Two')
    const third = sandbox.edit(second, 'Three')
    for (const asked of [first, second, third])
      expect(await lookUp(asked)).toMatchObject({
        posts: [{ externalId: third, firstId: first, text: 'Three' }],
        gone: [],
      })
  })

  it('says nothing of a post for what its parent has become', async () => {
    const parent = sandbox.post({ as: 'alexvisits', text: 'Parent' })
    const reply = bySam('@NorthfieldIT reply', { inReplyTo: parent })
    sandbox.remove(parent)
    expect(await lookUp(reply)).toMatchObject({ posts: [{ externalId: reply, parent: null }], gone: [] })
  })

  it('takes the posts of the suspended for gone', async () => {
    const post = bySam('Soon suspended')
    sandbox.suspend('sam_reads')
    expect(await lookUp(post)).toEqual({ kind: 'looked', posts: [], gone: [post] })
  })

  const problem = (changes: object) => ({
    type: 'https://api.x.com/2/problems/resource-not-found',
    title: 'Not Found Error',
    detail: 'Could not find it.',
    resource_type: 'tweet',
    parameter: 'ids',
    value: '5000',
    ...changes,
  })
  const raw = {
    id: '5000',
    text: 'Here',
    author_id: SAM.id,
    created_at: '2026-10-01T09:00:00.000Z',
    conversation_id: '5000',
  }
  it.each<[what: string, body: object, gone: Array<string>]>([
    ['not found', { errors: [problem({})] }, ['5000']],
    [
      'of a protected account',
      { errors: [problem({ type: 'https://api.x.com/2/problems/not-authorized-for-resource' })] },
      ['5000'],
    ],
    [
      'withheld, in the older words',
      {
        errors: [
          problem({
            type: 'https://api.twitter.com/2/problems/resource-unavailable',
            value: undefined,
            resource_id: '5000',
          }),
        ],
      },
      ['5000'],
    ],
    [
      'of an author who is suspended',
      { data: [raw], errors: [problem({ resource_type: 'user', parameter: 'author_id', value: SAM.id })] },
      ['5000'],
    ],
    [
      'there, though what it quotes is not',
      { data: [raw], errors: [problem({ parameter: 'referenced_tweets.id', value: '4000' })] },
      [],
    ],
    ['there, whatever else failed', { data: [raw], errors: [problem({ type: 'about:blank' }), null] }, []],
    ['not spoken of', { errors: [problem({ value: '6000' })] }, []],
  ])('understands that a post is %s', async (_, body, gone) => {
    sandbox.faults.next(LOOK_UP, { status: 200, headers: json, body })
    expect(await lookUp('5000')).toMatchObject({ kind: 'looked', gone })
  })

  it.each(['429', '503', 'garbage', 'html', 'drop-before'] as const)(
    'says nothing is gone when X fails: %s',
    async (fault) => {
      sandbox.faults.next(LOOK_UP, fault)
      expect(await lookUp(bySam('There'))).toMatchObject({ kind: 'later' })
    },
  )

  it('does not take an answer that says nothing for one', async () => {
    sandbox.faults.next(LOOK_UP, { status: 200, headers: json, body: {} })
    expect(await lookUp('5000')).toMatchObject({ kind: 'later' })
  })
})

describe('a call', () => {
  const secret = 'a-secret-of-the-app'
  const hook = xHook(secret, 'https://x.com')
  const sign = (body: string) => `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
  const call = (event: unknown, signature?: string, header = 'x-twitter-webhooks-signature') => {
    const body = typeof event === 'string' ? event : JSON.stringify(event)
    return hook.open(Buffer.from(body), new Headers({ [header]: signature ?? sign(body) }))
  }
  const mention = (changes: object = {}, payload: object = {}) => ({
    data: {
      event_uuid: '1',
      filter: { user_id: IT.id },
      event_type: 'post.mention.create',
      payload: {
        id: '5000',
        text: 'hey @NorthfieldIT',
        author_id: SAM.id,
        created_at: '2026-07-24T21:23:23.000Z',
        conversation_id: '5000',
        edit_history_tweet_ids: ['5000'],
        entities: { mentions: [{ start: 4, end: 17, username: IT.handle, id: IT.id }] },
        ...payload,
      },
      includes: { users: [{ id: SAM.id, username: SAM.handle, name: SAM.name }] },
      ...changes,
    },
  })

  it('is answered by whoever knows the secret', () => {
    expect(hook.challenge(new URLSearchParams('crc_token=abc&nonce=1'))).toEqual({
      response_token: sign('abc'),
    })
    expect(hook.challenge(new URLSearchParams('crc_token='))).toBeNull()
    expect(hook.challenge(new URLSearchParams())).toBeNull()
  })

  it('is believed by either of its signatures, and by nothing else', () => {
    const body = JSON.stringify(mention())
    expect(call(mention())).toHaveLength(1)
    expect(call(mention(), sign(body), 'X-Twitter-Webhooks-Signature-OAuth2')).toHaveLength(1)
    for (const wrong of [
      '',
      'sha256=',
      sign(`${body} `),
      sign(body).slice(0, -1),
      `${sign(body)}=`,
      sign(body).slice('sha256='.length),
      `sha256=${createHmac('sha256', 'another').update(body).digest('base64')}`,
    ])
      expect(call(mention(), wrong)).toBeNull()
    expect(hook.open(Buffer.from(body), new Headers())).toBeNull()
  })

  it('is signed over its bytes, not over what they mean', () => {
    const escaped = JSON.stringify(mention()).replace('hey', 'h\\u00e9')
    expect(call(escaped)).toMatchObject([{ kind: 'post', post: { text: 'hé @NorthfieldIT' } }])
    expect(call(JSON.stringify(JSON.parse(escaped)), sign(escaped))).toBeNull()
  })

  it('brings a post in our shape, and why we may answer it', () => {
    expect(call(mention())).toMatchObject([
      {
        kind: 'post',
        accountId: IT.id,
        post: { externalId: '5000', author: SAM, summons: 'mentioned', quotes: null },
      },
    ])
    const quote = mention({ event_type: 'post.quote.create' }, { entities: undefined })
    expect(call(quote)).toMatchObject([{ post: { summons: 'quoted' } }])
    const reply = mention({ event_type: 'post.reply.create' }, { entities: undefined })
    expect(call(reply)).toMatchObject([{ post: { summons: null } }])
  })

  it('tells of a deletion', () => {
    const deleted = mention({ event_type: 'post.delete', payload: { id: '5000', author_id: SAM.id } })
    expect(call(deleted)).toEqual([{ kind: 'gone', externalId: '5000', authorId: SAM.id }])
  })

  it.each<[what: string, event: unknown, news: Array<object>]>([
    ['no JSON', '{"data":', [{ kind: 'unclear' }]],
    ['no event', { hello: 1 }, [{ kind: 'unclear' }]],
    ['a post without an author', mention({}, { author_id: undefined }), [{ kind: 'unclear' }]],
    ['nobody’s event', mention({ filter: undefined }), [{ kind: 'unclear' }]],
    ['a deletion of nothing', mention({ event_type: 'post.delete', payload: {} }), [{ kind: 'unclear' }]],
    ['an event we did not ask for', mention({ event_type: 'like.create' }), []],
    ['an event named like a member of every object', mention({ event_type: 'toString' }), []],
  ])('that brings %s is understood as that', (_, event, news) => {
    expect(call(event)).toEqual(news)
  })
})
