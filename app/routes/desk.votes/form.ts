import { z } from 'zod'
import { id } from '#app/web/forms.ts'

/** What can be done here, told apart by the button that sent it. */
export const VotesForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('dismiss'), id }),
  z.object({ intent: z.literal('restore'), id }),
])
