import { randomBytes } from 'node:crypto'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ServerBuild } from '@remix-run/node'
import sirv from 'sirv'
import { createApp, type App } from '#app/app.server.ts'
import { searchLimit, type SearchLimit } from '#app/domain/integrity/limits.server.ts'
import { startWorker } from '#app/jobs/worker.server.ts'
import { readEnv } from '#app/platform/env.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { runProcess } from '#app/platform/process.ts'
import { projectRoot } from '#app/platform/root.ts'
import { sendLogo } from '#app/web/brand.server.ts'
import { drawFor, drawing } from '#app/web/drawing.server.ts'
import { answerPlainly, hashOf, securityHeaders, turnAway } from '#app/web/guard.server.ts'
import { readiness } from '#app/web/health.server.ts'
import { liveCounts } from '#app/web/live-counts.server.ts'
import { loadContext, type SignedIn } from '#app/web/load-context.server.ts'
import { loggedPath } from '#app/web/logged-path.ts'
import type { Tag } from '#app/web/page-cache.server.ts'
import { providerForms } from '#app/web/provider-forms.server.ts'
import { publicPages } from '#app/web/public-pages.server.ts'
import { readScripts, type Scripts } from '#app/web/scripts.server.ts'
import { origins, type OriginOf } from '#app/web/sender.server.ts'
import { createSessions, type Sessions } from '#app/web/session.server.ts'
import { votes } from '#app/web/votes.server.ts'

declare module '@remix-run/node' {
  interface AppLoadContext {
    app: App
    sessions: Sessions
    /** Marks this page's own scripts; also what finds this request in the log. */
    nonce: string
    /** This page is drawn for many: what differs between people stays open, for `ui/slots` to fill. */
    slots: boolean
    /** The addresses of the small scripts, by name. */
    scripts: Scripts
    /** The style sheet that stands in every page. */
    sheet: string
    originOf: OriginOf
    /** From which address range this request comes, as `votes.origin`. */
    origin(): string
    viewer(): Promise<SignedIn | null>
    shows(...tags: Array<Tag>): void
    search: SearchLimit
    /** Counts a search of this request, as `search` does. */
    waitForSearch(): Promise<number | null>
  }
}

process.env.NODE_ENV ??= 'production'

/** How long an answer under way may still take when the process is told to stop. */
const DRAIN_WITHIN = 5_000

/** How often connections are looked through for one that is slower than `listen` allows; Node does it each 30 s. */
const SLOWNESS_SEEN_WITHIN = 2_000

await runProcess(async () => {
  const env = readEnv()
  const works = env.database.kind === 'embedded'
  const app = await createApp(env, works)
  // Before the worker: a process that cannot serve must not speak to the networks either.
  const { server, close } = await site(app)
  await listen(server, env.port, env.host)
  const worker = works ? await startWorker(app) : null
  app.log.info({ port: env.port, demo: env.demo }, 'listening')
  return async () => {
    // Side by side, so that neither uses up the time of the other.
    close()
    await Promise.all([drain(server), worker?.stop()])
    await app.close()
  }
})

/** The whole site as one listener: health, guards and files first, then the pages that are kept, then the rest. */
async function site(app: App): Promise<{ server: Server; close(): void }> {
  const { env } = app
  const https = env.publicUrl.startsWith('https:')
  const folder = join(projectRoot, 'build', 'client')
  const build = (await import(
    pathToFileURL(join(projectRoot, 'build', 'server', 'index.js')).href
  )) as ServerBuild
  const files = sirv(folder, {
    brotli: true,
    gzip: true,
    setHeaders(response, path) {
      response.setHeader(
        'Cache-Control',
        /^\/(?:assets|enhance)\//.test(path) ? 'public, max-age=31536000, immutable' : 'public, max-age=3600',
      )
    },
  })
  const { sheet } = build.entry.module as typeof build.entry.module & { sheet: string }
  const base = {
    app,
    sessions: createSessions(app.db, https),
    scripts: readScripts(folder),
    sheet: sheet + app.brand.style,
    originOf: origins(env, app.campus.seal),
    search: searchLimit(),
  }
  const sheetHash = hashOf(base.sheet)
  const draw = drawing(build)
  const kept = publicPages(base, draw)
  const live = liveCounts(app)
  const voting = votes(base)
  const forms = providerForms(base)
  await app.database.listen(
    (what) => {
      kept.changed(what)
      const number = Number(what.split(' ')[1])
      if (number > 0) live.changed(number)
    },
    () => {
      kept.changed('all')
      live.changed(null)
    },
  )

  const server = createServer({ connectionsCheckingInterval: SLOWNESS_SEEN_WITHIN }, (request, response) => {
    const path = request.url?.split('?', 1)[0]
    const alive = path === '/health'
    if (alive || path === '/ready') {
      secure(response, null)
      if (!alive) return void readiness(app, response)
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
      return void response.end('alive\n')
    }
    const refused = turnAway(request, env)
    if (refused) {
      const { method, url = '' } = request
      app.log.warn({ status: refused, method, path: loggedPath(url) }, 'a request was turned away')
      secure(response, null)
      return answerPlainly(response, refused)
    }
    kept.answer(request, response, () => {
      if (live.answer(request, response)) return
      const nonce = randomBytes(12).toString('base64url')
      secure(response, nonce)
      if (voting.answer(request, response) || forms.answer(request, response)) return
      if (sendLogo(app.brand, request, response)) return
      files(request, response, () => {
        const drawIt = (asked: Request) => draw(asked, loadContext(base, nonce, request, response))
        drawFor(request, response, drawIt, https).catch((error: unknown) => {
          app.log.error(
            { reason: reasonOf(error), path: loggedPath(path ?? ''), reference: nonce },
            'a page could not be answered',
          )
          if (!response.headersSent) answerPlainly(response, 500)
        })
      })
    })
  })
  const secure = (response: ServerResponse, nonce: string | null) => {
    for (const [name, value] of Object.entries(securityHeaders(nonce, https, sheetHash)))
      response.setHeader(name, value)
  }
  return {
    server,
    close() {
      kept.close()
      live.close()
    },
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  server.requestTimeout = 30_000
  server.headersTimeout = 10_000
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE' ? new Error(`Port ${port} is in use. Set PORT to another one.`) : error,
      ),
    )
    server.listen(port, host, () => resolve())
  })
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection is kept open after its last answer, for a next request that we would not take.
    const closing = setInterval(() => server.closeIdleConnections(), 100)
    server.close(() => {
      clearInterval(closing)
      resolve()
    })
    setTimeout(() => server.closeAllConnections(), DRAIN_WITHIN).unref()
  })
}
