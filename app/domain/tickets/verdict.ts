import { after, DAY } from '#app/platform/clock.ts'
import type { Status } from '#app/vocabulary.ts'

/**
 * How long after resolving people are asked. A month has its evenings, its weekends and its cold days, so what
 * was not repaired shows; what breaks later is more likely a new fault, which is a new ticket.
 */
const ASKED_FOR = 30 * DAY

/** So many say no that it cannot be one person's taste. */
const ENOUGH = 3

/** Until when those behind a ticket are asked whether it was solved; null while it is not resolved. */
export function askedUntil(ticket: { status: Status; closedAt: Date | null }): Date | null {
  return ticket.status === 'resolved' && ticket.closedAt ? after(ticket.closedAt, ASKED_FOR) : null
}

/**
 * Whether what people say of a resolution reopens the ticket: more no than yes, and among the no one who raised
 * it, or any three. A department that will do no more declines, with its reason: then nobody is asked.
 */
export function reopens({ yes, no, author }: { yes: number; no: number; author: boolean }): boolean {
  return no > yes && (author || no >= ENOUGH)
}
