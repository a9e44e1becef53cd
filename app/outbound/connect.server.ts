import { and, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import { textIn } from '#app/catalogue/text.ts'
import type { Renew } from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import { together, type Actor, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { can } from '#app/domain/people/can.ts'
import { notAllowed } from '#app/platform/errors.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { accounts, deliveries, departments } from '#db/schema/index.ts'
import { OFFERED, type Policy } from './policy.ts'

export type Connected = { kind: 'connected'; handle: string } | { kind: 'failed'; reason: string }

export type AccountWish = {
  channel: ChannelId
  /** As the network's channel reads them; sealed before they are kept. */
  credentials: string
  /** Null: the whole campus. */
  departmentId: number | null
  /** The account that is connected again, which must then be the one; absent: any. */
  accountId?: number | null | undefined
}

/**
 * Connects an account of ours, or connects it again, after asking the network whose it is. What waited for it
 * goes on.
 * @param actor who asks; null: a script, which may do anything
 * @throws {Refusal} when the department is not the actor's
 */
export async function connectAccount(
  campus: Campus,
  networks: Networks,
  account: AccountWish,
  actor: Actor | null = null,
): Promise<Connected> {
  if (actor && !can(actor, 'manage-accounts', account)) throw notAllowed('other-department')
  const t = textIn('en')
  const network = networks.get(account.channel)
  if (!network)
    return {
      kind: 'failed',
      reason: t('connect.notConfigured', { network: t(`source.${account.channel}`) }),
    }
  let { credentials } = account
  const renew: Renew = async (exchange) => {
    const renewal = await exchange(credentials)
    if (renewal.kind === 'renewed') credentials = renewal.credentials
    return renewal
  }
  const who = await network.open({ externalId: '', handle: '', credentials, renew }).identify()
  if (who.kind === 'failed') return who
  const handle = who.author.handle.toLowerCase()
  return together(campus, async (campus): Promise<Connected> => {
    const refused = await whyNot(campus, { ...account, externalId: who.author.id, handle }, actor)
    if (refused !== null) return { kind: 'failed', reason: refused }
    const fresh = {
      handle,
      name: who.author.name,
      url: network.profileUrl(handle),
      departmentId: account.departmentId,
      credentials: campus.seal.seal(credentials),
      state: 'connected' as const,
      trouble: null,
      troubleAt: null,
      toldAt: null,
      renewingUntil: null,
      readAfter: null,
      sendAfter: null,
    }
    await campus.db
      .insert(accounts)
      .values({ channel: account.channel, externalId: who.author.id, ...fresh })
      .onConflictDoUpdate({ target: [accounts.channel, accounts.externalId], set: fresh })
    return { kind: 'connected', handle }
  })
}

/** An account is not taken from another department, nor put in the place of another account. */
async function whyNot(
  campus: InTransaction,
  wish: AccountWish & { externalId: string; handle: string },
  actor: Actor | null,
): Promise<string | null> {
  const t = textIn('en')
  const known = await campus.db
    .select({ account: accounts, department: departments.name })
    .from(accounts)
    .leftJoin(departments, eq(departments.id, accounts.departmentId))
    .where(
      or(
        and(eq(accounts.channel, wish.channel), eq(accounts.externalId, wish.externalId)),
        eq(accounts.id, wish.accountId ?? -1),
      ),
    )
  const asked = known.find(({ account }) => account.id === wish.accountId)?.account
  if (asked && asked.externalId !== wish.externalId)
    return t('connect.otherAccount', { is: `@${wish.handle}`, asked: `@${asked.handle}` })
  const same = known.find(({ account }) => account.externalId === wish.externalId)
  if (same && actor && !can(actor, 'manage-accounts', same.account))
    return t('connect.taken', {
      account: `@${wish.handle}`,
      owner: same.department ?? t('channel.wholeCampus'),
    })
  return null
}

export type SigningIn = { url: string; state: string; verifier: string; departmentId: number | null }

/**
 * Where a person signs an account in on the network's own page; null when the network has none, or there is no such
 * account.
 * @throws {Refusal} when the department is not the actor's
 */
export async function beginSignIn(
  campus: Campus,
  networks: Networks,
  actor: Actor,
  wish: { channel: ChannelId; departmentId: number | null; accountId: number | null; callback: string },
): Promise<SigningIn | null> {
  const signIn = networks.get(wish.channel)?.signIn
  let { departmentId } = wish
  if (wish.accountId !== null) {
    const [account] = await campus.db.select().from(accounts).where(eq(accounts.id, wish.accountId))
    if (!account) return null
    departmentId = account.departmentId
  }
  if (!can(actor, 'manage-accounts', { departmentId })) throw notAllowed('other-department')
  return signIn ? { ...signIn.begin(wish.callback), departmentId } : null
}

/** What the network's page came back with becomes an account. */
export async function finishSignIn(
  campus: Campus,
  networks: Networks,
  actor: Actor,
  wish: Omit<AccountWish, 'credentials'> & { code: string; verifier: string; callback: string },
): Promise<Connected> {
  if (!can(actor, 'manage-accounts', wish)) throw notAllowed('other-department')
  const signIn = networks.get(wish.channel)?.signIn
  const t = textIn('en')
  if (!signIn)
    return { kind: 'failed', reason: t('connect.notConfigured', { network: t(`source.${wish.channel}`) }) }
  const granted = await signIn.finish(wish.code, wish.verifier, wish.callback)
  if (granted.kind === 'failed') return granted
  return connectAccount(campus, networks, { ...wish, credentials: granted.credentials }, actor)
}

/** @throws {Refusal} when the account is not the actor's to manage */
async function managed(campus: InTransaction, actor: Actor, id: number) {
  const [account] = await campus.db.select().from(accounts).where(eq(accounts.id, id)).for('update')
  if (!account || !can(actor, 'manage-accounts', account)) throw notAllowed('other-department')
  return account
}

/**
 * Forgets an account's sign-in: it is read no more, and says nothing more. What waits is kept, until the account is
 * connected again or somebody decides. @throws {Refusal} when it is not the actor's
 */
export function disconnectAccount(campus: Campus, actor: Actor, id: number): Promise<void> {
  return together(campus, async (campus) => {
    await managed(campus, actor, id)
    await campus.db
      .update(accounts)
      .set({
        state: 'disconnected',
        credentials: campus.seal.seal('{}'),
        trouble: null,
        troubleAt: null,
        readAfter: null,
        sendAfter: null,
      })
      .where(eq(accounts.id, id))
  })
}

/**
 * Sets what an account may do. What was held back is judged anew; when nothing is to be repeated any more, what
 * waits is not sent either. @throws {Refusal} when it is not the actor's
 */
export function savePolicy(
  campus: Campus,
  actor: Actor,
  id: number,
  policy: Policy & { hashtags: Array<string> },
): Promise<void> {
  return together(campus, async (campus) => {
    const account = await managed(campus, actor, id)
    const mirror = OFFERED[account.channel].includes(policy.mirror) ? policy.mirror : account.mirror
    await campus.db
      .update(accounts)
      .set({
        mirror,
        links: policy.links,
        quietFrom: policy.quiet?.from ?? null,
        quietUntil: policy.quiet?.until ?? null,
        monthlyCap: policy.cap,
        hashtags: policy.hashtags,
        readAfter: null,
      })
      .where(eq(accounts.id, id))
    const now = campus.clock.now()
    const waiting = and(
      eq(deliveries.accountId, id),
      inArray(deliveries.state, ['queued', 'checking']),
      or(isNull(deliveries.leasedUntil), sql`${deliveries.leasedUntil} < ${now.toISOString()}`),
    )
    await campus.db.update(deliveries).set({ dueAt: now }).where(waiting)
    if (mirror === 'nothing')
      await campus.db
        .update(deliveries)
        .set({ state: 'skipped', reason: textIn('en')('held.nothing') })
        .where(and(waiting, eq(deliveries.state, 'queued')))
  })
}

/** Notes that the account says on its network that it is automated. @throws {Refusal} when it is not the actor's */
export function noteLabel(campus: Campus, actor: Actor, id: number): Promise<void> {
  return together(campus, async (campus) => {
    await managed(campus, actor, id)
    await campus.db.update(accounts).set({ labelled: true }).where(eq(accounts.id, id))
  })
}
