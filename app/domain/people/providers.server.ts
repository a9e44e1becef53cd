import { asc, count, eq, isNotNull, isNull, lt, ne, or, sql } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import type { ProviderKind } from '#app/vocabulary.ts'
import { providers } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from './audit.server.ts'

/** Our own code by mail stands among the providers by this slug, so that it can be switched off. */
export const MAIL = 'mail'

export type KeptProvider = {
  slug: string
  kind: ProviderKind
  name: string
  settings: Record<string, unknown>
  secret: string | null
  enabled: boolean
}

/** Those that were set up at the desk, in the order of their buttons. */
export async function keptProviders(campus: Campus): Promise<Array<KeptProvider>> {
  const rows = await campus.db.select().from(providers).orderBy(asc(providers.position), asc(providers.name))
  return rows
    .filter(({ settings, kind }) => kind === MAIL || Object.keys(settings).length > 0)
    .map(({ slug, kind, name, settings, secret, enabled }) => ({
      slug,
      kind,
      name,
      settings,
      secret: secret === null ? null : campus.seal.open(secret),
      enabled,
    }))
}

/** Whether the desk lets people in by mail; a campus that never said anything does. */
export async function mailIsOn(campus: Campus): Promise<boolean> {
  const [row] = await campus.db
    .select({ enabled: providers.enabled })
    .from(providers)
    .where(eq(providers.slug, MAIL))
  return row?.enabled ?? true
}

export type ProviderWish = Omit<KeptProvider, 'enabled' | 'secret'> & {
  /** Undefined: the one there is. */
  secret: string | undefined
  /** It must not be there yet. */
  isNew: boolean
}

/** @returns `taken` when there is one of this slug already */
export function saveProvider(campus: Campus, actor: Actor, wish: ProviderWish): Promise<'saved' | 'taken'> {
  const { slug, kind, name, settings } = wish
  return together(campus, async (campus) => {
    const [before] = await campus.db.select().from(providers).where(eq(providers.slug, slug)).for('update')
    const there = before !== undefined && Object.keys(before.settings).length > 0
    if (there === wish.isNew) return 'taken'
    const secret = wish.secret === undefined ? {} : { secret: campus.seal.seal(wish.secret) }
    const fresh = { kind, name, settings, ...secret, trouble: null, troubleAt: null, checkedAt: null }
    const [{ position } = { position: 0 }] = await campus.db.select({ position: count() }).from(providers)
    await campus.db
      .insert(providers)
      .values({ slug, position, enabled: true, ...fresh })
      .onConflictDoUpdate({ target: providers.slug, set: there ? fresh : { ...fresh, enabled: true } })
    await record(campus, {
      actorId: actor.personId,
      event: there ? 'provider.changed' : 'provider.added',
      subject: `provider:${slug}`,
      details: { kind, newSecret: wish.secret !== undefined },
    })
    return 'saved'
  })
}

/** Lets people in by it, or no longer. Who is signed in stays so. */
export function switchProvider(campus: Campus, actor: Actor, slug: string, enabled: boolean): Promise<void> {
  return together(campus, async (campus) => {
    if (slug === MAIL)
      await campus.db
        .insert(providers)
        .values({ slug, kind: 'mail', name: '', settings: {}, enabled })
        .onConflictDoUpdate({ target: providers.slug, set: { enabled } })
    else await campus.db.update(providers).set({ enabled }).where(eq(providers.slug, slug))
    await record(campus, {
      actorId: actor.personId,
      event: enabled ? 'provider.enabled' : 'provider.disabled',
      subject: `provider:${slug}`,
    })
  })
}

/** How a provider was when it was last asked; `trouble` null: well. */
export type Health = { checkedAt: Date | null; trouble: string | null; troubleAt: Date | null }

/** That nothing has changed is written this seldom. */
const NOTED_EVERY = 10 * MINUTE

export async function healthOfProviders(campus: Campus): Promise<Map<string, Health>> {
  const rows = await campus.db.select().from(providers)
  return new Map(
    rows.map(({ slug, checkedAt, trouble, troubleAt }) => [slug, { checkedAt, trouble, troubleAt }]),
  )
}

/** Of a provider of the file nothing else is kept than this: a row without settings is none of the desk's. */
export async function noteHealth(
  campus: Campus,
  { slug, kind, name }: Pick<KeptProvider, 'slug' | 'kind' | 'name'>,
  trouble: string | null,
): Promise<void> {
  const now = campus.clock.now()
  const health = trouble === null ? { checkedAt: now, trouble, troubleAt: null } : { trouble, troubleAt: now }
  // On the first day of term everybody signs in at once, and all would wait for this one row.
  const stale = or(
    ne(providers.trouble, trouble ?? ''),
    isNull(providers.checkedAt),
    trouble === null ? isNotNull(providers.trouble) : isNull(providers.trouble),
    lt(sql`greatest(${providers.checkedAt}, ${providers.troubleAt})`, after(now, -NOTED_EVERY).toISOString()),
  )
  await campus.db
    .insert(providers)
    .values({ slug, kind, name, settings: {}, enabled: false, ...health })
    .onConflictDoUpdate({ target: providers.slug, set: health, setWhere: stale! })
}
