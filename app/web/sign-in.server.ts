import type { MailTrust } from '#app/domain/people/sign-in.server.ts'
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

/**
 * What a proven address alone is worth here. Whoever also has the university's own sign-in would be two people with two
 * votes, so by default an address counts only while there is no such sign-in, and only one of the campus's domains.
 */
export async function mailTrust({ env, providers }: Door['app']): Promise<MailTrust> {
  const { mailCounts } = env.campus
  const { adminEmail } = env
  if (mailCounts !== 'alone') return { adminEmail, counts: mailCounts === 'always' }
  const others = await providers.list()
  return { adminEmail, counts: others.every(({ configured }) => !configured.enabled) }
}
