import { z } from 'zod'
import { words } from '#app/web/forms.ts'

export const LONGEST_NOTE = 2000

/** What can be done with one of care, told apart by the button that sent it. */
export const CareForm = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('refer'),
    office: z.coerce
      .number()
      .int()
      .positive()
      .max(2 ** 31 - 1),
  }),
  z.object({ intent: z.literal('note'), note: words({ max: LONGEST_NOTE }) }),
  z.object({ intent: z.literal('learn'), why: words({ min: 10, max: LONGEST_NOTE }) }),
  z.object({ intent: z.literal('close') }),
  z.object({ intent: z.literal('release') }),
])
