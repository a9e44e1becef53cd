import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { EnvError } from '#app/platform/env.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { faultsIn, providerSlug, sayFault, type Configured } from './registry.ts'

/** What the file says; `mail` null: it leaves the choice to the desk. */
export type ProvidersFile = { mail: boolean | null; providers: Array<Configured> }

const entry = z
  .object({
    slug: providerSlug,
    kind: z.enum(['oidc', 'saml', 'cas']),
    name: z.string().trim().min(1).max(60),
    enabled: z.boolean().default(true),
    secret: z
      .string()
      .regex(/^(env|file):./, 'must be env:NAME or file:PATH, so that the file itself holds no secret')
      .optional(),
  })
  .loose()

const contents = z.strictObject({ mail: z.boolean().nullable().default(null), providers: z.array(entry) })

/**
 * Reads PROVIDERS_FILE. What begins with `file:` is read from beside it, what begins with `env:` from the
 * environment. @throws {EnvError} naming every fault
 */
export function readProvidersFile(
  path: string | null,
  env: Record<string, string | undefined> = process.env,
): ProvidersFile {
  if (path === null) return { mail: null, providers: [] }
  const stop = (faults: Array<string>) => new EnvError(faults.map((fault) => `PROVIDERS_FILE: ${fault}`))
  let read: unknown
  try {
    read = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw stop([reasonOf(error)])
  }
  const { data, error } = contents.safeParse(read)
  if (!data) throw stop(error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`))
  const faults: Array<string> = []
  const follow = (slug: string, reference: string): string => {
    const [, where, name = ''] = /^(env|file):(.*)$/.exec(reference) ?? []
    try {
      const found = where === 'env' ? env[name] : readFileSync(resolve(dirname(path), name), 'utf8').trim()
      if (found) return found
      faults.push(`${slug}: ${reference} is empty`)
    } catch (error) {
      faults.push(`${slug}: ${reasonOf(error)}`)
    }
    return ''
  }
  const providers = data.providers.map(({ slug, kind, name, enabled, secret, ...settings }): Configured => {
    const given = Object.entries(settings).map(
      ([key, value]) =>
        [key, typeof value === 'string' && /^file:./.test(value) ? follow(slug, value) : value] as const,
    )
    const configured: Configured = {
      slug,
      kind,
      name,
      enabled,
      from: 'file',
      settings: Object.fromEntries(given),
      secret: secret === undefined ? null : follow(slug, secret),
    }
    faults.push(...faultsIn(configured).map((fault) => `${slug}: ${sayFault(fault)}`))
    return configured
  })
  const slugs = providers.map(({ slug }) => slug)
  for (const slug of new Set(slugs.filter((slug, index) => slugs.indexOf(slug) !== index)))
    faults.push(`${slug}: there are two of this slug`)
  if (data.mail === false && !providers.some(({ enabled }) => enabled))
    faults.push('mail is off and no provider is enabled, so nobody could sign in')
  if (faults.length > 0) throw stop(faults)
  return { mail: data.mail, providers }
}
