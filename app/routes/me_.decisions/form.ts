import { z } from 'zod'
import { words } from '#app/web/forms.ts'

export const LONGEST_APPEAL = 3000

/** What an appeal is against, as a decision is called on a page: `hiding:7`. */
export const against = z
  .string()
  .regex(/^(hiding|block):\d{1,18}$/)
  .transform((id) => {
    const [kind, number] = id.split(':') as ['hiding' | 'block', string]
    return { kind, id: BigInt(number) }
  })

export const AppealForm = z.object({ against, body: words({ max: LONGEST_APPEAL }) })
