import { seeOther, type Door } from './door.server.ts'

/** Begins a session for the one who proved an address; the one before it, if any, ends. Leads to where they were going. */
export async function finishSignIn(
  { sessions, sessionId }: Pick<Door, 'sessions' | 'sessionId'>,
  { personId, next }: { personId: string; next: string },
): Promise<Response> {
  if (sessionId !== null) await sessions.end(sessionId)
  const response = seeOther(next, 'signed-in')
  response.headers.append('Set-Cookie', await sessions.begin(personId))
  return response
}
