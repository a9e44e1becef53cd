import { after, DAY, HOUR, MINUTE } from '#app/platform/clock.ts'

/**
 * How long after a look the next one is due, by the age of a post: most is edited and deleted soon. Even the oldest
 * is looked at within 20 hours, which leaves four for a network that makes us wait before a day is over.
 * See decision 011 for what that costs.
 */
const RHYTHM = [
  { upTo: DAY, every: 30 * MINUTE },
  { upTo: 30 * DAY, every: 6 * HOUR },
  { upTo: Infinity, every: 20 * HOUR },
]

export type Due = { postedAfter: Date | null; postedBefore: Date | null; checkedBefore: Date }

/**
 * A post is erased when two looks so far apart have not found it: a network that is in trouble says "not found" of
 * posts that are there, and what was erased does not come back. With the rhythm above, within a day.
 */
const CONFIRM_AFTER = HOUR

/** What was missed before this moment, and still is, is gone. */
export const missedBefore = (now: Date, hurry = 1): Date => after(now, -CONFIRM_AFTER / hurry)

/**
 * Which posts are to be looked up now, by when they were posted and last looked at. A time in the future is that of
 * a new post.
 * @param hurry how many times as often: a demonstration shows in seconds what else takes hours
 */
export function dueNow(now: Date, hurry = 1): Array<Due> {
  return RHYTHM.map(({ upTo, every }, index) => {
    const from = RHYTHM[index - 1]?.upTo
    return {
      postedAfter: upTo === Infinity ? null : after(now, -upTo),
      postedBefore: from === undefined ? null : after(now, -from),
      checkedBefore: after(now, -every / hurry),
    }
  })
}
