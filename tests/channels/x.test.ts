import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { ALEX, aReply, APP, campus, IT, IT_TOKENS, itsChannel, neverRenewed, SAM } from './campus.ts'

const MENTIONS = 'GET /2/users/:id/mentions'
const POST = 'POST /2/tweets'
const OURS = 'GET /2/users/:id/tweets'

let sandbox: Sandbox

beforeEach(async () => {
  sandbox = await startSandbox({ world: campus })
})
afterEach(() => sandbox.close())

const channel = (options: Parameters<typeof itsChannel>[1] = {}) => itsChannel(sandbox.url, options)
const samPosts = (text = '@NorthfieldIT the Wi-Fi is down') => sandbox.post({ as: 'sam_reads', text })
/** One raw post, as X might send it. */
const answering = (...data: Array<unknown>) => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: { data, meta: { result_count: data.length } },
})
const rawPost = (changes: object = {}) => ({
  id: '5000',
  text: '@NorthfieldIT hello',
  author_id: SAM.id,
  created_at: '2026-10-01T09:00:00.000Z',
  conversation_id: '5000',
  ...changes,
})

describe('reading', () => {
  it('gives a post in our shape', async () => {
    const id = samPosts(
      '@NorthfieldIT <Wi-Fi> &amp; printers #Help #wifi https://example.edu/a?b=1&c=2 @AlexVisits',
    )
    const { posts, next, trouble } = await channel().read(null)
    expect(trouble).toBeNull()
    expect(next).toBe(id)
    expect(posts).toEqual([
      {
        externalId: id,
        firstId: id,
        author: SAM,
        text: '@NorthfieldIT <Wi-Fi> &amp; printers #Help #wifi https://example.edu/a?b=1&c=2 @AlexVisits',
        url: `${sandbox.url}/sam_reads/status/${id}`,
        postedAt: new Date(sandbox.posts()[0]?.at ?? ''),
        conversationId: id,
        inReplyTo: null,
        quotes: null,
        mentions: ['northfieldit', 'alexvisits'],
        hashtags: ['help', 'wifi'],
        summons: 'mentioned',
        repost: false,
        parent: null,
        images: [],
      },
    ])
  })

  it('gives a reply its parent, and counts the mention that X adds', async () => {
    const announcement = sandbox.post({ as: IT.handle, text: 'The library closes at 18:00.' })
    const id = sandbox.post({ as: 'sam_reads', text: 'Why so early?', inReplyTo: announcement })
    const { posts } = await channel().read(null)
    expect(posts).toMatchObject([
      {
        externalId: id,
        text: '@NorthfieldIT Why so early?',
        conversationId: announcement,
        inReplyTo: announcement,
        summons: 'mentioned',
        parent: {
          author: IT,
          text: 'The library closes at 18:00.',
          url: `${sandbox.url}/NorthfieldIT/status/${announcement}`,
        },
      },
    ])
  })

  it('reads more than one page, oldest first, and goes on from there', async () => {
    const start = samPosts('@NorthfieldIT the first of all')
    const ids = Array.from({ length: 230 }, (_, n) => samPosts(`@NorthfieldIT number ${n}`))
    const { posts, next } = await channel().read(start)
    expect(posts.map((post) => post.externalId)).toEqual(ids)
    expect(next).toBe(ids.at(-1))
    expect(sandbox.requests).toHaveLength(3)

    expect(await channel().read(next)).toMatchObject({ posts: [], next, trouble: null })
    const later = samPosts('@NorthfieldIT one more')
    expect((await channel().read(next)).posts.map((post) => post.externalId)).toEqual([later])
  })

  it('begins with the newest hundred', async () => {
    const ids = Array.from({ length: 130 }, (_, n) => samPosts(`@NorthfieldIT number ${n}`))
    const { posts, next, trouble } = await channel().read(null)
    expect(posts.map((post) => post.externalId)).toEqual(ids.slice(30))
    expect([next, trouble]).toEqual([ids.at(-1), null])
  })

  it('keeps the cursor when a later page fails, and loses nothing on the next try', async () => {
    const start = samPosts('@NorthfieldIT the first of all')
    const ids = Array.from({ length: 150 }, (_, n) => samPosts(`@NorthfieldIT number ${n}`))
    const stop = sandbox.onRequest(({ phase }) => {
      if (phase === 'answered') sandbox.faults.next(MENTIONS, '503')
    })
    const cut = await channel().read(start)
    expect(cut).toMatchObject({
      next: start,
      trouble: { kind: 'later', reason: 'Service Unavailable', at: null },
    })
    expect(cut.posts.map((post) => post.externalId)).toEqual(ids.slice(50))

    stop()
    sandbox.faults.clear()
    const whole = await channel().read(start)
    expect(whole.posts.map((post) => post.externalId)).toEqual(ids)
    expect(whole.next).toBe(ids.at(-1))
  })

  it('knows an edited post by its first id', async () => {
    const first = samPosts('@NorthfieldIT wfii')
    const { next } = await channel().read(null)
    const second = sandbox.edit(first, '@NorthfieldIT wifi')
    const { posts } = await channel().read(next)
    expect(posts).toMatchObject([{ externalId: second, firstId: first, text: '@NorthfieldIT wifi' }])
  })

  it('does not show a deleted post', async () => {
    sandbox.remove(samPosts())
    expect(await channel().read(null)).toMatchObject({ posts: [], next: null, trouble: null })
  })

  it('keeps the good posts beside one that it cannot read', async () => {
    sandbox.faults.next(
      MENTIONS,
      answering(rawPost({ id: '5002' }), rawPost({ id: '5001', created_at: 'soon' })),
    )
    const { posts, next, trouble } = await channel().read('4000')
    expect(posts.map((post) => post.externalId)).toEqual(['5002'])
    expect(next).toBe('4000')
    expect(trouble).toMatchObject({ kind: 'later', reason: 'X sent 1 post(s) that we could not read.' })
  })

  it.each([
    [
      'documented',
      { referenced_posts: [{ type: 'quoted', id: '40' }], edit_history_post_ids: ['49', '5000'] },
      'posts',
    ],
    [
      'older',
      { referenced_tweets: [{ type: 'quoted', id: '40' }], edit_history_tweet_ids: ['49', '5000'] },
      'tweets',
    ],
  ])('is summoned by a quote of ours, in the %s vocabulary', async (_, fields, includes) => {
    const ours = { id: '40', text: 'Ours &amp; yours', author_id: IT.id }
    const { body, ...rest } = answering(rawPost({ text: 'look at this', ...fields }))
    sandbox.faults.next(MENTIONS, { ...rest, body: { ...body, includes: { [includes]: [ours] } } })
    const { posts } = await channel().read('4000')
    expect(posts).toMatchObject([{ firstId: '49', summons: 'quoted', parent: { text: 'Ours & yours' } }])
  })

  it('is not summoned by a quote of somebody else', async () => {
    const fields = { text: 'look', referenced_posts: [{ type: 'quoted', id: '40' }] }
    const { body, ...rest } = answering(rawPost(fields))
    const theirs = { id: '40', text: 'Theirs', author_id: ALEX.id }
    sandbox.faults.next(MENTIONS, { ...rest, body: { ...body, includes: { posts: [theirs] } } })
    expect((await channel().read('4000')).posts).toMatchObject([{ summons: null }])
  })

  it('is mentioned by id under a handle it no longer has', async () => {
    const mentions = [{ start: 0, end: 4, username: 'OldIT', id: IT.id }]
    sandbox.faults.next(MENTIONS, answering(rawPost({ entities: { mentions } })))
    expect((await channel().read('4000')).posts).toMatchObject([
      { summons: 'mentioned', mentions: ['oldit'] },
    ])
  })

  it('marks reposts', async () => {
    sandbox.faults.next(MENTIONS, answering(rawPost({ referenced_posts: [{ type: 'retweeted', id: '40' }] })))
    expect((await channel().read('4000')).posts).toMatchObject([{ repost: true }])
  })

  it('keeps a post whose author is gone', async () => {
    sandbox.faults.next(MENTIONS, answering(rawPost({ author_id: '77' })))
    expect((await channel().read('4000')).posts).toMatchObject([
      { author: { id: '77', handle: '77', name: 'X user' }, text: '@NorthfieldIT hello' },
    ])
  })

  it('reads a long post whole', async () => {
    const whole = {
      text: `@NorthfieldIT ${'long &lt; '.repeat(60)}#end`,
      entities: { hashtags: [{ start: 1, tag: 'End' }] },
    }
    sandbox.faults.next(MENTIONS, answering(rawPost({ note_post: whole })))
    const { posts } = await channel().read('4000')
    expect(posts[0]?.text).toBe(`@NorthfieldIT ${'long < '.repeat(60)}#end`)
    expect(posts[0]?.hashtags).toEqual(['end'])
  })

  it('decodes once, so that typed escapes stay', async () => {
    sandbox.faults.next(MENTIONS, answering(rawPost({ text: '&amp;lt;b&amp;gt; &quot;' })))
    expect((await channel().read('4000')).posts[0]?.text).toBe('&lt;b&gt; &quot;')
  })

  it('compares ids as numbers, not as words', async () => {
    sandbox.faults.next(MENTIONS, answering(rawPost({ id: '10000' }), rawPost({ id: '9999' })))
    const { posts, next } = await channel().read('99')
    expect(posts.map((post) => post.externalId)).toEqual(['9999', '10000'])
    expect(next).toBe('10000')
  })

  it('does not follow page tokens for ever', async () => {
    const { body, ...rest } = answering(rawPost())
    const again = { ...rest, body: { ...body, meta: { result_count: 1, next_token: 'again' } } }
    sandbox.faults.next(MENTIONS, again, 50)
    const { posts, next } = await channel().read('4000')
    expect([posts.length, next]).toEqual([1, '5000'])
    expect(sandbox.requests.length).toBeLessThan(6)
  })

  it.each([
    'drop-before',
    'drop-after',
    '500',
    '500-after',
    '503',
    'html',
    'garbage',
    'missing-fields',
    'huge',
  ] as const)('reports %s as trouble to try again, and keeps its place', async (fault) => {
    samPosts()
    sandbox.faults.next(MENTIONS, fault)
    const { posts, next, trouble } = await channel().read('4000')
    expect([posts, next]).toEqual([[], '4000'])
    expect(trouble).toEqual({ kind: 'later', reason: expect.stringMatching(/\w/), at: null })
  })

  it.each(['hang', 'drip'] as const)('ends %s by its time limit', async (fault) => {
    sandbox.faults.next(MENTIONS, fault)
    const { next, trouble } = await channel({ timeoutMs: 150 }).read('4000')
    expect([next, trouble?.reason]).toEqual(['4000', 'X did not finish its answer within 0.15 s.'])
  })

  it('waits for an answer that is merely slow', async () => {
    samPosts()
    sandbox.faults.next(MENTIONS, 'delay:50')
    expect((await channel({ timeoutMs: 5000 }).read(null)).posts).toHaveLength(1)
  })

  it('waits as long as a used-up limit asks', async () => {
    const now = new Date('2026-10-01T09:00:00Z')
    await sandbox.close()
    sandbox = await startSandbox({ world: campus, limits: { [MENTIONS]: 1 }, now: () => now })
    expect((await channel().read(null)).trouble).toBeNull()
    expect((await channel().read(null)).trouble).toMatchObject({
      kind: 'later',
      at: new Date('2026-10-01T09:15:00Z'),
    })
  })

  it('waits until tomorrow when the day is used up, and a quarter of an hour when X does not say', async () => {
    const now = new Date('2026-10-01T09:00:00Z')
    const tomorrow = String(Date.parse('2026-10-02T00:00:00Z') / 1000)
    const headers = {
      'x-rate-limit-reset': '1790845200',
      'x-app-limit-24hour-remaining': '0',
      'x-app-limit-24hour-reset': tomorrow,
    }
    sandbox.faults.next(MENTIONS, { status: 429, headers, body: {} })
    sandbox.faults.next(MENTIONS, { status: 429, body: 'not even JSON' })
    expect((await channel({ now }).read(null)).trouble?.at).toEqual(new Date('2026-10-02T00:00:00Z'))
    expect((await channel({ now }).read(null)).trouble?.at).toEqual(new Date('2026-10-01T09:15:00Z'))
  })

  it('is signed out when X does not know the token', async () => {
    const stranger = channel({ credentials: JSON.stringify({ ...IT_TOKENS, accessSecret: 'another' }) })
    expect((await stranger.read('4000')).trouble).toEqual({
      kind: 'signed-out',
      reason: 'Unauthorized',
      at: null,
    })
  })

  it('is signed out when the stored credentials are no credentials', async () => {
    for (const credentials of ['', '{}', 'null', '{"accessToken":""}'])
      expect((await channel({ credentials }).read(null)).trouble).toMatchObject({ kind: 'signed-out' })
    expect(sandbox.requests).toEqual([])
  })

  it.each([
    [402, 'CreditsDepleted'],
    [403, 'This account is suspended.'],
    [400, 'Invalid since_id'],
  ])('reports %i with the reason of X', async (status, detail) => {
    sandbox.faults.next(MENTIONS, {
      status,
      headers: { 'content-type': 'application/json' },
      body: { detail },
    })
    expect((await channel().read('4000')).trouble).toEqual({ kind: 'later', reason: detail, at: null })
  })

  it('survives errors that are not what they seem', async () => {
    for (const body of [
      { errors: [null] },
      { errors: 'no' },
      null,
      [],
      7,
      { errors: [{ message: 'Plain' }] },
    ]) {
      sandbox.faults.next(MENTIONS, { status: 400, body })
      expect((await channel().read('4000')).trouble).toMatchObject({ kind: 'later' })
    }
  })

  it('says why when X has nobody of that id', async () => {
    const network = xNetwork({
      appKey: APP.key,
      appSecret: APP.secret,
      apiUrl: sandbox.url,
      clock: { now: () => new Date() },
    })
    const lost = network.open({
      externalId: '999',
      handle: 'lost',
      credentials: JSON.stringify(IT_TOKENS),
      renew: neverRenewed,
    })
    expect((await lost.read(null)).trouble).toMatchObject({ reason: 'Could not find user with id: [999].' })
  })

  it('cannot reach what is not there', async () => {
    await sandbox.close()
    const trouble = { kind: 'later', reason: 'X could not be reached.', at: null }
    expect(await channel().read('4000')).toEqual({ posts: [], next: '4000', trouble })
    sandbox = await startSandbox()
  })
})

