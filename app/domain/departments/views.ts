import type { ChannelId } from '#app/vocabulary.ts'

/** Counted over the last 90 days, except `open` and `late`, which are of now. */
export type DepartmentFigures = {
  open: number
  /** Open, and past the day promised. */
  late: number
  /** Tickets that got their first response from a person. */
  answered: number
  /** Resolved, and still so. */
  resolved: number
  /** From raised to first response, in minutes of working time; null while there are too few. */
  medianMinutes: number | null
  /** The share that came by the day promised, from 0 to 1; null while there are too few. */
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
  /** What leads a concern here when its text says so, in the words of the desk. */
  hashtags: Array<string>
  keywords: Array<string>
}

/** What was said, and the sentence that resolved it. */
export type Resolution = { number: number; slug: string; title: string; at: Date; sentence: string | null }
