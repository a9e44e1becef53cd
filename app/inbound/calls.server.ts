import { and, asc, eq } from 'drizzle-orm'
import { openAccount } from '#app/accounts/open.server.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { Calls } from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import type { Campus } from '#app/domain/campus.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { accounts } from '#db/schema/index.ts'
import type { CallsView } from './views.ts'

type Account = typeof accounts.$inferSelect
type Noted = Extract<Awaited<ReturnType<Calls['read']>>, { kind: 'read' }>

/** Where a network calls us. */
export const hookUrl = (publicUrl: string, channel: ChannelId) => `${publicUrl}/hooks/${channel}`

/** How each network that may call us stands, as the network itself has it noted. */
export async function readCalls(
  campus: Campus,
  networks: Networks,
  publicUrl: string,
): Promise<Array<CallsView>> {
  const calling = [...networks.values()].filter(({ hook }) => hook !== undefined)
  return Promise.all(
    calling.map(async ({ id: channel, calls }): Promise<CallsView> => {
      const url = hookUrl(publicUrl, channel)
      const unknown = (reason: string): CallsView => ({
        channel,
        url,
        state: 'unknown',
        reason,
        others: [],
        accounts: [],
        mayRegister: calls !== undefined,
      })
      if (!calls) return unknown(textIn('en')('calls.withoutKeys'))
      const noted = await calls.read(url)
      if (noted.kind === 'failed') return unknown(noted.reason)
      const { webhook, others } = noted
      return {
        channel,
        url,
        state: webhook === null ? 'unregistered' : webhook.valid ? 'valid' : 'invalid',
        reason: null,
        others,
        accounts: (await connected(campus, channel)).map((account) => ({
          handle: account.handle,
          told: missingFor(account, calls, noted).length === 0,
        })),
        mayRegister: true,
      }
    }),
  )
}

/**
 * Has a network call us about every account that is connected there. What is noted already stays as it is, so that this
 * may be done again at any time.
 * @returns what did not succeed, in a sentence each
 */
export async function registerCalls(
  campus: Campus,
  networks: Networks,
  publicUrl: string,
  channel: ChannelId,
): Promise<Array<string>> {
  const network = networks.get(channel)
  const calls = network?.calls
  if (!network || !calls) return [textIn('en')('calls.withoutKeys')]
  const url = hookUrl(publicUrl, channel)
  const noted = await calls.read(url)
  if (noted.kind === 'failed') return [noted.reason]
  const webhook =
    noted.webhook === null
      ? await calls.register(url)
      : noted.webhook.valid
        ? noted.webhook
        : await calls.check(noted.webhook.id)
  if ('kind' in webhook && webhook.kind === 'failed') return [webhook.reason]
  const problems: Array<string> = []
  for (const account of await connected(campus, channel)) {
    const missing = missingFor(account, calls, noted)
    if (missing.length === 0) continue
    try {
      const result = await openAccount(campus, network, account).subscribe?.(webhook.id, missing)
      if (result?.kind === 'failed') problems.push(`@${account.handle}: ${result.reason}`)
    } catch (error) {
      problems.push(`@${account.handle}: ${reasonOf(error)}`)
    }
  }
  return problems
}

const connected = ({ db }: Campus, channel: ChannelId): Promise<Array<Account>> =>
  db
    .select()
    .from(accounts)
    .where(and(eq(accounts.channel, channel), eq(accounts.state, 'connected')))
    .orderBy(asc(accounts.handle))

const missingFor = ({ externalId }: Account, { events }: Calls, { subscribed }: Noted) =>
  events.filter((event) => !subscribed.some((one) => one.accountId === externalId && one.event === event))
