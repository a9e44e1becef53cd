import { data } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { finishSignIn } from '#app/outbound/connect.server.ts'
import { notFound } from '#app/platform/errors.ts'
import { CHANNELS } from '#app/vocabulary.ts'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { forgetConnecting, readConnecting } from '#app/web/connecting.server.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('channels')

/** The longest explanation of a network that is shown. */
const LONGEST = 200

/** Where a network sends the browser back to. What went wrong is told here; what went well, on the desk. */
export const loader = open('open-desk', async (door) => {
  const actor = door.viewer
  const { app, campus, params, url, request } = door
  const channel = CHANNELS.find((known) => known === params.channel)
  if (!channel) throw notFound('no-such-page')
  const t = textIn('en')
  const network = t(`source.${channel}`)
  const told = (name: string) => url.searchParams.get(name)?.slice(0, LONGEST) ?? ''
  const is = {
    channel,
    state: url.searchParams.get('state') ?? '',
    personId: actor.personId,
    sessionId: door.sessionId,
    now: campus.clock.now(),
  }
  const begun = readConnecting(campus.seal, request, is, app.env.publicUrl.startsWith('https:'))
  const failed = async (reason: string) =>
    data(
      { desk: await readDesk(door, actor), reason },
      { status: 400, headers: { 'Set-Cookie': forgetConnecting } },
    )
  if (!begun) return failed(t('connect.notBegunHere', { network }))
  if (told('error') === 'access_denied') return failed(t('connect.denied', { network }))
  const code = url.searchParams.get('code')
  if (!code)
    return failed(t('connect.saidNo', { network, reason: told('error_description') || told('error') || '?' }))
  const { departmentId, accountId, verifier, callback } = begun
  const wish = { channel, departmentId, accountId, code, verifier, callback }
  const connected = await finishSignIn(campus, app.networks, actor, wish)
  if (connected.kind === 'failed') return failed(connected.reason)
  await app.queue.wake('deliver')
  const back = seeOther('/desk/channels', 'account-added')
  back.headers.append('Set-Cookie', forgetConnecting)
  throw back
})

export default function Callback() {
  const { desk, reason } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here="channels" {...desk}>
      <PageTitle title={t('connect.failedTitle')} />
      <Flash kind="problem">{reason}</Flash>
      <p>
        <a href="/desk/channels">{t('connect.back')}</a>
      </p>
    </DeskShell>
  )
}
