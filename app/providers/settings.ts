import { z } from 'zod'
import { isLoopback } from '#app/platform/env.server.ts'
import { AFFILIATIONS } from '#app/vocabulary.ts'

/** Where a provider lives. What goes there is secret, so only this machine may be asked without TLS. */
export const address = z
  .url({ protocol: /^https?$/, error: 'must be an address such as https://login.example.edu' })
  .refine(
    (url) => url.startsWith('https:') || (URL.canParse(url) && isLoopback(url)),
    'must begin with https://',
  )

/** How what a provider says of somebody is read; the same for every protocol. */
export const mapping = (defaults: { affiliation: Array<string>; email: Array<string> }) => ({
  /** Names under which affiliations may come, of which all are read. */
  affiliation: z.array(z.string().min(1)).default(defaults.affiliation),
  /** Whose `value@scope` is believed: a provider may speak for its own campus, and no other. */
  scopes: z.array(z.string().toLowerCase().min(1)).default([]),
  /** What values without a scope mean here, such as the names of groups. */
  values: z.record(z.string(), z.array(z.enum(AFFILIATIONS))).default({}),
  /** What everybody is who signs in there. */
  everyone: z.array(z.enum(AFFILIATIONS)).default([]),
  /** Names under which a mail address may come; the first that does is taken. */
  email: z.array(z.string().min(1)).default(defaults.email),
  /** What the provider says when a second factor was used (REFEDS MFA, or its own). */
  mfa: z.array(z.string().min(1)).default(['https://refeds.org/profile/mfa']),
})

export type Mapping = z.infer<z.ZodObject<ReturnType<typeof mapping>>>
