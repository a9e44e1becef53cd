import { z } from 'zod'
import type { KeptProvider, ProviderWish } from '#app/domain/people/providers.server.ts'
import { faultsIn, providerSlug } from '#app/providers/registry.ts'
import { clean } from './forms.ts'

/** What the form of a provider holds, as text: the same names as its settings. */
export type ProviderValues = Record<string, string>

const KINDS = ['oidc', 'saml', 'cas'] as const
export type FormKind = (typeof KINDS)[number]

const LISTS = ['affiliation', 'scopes', 'everyone', 'email', 'mfa', 'amr'] as const
const TEXTS: Record<FormKind, ReadonlyArray<string>> = {
  oidc: ['issuer', 'clientId', 'scope', 'subject'],
  saml: ['metadata', 'entity', 'ourEntity', 'certificate'],
  cas: ['server', 'subject'],
}

const head = z.object({
  kind: z.enum(KINDS),
  slug: providerSlug,
  name: z.string().trim().min(1).max(60),
  isNew: z.enum(['yes', 'no']),
})

export type ReadForm =
  | { kind: 'read'; wish: ProviderWish }
  | { kind: 'wrong'; values: ProviderValues; errors: Record<string, Array<string>> }

/** Reads the form of a provider; what is wrong with it is told by field, as `sayErrors` reads it. */
export function readProviderForm(form: FormData): ReadForm {
  const given = [...form].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, clean(value)] as const] : [],
  )
  const values: ProviderValues = Object.fromEntries(given)
  const errors: Record<string, Array<string>> = {}
  const wrong = (field: string, message: string) => {
    errors[field] ??= [values[field] ? `setting?${new URLSearchParams({ why: message })}` : 'required']
  }
  const told = head.safeParse(values)
  for (const { path, message } of told.error?.issues ?? []) wrong(String(path[0]), message)
  const kind = KINDS.find((known) => known === values.kind) ?? 'oidc'
  const meanings = meaningsOf(values.values ?? '')
  if (!meanings) errors.values = ['meanings']
  const settings = settingsOf(kind, values, meanings ?? {})
  for (const { setting, message } of faultsIn({ kind, settings })) wrong(setting.split('.')[0]!, message)
  // A secret is shown to nobody again, not even to who has just typed it.
  const { secret, ...shown } = values
  if (!told.success || Object.keys(errors).length > 0) return { kind: 'wrong', values: shown, errors }
  const { slug, name, isNew } = told.data
  return {
    kind: 'read',
    wish: { slug, name, kind, settings, secret: secret || undefined, isNew: isNew === 'yes' },
  }
}

function settingsOf(kind: FormKind, values: ProviderValues, meanings: Record<string, Array<string>>) {
  const settings: Record<string, unknown> = { values: meanings }
  // An empty field means what it means to leave it out; only the person may be known by nothing but a name.
  for (const name of TEXTS[kind])
    if (values[name] || (kind === 'cas' && name === 'subject')) settings[name] = values[name] ?? ''
  for (const name of LISTS)
    if (values[name] !== undefined && (name !== 'amr' || kind === 'oidc'))
      settings[name] = listOf(values[name])
  if (kind === 'saml') settings.persistent = values.persistent === 'yes'
  return settings
}

/** What the form of one that is there shows. Its secret is not among it. */
export function providerValues({ slug, kind, name, settings }: KeptProvider): ProviderValues {
  const shown = Object.entries(settings).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join(key === 'scopes' ? '\n' : ', ') : textFor(key, value),
  ])
  return { slug, kind, name, ...(Object.fromEntries(shown) as ProviderValues) }
}

function textFor(key: string, value: unknown): string {
  if (key === 'persistent') return value === true ? 'yes' : 'no'
  if (key === 'values')
    return Object.entries(value as Record<string, Array<string>>)
      .map(([from, to]) => `${from} = ${to.join(', ')}`)
      .join('\n')
  return typeof value === 'string' ? value : ''
}

const listOf = (text: string) =>
  text
    .split(/[\n,]+/)
    .map((item) => item.trim())
    .filter(Boolean)

/** @returns null where a line is none of `a value = what it means` */
function meaningsOf(text: string): Record<string, Array<string>> | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const pairs = lines.map((line) => /^(.*\S)\s*=\s*(\S.*)$/.exec(line.trim()))
  if (pairs.some((pair) => pair === null)) return null
  return Object.fromEntries(pairs.map((pair) => [pair![1]!, listOf(pair![2]!.toLowerCase())]))
}
