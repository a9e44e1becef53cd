import { expect, test } from 'vitest'
import { endOf, isOver, isToBeNoted } from '#app/domain/people/session-limits.ts'
import { after, DAY, HOUR, MINUTE, SECOND } from '#app/platform/clock.ts'
import { ROLES, type Role } from '#app/vocabulary.ts'

const BEGAN = new Date('2026-03-02T10:00:00Z')
const session = (seen: number, ends = 90 * DAY) => ({
  createdAt: BEGAN,
  seenAt: after(BEGAN, seen),
  endsAt: after(BEGAN, ends),
})

test.each<[what: string, role: Role, seen: number, now: number, over: boolean]>([
  ['a student rests for 30 days', 'student', 0, 30 * DAY - 1, false],
  ['and no longer', 'student', 0, 30 * DAY, true],
  ['a student who comes each day has 90', 'student', 90 * DAY - HOUR, 90 * DAY - 1, false],
  ['and no more', 'student', 90 * DAY - HOUR, 90 * DAY, true],
  ['staff rests for 12 hours', 'responder', 0, 12 * HOUR - 1, false],
  ['and no longer', 'responder', 0, 12 * HOUR, true],
  ['staff at work all day has a week', 'admin', 7 * DAY - MINUTE, 7 * DAY - 1, false],
  ['and no more, though it began as a student’s', 'admin', 7 * DAY - MINUTE, 7 * DAY, true],
])('%s', (_what, role, seen, now, over) => {
  expect(isOver(session(seen), role, after(BEGAN, now))).toBe(over)
})

test('an end that was set is kept, whoever it is', () => {
  for (const role of ROLES) expect(isOver(session(HOUR, HOUR), role, after(BEGAN, HOUR))).toBe(true)
  expect(endOf('student', BEGAN)).toEqual(after(BEGAN, 90 * DAY))
  expect(endOf('auditor', BEGAN)).toEqual(after(BEGAN, 7 * DAY))
})

test('use is noted at most once in five minutes', () => {
  expect(isToBeNoted(session(0), after(BEGAN, 5 * MINUTE))).toBe(false)
  expect(isToBeNoted(session(0), after(BEGAN, 5 * MINUTE + SECOND))).toBe(true)
})
