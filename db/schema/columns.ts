import { timestamp } from 'drizzle-orm/pg-core'

/** A moment, to the millisecond, so that a JavaScript date read back finds the same row again. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date', precision: 3 })
