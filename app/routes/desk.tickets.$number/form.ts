import { z } from 'zod'
import { STATUSES } from '#app/vocabulary.ts'
import { choice, submissionKey, words } from '#app/web/forms.ts'

export const LONGEST_ANSWER = 5000
export const LONGEST_SENTENCE = 500

const status = z.enum(STATUSES, choice('unknownStatus'))
const key = submissionKey
const sentence = words({ max: LONGEST_SENTENCE })
const number = (fault: string) =>
  z.coerce
    .number(choice(fault))
    .int(choice(fault))
    .positive(choice(fault))
    .max(2 ** 31 - 1, choice(fault).error)

/** One form for each thing staff may do with a ticket, told apart by the button that sent it. */
export const DeskForm = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('answer'), key, body: words({ max: LONGEST_ANSWER }), to: status.optional() }),
  z.object({ intent: z.literal('status'), key, sentence, to: status }),
  z.object({ intent: z.literal('handover'), key, sentence, department: number('unknownDepartment') }),
  z.object({ intent: z.literal('merge'), key, sentence, into: number('unknownTicket') }),
  z.object({ intent: z.literal('note'), key, note: words({ max: LONGEST_ANSWER }) }),
  z.object({
    intent: z.literal('unmask'),
    name: z.string(choice()).min(1, choice()).max(100, choice()),
    reason: words({ min: 20, max: LONGEST_ANSWER }),
  }),
  z.object({ intent: z.literal('refer'), office: number('choose') }),
])
export type DeskIntent = z.infer<typeof DeskForm>['intent']
