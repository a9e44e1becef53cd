import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import { ERROR_STATUSES, type ErrorStatus } from '#app/vocabulary.ts'

/** The nearest page we have words for. */
export function errorStatus(status: number): ErrorStatus {
  return ERROR_STATUSES.find((known) => known === status) ?? (status >= 400 && status < 500 ? 400 : 500)
}

export type ErrorPageProps = {
  status: number
  /** Instead of the general sentence, when more is known. */
  what?: string
  /** What finds this in the log. */
  reference?: string
  children?: ReactNode
}

export function ErrorPage({ status, what, reference, children }: ErrorPageProps) {
  const t = useText()
  const known = errorStatus(status)
  return (
    <div className="error-page">
      <p className="error-status">{status}</p>
      <h1>{t(`error.${known}.title`)}</h1>
      <p className="lead">{what ?? t(`error.${known}.what`)}</p>
      <dl>
        <dt>{t('error.kept')}</dt>
        <dd>{t(`error.${known}.kept`)}</dd>
        <dt>{t('error.next')}</dt>
        <dd>{t(`error.${known}.next`)}</dd>
      </dl>
      {children}
      <p>
        <a className="button" href="/">
          {t('error.home')}
        </a>
      </p>
      {reference && <p className="hint">{t('error.reference', { reference })}</p>}
    </div>
  )
}
