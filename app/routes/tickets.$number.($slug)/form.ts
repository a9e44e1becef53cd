import { z } from 'zod'
import { screened, submissionKey, words } from '#app/web/forms.ts'

export const LONGEST_COMMENT = 2000

/** What a reader may do on a ticket's page. */
export const INTENTS = ['follow', 'unfollow', 'comment', 'solved', 'not-solved'] as const

export const CommentForm = z.object({
  body: words({ max: LONGEST_COMMENT }),
  key: submissionKey,
  ...screened,
  /** When the form was made; see `web/stamp`. */
  made: z.string().optional(),
})

/** Why a ticket is not solved; may be left out. */
export const ReasonForm = z.object({ reason: words({ max: LONGEST_COMMENT }).optional() })
