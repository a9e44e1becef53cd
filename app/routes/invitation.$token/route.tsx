import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { acceptInvitation, readInvitation } from '#app/domain/people/invite.server.ts'
import { Button } from '#app/ui/button.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('invitation')

/** Looking changes nothing: mail scanners open every link. */
export const loader = open('visit', async ({ campus, params, viewer, url }) => ({
  offer: await readInvitation(campus, params.token ?? ''),
  signedIn: viewer !== null,
  here: url.pathname,
}))

export const action = open('manage-self', async ({ campus, params, viewer, sessions, sessionId }) => {
  await acceptInvitation(campus, viewer, sessionId, params.token ?? '')
  const response = seeOther('/desk', 'accepted')
  response.headers.append('Set-Cookie', await sessions.renew(sessionId, { strong: false }))
  throw response
})

export default function Invitation() {
  const { offer, signedIn, here } = useLoaderData<typeof loader>()
  const t = useText()
  if (offer === null) {
    return (
      <>
        <PageTitle title={t('invitation.oldTitle')} intro={t('invitation.old')} />
        <p>
          <a className="button" href="/">
            {t('invitation.home')}
          </a>
        </p>
      </>
    )
  }
  const { department } = offer
  const role = t(`viewer.${offer.role}`)
  return (
    <>
      <PageTitle
        title={t('invitation.title')}
        intro={
          department === null
            ? t('invitation.intro', { role })
            : t('invitation.introFor', { role, department })
        }
      />
      {signedIn ? (
        <>
          <p>{t('invitation.what')}</p>
          <form method="post" action={here} className="form">
            <Button kind="primary">{t('invitation.accept')}</Button>
          </form>
        </>
      ) : (
        <>
          <p>{t('invitation.signInFirst')}</p>
          <p>
            <a className="button primary" href={`/sign-in?back=${encodeURIComponent(here)}`}>
              {t('invitation.signIn')}
            </a>
          </p>
        </>
      )}
    </>
  )
}
