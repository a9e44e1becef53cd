import { DAY } from '#app/platform/clock.ts'
import { notFound } from '#app/platform/errors.ts'
import { openBare } from '#app/web/door.server.ts'

/** Counted from each reading, because the setting it tells is as fresh as that. RFC 9116 wants less than a year. */
const LASTS = 90 * DAY

/** Whom to tell of a weakness: RFC 9116. */
export const loader = openBare('visit', ({ app }) => {
  const { publicUrl, securityContact } = app.env
  if (securityContact === null) return Promise.reject(notFound('no-such-page'))
  const expires = new Date(app.clock.now().getTime() + LASTS).toISOString().replace(/\.\d+/, '')
  const lines = [
    `Contact: ${securityContact}`,
    `Expires: ${expires}`,
    `Canonical: ${publicUrl}/.well-known/security.txt`,
    'Preferred-Languages: en',
  ]
  return Promise.resolve(
    new Response(`${lines.join('\n')}\n`, {
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'public, max-age=3600' },
    }),
  )
})
