import { z } from 'zod'
import { choice, line, screened, submissionKey, words } from '#app/web/forms.ts'
import { LONGEST_TITLE } from '#app/domain/intake/title.ts'

export const LONGEST_TEXT = 5000

export const TicketForm = z.object({
  title: line({ min: 5, max: LONGEST_TITLE, missing: 'titleMissing' }),
  text: words({ min: 10, max: LONGEST_TEXT, missing: 'textMissing' }),
  /** Empty: not sure, the desk decides. */
  department: z.coerce
    .number(choice('unknownDepartment'))
    .int(choice('unknownDepartment'))
    .positive(choice('unknownDepartment'))
    .optional(),
  key: submissionKey,
  /** When the form was made; see `web/stamp`. */
  made: z.string().optional(),
  /** `ask`: similar tickets are shown before it is published. `seen`: they have been. */
  similar: z.enum(['ask', 'seen']).catch('seen'),
  ...screened,
})
