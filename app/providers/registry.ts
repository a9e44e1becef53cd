import { z } from 'zod'
import type { Clock } from '#app/platform/clock.ts'
import type { ProviderKind } from '#app/vocabulary.ts'
import { casSettings } from './cas/settings.ts'
import { oidcSettings } from './oidc/settings.ts'
import { refused, type Provider, type Refused } from './provider.ts'
import { samlSettings } from './saml/settings.ts'

/** A provider as it was set up, in the file or at the desk. */
export type Configured = {
  slug: string
  kind: ProviderKind
  /** As its button says. */
  name: string
  settings: Record<string, unknown>
  secret: string | null
  enabled: boolean
  from: 'file' | 'desk'
}

/** One that was set up, and whether it can be used. */
export type Opened = { configured: Configured; provider: Provider | Refused }

/** Where people may sign in, besides by mail. */
export type Providers = {
  /** All of them, in the order of their buttons. Read anew each time: another process may have changed them. */
  list(): Promise<Array<Opened>>
  find(slug: string): Promise<Opened | null>
}

const SETTINGS = { oidc: oidcSettings, saml: samlSettings, cas: casSettings }

/** `setting` is empty where it is about all of them. */
export type SettingFault = { setting: string; message: string }

/** What is wrong with a provider's settings; empty: nothing is. */
export function faultsIn({ kind, settings }: Pick<Configured, 'kind' | 'settings'>): Array<SettingFault> {
  if (kind === 'mail') return []
  const { error } = SETTINGS[kind].safeParse(settings)
  return (error?.issues ?? []).map(({ path, message }) => ({ setting: path.join('.'), message }))
}

export const sayFault = ({ setting, message }: SettingFault) => (setting ? `${setting}: ${message}` : message)

/** @param read every provider there is; what stands first of two with the same slug counts */
export function registry(read: () => Promise<Array<Configured>>, clock: Clock): Providers {
  const opened = new Map<string, { as: string; provider: Provider }>()

  /** Kept while nothing about it changes, because it remembers keys and metadata. */
  async function open(configured: Configured): Promise<Opened> {
    const as = JSON.stringify([configured.kind, configured.name, configured.settings, configured.secret])
    const known = opened.get(configured.slug)
    if (known?.as === as) return { configured, provider: known.provider }
    const provider = await make(configured, clock)
    if (!('kind' in provider) || provider.kind === 'refused') return { configured, provider }
    opened.set(configured.slug, { as, provider })
    return { configured, provider }
  }

  const all = async () => {
    const configured = await read()
    return configured.filter(
      ({ slug, kind }, index) =>
        kind !== 'mail' && configured.findIndex((one) => one.slug === slug) === index,
    )
  }
  return {
    list: async () => Promise.all((await all()).map(open)),
    async find(slug) {
      const configured = (await all()).find((one) => one.slug === slug)
      return configured ? open(configured) : null
    },
  }
}

/** Each library is read only where a campus uses it. */
async function make(configured: Configured, clock: Clock): Promise<Provider | Refused> {
  const { slug, name, kind, settings, secret } = configured
  const faults = faultsIn(configured)
  if (faults.length > 0) return refused('half-configured', faults.map(sayFault).join('; '), { trouble: true })
  const common = { slug, name, secret, clock }
  switch (kind) {
    case 'oidc': {
      const { oidcProvider } = await import('./oidc/index.server.ts')
      return oidcProvider({ ...common, settings: oidcSettings.parse(settings) })
    }
    case 'saml': {
      const { samlProvider } = await import('./saml/index.server.ts')
      return samlProvider({ ...common, settings: samlSettings.parse(settings) })
    }
    case 'cas': {
      const { casProvider } = await import('./cas/index.server.ts')
      return casProvider({ ...common, settings: casSettings.parse(settings) })
    }
    case 'mail':
      throw new Error('Mail is no provider: it is our own code')
  }
}

/** A provider's place in our addresses. Those in use for other ways of signing in are taken. */
export const providerSlug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be of small letters, digits and hyphens')
  .refine((slug) => !['mail', 'demo', 'local'].includes(slug), 'is taken')
