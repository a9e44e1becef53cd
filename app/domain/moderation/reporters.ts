import { after, DAY } from '#app/platform/clock.ts'

/** Reports that bring something to the top of the queue: what many back takes more of them. */
export function reportsNeeded(votes: number): number {
  return Math.max(3, Math.ceil(votes / 10))
}

/** Below this, who acts together cannot be told from who happens to agree. */
const A_CROWD = 10
const NEW_FOR = 7 * DAY

/**
 * Whether those who reported something look as if they had agreed to: half of them are new here, or half reported the
 * same other things as well.
 */
export function lookCoordinated(
  reporters: ReadonlyArray<{ since: Date; others: ReadonlyArray<string> }>,
  now: Date,
): boolean {
  if (reporters.length < A_CROWD) return false
  const half = reporters.length / 2
  if (reporters.filter(({ since }) => since > after(now, -NEW_FOR)).length >= half) return true
  const shared = new Map<string, number>()
  for (const { others } of reporters)
    for (const other of others) shared.set(other, (shared.get(other) ?? 0) + 1)
  return [...shared.values()].some((count) => count >= half)
}
