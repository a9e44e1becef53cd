import { z } from 'zod'
import { HOLD_REFUSALS } from '#app/vocabulary.ts'

const id = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)

/** What can be done with what is held, told apart by the button that sent it. */
export const HeldForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('release'), id }),
  z.object({ intent: z.enum(['refuse', 'refuse-alike']), id, reason: z.enum(HOLD_REFUSALS) }),
])
