import { redirect } from '@remix-run/node'
import { beginSignIn } from '#app/outbound/connect.server.ts'
import { notFound } from '#app/platform/errors.ts'
import { CHANNELS } from '#app/vocabulary.ts'
import { connectingCookie } from '#app/web/connecting.server.ts'
import { open } from '#app/web/door.server.ts'

/**
 * Leads to a network's own page, to sign an account in there. A link and no form: a form of ours may not lead to
 * another site. `department` or `account` say for whom; neither: for the whole campus.
 */
export const loader = open('open-desk', async (door) => {
  const actor = door.viewer
  const { app, campus, params, url } = door
  const channel = CHANNELS.find((known) => known === params.channel)
  const callback = `${app.env.demo ? url.origin : app.env.publicUrl}/desk/channels/${channel}/callback`
  const wish = { departmentId: idIn(url, 'department'), accountId: idIn(url, 'account'), callback }
  const begun = channel && (await beginSignIn(campus, app.networks, actor, { channel, ...wish }))
  if (!begun) throw notFound('no-such-page')
  const { url: there, ...kept } = begun
  const cookie = connectingCookie(campus.seal, {
    ...wish,
    ...kept,
    channel,
    personId: actor.personId,
    sessionId: door.sessionId ?? '',
    at: campus.clock.now().getTime(),
  })
  return redirect(there, { status: 303, headers: { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' } })
})

function idIn(url: URL, name: string): number | null {
  const given = url.searchParams.get(name) ?? ''
  return /^\d{1,9}$/.test(given) ? Number(given) : null
}
