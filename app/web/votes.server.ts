import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppLoadContext } from '@remix-run/node'
import { can } from '#app/domain/people/can.ts'
import { refusalIn } from '#app/domain/people/erased.ts'
import { castVote, withdrawVote } from '#app/domain/votes/cast.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { safeBack } from './back.ts'
import { bound } from './bound-cookie.ts'
import { flashCookie, type FlashKey } from './flash.server.ts'
import { judge } from './gate.server.ts'
import { answerPlainly } from './guard.server.ts'
import { mineCookie } from './mine.server.ts'

const PATH = /^\/votes\/([1-9]\d{0,8})$/

/** A vote's form has two short fields. Bytes. */
const LARGEST_FORM = 8 * 1024

/**
 * Backing a ticket and taking that back, answered on the raw request: nothing is drawn, and on a busy evening
 * this is what a campus does most. A form is led to where it came from; a script is told the new count.
 */
export function votes({ app, sessions, originOf }: Pick<AppLoadContext, 'app' | 'sessions' | 'originOf'>) {
  const https = app.env.publicUrl.startsWith('https:')

  const take = async (number: number, request: IncomingMessage, response: ServerResponse) => {
    const form = await readForm(request)
    const intent = form?.get('intent')
    if (!form || (intent !== 'vote' && intent !== 'unvote')) {
      app.log.info({ action: 'vote', method: 'POST', path: request.url }, 'a form was not good')
      return answerPlainly(response, 400)
    }
    const back = safeBack(form.get('back'), `/tickets/${number}`)
    const told = request.headers.accept === 'application/json'
    const tell = (status: number, body: unknown) =>
      response
        .writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
        .end(JSON.stringify(body))
    const lead = (location: string, flash?: FlashKey) => {
      if (flash) response.appendHeader('Set-Cookie', bound(flashCookie(flash), https))
      response.writeHead(303, { Location: location, 'Cache-Control': 'no-store' }).end()
    }

    const { session, setCookie } = await sessions.read(request.headers.cookie ?? null)
    if (setCookie) response.appendHeader('Set-Cookie', setCookie)
    if (!session) {
      if (told) return tell(401, null)
      // What was pressed is done when they come back.
      if (intent === 'vote') response.appendHeader('Set-Cookie', bound(mineCookie(number), https))
      return lead(`/sign-in?back=${encodeURIComponent(intent === 'vote' ? `/mine/${number}` : back)}`)
    }
    const { personId } = session
    // Whom they answer for does not matter to a vote.
    const actor = { ...session, departmentIds: [] }
    // Who may not vote any more may still take back what they gave.
    if (intent === 'vote' && !can(actor, 'vote', app.campus))
      return told ? tell(403, null) : lead(back, 'no-voter')
    const origin = originOf(request)
    const sent = { what: 'vote', action: `/votes/${number}`, form: form.entries(), personId, origin } as const
    const passage = await judge(app.campus, sent, null)
    if (passage.kind === 'challenge') return told ? tell(429, null) : lead(passage.href)
    if (passage.kind === 'too-often') {
      response.setHeader('Retry-After', passage.seconds)
      return told ? tell(429, null) : lead(back, 'too-often')
    }
    const change = intent === 'vote' ? castVote : withdrawVote
    const result = await change(app.campus, { number, personId, origin })
    // Closed, merged or never there: its own page says which.
    if (result.kind === 'taken-out')
      return told ? tell(409, null) : lead(`/tickets/${number}`, 'vote-taken-out')
    if (result.kind === 'closed') return told ? tell(409, null) : lead(`/tickets/${number}`, 'vote-closed')
    if (told) return tell(200, { voted: intent === 'vote', votes: result.votes })
    lead(back, intent === 'vote' ? 'voted' : 'unvoted')
  }

  return {
    /** @returns whether this was a vote */
    answer(request: IncomingMessage, response: ServerResponse): boolean {
      const number = PATH.exec(request.url ?? '')?.[1]
      if (number === undefined || request.method !== 'POST') return false
      take(Number(number), request, response).catch((error: unknown) => {
        const refusal = refusalIn(error)
        if (refusal?.retryAfter) response.setHeader('Retry-After', refusal.retryAfter)
        if (refusal)
          return answerPlainly(
            response,
            refusal.kind === 'too-slow' ? 503 : refusal.kind === 'gone' ? 410 : 400,
          )
        app.log.error({ reason: reasonOf(error), path: request.url }, 'a vote could not be taken')
        if (!response.headersSent) answerPlainly(response, 503)
      })
      return true
    },
  }
}

/** The fields of a form; null when there are more than a vote has. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  let text = ''
  // Read to its end in any case: leaving early would cut the line that the answer takes.
  for await (const chunk of request.setEncoding('utf8')) {
    if (text.length <= LARGEST_FORM) text += chunk as string
  }
  return text.length <= LARGEST_FORM ? new URLSearchParams(text) : null
}
