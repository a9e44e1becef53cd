import { useText } from '#app/catalogue/text.ts'
import type { SignInFault } from '#app/vocabulary.ts'
import { PageTitle } from '#app/ui/page-title.tsx'

export type Failed = { slug: string; provider: string; fault: SignInFault; next: string }

/** Why nobody was signed in, and what to do now. */
export function SignInFailed({ failed }: { failed: Failed }) {
  const { slug, provider, fault, next } = failed
  const t = useText()
  const back = encodeURIComponent(next)
  return (
    <>
      <PageTitle title={t('signInFault.title')} intro={t(`signInFault.${fault}`, { provider })} />
      <p>{t('signInFault.nothing')}</p>
      <p>
        <a className="button primary" href={`/sign-in/with/${slug}?back=${back}`}>
          {t('signInFault.again')}
        </a>{' '}
        <a className="button" href={`/sign-in?choose&back=${back}`}>
          {t('signInFault.otherWay')}
        </a>
      </p>
    </>
  )
}
