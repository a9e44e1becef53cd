import { redirect, type AppLoadContext } from '@remix-run/node'
import { z } from 'zod'
import { together } from '#app/domain/campus.ts'
import { can } from '#app/domain/people/can.ts'
import {
  beginFlow,
  endedFlow,
  keepWithFlow,
  takeFlow,
  takeOnce,
  waitingFlow,
} from '#app/domain/people/flows.server.ts'
import { aToken, arrive } from '#app/domain/people/identity.server.ts'
import { noteHealth } from '#app/domain/people/providers.server.ts'
import { notAllowed, notFound } from '#app/platform/errors.ts'
import {
  refused,
  type Begun,
  type Finished,
  type Health,
  type Provider,
  type Refused,
} from '#app/providers/provider.ts'
import type { Opened } from '#app/providers/registry.ts'
import { browserCookie, readBrowser } from './browser-mark.ts'
import type { Door } from './door.server.ts'
import { finishSignIn } from './sign-in.server.ts'

type App = AppLoadContext['app']

/** What is kept, sealed, while somebody is at a provider's page. */
const kept = z.object({
  provider: z.string(),
  callback: z.string(),
  strong: z.boolean(),
  /** The administrator who only wants to see what comes; null: a real sign-in. */
  test: z.string().nullable(),
  /** What came by a form, which brings no cookie, until this browser is here again. */
  finished: z
    .custom<Finished>()
    // JSON knows no dates.
    .transform((told) =>
      told.kind === 'proven' && told.once
        ? { ...told, once: { ...told.once, until: new Date(told.once.until) } }
        : told,
    )
    .nullable(),
})
type Kept = z.infer<typeof kept>

/** What a sign-in by a provider came to when nobody is signed in by it. */
export type Failed = { provider: string; slug: string; fault: Refused['fault']; next: string }

/** What an administrator sees of a test. */
export type Tested = { slug: string; finished: Finished }

/** Sends the browser to a provider's page. A link leads here and no form, as a form of ours leads to no other site. */
export async function beginAt(
  door: Door,
  { next, strong, test }: { next: string; strong: boolean; test: boolean },
): Promise<Response | Failed> {
  const { app, campus, request, params } = door
  if (test && !can(door.viewer, 'manage-providers')) throw notAllowed('admin-only')
  const opened = await find(app, params.slug, test)
  const provider = await usable(app, opened)
  const flow = { id: aToken(), callback: `${at(door, opened)}/done`, strong, begunAt: campus.clock.now() }
  const begun: Begun = provider.kind === 'refused' ? provider : await provider.begin(flow)
  if (begun.kind === 'refused') {
    await note(app, opened, begun)
    return failed(opened, begun, next)
  }
  const browser = readBrowser(request, app.env.publicUrl) ?? aToken()
  const holds: Kept = {
    provider: begun.kept,
    callback: flow.callback,
    strong,
    test: test ? door.viewer!.personId : null,
    finished: null,
  }
  await beginFlow(campus, {
    id: flow.id,
    provider: opened.configured.slug,
    browser,
    kept: JSON.stringify(holds),
    next,
  })
  return redirect(begun.url, {
    status: 303,
    headers: { 'Set-Cookie': browserCookie(browser, app.env.publicUrl), 'Cache-Control': 'no-store' },
  })
}

/** The browser is back: signs in, or says why not. */
export async function endAt(door: Door): Promise<Response | Failed> {
  const { app, campus, request, params, url } = door
  const opened = await find(app, params.slug, true)
  const { slug } = opened.configured
  const id = flowId(url.searchParams.get('state'))
  const browser = readBrowser(request, app.env.publicUrl)
  const flow = await takeFlow(campus, { id, provider: slug, browser })
  if (flow.kind === 'refused') {
    app.log.warn({ provider: slug, fault: flow.fault }, 'a sign-in was refused')
    return { provider: opened.configured.name, slug, fault: flow.fault, next: '/' }
  }
  const holds = kept.parse(JSON.parse(flow.kept))
  const begun = { ...holds, id, begunAt: flow.begunAt, kept: holds.provider }
  const provider = await usable(app, opened)
  const answered =
    holds.finished ??
    (provider.kind === 'refused'
      ? provider
      : await provider.finish({ query: url.searchParams, form: null }, begun))
  const finished = await once(app, answered)
  await note(app, opened, finished)
  const test = holds.test !== null
  await keepWithFlow(campus, id, test ? JSON.stringify({ ...holds, finished }) : '')
  if (test) return redirect(`/desk/sign-in?test=${id}#test`, 303)
  // One that was switched off meanwhile lets nobody in.
  if (finished.kind === 'proven' && !opened.configured.enabled) throw notFound('no-such-page')
  if (finished.kind === 'refused') return failed(opened, finished, flow.next)
  const personId = await together(campus, (campus) => arrive(campus, finished))
  return finishSignIn(door, { personId, next: flow.next, provider: slug, strong: finished.strong })
}

