import { useLocale, useText } from '#app/catalogue/text.ts'
import type { FirstResponse, PromiseMade, TicketView } from '#app/domain/tickets/views.ts'
import { OPEN_STATUSES } from '#app/vocabulary.ts'
import { Check, Clock, Warning } from './icons.tsx'
import { StatusMark } from './status-mark.tsx'
import { absolute, calendarDays, Time } from './time.tsx'

/** What a department promised, and how that stands. */
export function PromiseLine({ promise, now }: { promise: PromiseMade; now: Date }) {
  const t = useText()
  const locale = useLocale()
  const { department, workingDays, by, first } = promise
  const late = now > by
  const days = Math.abs(calendarDays(now, by, locale.zone))
  const standing = late
    ? days === 0
      ? t('ticket.lateToday')
      : t('ticket.late', { count: days })
    : days === 0
      ? t('ticket.dueToday')
      : t('ticket.daysLeft', { count: days })
  return (
    <p className="promise" data-late={late || undefined}>
      {late ? <Warning /> : <Clock />}
      <span>
        {first
          ? t('ticket.promise', { department, count: workingDays, day: absolute(by, 'day', locale) })
          : t('ticket.nextWord', { department, day: absolute(by, 'day', locale) })}
        ; <strong>{standing}</strong>
      </span>
    </p>
  )
}

/** How long the first answer took, beside what had been promised. */
export function ResponseLine({ response }: { response: FirstResponse }) {
  const t = useText()
  const locale = useLocale()
  const { at, workingDays: count, target, due } = response
  const kept = due === null || at <= due
  const took =
    count === 0
      ? t('ticket.answeredSameDay')
      : kept
        ? t('ticket.answeredWithin', { count })
        : t('ticket.answeredAfter', { count })
  return (
    <p className="promise" data-late={!kept || undefined} data-kept={kept || undefined}>
      {kept ? <Check /> : <Warning />}
      <span>
        {took}
        {target !== null && due && (
          <>; {t('ticket.targetWas', { days: String(target), day: absolute(due, 'day', locale) })}</>
        )}
      </span>
    </p>
  )
}

/** The dates a ticket passed through, what was promised and kept, and what is promised next. */
export function Stepper({
  ticket: { steps, promise, response, department, status },
  now,
}: {
  ticket: Pick<TicketView, 'steps' | 'promise' | 'response' | 'department' | 'status'>
  now: Date
}) {
  const t = useText()
  return (
    <div className="stepper">
      <ol aria-label={t('ticket.progress')}>
        {steps.map((step, index) => (
          <li key={index} aria-current={index === steps.length - 1 ? 'step' : undefined}>
            <StatusMark status={step.status} />
            <Time at={step.at} style="short" />
          </li>
        ))}
      </ol>
      {response && <ResponseLine response={response} />}
      {promise && <PromiseLine promise={promise} now={now} />}
      {department === null && OPEN_STATUSES.some((open) => open === status) && (
        <p className="promise">
          <Clock />
          <span>{t('ticket.unowned')}</span>
        </p>
      )}
    </div>
  )
}
