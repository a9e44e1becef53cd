import type { Renew } from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import type { Campus } from '#app/domain/campus.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { accounts } from '#db/schema/index.ts'

export type Connected = { kind: 'connected'; handle: string } | { kind: 'failed'; reason: string }

/**
 * Connects an account of ours, or connects it again, after asking the network whose it is. What waited for it
 * goes on.
 * @param credentials as the network's channel reads them; sealed before they are kept
 */
export async function connectAccount(
  campus: Campus,
  networks: Networks,
  account: { channel: ChannelId; credentials: string; departmentId: number | null },
): Promise<Connected> {
  const network = networks.get(account.channel)
  if (!network) return { kind: 'failed', reason: `${account.channel} is not configured on this server` }
  let { credentials } = account
  const renew: Renew = async (exchange) => {
    const renewal = await exchange(credentials)
    if (renewal.kind === 'renewed') credentials = renewal.credentials
    return renewal
  }
  const who = await network.open({ externalId: '', handle: '', credentials, renew }).identify()
  if (who.kind === 'failed') return who
  const handle = who.author.handle.toLowerCase()
  const fresh = {
    handle,
    name: who.author.name,
    url: network.profileUrl(handle),
    departmentId: account.departmentId,
    credentials: campus.seal.seal(credentials),
    state: 'connected' as const,
    trouble: null,
    troubleAt: null,
    readAfter: null,
    sendAfter: null,
  }
  await campus.db
    .insert(accounts)
    .values({ channel: account.channel, externalId: who.author.id, ...fresh })
    .onConflictDoUpdate({ target: [accounts.channel, accounts.externalId], set: fresh })
  return { kind: 'connected', handle }
}
