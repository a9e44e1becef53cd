import { z } from 'zod'
import { BLOCK_DAYS, BLOCK_REASONS } from '#app/vocabulary.ts'
import { choice, words } from '#app/web/forms.ts'

export const LONGEST_EXPLANATION = 1000

/** Looked at first, then sent again as it is: so nobody is blocked by one press. */
export const BlockForm = z.object({
  intent: z.enum(['preview', 'block']),
  entry: z
    .string()
    .regex(/^\d{1,18}$/)
    .transform(BigInt),
  name: z.string(choice()).min(1).max(100),
  reason: z.enum(BLOCK_REASONS, choice()),
  days: z.coerce
    .number()
    .transform((days) => BLOCK_DAYS.find((known) => known === days))
    .pipe(z.union(BLOCK_DAYS.map((days) => z.literal(days)))),
  explanation: words({ max: LONGEST_EXPLANATION }),
})
