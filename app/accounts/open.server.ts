import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Channel, Network, Purse, Renew } from '#app/channels/channel.ts'
import type { Campus } from '#app/domain/campus.ts'
import { after, SECOND } from '#app/platform/clock.ts'
import { accounts } from '#db/schema/index.ts'

/** Longer than a network may take to answer; after a crash, how long nobody asks again. */
const LEASE = 30 * SECOND

/**
 * An account of ours, ready to read and speak.
 * @param purse what pays for its readings: see `charges.server.ts`
 * @throws where the stored credentials cannot be opened: with another SECRET_KEY than they were sealed with
 */
export function openAccount(
  campus: Campus,
  network: Network,
  account: typeof accounts.$inferSelect,
  purse: Purse | null = null,
): Channel {
  return network.open({
    externalId: account.externalId,
    handle: account.handle,
    credentials: campus.seal.open(account.credentials),
    renew: renewing(campus, account.id),
    purse,
  })
}

/**
 * Networks that give new credentials take the old ones back, so two processes that asked at once would sign each
 * other out. A lease on the account's row keeps them apart: no transaction is open while the network is asked.
 */
function renewing(campus: Campus, id: number): Renew {
  return async (exchange) => {
    const now = campus.clock.now()
    const [held] = await campus.db
      .update(accounts)
      .set({ renewingUntil: after(now, LEASE) })
      .where(and(eq(accounts.id, id), or(isNull(accounts.renewingUntil), lt(accounts.renewingUntil, now))))
      .returning()
    if (!held) return { kind: 'later', reason: 'This account is being signed in again just now.' }
    const finish = (changes: Partial<typeof accounts.$inferInsert>) =>
      campus.db
        .update(accounts)
        .set({ ...changes, renewingUntil: null })
        .where(and(eq(accounts.id, id), eq(accounts.renewingUntil, held.renewingUntil!)))
    try {
      const renewal = await exchange(campus.seal.open(held.credentials))
      await finish(renewal.kind === 'renewed' ? { credentials: campus.seal.seal(renewal.credentials) } : {})
      return renewal
    } catch (error) {
      await finish({})
      throw error
    }
  }
}
