import { Temporal } from 'temporal-polyfill'
import { leftToSpend, nextMonth } from '#app/accounts/spending.ts'
import { MINUTE } from '#app/platform/clock.ts'
import { MIRRORS, type ChannelId, type Charge, type Mirror, type Moment } from '#app/vocabulary.ts'

/** What an account may do on its network, as its department has set it. */
export type Policy = {
  mirror: Mirror
  links: boolean
  /** Minutes of the campus's day; over midnight when it begins later than it ends. */
  quiet: { from: number; until: number } | null
  /** In cents, for a month. */
  cap: number | null
}

type Kept = {
  mirror: Mirror
  links: boolean
  quietFrom: number | null
  quietUntil: number | null
  monthlyCap: number | null
}

export function policyOf({ mirror, links, quietFrom, quietUntil, monthlyCap }: Kept): Policy {
  const quiet = quietFrom === null || quietUntil === null ? null : { from: quietFrom, until: quietUntil }
  return { mirror, links, quiet, cap: monthlyCap }
}

/**
 * What may be chosen on a network. X's automation rules ask for one reply per interaction, so a post there gets two
 * at most: the first answer and the final result.
 */
export const OFFERED: Record<ChannelId, ReadonlyArray<Mirror>> = {
  x: ['first-and-final', 'nothing'],
  bluesky: MIRRORS,
}

/** The networks that ask automated accounts to say so, and who is behind them. */
export const ASKS_FOR_LABEL: Record<ChannelId, boolean> = { x: true, bluesky: false }

/**
 * Which reply of ours an entry may be: its slot, of which a post has one each; null: none. Where the first answer is
 * the final one, there is only that. Where nothing is repeated a slot is all the same taken, so that the desk can
 * tell of it.
 */
export function slotFor(
  channel: ChannelId,
  mirror: Mirror,
  { moment, entryId }: { moment: Moment; entryId: bigint },
): string | null {
  if (mirror === 'every-answer' && OFFERED[channel].includes(mirror)) return `entry-${entryId}`
  return moment === 'first-answer' || moment === 'final' ? moment : null
}

/** When quiet hours that hold now are over, by the campus's clock; null: it is not quiet. */
export function quietUntil(quiet: Policy['quiet'], now: Date, zone: string): Date | null {
  if (!quiet || !isQuiet(quiet, now, zone)) return null
  // Minute by minute, so that a clock that is put forward or back is right whatever it does.
  let at = Math.floor(now.getTime() / MINUTE) * MINUTE
  do at += MINUTE
  while (isQuiet(quiet, new Date(at), zone))
  return new Date(at)
}

function isQuiet({ from, until }: { from: number; until: number }, at: Date, zone: string): boolean {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone)
  const now = hour * 60 + minute
  return from <= until ? from <= now && now < until : now >= from || now < until
}

/** What stands in the way of a reply that is due. */
export type Obstacle = { kind: 'stopped' } | { kind: 'cap'; at: Date } | { kind: 'quiet'; at: Date }

/** Whether a reply may go out now. */
export function obstacleTo(
  reply: { charges: ReadonlyArray<Charge>; stopped: boolean },
  account: { policy: Policy; spent: number; prices: Record<Charge, number> | null },
  now: Date,
  zone: string,
): Obstacle | null {
  const { policy, spent, prices } = account
  if (reply.stopped) return { kind: 'stopped' }
  const left = prices && leftToSpend(policy.cap, spent)
  if (prices && left !== null) {
    const cost = reply.charges.reduce((sum, charge) => sum + prices[charge], 0)
    if (cost > left) return { kind: 'cap', at: nextMonth(now) }
  }
  const at = quietUntil(policy.quiet, now, zone)
  return at && { kind: 'quiet', at }
}
