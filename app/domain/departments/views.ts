import type { ChannelId } from '#app/vocabulary.ts'

/** Counted over the last 90 days, except `open` and `late`, which are of now. */
export type DepartmentFigures = {
  open: number
  /** Open, and past the day promised. */
  late: number
  /** Tickets that got their first response from a person. */
  answered: number
  /** From raised to first response, in minutes of working time; null while there is none. */
  medianMinutes: number | null
  /** The share that came by the day promised, from 0 to 1. */
  withinTarget: number | null
}

export type DepartmentCard = {
  id: number
  slug: string
  name: string
  purpose: string
  /** Working days. */
  answerWithin: number
  figures: DepartmentFigures
  accounts: Array<{ channel: ChannelId; handle: string; url: string }>
}
