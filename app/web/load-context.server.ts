import type { AppLoadContext } from '@remix-run/node'
import type { Request, Response } from 'express'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { actorOf } from '#app/domain/people/actor.server.ts'
import type { Sessions } from './session.server.ts'

export type SignedIn = { actor: Actor; sessionId: string }

/** What the site's routes are given with every request. The session is read once, and only when asked for. */
export function loadContext(
  app: AppLoadContext['app'],
  sessions: Sessions,
  campus: Campus,
  nonce: string,
  request: Request,
  response: Response,
): AppLoadContext {
  let viewer: Promise<SignedIn | null> | undefined
  const read = async (): Promise<SignedIn | null> => {
    const { session, setCookie } = await sessions.read(request.headers.cookie ?? null)
    if (setCookie) response.append('Set-Cookie', setCookie)
    if (!session) return null
    return {
      actor: await actorOf(campus, { id: session.personId, role: session.role }),
      sessionId: session.id,
    }
  }
  return { app, sessions, nonce, viewer: () => (viewer ??= read()) }
}
