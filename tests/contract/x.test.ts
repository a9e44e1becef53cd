import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { TwitterApi } from 'twitter-api-v2'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { loopbackAgent } from '#app/channels/x/client.server.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import { SCOPES } from '#app/channels/x/oauth2.server.ts'
import { startSandbox, type Sandbox } from '#sandbox/x/server.ts'
import { ALEX, aReply, APP, campus, IT, IT_TOKENS, itsChannel, SAM } from '#tests/channels/campus.ts'

/**
 * X's own description of its API stands between our client and the sandbox: it refuses a request that X does not
 * document, and an answer that X would not give. So neither can drift from X.
 */

const description = fileURLToPath(
  new URL('../../../shared/data/x-api-v2-openapi-2.167.json', import.meta.url),
)
const prismScript = fileURLToPath(
  new URL('../../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url),
)
/** What is read of the description here. */
type Described = {
  components: {
    securitySchemes: {
      OAuth2UserToken: {
        flows: {
          authorizationCode: {
            scopes: Record<string, string>
            authorizationUrl: string
            tokenUrl: string
          }
        }
      }
    }
  }
  paths: Record<string, Record<string, { security: Array<{ OAuth2UserToken?: Array<string> }> }>>
}

const isMissing = !existsSync(description)

if (isMissing && process.env.CI === 'true') {
  it("has X's description of its API", () => {
    expect.fail('shared/data/x-api-v2-openapi-2.167.json must lie beside the checkout')
  })
}

const name = isMissing
  ? "X's contract (skipped: shared/data with X's API description is missing)"
  : "X's contract"

describe.skipIf(isMissing)(name, () => {
  let sandbox: Sandbox
  let prism: Prism
  let witness: Witness

  beforeAll(async () => {
    sandbox = await startSandbox({ world: campus })
    prism = await startPrism(sandbox.url)
    witness = await startWitness(prism.port, sandbox.port)
  }, 90_000)

  afterAll(async () => {
    await witness?.close()
    await prism?.stop()
    await sandbox?.close()
  })

  afterEach(() => {
    sandbox.faults.clear()
    expect(witness.takeViolations()).toEqual([])
  })

  const channel = () => itsChannel(witness.url)

  const described = () => JSON.parse(readFileSync(description, 'utf8')) as Described

  /** A call by the app, outside our channel. */
  async function read(pathAndQuery: string) {
    const response = await fetch(witness.url + pathAndQuery, {
      headers: { authorization: `Bearer ${APP.bearerToken}` },
    })
    return { status: response.status, body: (await response.json()) as Body }
  }

  /** The library as it is, signed as the department. */
  const library = () =>
    new TwitterApi(
      { appKey: APP.key, appSecret: APP.secret, ...IT_TOKENS },
      { httpAgent: loopbackAgent(witness.url), compression: 'identity' },
    ).v2

  describe('our channel', () => {
    it('finds out who it is', async () => {
      expect(await channel().identify()).toEqual({ kind: 'identified', author: IT })
    })

    it('reads a conversation with everything that belongs to it', async () => {
      const start = sandbox.post({
        as: 'sam_reads',
        text: '@NorthfieldIT <no> Wi-Fi & no #Help, see example.edu/map',
      })
      sandbox.post({ as: 'alexvisits', text: '@NorthfieldIT same here', inReplyTo: start })
      sandbox.post({ as: 'alexvisits', text: '@NorthfieldIT look', quote: start })

      const { posts, trouble } = await channel().read(null)
      expect(trouble).toBeNull()
      const whole = '@NorthfieldIT <no> Wi-Fi & no #Help, see http://example.edu/map'
      expect(posts).toMatchObject([
        { text: whole, author: SAM, hashtags: ['help'], parent: null },
        {
          text: '@sam_reads @NorthfieldIT same here',
          inReplyTo: start,
          parent: { text: whole, author: SAM },
        },
        { text: '@NorthfieldIT look', inReplyTo: null, parent: { text: whole } },
      ])
    })

    it('pages through more than one answer holds', async () => {
      const since = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT before' })
      for (let n = 1; n <= 120; n++) sandbox.post({ as: 'sam_reads', text: `@NorthfieldIT number ${n}` })
      const { posts, trouble } = await channel().read(since)
      expect(trouble).toBeNull()
      expect(posts).toHaveLength(120)
    })

    it('reads an edited post', async () => {
      const first = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT frist' })
      const second = sandbox.edit(first, '@NorthfieldIT first')
      const { posts } = await channel().read(first)
      expect(posts).toMatchObject([{ externalId: second, firstId: first, text: '@NorthfieldIT first' }])
    })

    it('replies, and finds its reply again', async () => {
      const post = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT the printer is on fire' })
      const reply = aReply(post, 'Bring water. More at https://example.edu/tickets/1')
      const sent = await channel().send(reply)
      expect(sent).toMatchObject({ kind: 'sent' })
      expect(await channel().find(reply)).toEqual({ ...sent, kind: 'found' })
      expect(await channel().send(reply)).toEqual(sent) // refused as a duplicate, and then found
    })

    it('is refused where nobody called it', async () => {
      const post = sandbox.post({ as: 'sam_reads', text: 'Nobody in particular' })
      const refused = await channel().send(aReply(post))
      expect(refused).toMatchObject({
        kind: 'refused',
        reason: expect.stringContaining('not been mentioned'),
      })
    })

    it('reads pictures along with the posts', async () => {
      const images = [{ alt: 'A lamp' }, { alt: null }, { alt: 'It swings', moving: true }]
      sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT look at these', images })
      const { posts, trouble } = await channel().read(null)
      expect(trouble).toBeNull()
      expect(posts.at(-1)?.images.map(({ alt, moving = false }) => [alt, moving])).toEqual([
        ['A lamp', false],
        [null, false],
        ['It swings', true],
      ])
    })

    it('searches for quotes and hashtags, page by page', async () => {
      const ours = sandbox.post({ as: IT.handle, text: 'The new map is out.' })
      const before = sandbox.post({ as: 'sam_reads', text: 'Before #mapfind' })
      const quote = sandbox.post({ as: 'alexvisits', text: 'It is upside down', quote: ours })
      for (let n = 1; n <= 110; n++) sandbox.post({ as: 'sam_reads', text: `Where is room ${n}? #mapfind` })
      const { posts, trouble } = await channel().search!(['mapfind', 'haritabul', 'أين'], before)
      expect(trouble).toBeNull()
      expect(posts).toHaveLength(111)
      expect(posts[0]).toMatchObject({ externalId: quote, summons: 'quoted' })
      const tags = Array.from({ length: 40 }, (_, n) => `a_long_hashtag_of_the_campus_${n}`)
      expect((await channel().search!([...tags, 'mapfind'], before)).posts).toHaveLength(111)
    })

    it('begins a search anew where X refuses the place', async () => {
      const id = sandbox.post({ as: 'sam_reads', text: 'Fresh #anewfind' })
      const { posts, next, trouble } = await channel().search!(['anewfind'], '4000')
      expect([posts.at(-1)?.externalId, next, trouble]).toEqual([id, id, null])
    })

    it('looks posts up: alive, edited, deleted, suspended, all at once', async () => {
      const alive = sandbox.post({ as: 'sam_reads', text: 'Alive', images: [{ alt: 'A cat' }] })
      const first = sandbox.post({ as: 'sam_reads', text: 'Tpyo' })
      const edited = sandbox.edit(first, 'Typo')
      const gone = sandbox.post({ as: 'sam_reads', text: 'Gone' })
      const orphan = sandbox.post({ as: 'sam_reads', text: 'Orphan', inReplyTo: gone })
      const hidden = sandbox.post({ as: 'alexvisits', text: 'Hidden' })
      sandbox.remove(gone)
      sandbox.suspend('alexvisits')
      const looked = await channel().lookUp!([alive, first, gone, orphan, hidden])
      sandbox.suspend('alexvisits', false)
      expect(looked).toMatchObject({
        kind: 'looked',
        posts: [
          { externalId: alive, images: [{ alt: 'A cat' }] },
          { externalId: orphan, parent: null },
          { externalId: edited, firstId: first, text: 'Typo' },
        ],
        gone: [gone, hidden],
      })
    })

    it('understands refusals in both of their forms', async () => {
      sandbox.faults.next('GET /2/users/:id/mentions', '429')
      expect((await channel().read(null)).trouble).toMatchObject({ kind: 'later', at: expect.any(Date) })
      sandbox.faults.next('GET /2/users/:id/mentions', '503')
      expect((await channel().read(null)).trouble).toMatchObject({
        kind: 'later',
        reason: 'Service Unavailable',
      })
      const stranger = itsChannel(witness.url, { credentials: '{"accessToken":"no","accessSecret":"no"}' })
      expect((await stranger.read(null)).trouble).toMatchObject({ kind: 'signed-out' })
    })
  })

  describe('the rest of the sandbox', () => {
    it('answers every read, in both vocabularies', async () => {
      const id = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT is the library open? #library' })
      const reply = sandbox.post({ as: 'alexvisits', text: 'Yes', inReplyTo: id })
      const documented =
        'post.fields=conversation_id,created_at,entities,lang&expansions=author_id,referenced_posts'
      const older = 'tweet.fields=author_id,conversation_id,created_at,entities,referenced_tweets'

      for (const fields of [documented, older]) {
        const word = fields === documented ? 'post' : 'tweet'
        const one = await read(`/2/tweets/${reply}?${fields}`)
        expect(one.body.data).toMatchObject({
          id: reply,
          text: '@sam_reads @NorthfieldIT Yes',
          author_id: ALEX.id,
          conversation_id: id,
          [`referenced_${word}s`]: [{ type: 'replied_to', id }],
          [`edit_history_${word}_ids`]: [reply],
        })
        expect((await read(`/2/tweets?ids=${id},${reply}&${fields}`)).body.data).toHaveLength(2)
        const thread = await read(`/2/tweets/search/recent?query=conversation_id:${id}&${fields}`)
        expect(thread.body.data.map((post) => post.id)).toEqual([reply, id])
        expect((await read(`/2/users/${SAM.id}/tweets?max_results=5&${fields}`)).body.data[0]?.id).toBe(id)
        expect((await read(`/2/users/${IT.id}/mentions?max_results=5&${fields}`)).body.data[0]?.id).toBe(
          reply,
        )
      }
      expect(
        (await read(`/2/tweets/search/recent?query=from:sam_reads%20%23library`)).body.meta.result_count,
      ).toBe(1)
      expect((await read('/2/users/by/username/sam_reads')).body.data).toMatchObject({
        id: SAM.id,
        name: SAM.name,
      })
    })

    it('answers who quotes a post, and nothing for one that is gone', async () => {
      const ours = sandbox.post({ as: IT.handle, text: 'Quote me' })
      const quotes = [1, 2].map((n) => sandbox.post({ as: 'sam_reads', text: `Quote ${n}`, quote: ours }))
      const where = `/2/tweets/${ours}/quote_tweets?max_results=10&expansions=author_id`
      const found = await read(where)
      expect(found.body.data.map((post) => post.id)).toEqual(quotes.toReversed())
      sandbox.remove(ours)
      expect((await read(where)).body.errors).toHaveLength(1)
    })

    it('knows what a search may ask', async () => {
      const id = sandbox.post({ as: 'sam_reads', text: 'Bicycles (two) #bikefind' })
      const search = async (query: string) => {
        const { status, body } = await read(
          `/2/tweets/search/recent?max_results=10&query=${encodeURIComponent(query)}`,
        )
        return status === 200 ? (body.data ?? []).map((post) => post.id) : status
      }
      expect(await search('(#bikefind OR nothing) -from:alexvisits')).toEqual([id])
      expect(await search('#bikefind -(from:sam_reads OR from:alexvisits)')).toEqual([])
      expect(await search('#bike')).toEqual([])
      for (const wrong of ['(#bikefind', '#bikefind)', '#bikefind OR', '()'])
        expect(await search(wrong)).toBe(400)
    })

    it('tells events in the words it answers in', async () => {
      const id = sandbox.post({
        as: 'sam_reads',
        text: '@NorthfieldIT told #event',
        images: [{ alt: 'A bell' }],
      })
      const fields =
        'tweet.fields=attachments,author_id,conversation_id,created_at,entities,in_reply_to_user_id,referenced_tweets&media.fields=alt_text,preview_image_url,type,url'
      const expansions =
        'expansions=attachments.media_keys,author_id,in_reply_to_user_id,referenced_tweets.id,referenced_tweets.id.author_id'
      // What is not in X's description of requests is left to the older words, which it does not judge.
      const looked = await fetch(`${sandbox.url}/2/tweets/${id}?${fields}&${expansions}`, {
        headers: { authorization: `Bearer ${APP.bearerToken}` },
      })
      const { data, includes } = (await looked.json()) as { data: object; includes: object }
      expect(sandbox.events(id)).toMatchObject([
        { event_type: 'post.mention.create', filter: { user_id: IT.id }, payload: data, includes },
      ])
    })

    it('leaves out what was not asked for', async () => {
      const id = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT short' })
      const { body } = await read(`/2/tweets/${id}`)
      expect(body).toEqual({ data: { id, text: '@NorthfieldIT short', edit_history_tweet_ids: [id] } })
    })

    it('says what is gone, with success', async () => {
      const id = sandbox.post({ as: 'sam_reads', text: 'Soon gone' })
      const kept = sandbox.post({ as: 'sam_reads', text: 'Kept' })
      sandbox.remove(id)
      const gone = { resource_id: id, type: 'https://api.x.com/2/problems/resource-not-found' }
      expect(await read(`/2/tweets/${id}`)).toMatchObject({ status: 200, body: { errors: [gone] } })
      expect(await read(`/2/tweets?ids=${id},${kept}`)).toMatchObject({
        body: { data: [{ id: kept }], errors: [gone] },
      })
      expect((await read('/2/users/by/username/nobody')).body.errors).toHaveLength(1)
      expect((await read('/2/users/999/mentions')).body.errors).toHaveLength(1)
    })

    it('posts and deletes for the library', async () => {
      const made = await library().tweet('Opening hours change on Monday.')
      expect(sandbox.posts().at(-1)).toMatchObject({ id: made.data.id, handle: IT.handle })
      expect(await library().deleteTweet(made.data.id)).toEqual({ data: { deleted: true } })
      await expect(library().deleteTweet(made.data.id)).rejects.toMatchObject({ code: 404 })
      const theirs = sandbox.post({ as: 'sam_reads', text: 'Mine' })
      await expect(library().deleteTweet(theirs)).rejects.toMatchObject({ code: 403 })
    })

    it('refuses doubles, long texts and strangers in words of the contract', async () => {
      await library().tweet('Once only.')
      await expect(library().tweet('Once only.')).rejects.toMatchObject({
        code: 403,
        data: { detail: 'You are not allowed to create a Tweet with duplicate content.' },
      })
      await expect(library().tweet('x'.repeat(281))).rejects.toMatchObject({ code: 403 })
      expect((await read('/2/users/me')).status).toBe(403)
      const response = await fetch(`${witness.url}/2/tweets/1`, {
        headers: { authorization: 'Bearer wrong' },
      })
      expect(response.status).toBe(401)
    })
  })

  describe('an account that signed in on the page of X', () => {
    const flow = () => described().components.securitySchemes.OAuth2UserToken.flows.authorizationCode
    const network = (apiUrl: string) =>
      xNetwork({
        clientId: APP.clientId,
        clientSecret: APP.clientSecret,
        apiUrl,
        clock: { now: () => new Date() },
      })

    /** Tokens are no part of what X describes, so they are asked for at the sandbox itself. */
    async function signedIn() {
      const { begin, finish } = network(sandbox.url).signIn!
      const { url, verifier } = begin('http://localhost:3000/back')
      const outcome = await finish(sandbox.allow(IT.handle, url), verifier, 'http://localhost:3000/back')
      if (outcome.kind === 'failed') throw new Error(outcome.reason)
      return network(witness.url).open({
        externalId: IT.id,
        handle: IT.handle,
        credentials: outcome.credentials,
        renew: () => Promise.reject(new Error('Nobody renews these')),
      })
    }

    it('asks for scopes that X knows, and for all that its requests need', () => {
      expect(SCOPES.filter((scope) => !(scope in flow().scopes))).toEqual([])
      const used = [
        ['/2/users/me', 'get'],
        ['/2/users/{id}/mentions', 'get'],
        ['/2/users/{id}/tweets', 'get'],
        ['/2/tweets', 'get'],
        ['/2/tweets', 'post'],
        ['/2/tweets/search/recent', 'get'],
      ] as const
      const { paths } = described()
      for (const [where, method] of used) {
        const needed = paths[where]?.[method]?.security.find((one) => one.OAuth2UserToken)
        expect(needed?.OAuth2UserToken, `${method} ${where}`).toBeDefined()
        expect(SCOPES).toEqual(expect.arrayContaining(needed!.OAuth2UserToken!))
      }
    })

    it('asks where X answers', async () => {
      const { authorizationUrl, tokenUrl } = flow()
      const { url } = network('http://127.0.0.1:1').signIn!.begin('http://localhost:3000/back')
      expect(new URL(url).pathname.endsWith('/oauth2/authorize')).toBe(true)
      expect(new URL(authorizationUrl).pathname).toBe('/2/oauth2/authorize')
      expect(new URL(tokenUrl).href).toBe('https://api.x.com/2/oauth2/token')
      const before = sandbox.requests.length
      await signedIn()
      expect(sandbox.requests.slice(before).map(({ method, path }) => `${method} ${path}`)).toContain(
        `POST ${new URL(tokenUrl).pathname}`,
      )
    })

    it('knows whose it is, reads, searches and replies within the contract', async () => {
      const channel = await signedIn()
      expect(await channel.identify()).toEqual({ kind: 'identified', author: IT })
      const post = sandbox.post({ as: 'sam_reads', text: '@NorthfieldIT the tap drips #signedin' })
      expect((await channel.read(null)).posts.map(({ externalId }) => externalId)).toContain(post)
      expect((await channel.search!(['signedin'], null)).posts.map(({ externalId }) => externalId)).toContain(
        post,
      )
      expect(await channel.send(aReply(post, 'A plumber comes today.'))).toMatchObject({ kind: 'sent' })
      expect(await channel.lookUp!([post])).toMatchObject({ kind: 'looked', gone: [] })
    })
  })

  describe('having X call us', () => {
    const network = () =>
      xNetwork({
        appKey: APP.key,
        appSecret: APP.secret,
        hookSecret: APP.secret,
        apiUrl: witness.url,
        clock: { now: () => new Date() },
      })
    let site: http.Server
    let url: string
    /** Whether whoever listens knows the secret. */
    let isUs = true

    beforeAll(async () => {
      site = http.createServer((request, response) => {
        const { searchParams } = new URL(request.url ?? '/', 'http://site.invalid')
        const answer = network().hook!.challenge(searchParams)
        response.end(JSON.stringify(isUs ? answer : { response_token: 'sha256=guess' }))
      })
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
      url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/hooks/x`
    })
    afterAll(() => new Promise((resolve) => site.close(resolve)))

    it('registers, subscribes, is checked again and is listed within the contract', async () => {
      const calls = network().calls!
      expect(await calls.read(url)).toEqual({ kind: 'read', webhook: null, others: [], subscribed: [] })
      isUs = false
      expect(await calls.register(url)).toMatchObject({
        reason: expect.stringMatching(/^CrcValidationFailed/),
      })
      isUs = true
      const webhook = await calls.register(url)
      if (webhook.kind === 'failed') throw new Error(webhook.reason)
      expect(await calls.register(url)).toMatchObject({
        reason: expect.stringMatching(/^DuplicateUrlFailed/),
      })

      const itself = network().open({
        externalId: IT.id,
        handle: IT.handle,
        credentials: JSON.stringify(IT_TOKENS),
        renew: () => Promise.reject(new Error('Nobody renews these')),
      })
      expect(await itself.subscribe!(webhook.id, calls.events)).toEqual({ kind: 'subscribed' })
      expect(await itself.subscribe!(webhook.id, calls.events)).toMatchObject({
        reason: expect.stringMatching(/^DuplicateSubscription/),
      })
      expect(await calls.read(url)).toEqual({
        kind: 'read',
        webhook: { id: webhook.id, valid: true },
        others: [],
        subscribed: calls.events.map((event) => ({ accountId: IT.id, event })),
      })

      sandbox.hook.giveUp()
      expect(await calls.read(url)).toMatchObject({ webhook: { valid: false } })
      expect(await calls.check(webhook.id)).toEqual({ kind: 'registered', id: webhook.id })
      expect(await calls.check('1')).toMatchObject({ reason: expect.stringMatching(/^WebhookIdInvalid/) })
    })

    it('asks for events that X knows, each for an account by itself', async () => {
      const { events } = network().calls!
      const known = readFileSync(description, 'utf8')
      for (const event of events) expect(known).toContain(`"${event}"`)
      const [webhook] = sandbox.hook.webhooks()
      const body = { event_type: events[0], filter: { user_id: SAM.id }, webhook_id: webhook!.id }
      const response = await fetch(`${witness.url}/2/activity/subscriptions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${APP.bearerToken}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect(response.status, 'the app alone may not').toBe(403)
    })

    it('is undone for the app', async () => {
      const asked = async (method: string, where: string) => {
        const headers = { authorization: `Bearer ${APP.bearerToken}` }
        return (await fetch(witness.url + where, { method, headers })).status
      }
      const [subscription] = sandbox.hook.subscriptions()
      expect(await asked('DELETE', `/2/activity/subscriptions/${subscription!.id}`)).toBe(200)
      expect(await asked('DELETE', `/2/activity/subscriptions/${subscription!.id}`)).toBe(404)
      const [webhook] = sandbox.hook.webhooks()
      expect(await asked('DELETE', `/2/webhooks/${webhook!.id}`)).toBe(200)
      expect(await asked('DELETE', `/2/webhooks/${webhook!.id}`)).toBe(400)
      expect(sandbox.hook.subscriptions()).toEqual([])
    })
  })

  describe('the contract itself', () => {
    it('catches an answer that X would not give', async () => {
      sandbox.faults.next('GET /2/tweets/:id', { status: 200, body: { data: { id: '1', text: 5 } } })
      expect((await read('/2/tweets/1')).status).toBe(500)
      expect(witness.takeViolations()).toEqual(['Response body property data.text must be string'])
    })

    it('catches an answer to our channel that X would not give', async () => {
      sandbox.faults.next('POST /2/tweets', { status: 201, body: { data: { id: 'not-a-number', text: '' } } })
      await channel().send(aReply('1'))
      expect(witness.takeViolations()).toEqual([expect.stringContaining('data.id')])
    })

    it('catches a request that X does not document', async () => {
      expect((await read('/2/users/1001/mentions?max_results=1')).status).toBe(422)
      expect(witness.takeViolations()).toEqual(['Request query parameter max_results must be >= 5'])
    })
  })
})

/** What is looked at in answers; the rest is Prism's to judge. */
type Body = { data: Array<{ id: string }>; errors: Array<object>; meta: { result_count: number } }
type Prism = Awaited<ReturnType<typeof startPrism>>
type Witness = Awaited<ReturnType<typeof startWitness>>

/**
 * The description as Prism can use it. Prism knows no OAuth 1.0a, which the sandbox checks itself; and it takes
 * `application/problem+json` for `application/json`, so both forms of an error are put under one name.
 */
function forPrism(text: string): string {
  const api = JSON.parse(text)
  const schema = { anyOf: ['Error', 'Problem'].map((name) => ({ $ref: `#/components/schemas/${name}` })) }
  for (const operation of Object.values(api.paths).flatMap((item) => Object.values(item as object))) {
    delete operation.security
    if (operation.responses?.default) operation.responses.default.content = { 'application/json': { schema } }
  }
  return JSON.stringify(api)
}

async function startPrism(upstream: string) {
  const folder = mkdtempSync(path.join(tmpdir(), 'x-contract-'))
  const file = path.join(folder, 'openapi.json')
  writeFileSync(file, forPrism(readFileSync(description, 'utf8')))
  const port = await freePort()
  const args = [
    prismScript,
    'proxy',
    '--errors',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    file,
    upstream,
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  await ready(child)
  return {
    port,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await gone
      rmSync(folder, { recursive: true })
    },
  }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000)
      if (said.includes('Prism is listening')) resolve()
    }
    child.stdout?.on('data', listen)
    child.stderr?.on('data', listen)
    child.once('exit', (code) => reject(new Error(`Prism ended with ${code}: ${said}`)))
  })
}

/**
 * Stands before Prism and keeps what it objects to, since our channel only sees that something went wrong. The app's own
 * token is asked for outside of API v2, and so of the description.
 */
async function startWitness(prismPort: number, sandboxPort: number) {
  let violations: Array<string> = []
  const server = http.createServer((request, response) => {
    const onward = http.request(
      {
        port: request.url === '/oauth2/token' ? sandboxPort : prismPort,
        host: '127.0.0.1',
        method: request.method,
        path: request.url,
        headers: request.headers,
      },
      (answer) => {
        const chunks: Array<Buffer> = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => {
          const body = Buffer.concat(chunks)
          violations.push(...objections(body.toString()))
          response.writeHead(answer.statusCode ?? 502, answer.headers).end(body)
        })
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    takeViolations() {
      const taken = violations
      violations = []
      return taken
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Prism's messages, when an answer is Prism's own. */
function objections(text: string): Array<string> {
  if (!text.includes('stoplight.io/prism/errors')) return []
  const { detail, validation } = JSON.parse(text) as {
    detail: string
    validation?: Array<{ message: string }>
  }
  return validation?.map(({ message }) => message) ?? [detail]
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
