import { z } from 'zod'
import { choice } from '#app/web/forms.ts'
import { INVALIDATION_REASONS, VOTE_SIGNS } from '#app/vocabulary.ts'

/** What votes can have in common. A burst is all of them. */
export const CONDITIONS = VOTE_SIGNS.filter((sign) => sign !== 'burst')

export const InvalidateForm = z.object({
  intent: z.literal('invalidate'),
  condition: z.array(z.enum(CONDITIONS)).max(CONDITIONS.length).default([]),
  everywhere: z.literal('yes').optional(),
  reason: z.enum(INVALIDATION_REASONS, choice()),
  /** How many votes the preview showed. */
  expected: z.coerce.number().int().positive(),
})
