import { z } from 'zod'
import { clean } from '#app/web/forms.ts'

export const LONGEST_REASON = 2000

const id = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)

/** What can be done with a request, told apart by the button that sent it. */
export const UnmaskForm = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('grant'),
    id,
    barredWhy: z
      .string()
      .max(LONGEST_REASON)
      .transform((why) => clean(why) || null)
      .optional(),
  }),
  z.object({ intent: z.literal('refuse'), id }),
  z.object({ intent: z.literal('look'), id }),
])
