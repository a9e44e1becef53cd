import { redirect } from '@remix-run/node'
import { open, seeOther } from '#app/web/door.server.ts'

export const loader = () => redirect('/')

export const action = open('visit', async ({ sessions, sessionId }) => {
  const response = seeOther('/', 'signed-out')
  // Whoever uses this browser next finds no page of theirs in it, and no draft.
  response.headers.set('Clear-Site-Data', '"cache", "storage"')
  if (sessionId !== null) response.headers.append('Set-Cookie', await sessions.end(sessionId))
  throw response
})
