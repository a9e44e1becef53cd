import { useText } from '#app/catalogue/text.ts'
import type { Status } from '#app/vocabulary.ts'

export type LiveNewsProps = {
  number: number
  status: Status
  /** The id of the newest entry this page shows. */
  newest: string
  href: string
}

/** Shown by the script that listens, when there is more on this ticket than the page shows. */
export function LiveNews({ number, status, newest, href }: LiveNewsProps) {
  const t = useText()
  return (
    <p
      className="live-news"
      data-live-from={`/live/${number}`}
      data-newest={newest}
      data-status={status}
      role="status"
      hidden
    >
      {t('live.news')} <a href={href}>{t('live.show')}</a>
    </p>
  )
}
