import { randomUUID } from 'node:crypto'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AppLoadContext } from '@remix-run/node'
import { LRUCache } from 'lru-cache'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { can, onceProven } from '#app/domain/people/can.ts'
import { readMarks } from '#app/domain/tickets/marks.server.ts'
import { backedAmong } from '#app/domain/votes/marks.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { cutIntoPieces, fillSlots } from '#app/ui/slots.tsx'
import type { Theme } from '#app/vocabulary.ts'
import type { Draw } from './drawing.server.ts'
import { answerPlainly, hashOf, securityHeaders } from './guard.server.ts'
import { signedInBy } from './load-context.server.ts'
import {
  codingFor,
  createPageCache,
  encode,
  isKept,
  type Coding,
  type Drawn,
  type Kept,
  type Sealed,
  type Tag,
} from './page-cache.server.ts'
import { publicPage, type PublicPage } from './public-page.ts'
import { stampOf } from './stamp.ts'
import { sentTheme, themeIn } from './theme.ts'

/** Characters of an address beyond which it is read anew each time. */
const LONG = 300

export type PublicPages = {
  /** @param otherwise called where the page has to be drawn for this request alone */
  answer(request: IncomingMessage, response: ServerResponse, otherwise: () => void): void
  /** Something changed, as the database tells it: see `OpenDatabase.listen`. */
  changed(what: string): void
  close(): void
}

/**
 * Answers with pages from the cache. A visitor gets the page as it is kept, compressed; somebody signed in gets
 * the same page with their own votes marked.
 */
