import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { expect, test } from 'vitest'
import { promiseFrom, workingDaysLeft } from '#app/domain/tickets/promise.ts'

test.each<[from: string, days: number, zone: string, until: string]>([
  ['2026-03-02T10:00Z', 3, 'Europe/London', '2026-03-05T17:00Z'], // Monday → Thursday
  ['2026-03-05T10:00Z', 3, 'Europe/London', '2026-03-10T17:00Z'], // Thursday → over the weekend
  ['2026-03-06T16:59Z', 1, 'Europe/London', '2026-03-09T17:00Z'], // Friday → Monday
  ['2026-03-07T12:00Z', 1, 'Europe/London', '2026-03-09T17:00Z'], // Saturday → Monday
  ['2026-03-08T23:30Z', 1, 'Europe/London', '2026-03-09T17:00Z'], // late on Sunday → Monday
  ['2026-03-07T12:00Z', 0, 'Europe/London', '2026-03-09T17:00Z'], // no days on a Saturday → Monday
  ['2026-03-26T10:00Z', 2, 'Europe/London', '2026-03-30T16:00Z'], // the clocks go forward in between
  ['2026-10-23T10:00Z', 1, 'Europe/London', '2026-10-26T17:00Z'], // and back
  ['2026-03-06T23:30Z', 1, 'Asia/Tokyo', '2026-03-09T08:00Z'], // Friday in London, Saturday in Tokyo
  ['2026-03-02T02:00Z', 1, 'America/New_York', '2026-03-02T22:00Z'], // still Sunday in New York
  ['2026-03-02T10:00Z', 1, 'Asia/Kathmandu', '2026-03-03T11:15Z'], // a zone off the hour
])('%s and %i working days in %s is %s', (from, days, zone, until) => {
  expect(promiseFrom(new Date(from), days, zone)).toEqual(new Date(until))
})

const moments = fc.date({
  min: new Date('2020-01-01T00:00Z'),
  max: new Date('2040-01-01T00:00Z'),
  noInvalidDate: true,
})
const zones = fc.constantFrom(
  'Europe/London',
  'America/New_York',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Kiritimati',
  'UTC',
)
const days = fc.integer({ min: 1, max: 60 })

test('a promise ends at five on a working day, so many working days away', () => {
  fc.assert(
    fc.property(moments, days, zones, (from, count, zone) => {
      const until = promiseFrom(from, count, zone)
      const local = Temporal.Instant.fromEpochMilliseconds(until.getTime()).toZonedDateTimeISO(zone)
      expect(local.toPlainTime().toString()).toBe('17:00:00')
      expect(local.dayOfWeek).toBeLessThanOrEqual(5)
      expect(until.getTime()).toBeGreaterThan(from.getTime())
      expect(workingDaysLeft(from, until, zone)).toBe(count)
      expect(workingDaysLeft(until, from, zone)).toBe(-count)
    }),
  )
})

test('one more day never ends sooner, nor does raising it later', () => {
  fc.assert(
    fc.property(moments, days, zones, fc.integer({ min: 0, max: 1e9 }), (from, count, zone, later) => {
      const until = promiseFrom(from, count, zone)
      expect(promiseFrom(from, count + 1, zone) > until).toBe(true)
      expect(promiseFrom(new Date(from.getTime() + later), count, zone) >= until).toBe(true)
    }),
  )
})

test('days left count the weekend as nothing', () => {
  const friday = new Date('2026-03-06T12:00Z')
  const monday = new Date('2026-03-09T12:00Z')
  expect(workingDaysLeft(friday, monday, 'Europe/London')).toBe(1)
  expect(workingDaysLeft(monday, friday, 'Europe/London')).toBe(-1)
  expect(workingDaysLeft(friday, friday, 'Europe/London')).toBe(0)
})
