import { workingMinutes } from '../tickets/promise.ts'

type Waiting = { createdAt: Date; openedAt: Date | null }

/** Whether something has waited longer than it should, by the campus's working time. */
export function isOverdue(
  { createdAt, openedAt }: Waiting,
  minutes: number,
  now: Date,
  zone: string,
): boolean {
  return openedAt === null && workingMinutes(createdAt, now, zone) > minutes
}

/** Whether those who look after it are to be written to: when it comes, and each time as long again has passed. */
export function isAlertDue(
  waiting: Waiting & { alertedAt: Date | null },
  minutes: number,
  now: Date,
  zone: string,
): boolean {
  if (waiting.openedAt !== null) return false
  return waiting.alertedAt === null || workingMinutes(waiting.alertedAt, now, zone) > minutes
}
