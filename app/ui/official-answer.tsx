import { useText } from '#app/catalogue/text.ts'
import type { EntryView } from '#app/domain/tickets/views.ts'
import { Check } from './icons.tsx'
import { StatusMark } from './status-mark.tsx'
import { TicketText } from './ticket-text.tsx'
import { Time } from './time.tsx'

/** The answer that stands, above everything that was said about it. */
export function OfficialAnswer({ entry }: { entry: EntryView }) {
  const t = useText()
  return (
    <article className="official" id="official-answer" aria-labelledby="official-answer-title">
      <header>
        <h2 id="official-answer-title">
          <Check /> {t('answer.official')}
        </h2>
        <Time at={entry.at} style="date" />
      </header>
      <div className="official-body">
        <p className="official-by">
          <bdi>{entry.department?.name ?? t('timeline.voiceDepartment')}</bdi>
          {entry.to && <StatusMark status={entry.to} />}
        </p>
        {entry.body && <TicketText text={entry.body} />}
        <Mirrored entry={entry} />
      </div>
    </article>
  )
}

/** Where an answer was said besides here. */
export function Mirrored({ entry: { at, mirrored } }: { entry: EntryView }) {
  const t = useText()
  if (mirrored.length === 0) return null
  return (
    <div className="mirrored">
      <span>{t('answer.mirrored')}</span>
      <ul>
        {mirrored.map(({ channel, handle, url, state }) => (
          <li key={`${channel} ${handle} ${url}`}>
            {url ? (
              <a href={url} rel="noopener">
                {t(`source.${channel}`)} <bdi>@{handle}</bdi>
                <span className="unseen">
                  , <Time at={at} />
                </span>
              </a>
            ) : (
              <>
                {t(`source.${channel}`)} <bdi>@{handle}</bdi>{' '}
                {state === 'parked'
                  ? `(${t('answer.mirrorParked')})`
                  : state !== 'sent' && state !== 'by-hand' && `(${t('answer.mirrorWaiting')})`}
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
