import { data, redirect, type ActionFunctionArgs, type AppLoadContext } from '@remix-run/node'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { worksHere } from '#app/domain/people/permission.ts'
import { notAllowed, Refusal, type RefusalReason } from '#app/platform/errors.ts'
import { ERROR_STATUSES } from '#app/vocabulary.ts'
import { safeBack } from './back.ts'
import { flashCookie, type FlashKey } from './flash.server.ts'
import { plainErrorPage } from './plain-page.ts'

const STATUS: Record<Refusal['kind'], number> = {
  invalid: 400,
  'not-allowed': 403,
  'not-found': 404,
  conflict: 409,
  gone: 410,
  'too-many': 429,
  'too-slow': 503,
}

/** What every loader and action works with. */
export type Door = {
  app: AppLoadContext['app']
  campus: Campus
  request: Request
  url: URL
  params: ActionFunctionArgs['params']
  /** Who looks; null for a visitor. */
  viewer: Actor | null
  sessionId: string | null
  sessions: AppLoadContext['sessions']
  /**
   * Says that this page is the same for everybody of a kind but for its slots, and what it shows: then it is
   * kept, and drawn anew when that changes.
   */
  shows: AppLoadContext['shows']
}

/** Wraps a loader or action: what the domain refuses becomes its error page. */
export function open<T>(work: (door: Door) => Promise<T>) {
  return async ({ request, params, context }: ActionFunctionArgs): Promise<T> => {
    try {
      const viewer = await context.viewer()
      return await work({
        app: context.app,
        campus: context.app.campus,
        request,
        url: new URL(request.url),
        params,
        viewer: viewer?.actor ?? null,
        sessionId: viewer?.sessionId ?? null,
        sessions: context.sessions,
        shows: context.shows,
      })
    } catch (error) {
      throw error instanceof Refusal ? refused(error) : error
    }
  }
}

/** The same for an address without a page of its own, such as a feed: a refusal brings a plain page with it. */
export function openBare(work: (door: Door) => Promise<Response>) {
  return (args: ActionFunctionArgs): Promise<Response> =>
    open(async (door) => {
      try {
        return await work(door)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        const status = STATUS[error.kind]
        const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }
        return new Response(plainErrorPage(ERROR_STATUSES.find((known) => known === status) ?? 400), {
          status,
          headers,
        })
      }
    })(args)
}

/** The body of every refusal, as the error page reads it. */
export type RefusedBody = { reason: RefusalReason }

function refused({ kind, reason }: Refusal) {
  return data({ reason } satisfies RefusedBody, { status: STATUS[kind] })
}

/** Staff of any department, or an admin; a visitor is asked to sign in first. */
export function requireStaff({ viewer, url }: Door): Actor {
  if (viewer === null) throw signInFirst(`${url.pathname}${url.search}`)
  if (!worksHere(viewer)) throw notAllowed('staff-only')
  return viewer
}

export function requireAdmin(door: Door): Actor {
  const actor = requireStaff(door)
  if (actor.role !== 'admin') throw notAllowed('admin-only')
  return actor
}

/** Leads to the sign-in page, and back afterwards. */
export function signInFirst(back: string): Response {
  return redirect(`/sign-in?back=${encodeURIComponent(back)}`, 303)
}

/** After a form was taken: to a page that can be loaded again without sending it twice. */
export function seeOther(path: string, flash?: FlashKey): Response {
  const response = redirect(safeBack(path), 303)
  if (flash) response.headers.append('Set-Cookie', flashCookie(flash))
  return response
}
