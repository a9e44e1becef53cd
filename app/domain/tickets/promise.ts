import { Temporal } from 'temporal-polyfill'
import type { Urgency } from '#app/vocabulary.ts'

/** An open ticket gets a visible word at least this often, in working days, once it was first answered. */
export const UPDATE_WITHIN = 10

/** The working day, by the campus's clock: eight hours, Monday to Friday. */
const OPENING = Temporal.PlainTime.from('09:00')
const CLOSE_OF_BUSINESS = Temporal.PlainTime.from('17:00')

/**
 * The end of the n-th working day after `from`, by the campus's clock. Monday to Friday are working days; the
 * day itself does not count, and a day begun at the weekend starts on Monday.
 */
export function promiseFrom(from: Date, workingDays: number, zone: string): Date {
  let day = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  for (let left = workingDays; left > 0;) {
    day = day.add({ days: 1 })
    if (isWorkingDay(day)) left -= 1
  }
  while (!isWorkingDay(day)) day = day.add({ days: 1 })
  return new Date(day.toZonedDateTime({ timeZone: zone, plainTime: CLOSE_OF_BUSINESS }).epochMilliseconds)
}

/** Whole working days between two moments; negative when `until` has passed. */
export function workingDaysLeft(now: Date, until: Date, zone: string): number {
  const dateOf = (at: Date) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone).toPlainDate()
  const [first, last] = now <= until ? [dateOf(now), dateOf(until)] : [dateOf(until), dateOf(now)]
  let days = 0
  for (let day = first; Temporal.PlainDate.compare(day, last) < 0;) {
    day = day.add({ days: 1 })
    if (isWorkingDay(day)) days += 1
  }
  return now <= until ? days : -days
}

/** Minutes of working time between two moments, `from` being the earlier. */
export function workingMinutes(from: Date, until: Date, zone: string): number {
  const at = (moment: Date) =>
    Temporal.Instant.fromEpochMilliseconds(moment.getTime()).toZonedDateTimeISO(zone)
  const [first, last] = [at(from), at(until)]
  let minutes = 0
  for (let day = first.toPlainDate(); Temporal.PlainDate.compare(day, last.toPlainDate()) <= 0;) {
    if (isWorkingDay(day)) {
      const opens = day.toZonedDateTime({ timeZone: zone, plainTime: OPENING }).epochMilliseconds
      const closes = day.toZonedDateTime({ timeZone: zone, plainTime: CLOSE_OF_BUSINESS }).epochMilliseconds
      minutes += Math.max(0, Math.min(closes, until.getTime()) - Math.max(opens, from.getTime())) / 60_000
    }
    day = day.add({ days: 1 })
  }
  return Math.round(minutes)
}

/** How a promise stands: `soon` on its last working day. */
export function urgencyOf(promisedAt: Date | null, now: Date, zone: string): Urgency {
  if (promisedAt === null) return 'settled'
  if (promisedAt < now) return 'late'
  return workingDaysLeft(now, promisedAt, zone) <= 1 ? 'soon' : 'calm'
}

function isWorkingDay(day: Temporal.PlainDate): boolean {
  return day.dayOfWeek <= 5
}
