import { z } from 'zod'
import { address, mapping } from '../settings.ts'

const AFFILIATION = ['urn:oid:1.3.6.1.4.1.5923.1.1.1.9', 'eduPersonScopedAffiliation']
const MAIL = ['urn:oid:0.9.2342.19200300.100.1.3', 'mail']

export const samlSettings = z.strictObject({
  /** The provider's metadata: an address to read it from, or the document itself. */
  metadata: z.union([
    z
      .string()
      .trim()
      .regex(/^(<\?xml|<)/)
      .max(2_000_000),
    address,
  ]),
  /** Which provider of several in that document. */
  entity: z.string().optional(),
  /** What we are called there. By default the address of our own metadata. */
  ourEntity: z.string().optional(),
  /** Asks for a name that lasts, where the provider sends no pairwise-id. */
  persistent: z.boolean().default(false),
  /** Ours, as PEM, for the private key that is this provider's secret: signs what we ask, and opens what is encrypted. */
  certificate: z.string().includes('-----BEGIN CERTIFICATE-----').optional(),
  ...mapping({ affiliation: AFFILIATION, email: MAIL }),
})
export type SamlSettings = z.infer<typeof samlSettings>
