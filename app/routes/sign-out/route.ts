import { redirect } from '@remix-run/node'
import { open, seeOther } from '#app/web/door.server.ts'

export const loader = () => redirect('/')

export const action = open('visit', async ({ sessions, sessionId }) => {
  const response = seeOther('/', 'signed-out')
  if (sessionId !== null) response.headers.append('Set-Cookie', await sessions.end(sessionId))
  throw response
})
