const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const

const HOUR = 60 * 60_000
const WEEK = 7 * 24 * HOUR

/** `3w Tue 10:20`: Tuesday three weeks before this week, in UTC. `5h ago`: that long before now. */
export type When = `${number}w ${(typeof WEEKDAYS)[number]} ${number}:${number}` | `${number}h ago`

/**
 * The moment a script means, seen from `now`. By weekday, so that departments answer on working days whatever
 * day the demonstration is made on.
 */
export function momentOf(now: Date, when: When): Date {
  const [amount = '', weekday, time = ''] = when.split(' ')
  if (amount.endsWith('h')) return new Date(now.getTime() - Number.parseInt(amount) * HOUR)
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const day = WEEKDAYS.findIndex((name) => name === weekday)
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate())
  const monday = today - ((now.getUTCDay() + 6) % 7) * 24 * HOUR
  return new Date(monday - Number.parseInt(amount) * WEEK + (day * 24 + hour) * HOUR + minute * 60_000)
}
