import { z } from 'zod'
import { choice, clean, line, words } from '#app/web/forms.ts'

const ITEMS = 50

/** One thing a line, or between commas; in lower case, without the sign a tag begins with. */
const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .max(5000, choice('tooManyItems').error)
    .optional()
    .transform((text) => [
      ...new Set(
        clean(text ?? '')
          .toLowerCase()
          .split(/[\n,;]+/)
          .map((entry) => entry.trim().replace(/^#/, ''))
          .filter(Boolean),
      ),
    ])
    .pipe(z.array(item).max(ITEMS, choice('tooManyItems').error))

const term = z.string().max(60, choice('termTooLong').error)

export const DepartmentForm = z.object({
  /** Empty: a new one. */
  id: z.coerce.number().int().positive().optional(),
  name: line({ min: 2, max: 60 }),
  purpose: words({ min: 5, max: 300 }),
  answerWithin: z.coerce
    .number(choice('workingDays'))
    .int(choice('workingDays'))
    .min(1, choice('workingDays').error)
    .max(60, choice('workingDays').error),
  staff: list(z.email(choice('mail')).max(254, choice('mail').error)),
  hashtags: list(term),
  keywords: list(term),
})
