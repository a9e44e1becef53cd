import { PassThrough } from 'node:stream'
import { createReadableStreamFromReadable, type AppLoadContext, type EntryContext } from '@remix-run/node'
import { RemixServer } from '@remix-run/react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { placeOf, reasonOf } from './platform/errors.ts'
import { NonceProvider } from './ui/nonce.ts'
import { SheetProvider } from './ui/sheet.ts'
import { SlotsProvider } from './ui/slots.tsx'
import { loggedPath } from './web/logged-path.ts'
import ourSheet from './ui/styles.css?inline'

/** Our style sheet, which stands in every page: a first visit waits for nothing but the page. */
export const sheet = ourSheet

const GIVE_UP_AFTER = 5_000

export default function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  remixContext: EntryContext,
  { nonce, slots, sheet }: AppLoadContext,
) {
  headers.set('Content-Type', 'text/html; charset=utf-8')
  // A page says who looks at it, so nobody else may be given it from a cache.
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'private, no-cache')
  const scripts = wantsScripts(remixContext)
  const page = (
    <NonceProvider value={nonce}>
      <SheetProvider value={sheet}>
        <SlotsProvider value={slots}>
          <RemixServer
            context={scripts ? remixContext : withoutOthers(remixContext)}
            url={request.url}
            nonce={nonce}
            abortDelay={GIVE_UP_AFTER}
          />
        </SlotsProvider>
      </SheetProvider>
    </NonceProvider>
  )
  // A page without scripts has nothing to stream, and is drawn a third faster in one piece.
  if (!scripts) {
    return new Response(`<!DOCTYPE html>${renderToString(page)}`, { status, headers })
  }
  return new Promise<Response>((resolve, reject) => {
    let answer = status
    const { pipe, abort } = renderToPipeableStream(page, {
      nonce,
      onShellReady() {
        const body = new PassThrough()
        resolve(new Response(createReadableStreamFromReadable(body), { status: answer, headers }))
        pipe(body)
      },
      onShellError: reject,
      onError() {
        answer = 500
      },
    })
    setTimeout(abort, GIVE_UP_AFTER).unref()
  })
}

/** Public pages carry no framework script; the desk asks for it. */
function wantsScripts({ routeModules, staticHandlerContext }: EntryContext): boolean {
  return staticHandlerContext.matches.some(({ route }) => {
    const handle = routeModules[route.id]?.handle as { hydrate?: boolean } | undefined
    return handle?.hydrate === true
  })
}

/** Nobody goes on from such a page without asking: it needs no other route than its own. */
function withoutOthers(context: EntryContext): EntryContext {
  const ids = context.staticHandlerContext.matches.map(({ route }) => route.id)
  const own = <T,>(all: Record<string, T>) =>
    Object.fromEntries(Object.entries(all).filter(([id]) => ids.includes(id)))
  const { manifest, routeModules } = context
  return {
    ...context,
    manifest: { ...manifest, routes: own(manifest.routes) },
    routeModules: own(routeModules),
  }
}

export function handleError(
  error: unknown,
  { request, context }: { request: Request; context: AppLoadContext },
) {
  context.app.log.error(
    {
      reason: reasonOf(error),
      stack: placeOf(error),
      path: loggedPath(new URL(request.url).pathname),
      reference: context.nonce,
    },
    'a page failed',
  )
}
