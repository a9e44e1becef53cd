import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { z } from 'zod'
import { answer, problem, tooMany, type Reply } from './api.ts'
import { calls, eventsOf, type Registered } from './calls.ts'
import { isCallEndpoint, route, type Endpoint } from './endpoints.ts'
import { faultQueue, faultRequest, type Fault } from './faults.ts'
import { html } from './html.ts'
import { rateHeaders, rateLimits, type Limits } from './limits.ts'
import {
  compareIds,
  newest,
  practiceNetwork,
  type PracticeNetwork,
  RuleBroken,
  type Draft,
  type Post,
  type State,
} from './network.ts'
import { appLogin, caller } from './oauth.ts'
import { oauth2, renderAuthorise, type Grant } from './oauth2.ts'
import { renderPage } from './page.ts'
import { STYLE } from './style.ts'
import { EMPTY_WORLD, type World } from './world.ts'

const LARGEST_BODY = 64 * 1024
const REMEMBERED_REQUESTS = 1000

export type RequestRecord = { method: string; path: string; at: Date; status: number | null }
export type RequestPhase = {
  /** `accepted`: the state has changed, the answer is not written. `answered`: the answer is out. */
  phase: 'arrived' | 'accepted' | 'answered'
  method: string
  path: string
}
export type PostRequest = { as: string; text: string } & Draft
export type SandboxPost = {
  id: string
  firstId: string
  handle: string
  text: string
  at: string
  conversationId: string
  inReplyTo: string | null
  quote: string | null
  images: Array<{ alt: string | null; moving?: boolean }>
  likes: number
}
export type Sandbox = Awaited<ReturnType<typeof startSandbox>>

/** One picture a line, in words; a single dash is one without, and `video:` before it a moving one. */
const pictures = z
  .string()
  .transform((lines) =>
    lines
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean)
      .map((line) => {
        const moving = line.startsWith('video:')
        const alt = (moving ? line.slice('video:'.length) : line).trim()
        return { alt: alt === '-' || alt === '' ? null : alt, moving }
      }),
  )
  .pipe(z.array(z.object({ alt: z.string().max(1000).nullable(), moving: z.boolean() })).max(4))

const postRequest = z.object({
  as: z.string(),
  text: z.string().default(''),
  images: pictures.optional(),
  inReplyTo: z.string().optional(),
  quote: z.string().optional(),
})

/**
 * Starts the practice network on 127.0.0.1. With `file`, posts outlive a restart; people and their keys always
 * come from the world. `limits` changes X's numbers of requests for 15 minutes.
 * @throws {Error} when the port is taken or the file cannot be read
 */
