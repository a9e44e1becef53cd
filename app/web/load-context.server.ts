import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppLoadContext } from '@remix-run/node'
import type { Actor } from '#app/domain/campus.ts'
import { actorOf } from '#app/domain/people/actor.server.ts'
import type { Session } from './session.server.ts'

export type SignedIn = {
  actor: Actor
  sessionId: string
  /** When they last proved a second factor. */
  provenAt: Date | null
  /** The slug of the provider they signed in with. */
  provider: string
}

/** Who is behind a session. The made-up people of a demonstration count as if they had just proven a second factor. */
export async function signedInBy(app: AppLoadContext['app'], session: Session): Promise<SignedIn> {
  const actor = await actorOf(app.campus, { ...session, id: session.personId })
  const pretended = app.env.demo && session.provider === DEMO_PROVIDER
  const provenAt = pretended ? app.clock.now() : session.strongAt
  const unproven = provenAt === null && actor.role !== 'student'
  return {
    actor: unproven ? { ...actor, unproven } : actor,
    sessionId: session.id,
    provenAt,
    provider: session.provider,
  }
}

/** By which sessions of one press are known. */
export const DEMO_PROVIDER = 'demo'

/**
 * What the site's routes are given with a request that is answered for one person alone. The session is read
 * once, and only when asked for.
 */
export function loadContext(
  base: Pick<AppLoadContext, 'app' | 'sessions' | 'scripts' | 'sheet' | 'originOf' | 'search'>,
  nonce: string,
  request: IncomingMessage,
  response: ServerResponse,
): AppLoadContext {
  const { app, sessions } = base
  let viewer: Promise<SignedIn | null> | undefined
  const read = async (): Promise<SignedIn | null> => {
    const { session, setCookie } = await sessions.read(request.headers.cookie ?? null)
    if (setCookie) response.appendHeader('Set-Cookie', setCookie)
    return session && signedInBy(app, session)
  }
  const who = () => (viewer ??= read())
  return {
    ...base,
    nonce,
    slots: false,
    origin: () => base.originOf(request),
    viewer: who,
    shows: () => undefined,
    async waitForSearch() {
      const personId = (await who())?.actor.personId ?? null
      return base.search({ personId, origin: base.originOf(request) })
    },
  }
}
