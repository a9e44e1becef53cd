import { useLoaderData, useParams } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { isLinkGood, signInByLink } from '#app/domain/people/sign-in.server.ts'
import type { Handle } from '#app/web/frame.ts'
import { Button } from '#app/ui/button.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { finishSignIn, mailTrust } from '#app/web/sign-in.server.ts'

export const handle: Handle = { here: 'sign-in' }

// The address is a key, and the header every page carries keeps it from other sites. `no-referrer` would do more
// than that: the browser then sends the form below with the origin `null`, which is turned away.
export const meta = titled('signIn')

/**
 * Looking changes nothing: mail scanners open every link. Only the button signs in. Also where nobody signs in by mail any
 * more: the link that the command line prints is for the day when nothing else lets anybody in, and no other is made then.
 */
export const loader = open('visit', async ({ campus, params }) => ({
  good: await isLinkGood(campus, params.token ?? ''),
}))

export const action = open('visit', async (door) => {
  const { app, campus, params } = door
  const result = await signInByLink(campus, params.token ?? '', await mailTrust(app))
  if (result.kind === 'signed-in') throw await finishSignIn(door, { ...result, provider: 'mail' })
  app.log.warn({ provider: 'mail', fault: result.kind }, 'a sign-in was refused')
  return null
})

export default function Link() {
  const { good } = useLoaderData<typeof loader>()
  const { token } = useParams()
  const t = useText()
  if (!good) {
    return (
      <>
        <PageTitle title={t('signIn.linkOldTitle')} intro={t('signIn.linkOld')} />
        <p>
          <a className="button primary" href="/sign-in">
            {t('signIn.codeAgain')}
          </a>
        </p>
      </>
    )
  }
  return (
    <>
      <PageTitle title={t('signIn.linkTitle')} intro={t('signIn.linkIntro')} />
      <form method="post" action={`/sign-in/link/${token}`}>
        <Button kind="primary" type="submit">
          {t('signIn.linkSend')}
        </Button>
      </form>
    </>
  )
}
