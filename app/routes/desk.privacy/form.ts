import { z } from 'zod'
import { clean, id } from '#app/web/forms.ts'

export const LONGEST_REASON = 2000

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
