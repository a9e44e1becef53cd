import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { ApiPartialResponseError, ApiResponseError, TwitterApi, type TwitterResponse } from 'twitter-api-v2'

/** The longest answer we read. A page of 100 posts is well under 1 MB. */
const LARGEST_ANSWER = 5 * 1024 * 1024

export type Answer =
  /** X said something. `body` is undefined when it could not be read. */
  | { kind: 'answered'; status: number; headers: http.IncomingHttpHeaders; body: unknown }
  /** X said nothing. `left`: our request may have reached it. */
  | { kind: 'silent'; left: boolean; reason: string }

export type Query = Record<string, string | number | undefined>

/** Requests signed by one account. Nothing here throws or repeats a request. */
export type XClient = {
  get(path: string, query: Query, params?: Record<string, string>): Promise<Answer>
  post(path: string, body: Record<string, unknown>): Promise<Answer>
  put(path: string, params: Record<string, string>): Promise<Answer>
}

/** How a request is to be made. The library passes the event handler on, though its types do not say so. */
type How = { fullResponse: true; forceParseMode: 'text'; requestEventDebugHandler: OnEvent }
type OnEvent = (event: string, data?: { socket?: net.Socket; res?: http.IncomingMessage }) => void

type Tokens = { appKey: string; appSecret: string; accessToken: string; accessSecret: string }

export type ClientOptions = { apiUrl: string | null; timeoutMs: number }

/** @param tokens of OAuth 1.0a, or the access token of OAuth 2 */
export function xClient(tokens: Tokens | string, options: ClientOptions): XClient {
  const settings = settingsOf(options)
  const { v2 } =
    typeof tokens === 'string' ? new TwitterApi(tokens, settings) : new TwitterApi(tokens, settings)
  return {
    get: (path, query, params) =>
      watched(options.timeoutMs, (how) => v2.get<string>(path, query, { ...how, params })),
    post: (path, body) => watched(options.timeoutMs, (how) => v2.post<string>(path, body, how)),
    put: (path, params) =>
      // Nothing, where the library would send an empty object.
      watched(options.timeoutMs, (how) =>
        v2.put<string>(path, Buffer.alloc(0) as never, { ...how, params, forceBodyMode: 'raw' }),
      ),
  }
}

/** Asks for tokens of OAuth 2, as our app and in nobody's name. */
export function xTokens(keys: { id: string; secret: string }, options: ClientOptions) {
  const { v2 } = new TwitterApi({ clientId: keys.id, clientSecret: keys.secret }, settingsOf(options))
  // The library's own calls for this can neither be watched nor ended.
  return (body: Record<string, string>): Promise<Answer> =>
    watched(options.timeoutMs, (how) =>
      v2.post<string>('oauth2/token', body, { ...how, forceBodyMode: 'url' }),
    )
}

/** Asks for the token of our app itself, which X gives for the app's key and secret of OAuth 1.0a. */
export function xAppLogin(keys: { key: string; secret: string }, options: ClientOptions): Promise<Answer> {
  const { v2 } = new TwitterApi(
    { username: encodeURIComponent(keys.key), password: encodeURIComponent(keys.secret) },
    settingsOf(options),
  )
  const body = { grant_type: 'client_credentials' }
  return watched(options.timeoutMs, (how) =>
    v2.post<string>('oauth2/token', body, { ...how, prefix: 'https://api.x.com/', forceBodyMode: 'url' }),
  )
}

const settingsOf = ({ apiUrl }: ClientOptions) => ({
  // One connection for one request: a kept connection may die while a post is being written to it.
  httpAgent: apiUrl ? loopbackAgent(apiUrl) : new https.Agent({ keepAlive: false }),
  // The library does not notice when a compressed answer breaks off.
  compression: 'identity' as const,
})

/**
 * Makes a request end. The library's own time limit only counts silence on the socket, so an answer that
 * drips would last for ever, and it collects an answer of any size.
 */
async function watched(
  timeoutMs: number,
  send: (how: How) => Promise<TwitterResponse<string>>,
): Promise<Answer> {
  let socket: net.Socket | undefined
  let left = false
  let size = 0
  let answered: http.IncomingMessage | undefined
  let timer: NodeJS.Timeout | undefined

  const requestEventDebugHandler: OnEvent = (event, data) => {
    if (event === 'socket' && data?.socket) {
      socket = data.socket
      socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (left = true))
    }
    if (event === 'response' && data?.res) {
      answered = data.res
      answered.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > LARGEST_ANSWER) socket?.destroy()
      })
    }
  }
  // As text, because the library's reading of JSON can throw where nobody catches it.
  const request = send({ fullResponse: true, forceParseMode: 'text', requestEventDebugHandler })
  const timeUp = new Promise<'time-up'>((resolve) => {
    timer = setTimeout(() => resolve('time-up'), timeoutMs)
  })
  try {
    const first = await Promise.race([request, timeUp])
    if (first === 'time-up') {
      request.catch(() => {}) // it will fail once the socket is gone, and nobody listens any more
      return { kind: 'silent', left, reason: `X did not finish its answer within ${timeoutMs / 1000} s.` }
    }
    return spoken(answered?.statusCode, first.headers, first.data)
  } catch (error) {
    if (error instanceof ApiResponseError) return spoken(error.code, error.headers, error.data)
    if (error instanceof ApiPartialResponseError)
      return spoken(error.response.statusCode, error.response.headers, undefined)
    return {
      kind: 'silent',
      left,
      reason: left ? 'The connection to X broke off.' : 'X could not be reached.',
    }
  } finally {
    clearTimeout(timer)
    socket?.destroy()
  }
}

function spoken(status = 0, headers: http.IncomingHttpHeaders, text: unknown): Answer {
  let body: unknown
  try {
    body = JSON.parse(String(text))
  } catch {
    body = undefined
  }
  return { kind: 'answered', status, headers, body }
}

/**
 * Moves only the socket: address, host header and signature stay those of api.x.com, so what is tested is what
 * runs. The library insists on https, hence the protocol that is not true.
 */
export function loopbackAgent(apiUrl: string): http.Agent {
  const { hostname, port } = loopback(apiUrl)
  const plain = new http.Agent({ keepAlive: false })
  return Object.assign(plain, {
    protocol: 'https:',
    createConnection: () => net.connect({ host: hostname, port }),
  })
}

/**
 * The address of a stand-in for X, which must be on this machine: requests to it are not encrypted.
 * @throws {Error} when the address is not a plain loopback address
 */
export function loopback(apiUrl: string): { hostname: string; port: number } {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : null
  const hostname = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  const here =
    hostname === 'localhost' || hostname === '::1' || (net.isIPv4(hostname) && hostname.startsWith('127.'))
  if (!url || url.protocol !== 'http:' || !here)
    throw new Error(
      `A stand-in for X must be at a loopback address such as http://127.0.0.1:3001, not ${apiUrl}`,
    )
  return { hostname, port: Number(url.port || 80) }
}