describe('sending', () => {
  it('replies to the post it was asked to', async () => {
    const post = samPosts()
    const sent = await channel().send(aReply(post))
    expect(sandbox.replies(post)).toMatchObject([
      { handle: IT.handle, text: '@sam_reads We are looking into it.', conversationId: post },
    ])
    const id = sandbox.replies(post)[0]?.id
    expect(sent).toEqual({ kind: 'sent', externalId: id, url: `${sandbox.url}/NorthfieldIT/status/${id}` })
  })

  it.each([
    'drop-before',
    '500',
    '503',
    'drop-after',
    '500-after',
    'html',
    'garbage',
    'missing-fields',
    'huge',
    'drip',
  ] as const)('does not know after %s, asks once, and finds out the truth', async (fault) => {
    const post = samPosts()
    sandbox.faults.next(POST, fault)
    const result = await channel({ timeoutMs: fault === 'drip' ? 300 : 5000 }).send(aReply(post))
    expect(result).toEqual({ kind: 'unknown', reason: expect.stringMatching(/\w/) })
    expect(sandbox.requests.map(({ method }) => method)).toEqual(['POST'])

    const [out] = sandbox.replies(post)
    const isOut = !['drop-before', '500', '503'].includes(fault)
    expect(out !== undefined).toBe(isOut)
    expect(await channel().find(aReply(post))).toMatchObject(
      isOut ? { kind: 'found', externalId: out?.id } : { kind: 'absent' },
    )
  })

  it('does not know after a hang', async () => {
    sandbox.faults.next(POST, 'hang')
    const reason = 'X did not finish its answer within 0.15 s.'
    expect(await channel({ timeoutMs: 150 }).send(aReply(samPosts()))).toEqual({ kind: 'unknown', reason })
  })

  it('may try again when it never reached X', async () => {
    const post = samPosts()
    await sandbox.close()
    expect(await channel().send(aReply(post))).toEqual({
      kind: 'later',
      reason: 'X could not be reached.',
      at: null,
    })
    sandbox = await startSandbox()
  })

  it('waits when the limit is used up', async () => {
    const now = new Date('2026-10-01T09:00:00Z')
    await sandbox.close()
    sandbox = await startSandbox({ world: campus, limits: { [POST]: 1 }, now: () => now })
    const post = samPosts()
    expect(await channel().send(aReply(post, 'One'))).toMatchObject({ kind: 'sent' })
    expect(await channel().send(aReply(post, 'Two'))).toMatchObject({
      kind: 'later',
      at: new Date('2026-10-01T09:15:00Z'),
    })
    expect(sandbox.replies(post)).toHaveLength(1)
  })

  it('is signed out, by token or by rights', async () => {
    const post = samPosts()
    const stranger = channel({ credentials: JSON.stringify({ ...IT_TOKENS, accessToken: 'another' }) })
    expect(await stranger.send(aReply(post))).toEqual({ kind: 'signed-out', reason: 'Unauthorized' })
    const type = 'https://api.x.com/2/problems/oauth1-permissions'
    sandbox.faults.next(POST, { status: 403, body: { type, detail: 'Your app may only read.' } })
    expect(await channel().send(aReply(post))).toEqual({
      kind: 'signed-out',
      reason: 'Your app may only read.',
    })
  })

  it('takes its own double for the sent post', async () => {
    const post = samPosts()
    const sent = await channel().send(aReply(post))
    expect(await channel().send(aReply(post))).toEqual(sent)
    expect(sandbox.replies(post)).toHaveLength(1)
  })

  it('is refused a double that is no reply to this post', async () => {
    const [one, other] = [samPosts('@NorthfieldIT one'), samPosts('@NorthfieldIT other')]
    await channel().send(aReply(one))
    const reason = 'You are not allowed to create a Tweet with duplicate content.'
    expect(await channel().send(aReply(other))).toEqual({ kind: 'refused', reason })
  })

  it('does not know about a double when it cannot look', async () => {
    const post = samPosts()
    await channel().send(aReply(post))
    sandbox.faults.next(OURS, '503')
    expect(await channel().send(aReply(post))).toMatchObject({ kind: 'unknown' })
  })

  it('is refused, in the words of X, where nobody called it', async () => {
    const post = samPosts('Nobody in particular')
    expect(await channel().send(aReply(post))).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('you have not been mentioned or otherwise engaged by the author'),
    })
  })

  it('may answer a quote', async () => {
    const ours = sandbox.post({ as: IT.handle, text: 'The library closes at 18:00.' })
    const quote = sandbox.post({ as: 'sam_reads', text: 'Really?', quote: ours })
    expect(await channel().send(aReply(quote))).toMatchObject({ kind: 'sent' })
  })

  it.each([
    ['too long', 'x'.repeat(281), 'Your Post text is too long.'],
    ['empty', ' ', 'A post needs a text.'],
  ])('is refused a text that is %s', async (_, text, reason) => {
    expect(await channel().send(aReply(samPosts(), text))).toEqual({ kind: 'refused', reason })
  })

  it('is refused a reply to a deleted post', async () => {
    const post = samPosts()
    sandbox.remove(post)
    const reason = 'You attempted to reply to a Post that is deleted or not visible to you.'
    expect(await channel().send(aReply(post))).toEqual({ kind: 'refused', reason })
  })
})

