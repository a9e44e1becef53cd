import type { ReactNode } from 'react'
import { useText, useWritten, type Text } from '#app/catalogue/text.ts'
import type { DepartmentCard, Resolution } from '#app/domain/departments/views.ts'
import { ticketHref } from './board.tsx'
import { EmptyState } from './empty-state.tsx'
import { Feed } from './icons.tsx'
import { SourceMark } from './source-mark.tsx'
import { TicketText } from './ticket-text.tsx'
import { Time } from './time.tsx'

/** A working day is eight hours, as `domain/tickets/promise.ts` counts it. */
const WORKING_DAY = 8

function duration(minutes: number | null, t: Text): string {
  if (minutes === null) return t('department.tooFew')
  const hours = minutes / 60
  if (hours < WORKING_DAY) return t('department.workingHours', { count: Math.max(1, Math.round(hours)) })
  return t('department.workingDays', { count: Math.round((hours / WORKING_DAY) * 2) / 2 })
}

/** What a department owns, how fast it answers and where. */
export function DepartmentFace({ department, feedHref }: { department: DepartmentCard; feedHref: string }) {
  const t = useText()
  const { name, purpose, answerWithin, figures, accounts, hashtags, keywords } = department
  const words = [...keywords, ...hashtags.map((tag) => `#${tag}`)]
  return (
    <header className="department-face">
      <h1>
        <bdi>{name}</bdi>
      </h1>
      <p className="lead" dir="auto">
        {purpose}
      </p>
      {words.length > 0 && (
        <details className="definitions">
          <summary>{t('department.words')}</summary>
          <p>{t('department.wordsHint')}</p>
          <ul className="words">
            {words.map((word) => (
              <li key={word}>
                <bdi>{word}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
      <p className="promise-kept">
        {t('department.target', { count: answerWithin })}
        {figures.withinTarget !== null &&
          `, ${t('department.kept', { share: percent(figures.withinTarget) })}`}
      </p>
      <dl className="numbers">
        <Number name={t('department.open')}>{figures.open}</Number>
        <Number name={t('department.late')}>{figures.late}</Number>
        <Number name={t('department.answered')}>{figures.answered}</Number>
        <Number name={t('department.median')}>{duration(figures.medianMinutes, t)}</Number>
        <Number name={t('department.within')}>
          {figures.withinTarget === null ? t('department.tooFew') : percent(figures.withinTarget)}
        </Number>
        <Number name={t('department.resolvedCount')}>{figures.resolved}</Number>
      </dl>
      <details className="definitions">
        <summary>{t('department.definitions')}</summary>
        <dl>
          <dt>{t('department.open')}</dt>
          <dd>{t('department.openMeaning')}</dd>
          <dt>{t('department.late')}</dt>
          <dd>{t('department.lateMeaning')}</dd>
          <dt>{t('department.answered')}</dt>
          <dd>{t('department.answeredMeaning')}</dd>
          <dt>{t('department.median')}</dt>
          <dd>{t('department.medianMeaning')}</dd>
          <dt>{t('department.within')}</dt>
          <dd>{t('department.withinMeaning')}</dd>
          <dt>{t('department.resolvedCount')}</dt>
          <dd>{t('department.resolvedMeaning')}</dd>
        </dl>
      </details>
      <p className="facts">
        {accounts.length === 0 ? (
          <span>{t('department.noAccounts')}</span>
        ) : (
          <>
            <span>{t('department.accounts')}</span>
            {accounts.map(({ channel, handle, url }) => (
              <a key={url} href={url} rel="noopener">
                <SourceMark source={channel} /> <bdi>@{handle}</bdi>
              </a>
            ))}
          </>
        )}
        <a href={feedHref}>
          <Feed /> {t('department.feed')}
        </a>
      </p>
    </header>
  )
}

/** Rounded down, so that only all is 100 %. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}

/** What was said, and beside it what was done about it. */
export function SaidAndDone({ resolutions }: { resolutions: Array<Resolution> }) {
  const t = useText()
  const written = useWritten()
  return (
    <ol className="said-and-done">
      {resolutions.map(({ number, slug, title, at, sentence }) => (
        <li key={number}>
          <div>
            <p className="hint">{t('department.said')}</p>
            <h3>
              <a href={ticketHref({ number, slug })}>
                <bdi lang={written}>{title}</bdi>
              </a>
            </h3>
          </div>
          <div>
            <p className="hint">
              {t('department.did')}, <Time at={at} style="date" />
            </p>
            {sentence && <TicketText text={sentence} />}
          </div>
        </li>
      ))}
    </ol>
  )
}

function Number({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function DepartmentList({ departments }: { departments: Array<DepartmentCard> }) {
  const t = useText()
  if (departments.length === 0)
    return <EmptyState title={t('departments.empty')} hint={t('departments.emptyHint')} />
  return (
    <ul className="departments" aria-label={t('departments.list')}>
      {departments.map(({ slug, name, purpose, answerWithin, figures }) => (
        <li key={slug}>
          <h2>
            <a href={`/departments/${slug}`}>
              <bdi>{name}</bdi>
            </a>
          </h2>
          <p dir="auto">{purpose}</p>
          <p className="facts">
            <span>{t('department.target', { count: answerWithin })}</span>
            <span>{t('department.openCount', { count: figures.open })}</span>
            <span>{t('department.answeredCount', { count: figures.answered })}</span>
            {figures.medianMinutes !== null && (
              <span>{t('department.firstAnswer', { time: duration(figures.medianMinutes, t) })}</span>
            )}
          </p>
        </li>
      ))}
    </ul>
  )
}
