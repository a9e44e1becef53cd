import type { IncomingMessage, ServerResponse } from 'node:http'
import {
  createReadableStreamFromReadable,
  createRequestHandler,
  type AppLoadContext,
  type ServerBuild,
} from '@remix-run/node'
import { bound } from './bound-cookie.ts'
import { answerPlainly } from './guard.server.ts'
import { codingFor, encode } from './page-cache.server.ts'
import type { Handle } from './frame.ts'

/** Draws a page as Remix does. */
export type Draw = (request: Request, context: AppLoadContext) => Promise<Response>

/**
 * Remix compares each address with all routes it knows, five times. So an address is given only to the routes that
 * begin with the same word: no other could match. What a framework's script asks for (`.data`) goes to all.
 */
export function drawing(build: ServerBuild): Draw {
  const handler = (routes: ServerBuild['routes']) => createRequestHandler({ ...build, routes }, 'production')
  const all = handler(build.routes)
  const few = new Map([...routesByWord(build.routes)].map(([word, routes]) => [word, handler(routes)]))
  return (request, context) => {
    const word = /^\w+:\/\/[^/]+\/(?![^?]*\.data(?:\?|$))(?:([a-z-]+)(?=[/?]|$)|(?=\?|$))/.exec(request.url)
    return ((word && few.get(word[1] ?? '')) ?? all)(request, context)
  }
}

/** Not of pages with the framework's script: they lead to others without asking, so they know them all. */
function routesByWord(routes: ServerBuild['routes']): Map<string, ServerBuild['routes']> {
  const byWord = new Map<string, ServerBuild['routes']>()
  const entries = Object.entries(routes).flatMap(([id, route]) => (route ? [{ id, route }] : []))
  const wordOf = (route: (typeof entries)[number]['route']): string => {
    const parent = route.parentId === undefined ? undefined : routes[route.parentId]
    return parent && parent.id !== 'root' ? wordOf(parent) : (route.path ?? '').split('/', 1)[0]!
  }
  const everywhere = ({ id, route }: (typeof entries)[number]) => id === 'root' || wordOf(route) === '*'
  for (const word of new Set(entries.map(({ route }) => wordOf(route)))) {
    const own = entries.filter((entry) => everywhere(entry) || wordOf(entry.route) === word)
    const hydrated = own.some(({ route }) => (route.module.handle as Handle | undefined)?.hydrate)
    if (!hydrated) byWord.set(word, Object.fromEntries(own.map(({ id, route }) => [id, unsent(route)])))
  }
  return byWord
}

type Route = NonNullable<ServerBuild['routes'][string]>

/**
 * The same route with data that Remix does not see: for each page it writes down what it was drawn from, which only
 * the framework's script would read.
 */
function unsent(route: Route): Route {
  const { loader } = route.module
  // Without a component it is no page, and its data is the answer.
  if (!loader || !route.module.default) return route
  const hiding: typeof loader = async (args) => {
    const loaded: unknown = await loader(args)
    hide(isWrapped(loaded) ? loaded.data : loaded)
    return loaded
  }
  return { ...route, module: { ...route.module, loader: hiding } }
}

/** As `data()` of Remix makes it. */
function isWrapped(loaded: unknown): loaded is { type: string; data: unknown } {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'type' in loaded &&
    loaded.type === 'DataWithResponseInit'
  )
}

function hide(loaded: unknown) {
  if (typeof loaded !== 'object' || loaded === null || loaded instanceof Response) return
  for (const name of Object.keys(loaded)) Object.defineProperty(loaded, name, { enumerable: false })
}

/** Smaller ones are not worth compressing. Bytes. */
const SMALL = 1024

/**
 * Answers one request with what is drawn for it alone.
 * @throws before anything was sent, where it cannot be drawn
 */
export async function drawFor(
  request: IncomingMessage,
  response: ServerResponse,
  draw: (request: Request) => Promise<Response>,
  https: boolean,
): Promise<void> {
  const address = `http://${request.headers.host}${request.url}`
  if (!URL.canParse(address)) return answerPlainly(response, 400)
  const method = request.method ?? 'GET'
  const over = new AbortController()
  response.once('close', () => over.abort())
  const drawn = await draw(
    new Request(address, {
      method,
      headers: Object.entries(request.headersDistinct).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      ),
      signal: over.signal,
      ...(method === 'GET' || method === 'HEAD'
        ? {}
        : { body: createReadableStreamFromReadable(request), duplex: 'half' as const }),
    }),
  )
  for (const [name, value] of drawn.headers)
    response.appendHeader(name, name === 'set-cookie' ? bound(value, https) : value)
  const body = Buffer.from(await drawn.arrayBuffer())
  const packed =
    body.length > SMALL && /^(?:text|application)\//.test(drawn.headers.get('Content-Type') ?? '')
  const coding = packed ? codingFor(request.headers['accept-encoding']) : 'identity'
  const sent = await encode(body, coding, 1)
  if (packed) response.appendHeader('Vary', 'Accept-Encoding')
  if (coding !== 'identity') response.setHeader('Content-Encoding', coding)
  if (method !== 'HEAD' && drawn.status !== 204 && drawn.status !== 304)
    response.setHeader('Content-Length', sent.length)
  response.writeHead(drawn.status).end(method === 'HEAD' ? undefined : sent)
}
