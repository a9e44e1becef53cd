import type { VoteSign } from '#app/vocabulary.ts'
import type { VoteMeasures } from '#db/schema/index.ts'

/** Fewer votes in ten minutes are not looked at: a few friends are no burst. */
export const FEWEST_VOTES = 20
/** So many times its usual votes is a burst; a ticket with hardly any counts as if it had one in ten minutes. */
const TIMES_THE_USUAL = 10
/** So many accounts that backed the same tickets in the same order are a ring. */
export const FEWEST_IN_RING = 10

/** From which share of a burst on something is odd. */
const ODD = { young: 0.5, single: 0.9, oneRange: 0.8, ring: 0.3 }
/** How many times as many young accounts as the rest of the campus has. In its first days all accounts are young. */
const TIMES_THE_CAMPUS = 2
/** Below this share of young accounts it is members of long standing who vote, and neither of these is odd. */
const SOME_YOUNG = 0.3

/**
 * What is odd about ten minutes of votes; nothing for almost all. A burst alone is what a good concern looks like, and
 * so is one address range: a campus network is thousands of people behind one address. They are told only beside
 * accounts that are odd themselves.
 */
export function signsOf(measures: VoteMeasures): Array<VoteSign> {
  const { votes, usual } = measures
  if (votes < FEWEST_VOTES) return []
  const burst = votes >= TIMES_THE_USUAL * Math.max(usual, 1)
  const share = (kind: 'young' | 'single' | 'oneRange' | 'ring') => measures[kind] / votes
  const campusShare = measures.others > 0 ? measures.othersYoung / measures.others : 0
  const newcomers = share('young') > TIMES_THE_CAMPUS * campusShare

  const young = burst && newcomers && share('young') >= ODD.young
  const single = burst && newcomers && share('young') >= SOME_YOUNG && share('single') >= ODD.single
  const ring = measures.ring >= FEWEST_IN_RING && newcomers && share('ring') >= ODD.ring
  if (!young && !single && !ring) return []
  const oneRange = share('oneRange') >= ODD.oneRange
  const found: Record<VoteSign, boolean> = { burst, young, single, 'one-range': oneRange, ring }
  return (Object.keys(found) as Array<VoteSign>).filter((sign) => found[sign])
}
