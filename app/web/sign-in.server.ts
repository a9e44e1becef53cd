import { deviceOf } from './device.ts'
import { seeOther, type Door } from './door.server.ts'

/** Begins a session for the one who proved an address; the one before it, if any, ends. Leads to where they were going, by way of a page that sees whether the browser kept the cookie. */
export async function finishSignIn(
  { app, sessions, sessionId, request }: Pick<Door, 'app' | 'sessions' | 'sessionId' | 'request'>,
  {
    personId,
    next,
    provider,
    strong = false,
  }: {
    personId: string
    next: string
    provider: string
    /** The provider itself asked for a second factor and says so. */
    strong?: boolean
  },
): Promise<Response> {
  if (sessionId !== null) await sessions.end(sessionId)
  const response = seeOther(`/sign-in/done?back=${encodeURIComponent(next)}`, 'signed-in')
  response.headers.append(
    'Set-Cookie',
    await sessions.begin(personId, { provider, device: deviceOf(request), strong }),
  )
  app.log.info({ provider, strong }, 'a sign-in succeeded')
  return response
}