/**
 * A provider's form came by way of the browser, and without its cookies: it comes from another site. So what it
 * proves is kept, and the browser is led back here by itself, where it has to show that it began this.
 * @returns the path to lead it to, or null where nobody is to be led anywhere
 */
export async function answerByForm(app: App, slug: string, form: URLSearchParams): Promise<string | null> {
  const opened = await app.providers.find(slug)
  if (opened?.provider.kind !== 'saml') return null
  const id = flowId(form.get('RelayState'))
  const there = `/sign-in/with/${slug}/done?state=${encodeURIComponent(id)}`
  const flow = await waitingFlow(app.campus, { id, provider: slug })
  if (flow.kind === 'refused') return there
  const holds = kept.parse(JSON.parse(flow.kept))
  const begun = { ...holds, id, begunAt: flow.begunAt, kept: holds.provider }
  if (holds.finished) return there
  const finished = await opened.provider.finish({ query: new URLSearchParams(), form }, begun)
  await keepWithFlow(app.campus, id, JSON.stringify({ ...holds, finished }))
  return there
}

/** What a test brought, for the administrator who made it in this browser. */
export async function readTest(door: Door): Promise<Tested | null> {
  const id = flowId(door.url.searchParams.get('test'))
  const flow = await endedFlow(door.campus, id, readBrowser(door.request, door.app.env.publicUrl))
  if (flow.kind === 'refused') return null
  const holds = kept.safeParse(JSON.parse(flow.kept || 'null')).data
  if (!holds?.finished || holds.test !== door.viewer?.personId) return null
  return { slug: flow.provider, finished: holds.finished }
}

/** What may name a sign-in; anything else names none, and asks no database. */
function flowId(told: string | null): string {
  return told !== null && /^[\w-]{22}$/.test(told) ? told : ''
}

/** Asks a provider how it is, and remembers it. */
export async function checkProvider(app: App, slug: string): Promise<Health> {
  const opened = await find(app, slug, true)
  const health = opened.provider.kind === 'refused' ? opened.provider : await opened.provider.check()
  await noteHealth(app.campus, opened.configured, health.kind === 'well' ? null : troubleOf(health))
  return health
}

/** Our address for a provider. A demonstration may be opened by more than one name of this machine. */
export function at({ app, url }: Pick<Door, 'app' | 'url'>, { configured }: Opened): string {
  return `${app.env.demo ? url.origin : app.env.publicUrl}/sign-in/with/${configured.slug}`
}

async function find(app: App, slug: string | undefined, evenDisabled: boolean): Promise<Opened> {
  const opened = await app.providers.find(slug ?? '')
  if (!opened || !(opened.configured.enabled || evenDisabled)) throw notFound('no-such-page')
  return opened
}

async function usable(app: App, opened: Opened): Promise<Provider | Refused> {
  if (opened.provider.kind === 'refused') await note(app, opened, opened.provider)
  return opened.provider
}

/** What was taken before is not taken again, whatever flow it comes with. */
async function once({ campus }: App, finished: Finished): Promise<Finished> {
  if (finished.kind === 'refused' || !finished.once) return finished
  const taken = await takeOnce(campus, finished.issuer, finished.once)
  return taken ? finished : refused('used', 'This answer was taken before.', { sent: finished.sent })
}

async function note(app: App, { configured }: Opened, outcome: Finished): Promise<void> {
  if (outcome.kind === 'proven') return noteHealth(app.campus, configured, null)
  const { fault, detail } = outcome
  app.log.warn({ provider: configured.slug, fault, detail }, 'a sign-in was refused')
  if (outcome.trouble) await noteHealth(app.campus, configured, troubleOf(outcome))
}

/** The fault comes first, so that the desk can say it in a sentence. */
function troubleOf({ fault, detail }: Refused): string {
  return `${fault} ${detail}`
}

function failed({ configured }: Opened, { fault }: Refused, next: string): Failed {
  return { provider: configured.name, slug: configured.slug, fault, next }
}
