import { z } from 'zod'
import { HIDE_REASONS } from '#app/vocabulary.ts'
import { choice, words } from '#app/web/forms.ts'

export const LONGEST_REMARK = 1000

export const ReportForm = z.object({
  reason: z.enum(HIDE_REASONS, choice()),
  words: words({ max: LONGEST_REMARK }).optional(),
})
