import { z } from 'zod'
import { address, mapping } from '../settings.ts'

export const oidcSettings = z.strictObject({
  /** As it stands in its discovery document. */
  issuer: address,
  clientId: z.string().min(1),
  scope: z
    .string()
    .default('openid email')
    .refine((scope) => scope.split(' ').includes('openid'), 'must name openid'),
  /** `tid+oid`: Microsoft Entra, whose `sub` differs from application to application. */
  subject: z.enum(['sub', 'tid+oid']).default('sub'),
  ...mapping({ affiliation: ['eduperson_scoped_affiliation'], email: ['email'] }),
  /** Values of `amr` that stand for a second factor, where `acr` says nothing. */
  amr: z.array(z.string().min(1)).default(['mfa']),
})
export type OidcSettings = z.infer<typeof oidcSettings>