export async function startSandbox(
  options: {
    port?: number
    world?: World
    file?: string
    now?: () => Date
    limits?: Limits
  } = {},
) {
  const { port = 0, world = EMPTY_WORLD, file, now = () => new Date(), limits = {} } = options
  let origin = ''
  const callsFile = file && `${file}.calls`
  const hook = calls({
    world,
    network: () => network,
    origin: () => origin,
    now,
    saved: callsFile === undefined ? null : load<Registered>(callsFile),
    changed: (registered) => callsFile !== undefined && save(callsFile, registered),
  })
  const network: PracticeNetwork = practiceNetwork({
    world,
    now,
    happened: (happening) => hook.tell(happening),
    saved: file === undefined ? null : load<State>(file),
    changed: (state) => file !== undefined && save(file, state),
  })
  const grantsFile = file && `${file}.grants`
  const grants = oauth2({
    world,
    now,
    saved: grantsFile === undefined ? null : load<Array<Grant>>(grantsFile),
    changed: (kept) => grantsFile !== undefined && save(grantsFile, kept),
  })
  const faults = faultQueue()
  const takeRequest = rateLimits(limits, now)
  const requests: Array<RequestRecord> = []
  const listeners = new Set<(event: RequestPhase) => void>()

  const server = http.createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!request.destroyed || request.complete) console.error(error) // else the client went away
      response.destroy()
    })
  })

  async function handle(request: http.IncomingMessage, response: http.ServerResponse) {
    const method = request.method ?? 'GET'
    const url = new URL(request.url ?? '/', 'http://sandbox.invalid')
    const tell = (phase: RequestPhase['phase']) => {
      for (const listener of listeners) listener({ phase, method, path: url.pathname })
    }
    if (!/^\/(?:2|oauth2)\//.test(url.pathname)) return handlePage(method, url, request, response)

    const record: RequestRecord = { method, path: url.pathname, at: now(), status: null }
    requests.push(record)
    if (requests.length > REMEMBERED_REQUESTS) requests.shift()
    response.on('finish', () => {
      record.status = response.statusCode
      tell('answered')
    })
    const body = await readBody(request)
    tell('arrived')

    const found = route(method, url.pathname)
    if (!found) return send(response, problem(404, `There is no ${method} ${url.pathname} here.`))
    const fault = faults.take(found.name)
    if (typeof fault === 'string' && fault.startsWith('delay:'))
      await new Promise((resolve) => setTimeout(resolve, Number(fault.slice('delay:'.length))))
    if (fault === 'drop-before') return void response.destroy()
    if (fault === 'hang') return
    const early = instead(fault)
    if (early) return send(response, early)

    const reply = await speak(found.name, found.param, method, url, request, body)
    if (method !== 'GET' && reply.status < 300) tell('accepted')
    if (fault === 'drop-after') return void response.destroy()
    if (fault === 'drip') return drip(response, reply.status)
    send(response, spoilt(fault, reply))
  }

  /** The honest answer: who asks, is it too often, may they, and what is it. */
  async function speak(
    endpoint: Endpoint,
    param: string,
    method: string,
    url: URL,
    request: http.IncomingMessage,
    body: string | null,
  ): Promise<Reply> {
    const { authorization } = request.headers
    if (endpoint === 'POST /2/oauth2/token')
      return grants.exchange(authorization, request.headers['content-type'] ?? '', body ?? '')
    if (endpoint === 'POST /oauth2/token') return appLogin(world, authorization, body ?? '')
    const who = caller(world, grants, { method, url, authorization })
    if (!who) return problem(401, 'Unauthorized')
    const needed = method === 'GET' || isCallEndpoint(endpoint) ? 'tweet.read' : 'tweet.write'
    if (who.kind === 'user' && who.scopes && !who.scopes.includes(needed))
      return problem(403, `This sign-in does not include ${needed}.`)
    const taken = takeRequest(who.kind === 'user' ? who.user.id : who.key, endpoint)
    if (!taken.allowed) return tooMany(taken.headers)
    const withLimits = (reply: Reply) => ({ ...reply, headers: { ...reply.headers, ...taken.headers } })
    if (body === null) return withLimits(problem(400, 'The request is too large.'))
    try {
      if (isCallEndpoint(endpoint))
        return withLimits(await hook.answer(endpoint, { caller: who, param, body: json(body) }))
      return withLimits(
        answer(network, endpoint, {
          caller: who,
          param,
          query: url.searchParams,
          body: json(body),
          origin,
          now: now(),
        }),
      )
    } catch (error) {
      if (error instanceof RuleBroken) return withLimits(problem(error.status, error.message))
      throw error
    }
  }

  /** Faults that happen before anything else does. */
  function instead(fault: Fault | null): Reply | null {
    switch (fault) {
      case '429':
        return tooMany(rateHeaders(300, 0, now().getTime() + 15 * 60_000))
      case '500':
        return problem(500, 'Something went wrong.')
      case '503':
        return problem(503, 'Service Unavailable')
      default:
        return typeof fault === 'object' && fault ? fault : null
    }
  }

  /** Everything outside the API: the page, its style sheet, and switches for tests and people. */
  async function handlePage(
    method: string,
    url: URL,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
    const showPage = (status = 200, trouble?: { message: string; draft: PostRequest }) =>
      sendText(
        response,
        status,
        'text/html; charset=utf-8',
        renderPage({
          network,
          faults: faults.waiting(),
          live: url.searchParams.has('live'),
          now: now(),
          hook,
          grants: grants.grants(),
          trouble,
        }),
      )

    if (method === 'GET' && url.pathname === '/') return showPage()
    // The addresses of X's own pages lead to the same post and people here.
    const address = /^\/\w{1,15}(?:\/status\/(\d{1,19}))?$/.exec(url.pathname)
    if (method === 'GET' && address) return redirect(response, address[1] ? `/#post-${address[1]}` : '/')
    const picture = /^\/media\/(\w+)\.svg$/.exec(url.pathname)
    if (method === 'GET' && picture) {
      const drawn = network.posts.flatMap((post) => post.media ?? []).find(({ key }) => key === picture[1])
      if (!drawn) return send(response, { status: 404, body: { message: 'There is no such picture.' } })
      return sendText(response, 200, 'image/svg+xml; charset=utf-8', drawPicture(drawn.alt))
    }
    if (method === 'GET' && url.pathname === '/i/oauth2/authorize') {
      const wish = grants.asked(url.searchParams)
      const status = typeof wish === 'string' ? 400 : 200
      return sendText(
        response,
        status,
        'text/html; charset=utf-8',
        renderAuthorise(world, url.searchParams, wish),
        typeof wish === 'string' ? '' : new URL(wish.callback).origin,
      )
    }
    if (method === 'GET' && url.pathname === '/style.css')
      return sendText(response, 200, 'text/css; charset=utf-8', STYLE)
    if (method === 'GET' && url.pathname === '/sandbox/state')
      return send(response, {
        status: 200,
        body: { users: publicUsers(), posts: allPosts(), faults: faults.waiting(), requests },
      })

    // Another site's page may send forms to this address too.
    if (request.headers['sec-fetch-site'] === 'cross-site')
      return send(response, { status: 403, body: { message: 'Not from another site.' } })
    const text = await readBody(request)
    if (text === null) return send(response, { status: 413, body: { message: 'Too large.' } })
    const body = isForm
      ? Object.fromEntries([...new URLSearchParams(text)].filter(([, value]) => value !== ''))
      : json(text)
    const done = (reply: Reply, anchor = '') =>
      isForm
        ? redirect(response, `/${url.searchParams.has('live') ? '?live=1' : ''}${anchor}`)
        : send(response, reply)
    const [, id = '', action = ''] =
      /^\/sandbox\/posts\/(\d{1,19})(?:\/(edit|delete|like))?$/.exec(url.pathname) ?? []

    try {
      if (method === 'POST' && url.pathname === '/sandbox/posts') {
        const made = publish(postRequest.parse(body))
        return done({ status: 201, body: { id: made } }, `#post-${made}`)
      }
      if (method === 'POST' && action === 'edit') {
        const edited = newest(network.edit(id, z.object({ text: z.string() }).parse(body).text)).id
        return done({ status: 200, body: { id: edited } }, `#post-${edited}`)
      }
      if (method === 'POST' && action === 'like') {
        network.like(id, network.userNamed(z.object({ as: z.string() }).parse(body).as))
        return done({ status: 200, body: { liked: true } }, `#post-${id}`)
      }
      if (method === 'POST' && url.pathname === '/i/oauth2/authorize') {
        const form = new URLSearchParams(text)
        const wish = grants.asked(form)
        if (typeof wish === 'string') throw new RuleBroken(400, wish)
        const user = form.get('decision') === 'allow' ? network.userNamed(form.get('as') ?? '') : null
        return redirect(response, grants.decide(wish, user))
      }
      if (method === 'POST' && url.pathname === '/sandbox/grants') {
        const { as, action } = z.object({ as: z.string(), action: z.enum(['expire', 'revoke']) }).parse(body)
        grants[action](network.userNamed(as))
        return done({ status: 200, body: { done: action } }, '#grants')
      }
      if (method === 'POST' && url.pathname === '/sandbox/suspended') {
        const { who, is } = z.object({ who: z.string(), is: z.enum(['yes', 'no']) }).parse(body)
        network.suspend(network.userNamed(who), is === 'yes')
        return done({ status: 200, body: { suspended: is === 'yes' } }, '#people')
      }
      if (method === 'POST' && url.pathname === '/sandbox/webhook') {
        const { action } = z.object({ action: z.enum(['open', 'close', 'again', 'give-up']) }).parse(body)
        if (action === 'again') hook.again()
        else if (action === 'give-up') hook.giveUp()
        else hook.set(action === 'open')
        return done({ status: 200, body: { open: hook.isOpen() } }, '#calls')
      }
      if ((method === 'POST' && action === 'delete') || (method === 'DELETE' && id !== '' && action === '')) {
        network.remove(id)
        return done({ status: 200, body: { deleted: true } })
      }
      if (method === 'POST' && url.pathname === '/sandbox/faults') {
        const { match, fault, times } = faultRequest.parse(body)
        faults.next(match, fault, times)
        return done({ status: 201, body: { waiting: faults.waiting() } }, '#faults')
      }
      if (
        (method === 'DELETE' && url.pathname === '/sandbox/faults') ||
        (method === 'POST' && url.pathname === '/sandbox/faults/clear')
      ) {
        faults.clear()
        return done({ status: 200, body: { waiting: [] } }, '#faults')
      }
    } catch (error) {
      const message =
        error instanceof RuleBroken
          ? error.message
          : error instanceof z.ZodError
            ? z.prettifyError(error)
            : null
      if (message === null) throw error
      const draft = { as: '', text: '', ...(isForm && (body as Partial<PostRequest>)) }
      return isForm ? showPage(422, { message, draft }) : send(response, { status: 422, body: { message } })
    }
    send(response, { status: 404, body: { message: 'There is nothing here.' } })
  }

  function publish({ as, ...draft }: PostRequest): string {
    return newest(network.publish(network.userNamed(as), draft, { byApp: false })).id
  }
  const publicUsers = () => network.users.map(({ id, handle, name }) => ({ id, handle, name }))
  const allPosts = () => network.posts.map(toSandboxPost)
  const toSandboxPost = (post: Post): SandboxPost => ({
    id: newest(post).id,
    firstId: post.versions[0].id,
    handle: network.userById(post.authorId)?.handle ?? post.authorId,
    text: newest(post).text,
    at: newest(post).at,
    conversationId: post.conversationId,
    inReplyTo: post.inReplyTo,
    quote: post.quote,
    images: (post.media ?? []).map(({ key: _, ...image }) => image),
    likes: post.likes?.length ?? 0,
  })

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: bound } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${bound}`

  return {
    port: bound,
    url: origin,
    /** Posts as a person would: no app rules apply. Returns the id. @throws {RuleBroken} */
    post: publish,
    /** Returns the id of the new version. @throws {RuleBroken} */
    edit: (id: string, text: string) => newest(network.edit(id, text)).id,
    /** @throws {RuleBroken} */
    remove: (id: string) => network.remove(id),
    /** @throws {RuleBroken} */
    suspend: (handle: string, is = true) => network.suspend(network.userNamed(handle), is),
    hook,
    /** What X would tell of a post, whether or not somebody is called. */
    events(id: string) {
      const post = network.post(id)
      return post ? eventsOf(network, { kind: 'said', post }, origin) : []
    },
    /** Every post, oldest first. */
    posts: allPosts,
    thread: (conversationId: string) => allPosts().filter((post) => post.conversationId === conversationId),
    /** Direct replies to a post, to whichever of its versions. */
    replies(id: string): Array<SandboxPost> {
      const versions = network.post(id)?.versions.map((version) => version.id) ?? [id]
      return allPosts()
        .filter((post) => post.inReplyTo !== null && versions.includes(post.inReplyTo))
        .sort((a, b) => compareIds(a.id, b.id))
    },
    /** Requests to the API, the newest last. */
    requests: requests as ReadonlyArray<RequestRecord>,
    faults: { next: faults.next, clear: faults.clear },
    /** Lets an app in, in place of the person at the page. Returns the code. @throws {RuleBroken} */
    allow(as: string, authorise: string): string {
      const wish = grants.asked(new URL(authorise).searchParams)
      if (typeof wish === 'string') throw new RuleBroken(400, wish)
      return new URL(grants.decide(wish, network.userNamed(as))).searchParams.get('code') ?? ''
    },
    /** @throws {RuleBroken} */
    expire: (as: string) => grants.expire(network.userNamed(as)),
    /** @throws {RuleBroken} */
    revoke: (as: string) => grants.revoke(network.userNamed(as)),
    /** Called at once, before the server goes on. Returns how to stop listening. */
    onRequest(listener: (event: RequestPhase) => void): () => void {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close(): Promise<void> {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
}

/** Spoils an answer after its effects have happened. */
function spoilt(fault: Fault | null, reply: Reply): Reply {
  switch (fault) {
    case 'html':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><title>Sign in</title>',
      }
    case 'garbage':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: '{"data": [{"id": "12' }
    case 'missing-fields':
      return { status: 200, body: { data: [{ text: 'A post without an id' }], info: {} } }
    case 'huge':
      return {
        status: 200,
        body: { data: [], meta: { result_count: 0 }, padding: 'x'.repeat(16 * 1024 * 1024) },
      }
    case '500-after':
      return problem(500, 'Something went wrong.')
    default:
      return reply
  }
}

/** What stands in for a photograph: a card with the words that describe it. */
function drawPicture(alt: string | null): string {
  const words = html`${alt ?? 'A picture without a description'}`.text
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 270"><rect width="480" height="270" fill="#d7e5df"/><text x="24" y="140" font-family="sans-serif" font-size="20" fill="#1d2320">${words}</text></svg>`
}

