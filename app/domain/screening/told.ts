import { suppressed } from '#app/platform/suppressed.ts'
import type { HeldCount, HeldTold } from './views.ts'

/**
 * What everybody is told of how much was held: figures about so few that one of them might be recognised are left out, and
 * so is what could be worked out from the others.
 */
export function toldOf({ kind, held, outcomes, medianMinutes }: HeldCount): HeldTold {
  if (suppressed(held)) return { kind, held: held === 0 ? 0 : null, published: null, medianMinutes: null }
  const published = (outcomes.released ?? 0) + (outcomes.expired ?? 0)
  const known = !suppressed(published) && !suppressed(held - published)
  return { kind, held, published: known ? published : null, medianMinutes }
}
