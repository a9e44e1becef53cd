import { seeOther, type Door } from './door.server.ts'

/** Begins a session for the one who proved an address; the one before it, if any, ends. Leads to where they were going, by way of a page that sees whether the browser kept the cookie. */
export async function finishSignIn(
  { sessions, sessionId }: Pick<Door, 'sessions' | 'sessionId'>,
  { personId, next }: { personId: string; next: string },
): Promise<Response> {
  if (sessionId !== null) await sessions.end(sessionId)
  const response = seeOther(`/sign-in/done?back=${encodeURIComponent(next)}`, 'signed-in')
  response.headers.append('Set-Cookie', await sessions.begin(personId))
  return response
}