export function publicPages(
  base: Pick<AppLoadContext, 'app' | 'sessions' | 'scripts' | 'sheet' | 'originOf' | 'search'>,
  drawPage: Draw,
): PublicPages {
  const { app, sessions } = base
  const cache = createPageCache()
  const addresses = new LRUCache<string, PublicPage | false>({ max: 10_000 })
  const https = app.env.publicUrl.startsWith('https:')
  const security = securityHeaders(null, https, hashOf(base.sheet))
  // Who is signed in could be led to press something there, so only what a visitor sees is ever framed.
  const framed = securityHeaders(null, https, hashOf(base.sheet), app.env.framedBy)

  const addressOf = (url: string) => {
    const known = addresses.get(url)
    if (known !== undefined) return known || null
    const found = publicPage(url)
    // Nobody fills the memory with long addresses.
    if (url.length < LONG) addresses.set(url, found ?? false)
    return found
  }

  const source = (href: string, theme: Theme, viewer: Actor | null) => async (): Promise<Drawn> => {
    const tags = new Set<Tag>()
    let opted = false
    const response = await drawPage(
      new Request(`${app.env.publicUrl}${href}`, { headers: { Cookie: sentTheme(theme, https) } }),
      {
        ...base,
        nonce: randomUUID().slice(0, 8),
        slots: true,
        origin: () => '',
        viewer: () =>
          Promise.resolve(viewer && { actor: viewer, sessionId: '', provenAt: null, provider: '' }),
        // Who asked for this page was counted before.
        waitForSearch: () => Promise.resolve(null),
        shows(...shown) {
          opted = true
          for (const tag of shown) tags.add(tag)
        },
      },
    )
    const mayBeKept = opted && response.status === 200 && !response.headers.has('Set-Cookie')
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      html: await response.text(),
      shows: mayBeKept ? tags : null,
    }
  }

  type Answer = { request: IncomingMessage; response: ServerResponse }
  type Page = Pick<Kept, 'status' | 'headers'>

  /** @param etag of what every visitor gets; none: it is one person's */
  const headersOf = (page: Page, coding: Coding, etag?: string): OutgoingHttpHeaders => ({
    ...(etag ? framed : security),
    ...page.headers,
    'cache-control': etag ? 'private, no-cache' : 'private, no-store',
    vary: 'Accept-Encoding, Cookie',
    ...(etag ? { etag } : {}),
    ...(coding === 'identity' ? {} : { 'content-encoding': coding }),
  })

  /** Writing the headers down for each answer costs as much as sending a page. */
  const heads = new WeakMap<Sealed, Array<string>>()
  const headOf = (kept: Kept, coding: Coding): Array<string> => {
    const sealed = kept.sealed[coding]
    const known = heads.get(sealed)
    if (known) return known
    const headers = { ...headersOf(kept, coding, sealed.etag), 'content-length': sealed.body.length }
    const head = Object.entries(headers).flatMap(([name, value]) => [name, String(value)])
    heads.set(sealed, head)
    return head
  }

  const send = ({ request, response }: Answer, page: Page, body: Buffer, coding: Coding) => {
    response.writeHead(page.status, { ...headersOf(page, coding), 'content-length': body.length })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  const codingOf = ({ request }: Answer) => codingFor(request.headers['accept-encoding'])

  const toVisitor = (answer: Answer, kept: Kept) => {
    const { request, response } = answer
    const coding = codingOf(answer)
    const { body, etag } = kept.sealed[coding]
    if (request.headers['if-none-match']?.includes(etag)) {
      response.writeHead(304, headersOf(kept, coding, etag)).end()
      return
    }
    response.writeHead(kept.status, headOf(kept, coding))
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  const toPerson = async (answer: Answer, kept: Kept, personId: string) => {
    const names = kept.pieces.flatMap((piece) =>
      typeof piece === 'object' && piece.kind === 'marked' ? [piece.name] : [],
    )
    const marks = await marksOf(app.campus, personId, names)
    const coding = codingOf(answer)
    const body = await encode(Buffer.from(fillSlots(kept.pieces, marks, fresh())), coding, 1)
    send(answer, kept, body, coding)
  }

  /** What a form is given that one person gets. */
  const fresh = () => ({ key: randomUUID(), made: stampOf(app.campus.seal, app.clock.now()) })

  /** An error, or the way elsewhere: drawn for whoever waited, and not kept. */
  const toEither = (answer: Answer, { status, headers, html }: Drawn) =>
    send(
      answer,
      { status, headers },
      Buffer.from(fillSlots(cutIntoPieces(html), new Map(), null)),
      'identity',
    )

  /**
   * A page as it is kept, or else drawn.
   * @param personId who asks; null: a visitor
   * @returns null where a search would have to be run for who had too many run lately
   */
  const get = async (
    { request }: Answer,
    { searches }: PublicPage,
    personId: string | null,
    key: string,
    draw: Kept['draw'],
  ) => {
    const kept = cache.peek(key)
    if (kept) return kept
    if (searches && (await base.search({ personId, origin: base.originOf(request) })) !== null) return null
    return cache.draw(key, draw)
  }

  const asVisitor = async (
    answer: Answer,
    key: string,
    page: PublicPage,
    theme: Theme,
    otherwise: () => void,
  ) => {
    const found = await get(answer, page, null, key, source(page.href, theme, null))
    if (!found) return otherwise()
    if (isKept(found)) toVisitor(answer, found)
    else toEither(answer, found)
  }

  const asSignedIn = async (answer: Answer, page: PublicPage, theme: Theme, otherwise: () => void) => {
    const { request, response } = answer
    const { session, setCookie } = await sessions.read(request.headers.cookie ?? null)
    if (setCookie) response.appendHeader('Set-Cookie', setCookie)
    if (!session) return asVisitor(answer, `${theme} visitor ${page.href}`, page, theme, otherwise)
    if (page.visitorsOnly) return otherwise()
    const { personId, role } = session
    const { actor } = await signedInBy(app, session)
    const { unproven } = actor
    const desk = can(onceProven(actor), 'open-desk')
    // Somebody of this kind, and nobody in particular: has raised, backed and followed nothing, and works for
    // no department that there is.
    const nobody: Actor = {
      personId: '',
      role,
      affiliations: [],
      departmentIds: desk ? [-1] : [],
      ...(unproven ? { unproven } : {}),
    }
    const kind = `${theme} ${role} ${desk} ${unproven ?? ''}`
    const draw = source(page.href, theme, nobody)
    const found = await get(answer, page, personId, `${kind} ${page.href}`, draw)
    // They are told so in a page of their own.
    if (!found) return otherwise()
    if (isKept(found)) await toPerson(answer, found, personId)
    else toEither(answer, found)
  }

  return {
    answer(request, response, otherwise) {
      const page = request.method === 'GET' || request.method === 'HEAD' ? addressOf(request.url ?? '') : null
      const { cookie } = request.headers
      // What a page says once, it says to one.
      if (!page || cookie?.includes('said=')) return otherwise()
      const answer = { request, response }
      const theme = themeIn(cookie, https)
      const key = `${theme} visitor ${page.href}`
      const signedIn = cookie?.includes('session=')
      const kept = signedIn ? undefined : cache.peek(key)
      if (kept) return toVisitor(answer, kept)
      const work = signedIn
        ? asSignedIn(answer, page, theme, otherwise)
        : asVisitor(answer, key, page, theme, otherwise)
      work.catch((error: unknown) => {
        app.log.error({ reason: reasonOf(error), path: page.href }, 'a page could not be answered')
        if (!response.headersSent) answerPlainly(response, 503)
      })
    },
    changed(what) {
      const [kind, number] = what.split(' ')
      if (kind === 'row') cache.changed('lists', `ticket:${Number(number)}`)
      else if (kind === 'page') cache.changed(`ticket:${Number(number)}`)
      else cache.changed('all')
    },
    close: () => cache.close(),
  }
}

/**
 * What of a page is marked for one person, in one statement. A list marks votes; a ticket's page marks more.
 * @param names as the parts in `ui` call their slots: a kind, a colon and a ticket's number
 */
async function marksOf(campus: Campus, personId: string, names: Array<string>): Promise<Map<string, string>> {
  const numbers = [...new Set(names.map((name) => Number(name.split(':')[1])))]
  const [only] = numbers
  if (only === undefined) return new Map()
  if (names.every((name) => name.startsWith('voted:'))) {
    const backed = await backedAmong(campus, personId, numbers)
    return new Map(backed.map((number) => [`voted:${number}`, 'yes']))
  }
  const { asked, ...others } = await readMarks(campus, personId, only)
  return new Map(
    Object.entries({ ...others, asked }).flatMap(([kind, is]) =>
      is ? [[`${kind}:${only}`, is === true ? 'yes' : is]] : [],
    ),
  )
}
