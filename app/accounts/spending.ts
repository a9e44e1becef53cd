/** Millionths of a dollar in a cent: networks price by the former, people set bounds by the latter. */
export const CENT = 10_000

/** The month that networks bill now, by the UTC calendar: `2026-11`. */
export const monthOf = (now: Date): string => now.toISOString().slice(0, 7)

/** When the next month begins, and with it what may be spent. */
export function nextMonth(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
}

/**
 * What may still be spent this month, in millionths of a dollar; null: any amount.
 * @param cap in cents
 */
export function leftToSpend(cap: number | null, spent: number): number | null {
  return cap === null ? null : Math.max(0, cap * CENT - spent)
}
