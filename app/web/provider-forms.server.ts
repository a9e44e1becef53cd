import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppLoadContext } from '@remix-run/node'
import { reasonOf } from '#app/platform/errors.ts'
import { answerPlainly, PROVIDER_FORM } from './guard.server.ts'
import { answerByForm } from './providers.server.ts'

/**
 * A provider's answer that comes as a form from its own site, on the raw request: Remix takes forms from our own
 * pages only, and rightly so.
 */
export function providerForms({ app }: Pick<AppLoadContext, 'app'>) {
  const take = async (slug: string, request: IncomingMessage, response: ServerResponse) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk as string
    const path = await answerByForm(app, slug, new URLSearchParams(text))
    if (path === null) return answerPlainly(response, 404)
    response.writeHead(303, { Location: path, 'Cache-Control': 'no-store' }).end()
  }
  return {
    /** @returns whether this was such an answer */
    answer(request: IncomingMessage, response: ServerResponse): boolean {
      const slug = PROVIDER_FORM.exec(request.url ?? '')?.[1]
      if (slug === undefined || request.method !== 'POST') return false
      take(slug, request, response).catch((error: unknown) => {
        app.log.error(
          { reason: reasonOf(error), path: request.url },
          'an answer of a provider could not be read',
        )
        if (!response.headersSent) answerPlainly(response, 503)
      })
      return true
    },
  }
}
