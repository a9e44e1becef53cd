import { redirect } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import type { Handle } from '#app/web/frame.ts'
import { PageTitle } from '#app/ui/page-title.tsx'
import { safeBack } from '#app/web/back.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const handle: Handle = { here: 'sign-in' }

export const meta = titled('cookieRefused')

/** Where every sign-in passes through: who comes without its cookie has a browser that did not keep it. */
export const loader = open('visit', async ({ url, viewer }) => {
  const back = safeBack(url.searchParams.get('back'))
  if (viewer) throw redirect(back, 303)
  return { back }
})

export default function CookieRefused() {
  const { back } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <>
      <PageTitle title={t('signIn.cookieTitle')} intro={t('signIn.cookieIntro')} />
      <p>{t('signIn.cookieRemedy')}</p>
      <p className="actions">
        <a className="button primary" href={`/sign-in?back=${encodeURIComponent(back)}`}>
          {t('signIn.cookieAgain')}
        </a>
        <a className="button" href={back}>
          {t('signIn.cookieRead')}
        </a>
      </p>
    </>
  )
}
