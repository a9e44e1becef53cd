import { textIn, useLocale, type Locale } from '#app/catalogue/text.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A formatter costs about fifty times what using it does, and a board draws twenty-five times. */
const formatters = new Map<string, unknown>()
function kept<Formatter>(key: string, make: () => Formatter): Formatter {
  const found = formatters.get(key)
  if (found) return found as Formatter
  const made = make()
  formatters.set(key, made)
  return made
}

const dateStyles = {
  /** 24 November 2026 */
  date: { day: 'numeric', month: 'long', year: 'numeric' },
  /** 24 November 2026 at 14:05 */
  moment: {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  /** 24 November */
  thisYear: { day: 'numeric', month: 'long' },
  year: { year: 'numeric' },
  /** 24 Nov */
  short: { day: 'numeric', month: 'short' },
  /** Thursday 26 November */
  day: { weekday: 'long', day: 'numeric', month: 'long' },
} satisfies Record<string, Intl.DateTimeFormatOptions>
export type DateStyle = keyof typeof dateStyles

export function absolute(at: Date, style: DateStyle, { language, zone }: Locale): string {
  // Campus texts are British in order (day, month): plain `en` would put the month first.
  const tag = language === 'en' ? 'en-GB' : language
  return kept(
    `${style} ${tag} ${zone}`,
    () => new Intl.DateTimeFormat(tag, { ...dateStyles[style], timeZone: zone }),
  ).format(at)
}

/** "3 days ago", "in 2 hours"; beyond a month the date says more. */
export function relative(at: Date, now: Date, locale: Locale): string {
  const distance = at.getTime() - now.getTime()
  const size = Math.abs(distance)
  if (size < MINUTE) return textIn(locale.language)('time.now')
  if (size >= 30 * DAY) {
    const sameYear = absolute(at, 'year', locale) === absolute(now, 'year', locale)
    return absolute(at, sameYear ? 'thisYear' : 'date', locale)
  }
  const format = kept(`relative ${locale.language}`, () => new Intl.RelativeTimeFormat(locale.language))
  if (size < HOUR) return format.format(Math.trunc(distance / MINUTE), 'minute')
  if (size < DAY) return format.format(Math.trunc(distance / HOUR), 'hour')
  return format.format(Math.trunc(distance / DAY), 'day')
}

/** Days between two moments as a calendar in that zone counts them. */
export function calendarDays(from: Date, to: Date, zone: string): number {
  const format = kept(`iso ${zone}`, () => new Intl.DateTimeFormat('sv-SE', { timeZone: zone }))
  return (Date.parse(format.format(to)) - Date.parse(format.format(from))) / DAY
}

/** With `now` the text is relative and the exact moment is its tooltip; without, the text is the date itself. */
export function Time({ at, now, style = 'moment' }: { at: Date; now?: Date; style?: DateStyle }) {
  const locale = useLocale()
  if (!now) return <time dateTime={at.toISOString()}>{absolute(at, style, locale)}</time>
  return (
    <time dateTime={at.toISOString()} title={absolute(at, 'moment', locale)}>
      {relative(at, now, locale)}
    </time>
  )
}
