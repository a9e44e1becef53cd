import { z } from 'zod'
import { RESET_REASONS, ROLES } from '#app/vocabulary.ts'
import { choice, line } from '#app/web/forms.ts'

/** What the person reads in the mail that tells them. */
const sentence = line({ max: 300 })

/** One form for each thing an admin may do for somebody, told apart by the button that sent it. */
export const PersonForm = z.discriminatedUnion('intent', [
  z
    .object({
      intent: z.literal('role'),
      role: z.enum(ROLES, choice()),
      departments: z.array(z.coerce.number(choice('unknownDepartment')).int().positive()),
      sentence,
    })
    .refine(({ role, departments }) => role !== 'responder' || departments.length > 0, {
      path: ['departments'],
      ...choice('departmentNeeded'),
    }),
  z.object({ intent: z.literal('disable'), sentence }),
  z.object({ intent: z.literal('enable'), sentence }),
  z.object({ intent: z.literal('reset'), reason: z.enum(RESET_REASONS, choice()), sentence }),
  z.object({ intent: z.literal('end'), session: z.string().max(100) }),
  z.object({ intent: z.literal('end-all'), sentence }),
])
export type PersonIntent = z.infer<typeof PersonForm>['intent']
