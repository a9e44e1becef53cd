import { after, DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import type { Role } from '#app/vocabulary.ts'

/** How long a session lasts: unused, and in any case (OWASP ASVS 5.0, 7.3.1 and 7.3.2). */
const LASTS = {
  member: { idle: 30 * DAY, whole: 90 * DAY },
  staff: { idle: 12 * HOUR, whole: 7 * DAY },
}

/** That a session was used is noted this seldom: reading a page should write nothing. */
const NOTED_EVERY = 5 * MINUTE

const lasts = (role: Role) => (role === 'student' ? LASTS.member : LASTS.staff)

export type SessionTimes = { createdAt: Date; seenAt: Date; endsAt: Date }

export function endOf(role: Role, createdAt: Date): Date {
  return after(createdAt, lasts(role).whole)
}

/** By the role of now: who became staff since has the session of staff. */
export function isOver({ createdAt, seenAt, endsAt }: SessionTimes, role: Role, now: Date): boolean {
  return now >= endsAt || now >= endOf(role, createdAt) || now >= after(seenAt, lasts(role).idle)
}

export function isToBeNoted({ seenAt }: SessionTimes, now: Date): boolean {
  return now > after(seenAt, NOTED_EVERY)
}
