import { and, eq } from 'drizzle-orm'
import {
  giveBack,
  holdSpending,
  noteAllowances,
  purseOf,
  readSpent,
  setAside,
  spend,
} from '#app/accounts/charges.server.ts'
import { signedOut } from '#app/accounts/signed-out.server.ts'
import { nextMonth } from '#app/accounts/spending.ts'
import { openAccount } from '#app/accounts/open.server.ts'
import { textIn } from '#app/catalogue/text.ts'
import type {
  Allowances,
  Channel,
  FindResult,
  Network,
  OutboundPost,
  SendResult,
} from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import { together, type Campus, type InTransaction } from '#app/domain/campus.ts'
import {
  claimDelivery,
  settleDelivery,
  type ClaimedDelivery,
  type Settlement,
} from '#app/outbox/deliveries.server.ts'
import { after, SECOND } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import { sideBySide } from '#app/platform/side-by-side.ts'
import { CHANNELS, type ChannelId, type Charge } from '#app/vocabulary.ts'
import { accounts, posts, stops } from '#db/schema/index.ts'
import { obstacleTo, policyOf, type Obstacle } from './policy.ts'
import { ATTEMPTS, retryAt } from './retry.ts'
import { addressAnnouncements } from './targets.server.ts'

/** A network shows a post in its author's timeline a little after it took it: a look before that proves nothing. */
const LOOK_AFTER = 10 * SECOND

export type DeliverContext = {
  campus: Campus
  networks: Networks
  log: Log
  /** Where tickets are read; absent: replies carry no link. */
  publicUrl?: string | undefined
  random(): number
  stopping(): boolean
}

/**
 * Sends everything that is due, on all networks side by side, so that a slow one holds up none of the others. Claim, pay,
 * send, settle: no transaction is open while a network is spoken to.
 */
export async function deliverAll(context: DeliverContext): Promise<void> {
  await addressAnnouncements(context.campus, context.networks, context.publicUrl)
  await sideBySide(CHANNELS.map((channel) => deliverOn(context, channel)))
}

async function deliverOn(context: DeliverContext, channel: ChannelId): Promise<void> {
  while (!context.stopping()) {
    const claimed = await claimDelivery(context.campus.db, channel, context.campus.clock.now())
    if (!claimed) return
    await deliver(context, claimed)
  }
}

async function deliver(context: DeliverContext, claimed: ClaimedDelivery): Promise<void> {
  const { campus, networks } = context
  const { account, delivery, post } = claimed
  const network = networks.get(account.channel)
  if (!network) return settle(context, claimed, { kind: 'refused', reason: notConfigured(account.channel) })
  const checking = delivery.state === 'checking'
  const obstacle = checking ? null : await together(campus, (campus) => pay(campus, network, claimed))
  if (obstacle) return hold(context, claimed, obstacle)
  const purse = purseOf(campus, network, account.id)
  let channel: Channel
  try {
    channel = openAccount(campus, network, account, purse)
  } catch (error) {
    // Nothing was sent. The others in the queue go on.
    return settle(context, claimed, { kind: 'later', reason: reasonOf(error), at: null })
  }
  const out: OutboundPost = {
    key: String(delivery.id),
    text: delivery.text,
    more: delivery.more,
    inReplyTo: post.externalId,
    conversationId: post.conversationId,
  }
  const result = await (checking ? look(channel, out, delivery.attemptedAt!) : channel.send(out)).catch(
    (error: unknown): SendResult => ({ kind: 'unknown', reason: reasonOf(error) }),
  )
  if (checking && result.kind === 'later' && purse?.refused())
    return hold(context, claimed, { kind: 'cap', at: nextMonth(campus.clock.now()) })
  await settle(context, claimed, result, channel.allowances?.())
}

const purposeOf = ({ delivery }: ClaimedDelivery) => `delivery ${delivery.id}`

const notConfigured = (channel: ChannelId) =>
  textIn('en')('held.notConfigured', { network: textIn('en')(`source.${channel}`) })

/**
 * Sets aside what a reply costs, before it is sent, unless its policy, its price or its reader's wish is in the way. Of
 * two that pay at once, the second counts what the first has set aside.
 */
async function pay(
  campus: InTransaction,
  network: Network,
  claimed: ClaimedDelivery,
): Promise<Obstacle | null> {
  const { delivery, post } = claimed
  const account = await holdSpending(campus, claimed.account.id)
  const [stopped] = await campus.db
    .select({ at: stops.at })
    .from(stops)
    .where(and(eq(stops.channel, account.channel), eq(stops.authorId, post.authorId)))
  const { prices } = network
  const charges = [delivery.text, ...delivery.more].map((text) => network.chargeOf?.(text) ?? 'reply')
  const obstacle = obstacleTo(
    { charges, stopped: stopped !== undefined },
    { policy: policyOf(account), spent: prices ? await readSpent(campus, account.id) : 0, prices },
    campus.clock.now(),
    campus.zone,
  )
  if (obstacle || prices === null) return obstacle
  const counts: Partial<Record<Charge, number>> = {}
  for (const charge of charges) counts[charge] = (counts[charge] ?? 0) + 1
  await setAside(campus, account.id, purposeOf(claimed), prices, counts)
  return null
}