describe('finding', () => {
  it('sees through what X does to a text', async () => {
    const post = samPosts('@NorthfieldIT @AlexVisits help')
    const text =
      'Tom & Jerry <3 cafe\u0301\n\nsee https://quad.example.edu/tickets/12 or quad.example.edu  now'
    const sent = await channel().send(aReply(post, text))
    expect(sandbox.replies(post)[0]?.text).toMatch(/^@sam_reads @alexvisits /)
    expect(await channel().find(aReply(post, text))).toEqual({ ...sent, kind: 'found' })
  })

  it('takes two spellings of one letter for the same', async () => {
    const ours = { author_id: IT.id, referenced_posts: [{ type: 'replied_to', id: '4000' }] }
    sandbox.faults.next(
      OURS,
      answering(rawPost({ ...ours, conversation_id: '4000', text: '@sam_reads caf\u00e9' })),
    )
    expect(await channel().find(aReply('4000', 'cafe\u0301'))).toMatchObject({
      kind: 'found',
      externalId: '5000',
    })
  })

  it('finds it although the post was edited since', async () => {
    const post = samPosts()
    const sent = await channel().send(aReply(post))
    const edited = sandbox.edit(post, '@NorthfieldIT The Wi-Fi drops, still.')
    const key = { ...aReply(post), inReplyTo: edited }
    expect(await channel().find(key)).toEqual({ ...sent, kind: 'found' })
  })

  it('does not take another reply for it', async () => {
    const [post, other] = [samPosts('@NorthfieldIT one'), samPosts('@NorthfieldIT two')]
    await channel().send(aReply(other, 'Done.'))
    await channel().send(aReply(post, 'Not yet.'))
    expect(await channel().find(aReply(post, 'Done.'))).toEqual({ kind: 'absent' })
  })

  it('looks through more than a page', async () => {
    const post = samPosts()
    const sent = await channel().send(aReply(post))
    for (let n = 0; n < 150; n++) sandbox.post({ as: IT.handle, text: `Notice ${n}` })
    expect(await channel().find(aReply(post))).toEqual({ ...sent, kind: 'found' })
    expect(sandbox.requests.filter(({ method }) => method === 'GET')).toHaveLength(2)
  })

  it('never says absent after half a look', async () => {
    const post = samPosts()
    sandbox.faults.next(OURS, '503')
    expect(await channel().find(aReply(post))).toMatchObject({ kind: 'later' })
    sandbox.faults.next(OURS, answering({ id: '6000' }))
    expect(await channel().find(aReply(post))).toMatchObject({ kind: 'later' })
    sandbox.faults.next(OURS, '429')
    expect(await channel().find(aReply(post))).toMatchObject({ kind: 'later', at: expect.any(Date) })
    const stranger = channel({ credentials: '{}' })
    expect(await stranger.find(aReply(post))).toEqual({ kind: 'signed-out', reason: expect.any(String) })
  })
})

