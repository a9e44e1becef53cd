import { eq } from 'drizzle-orm'
import { openAccount } from '#app/accounts/open.server.ts'
import type { Channel, FindResult, OutboundPost, SendResult } from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import { together, type Campus } from '#app/domain/campus.ts'
import {
  claimDelivery,
  settleDelivery,
  type ClaimedDelivery,
  type Settlement,
} from '#app/outbox/deliveries.server.ts'
import { after, SECOND } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import { accounts, posts } from '#db/schema/index.ts'
import { ATTEMPTS, retryAt } from './retry.ts'
import { addressAnnouncements } from './targets.server.ts'

/** A network shows a post in its author's timeline a little after it took it: a look before that proves nothing. */
const LOOK_AFTER = 10 * SECOND

export type DeliverContext = {
  campus: Campus
  networks: Networks
  log: Log
  random(): number
  stopping(): boolean
}

/** Sends everything that is due. Claim, send, settle: no transaction is open while a network is spoken to. */
export async function deliverAll(context: DeliverContext): Promise<void> {
  await addressAnnouncements(context.campus, context.networks)
  while (!context.stopping()) {
    const claimed = await claimDelivery(context.campus.db, context.campus.clock.now())
    if (!claimed) return
    await deliver(context, claimed)
  }
}

async function deliver(context: DeliverContext, claimed: ClaimedDelivery): Promise<void> {
  const { campus, networks } = context
  const { account, delivery, post } = claimed
  const network = networks.get(account.channel)
  if (!network)
    return settle(context, claimed, { kind: 'refused', reason: `${account.channel} is not configured` })
  let channel: Channel
  try {
    channel = openAccount(campus, network, account)
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
  const result = await (
    delivery.state === 'checking' ? look(channel, out, delivery.attemptedAt!) : channel.send(out)
  ).catch((error: unknown): SendResult => ({ kind: 'unknown', reason: reasonOf(error) }))
  await settle(context, claimed, result)
}

/** `absent`: it is not out, so it may be sent. */
type Outcome = SendResult | { kind: 'absent' }

async function look(channel: Channel, out: OutboundPost, attemptedAt: Date): Promise<Outcome> {
  const found: FindResult = await channel.find({ ...out, attemptedAt })
  return found.kind === 'found' ? { kind: 'sent', externalId: found.externalId, url: found.url } : found
}

async function settle({ campus, log, random }: DeliverContext, claimed: ClaimedDelivery, outcome: Outcome) {
  const { account, delivery, post } = claimed
  const now = campus.clock.now()
  const settlement = settlementOf(outcome, claimed, now, random())
  await together(campus, async (campus) => {
    if (!(await settleDelivery(campus.db, delivery, settlement))) return
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
          .set({ state: 'signed-out', trouble: outcome.reason, troubleAt: now })
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
