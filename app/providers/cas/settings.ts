import { z } from 'zod'
import { address, mapping } from '../settings.ts'

export const casSettings = z.strictObject({
  /** What `/login` and `/p3/serviceValidate` stand below. */
  server: address.transform((url) => url.replace(/\/+$/, '')),
  /**
   * The attribute that is the person: one that is never given to somebody else. Empty: the name they sign in with,
   * for a campus that never gives one out twice.
   */
  subject: z.string().default('eduPersonUniqueId'),
  ...mapping({ affiliation: ['eduPersonScopedAffiliation'], email: ['mail', 'email'] }),
})
export type CasSettings = z.infer<typeof casSettings>
