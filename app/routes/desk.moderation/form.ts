import { z } from 'zod'
import { words } from '#app/web/forms.ts'
import { against } from '#app/routes/me_.decisions/form.ts'

export const LONGEST_SENTENCE = 1000
export const LONGEST_POLICY = 20_000

const sentence = words({ max: LONGEST_SENTENCE })

/** What moderators do on this page, told apart by the button that sent it. */
export const ModerationForm = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('dismiss'),
    entry: z
      .string()
      .regex(/^\d{1,18}$/)
      .transform(BigInt),
  }),
  z.object({ intent: z.literal('uphold'), against, sentence }),
  z.object({ intent: z.literal('restore'), against, sentence }),
  z.object({ intent: z.literal('take-back'), against }),
  z.object({ intent: z.literal('publish'), body: words({ min: 20, max: LONGEST_POLICY }) }),
])
