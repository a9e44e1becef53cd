import { useLocale, useText } from '#app/catalogue/text.ts'
import type { PromiseMade, Step } from '#app/domain/tickets/views.ts'
import { Clock, Warning } from './icons.tsx'
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

/** The dates a ticket passed through, and what is promised next. */
export function Stepper({
  steps,
  promise,
  now,
}: {
  steps: Array<Step>
  promise: PromiseMade | null
  now: Date
}) {
  const t = useText()
  return (
    <div className="stepper">
      <ol aria-label={t('ticket.progress')}>
        {steps.map((step, index) => (
          <li key={step.at.getTime()} aria-current={index === steps.length - 1 ? 'step' : undefined}>
            <StatusMark status={step.status} />
            <Time at={step.at} style="short" />
          </li>
        ))}
      </ol>
      {promise && <PromiseLine promise={promise} now={now} />}
    </div>
  )
}
