import { data, redirect, type ActionFunctionArgs, type AppLoadContext } from '@remix-run/node'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { can, mustProve, onceProven, PROVEN_WITHIN, type Action, type Asked } from '#app/domain/people/can.ts'
import { refusalIn } from '#app/domain/people/erased.ts'
import { notAllowed, Refusal, type RefusalReason } from '#app/platform/errors.ts'
import { ERROR_STATUSES } from '#app/vocabulary.ts'
import { safeBack } from './back.ts'
import { flashCookie, type FlashKey } from './flash.server.ts'
import { keepForm } from './kept-form.server.ts'
import type { SignedIn } from './load-context.server.ts'
import { loggedPath } from './logged-path.ts'
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
  /** When they last proved a second factor. */
  provenAt: Date | null
  /** The slug of the provider they signed in with. */
  provider: string | null
  /** From which address range the request comes, as `votes.origin`. */
  origin: AppLoadContext['origin']
  sessions: AppLoadContext['sessions']
  /**
   * Says that this page is the same for everybody of a kind but for its slots, and what it shows: then it is
   * kept, and drawn anew when that changes.
   */
  shows: AppLoadContext['shows']
  /** Before a search is run. @throws {Refusal} `too-many-searches` */
  passSearch(): Promise<void>
}

/** What can be asked without naming what it is asked of. */
type Unconditional = { [A in Action]: Asked[A] extends void ? A : never }[Action]

/** The door of somebody signed in. */
export type OwnDoor = Door & { viewer: Actor; sessionId: string }

/** Through this door nobody comes without being asked for: only `visit` is for everyone. */
type DoorFor<A extends Unconditional> = A extends 'visit' ? Door : OwnDoor

/**
 * Wraps a loader or action: who may not do `action` is turned away, or asked to sign in; what the domain refuses
 * becomes its error page.
 */
export function open<A extends Unconditional, T>(action: A, work: (door: DoorFor<A>) => Promise<T>) {
  return async ({ request, params, context }: ActionFunctionArgs): Promise<T> => {
    let viewer: SignedIn | null = null
    try {
      viewer = await context.viewer()
      const door: Door = {
        app: context.app,
        campus: context.app.campus,
        request,
        url: new URL(request.url),
        params,
        viewer: viewer?.actor ?? null,
        sessionId: viewer?.sessionId ?? null,
        provenAt: viewer?.provenAt ?? null,
        provider: viewer?.provider ?? null,
        origin: context.origin,
        sessions: context.sessions,
        shows: context.shows,
        async passSearch() {
          const seconds = await context.waitForSearch()
          if (seconds !== null) throw new Refusal('too-many', 'too-many-searches', { retryAfter: seconds })
        },
      }
      if (!can<Unconditional>(onceProven(door.viewer), action)) throw turnedAway(door, action)
      if (door.viewer !== null) await askProof(door as OwnDoor, PROVEN_WITHIN[action])
      const done = await work(door as DoorFor<A>)
      if (isSentBack(done)) noteSentBack(door, action)
      return done
    } catch (error) {
      const refusal = refusalIn(error)
      if (!refusal) throw error
      note({ app: context.app, request, viewer: viewer?.actor ?? null }, action, refusal)
      throw refused(refusal)
    }
  }
}

/** The same for an address without a page of its own, such as a feed: a refusal brings a plain page with it. */
export function openBare<A extends Unconditional>(action: A, work: (door: DoorFor<A>) => Promise<Response>) {
  return (args: ActionFunctionArgs): Promise<Response> =>
    open(action, async (door) => {
      try {
        return await work(door)
      } catch (error) {
        const refusal = refusalIn(error)
        if (!refusal) throw error
        note(door, action, refusal)
        const status = STATUS[refusal.kind]
        const headers = {
          'Content-Type': 'text/html; charset=utf-8',
          'Cache-Control': 'no-store',
          ...againOf(refusal),
        }
        return new Response(plainErrorPage(ERROR_STATUSES.find((known) => known === status) ?? 400), {
          status,
          headers,
        })
      }
    })(args)
}

/**
 * That somebody tried what is not theirs, or sent what is not good any more. By role and not by person: who tries a
 * locked door is nobody's business until it becomes a pattern. An address that leads nowhere is no news.
 */
function note(
  { app, request, viewer }: Pick<Door, 'app' | 'request' | 'viewer'>,
  action: Action,
  { kind, reason }: Refusal,
): void {
  const { method, url } = request
  if (method === 'GET' && kind !== 'not-allowed') return
  const path = loggedPath(new URL(url).pathname)
  app.log.warn({ kind, reason, action, role: viewer?.role ?? null, method, path }, 'a request was refused')
}

/** A form that its schema did not take is sent back with what is wrong with it. */
function isSentBack(done: unknown): boolean {
  const { type, init } = (done ?? {}) as { type?: unknown; init?: ResponseInit | null }
  return type === 'DataWithResponseInit' && init?.status === 400
}

/** Which form and whose role. Never what was written, nor in which field: its name is sent along, too. */
function noteSentBack({ app, request, viewer }: Door, action: Action): void {
  const { method, url } = request
  const path = loggedPath(new URL(url).pathname)
  app.log.info({ action, role: viewer?.role ?? null, method, path }, 'a form was not good')
}

/** The body of every refusal, as the error page reads it. */
export type RefusedBody = { reason: RefusalReason }

function refused(refusal: Refusal) {
  const { kind, reason } = refusal
  return data({ reason } satisfies RefusedBody, {
    status: STATUS[kind],
    ...(refusal.retryAfter !== null && { headers: againOf(refusal) }),
  })
}

const againOf = ({ retryAfter }: Refusal): Record<string, string> =>
  retryAfter === null ? {} : { 'Retry-After': String(retryAfter) }

/** @returns why somebody does not come in: a visitor may still sign in, everybody else is told whom it is for */
function turnedAway({ viewer, url }: Door, action: Unconditional): Refusal | Response {
  if (viewer === null) return signInFirst(`${url.pathname}${url.search}`)
  if (action === 'open-desk') return notAllowed('staff-only')
  return notAllowed(action.startsWith('manage-') ? 'admin-only' : 'not-yours')
}

/**
 * Leads to where a second factor is proven, and back afterwards, unless that was done lately enough. A form that
 * was sent meanwhile waits there and can be sent again as it was.
 * @param within as `PROVEN_WITHIN` says
 * @param form what was sent, where it has been read already
 */
export async function askProof(door: OwnDoor, within: number | null, form?: FormData): Promise<void> {
  const { app, campus, provenAt, request, url, viewer } = door
  if (!mustProve(within, provenAt, app.clock.now())) return
  const here = `${url.pathname}${url.search}`
  const kept =
    request.method === 'POST'
      ? await keepForm(campus, viewer.personId, here, form ?? (await request.formData()))
      : null
  const query = new URLSearchParams(kept === null ? { back: here } : { kept })
  throw redirect(`/prove?${query}`, 303)
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
