import { after, HOUR, SECOND } from '#app/platform/clock.ts'

/** After so many attempts a person has to look. By the curve that is about half a day. */
export const ATTEMPTS = 16

/**
 * When to try again: doubling from 5 seconds to an hour, half of it left to chance so that a crowd of waiting
 * deliveries does not return at once.
 * @param attempt how many were made, from 1
 * @param random from 0 to 1
 */
export function retryAt(now: Date, attempt: number, random: number): Date {
  const longest = Math.min(5 * SECOND * 2 ** (attempt - 1), HOUR)
  return after(now, Math.round(longest * (0.5 + random / 2)))
}