describe('the network', () => {
  it('knows whose credentials it has', async () => {
    expect(await channel().identify()).toEqual({ kind: 'identified', author: IT })
    expect(await channel({ credentials: 'x' }).identify()).toMatchObject({ kind: 'failed' })
    sandbox.faults.next('GET /2/users/me', 'missing-fields')
    expect(await channel().identify()).toMatchObject({ kind: 'failed' })
    sandbox.faults.next('GET /2/users/me', 'drop-before')
    expect(await channel().identify()).toEqual({ kind: 'failed', reason: 'The connection to X broke off.' })
  })

  it.each([
    ['Hello, world', 12],
    ['caf\u00e9', 4],
    ['cafe\u0301', 4],
    ['\u4f60\u597d', 4],
    ['\u3053\u3093\u306b\u3061\u306f', 10],
    ['\ud83d\ude42', 2],
    ['\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67', 2],
    ['https://example.edu/a/very/long/address/that/would/count/more?than=this', 23],
    ['see example.edu', 27],
    ['', 0],
  ])('measures %j as %i', (text, length) => {
    const network = xNetwork({ appKey: '', appSecret: '', apiUrl: null, clock: { now: () => new Date() } })
    expect([network.measure(text), network.limit]).toEqual([length, 280])
  })

  it.each([
    'https://127.0.0.1:3001',
    'http://example.edu',
    'http://127.0.0.1.example.edu',
    'http://0.0.0.0:1',
    'x',
  ])('refuses a stand-in at %s', (apiUrl) => {
    const open = () => xNetwork({ appKey: 'k', appSecret: 's', apiUrl, clock: { now: () => new Date() } })
    expect(open).toThrow('loopback')
  })
})
