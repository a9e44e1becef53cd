import { z } from 'zod'
import { HIDE_REASONS } from '#app/vocabulary.ts'
import { choice, words } from '#app/web/forms.ts'

export const LONGEST_EXPLANATION = 1000

export const HideForm = z.object({
  reason: z.enum(HIDE_REASONS, choice()),
  explanation: words({ max: LONGEST_EXPLANATION }),
})