/** What was paid for a reply is spent when it is out, and given back when it surely is not; else it stays set aside. */
async function settlePayment(campus: InTransaction, claimed: ClaimedDelivery, outcome: Outcome) {
  const { account, delivery } = claimed
  if (outcome.kind === 'sent') return spend(campus, account.id, purposeOf(claimed))
  if (outcome.kind === 'absent' || (delivery.state === 'sending' && outcome.kind !== 'unknown'))
    await giveBack(campus, account.id, purposeOf(claimed))
}

/** Puts a claimed delivery back, with the reason. Nothing was asked of the network. */
async function hold({ campus, log }: DeliverContext, claimed: ClaimedDelivery, obstacle: Obstacle) {
  const { delivery } = claimed
  const t = textIn('en')
  const as = delivery.state === 'checking' ? ('checking' as const) : ('queued' as const)
  const settlement: Settlement =
    obstacle.kind === 'stopped'
      ? { state: 'barred', reason: t('held.stopped'), at: campus.clock.now() }
      : { state: 'held', as, reason: t(`held.${obstacle.kind}`), dueAt: obstacle.at }
  await settleDelivery(campus.db, delivery, settlement)
  log.info({ delivery: String(delivery.id), held: obstacle.kind }, 'delivery')
}

/** `absent`: it is not out, so it may be sent. */
type Outcome = SendResult | { kind: 'absent' }

async function look(channel: Channel, out: OutboundPost, attemptedAt: Date): Promise<Outcome> {
  const found: FindResult = await channel.find({ ...out, attemptedAt })
  return found.kind === 'found' ? { kind: 'sent', externalId: found.externalId, url: found.url } : found
}

async function settle(
  { campus, log, random }: DeliverContext,
  claimed: ClaimedDelivery,
  outcome: Outcome,
  allowances?: Allowances,
) {
  const { account, delivery, post } = claimed
  const now = campus.clock.now()
  const settlement = settlementOf(outcome, claimed, now, random())
  await together(campus, async (campus) => {
    // Told it was, whoever settles it.
    await noteAllowances(campus, account.id, allowances)
    if (!(await settleDelivery(campus.db, delivery, settlement))) return
    await settlePayment(campus, claimed, outcome)
    switch (outcome.kind) {
      case 'sent':
        await campus.db
          .insert(posts)
          .values({
            channel: account.channel,
            firstId: outcome.externalId,
            externalId: outcome.externalId,
            kind: 'reply',
            accountId: account.id,
            ticketNumber: post.ticketNumber,
            authorId: account.externalId,
            authorHandle: account.handle,
            authorName: account.name,
            text: delivery.text,
            url: outcome.url ?? post.url,
            postedAt: now,
            conversationId: post.conversationId,
            inReplyTo: post.externalId,
          })
          .onConflictDoNothing()
        await campus.db
          .update(accounts)
          .set({ sentAt: now, sendAfter: null })
          .where(eq(accounts.id, account.id))
        return
      case 'later':
        await campus.db.update(accounts).set({ sendAfter: outcome.at }).where(eq(accounts.id, account.id))
        return
      case 'signed-out':
        await campus.db
          .update(accounts)
          .set(signedOut(outcome.reason, now))
          .where(eq(accounts.id, account.id))
        return
      case 'absent':
      case 'refused':
      case 'unknown':
        return
    }
  })
  log.info({ delivery: String(delivery.id), outcome: outcome.kind, state: settlement.state }, 'delivery')
}

/** What an outcome means for the promise. Pure: chance is passed in. */
export function settlementOf(
  outcome: Outcome,
  { delivery }: Pick<ClaimedDelivery, 'delivery'>,
  now: Date,
  random: number,
): Settlement {
  const again = retryAt(now, delivery.attempts, random)
  const checking = delivery.state === 'checking'
  switch (outcome.kind) {
    case 'sent':
      return { state: 'sent', externalId: outcome.externalId, url: outcome.url, at: now }
    case 'absent':
      return { state: 'queued', reason: delivery.reason, dueAt: now }
    case 'refused':
      return { state: 'parked', reason: outcome.reason, at: now }
    case 'signed-out':
      return { state: checking ? 'checking' : 'queued', reason: outcome.reason, dueAt: now }
    case 'later':
      if (delivery.attempts >= ATTEMPTS) return { state: 'parked', reason: outcome.reason, at: now }
      return {
        state: checking ? 'checking' : 'queued',
        reason: outcome.reason,
        dueAt: outcome.at && outcome.at > again ? outcome.at : again,
      }
    case 'unknown': {
      if (delivery.attempts >= ATTEMPTS) return { state: 'parked', reason: outcome.reason, at: now }
      const earliest = after(now, LOOK_AFTER)
      return { state: 'checking', reason: outcome.reason, dueAt: again > earliest ? again : earliest }
    }
  }
}