/** Sends a little for ever, so that silence never ends the request. */
function drip(response: http.ServerResponse, status: number) {
  response.writeHead(status, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 50)
  response.on('close', () => clearInterval(timer))
}

/** Bodies that are already text are sent as they are. */
function send(response: http.ServerResponse, { status, headers, body }: Reply) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(typeof body === 'string' ? body : JSON.stringify(body))
}

/** @param leadsTo where else a form of the page may end */
function sendText(response: http.ServerResponse, status: number, type: string, text: string, leadsTo = '') {
  send(response, {
    status,
    headers: {
      'content-type': type,
      'cache-control': 'no-store',
      'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self' ${leadsTo}; base-uri 'none'`,
    },
    body: text,
  })
}

function redirect(response: http.ServerResponse, location: string) {
  response.writeHead(303, { location }).end()
}

/** The whole body, or null when it is too large. */
async function readBody(request: http.IncomingMessage): Promise<string | null> {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= LARGEST_BODY) chunks.push(chunk)
  }
  return size <= LARGEST_BODY ? Buffer.concat(chunks).toString() : null
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function load<T>(file: string): T | null {
  if (!existsSync(file)) return null
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T
  } catch (error) {
    throw new Error(
      `What the practice network keeps in ${file} cannot be read. Remove the file to start afresh.`,
      {
        cause: error,
      },
    )
  }
}

/** Whole or not at all: a reader never meets half a file. */
function save(file: string, state: unknown) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(state))
  renameSync(`${file}.new`, file)
}
