import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppLoadContext } from '@remix-run/node'
import type { Actor } from '#app/domain/campus.ts'
import { actorOf } from '#app/domain/people/actor.server.ts'

export type SignedIn = { actor: Actor; sessionId: string }

/**
 * What the site's routes are given with a request that is answered for one person alone. The session is read
 * once, and only when asked for.
 */
export function loadContext(
  base: Pick<AppLoadContext, 'app' | 'sessions' | 'scripts' | 'sheet'>,
  nonce: string,
  request: IncomingMessage,
  response: ServerResponse,
): AppLoadContext {
  const { app, sessions } = base
  let viewer: Promise<SignedIn | null> | undefined
  const read = async (): Promise<SignedIn | null> => {
    const { session, setCookie } = await sessions.read(request.headers.cookie ?? null)
    if (setCookie) response.appendHeader('Set-Cookie', setCookie)
    if (!session) return null
    return {
      actor: await actorOf(app.campus, { id: session.personId, role: session.role }),
      sessionId: session.id,
    }
  }
  return { ...base, nonce, slots: false, viewer: () => (viewer ??= read()), shows: () => undefined }
}
