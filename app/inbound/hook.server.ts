import { and, eq } from 'drizzle-orm'
import type { News } from '#app/channels/channel.ts'
import { together } from '#app/domain/campus.ts'
import { forgetPost, forgetUnseen } from '#app/domain/intake/gone.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { CHANNELS, type ChannelId } from '#app/vocabulary.ts'
import { accounts } from '#db/schema/index.ts'
import { toIncoming } from './incoming.ts'
import type { PollContext } from './poll.server.ts'

/** The largest call that is read. What X sends of one post is a few kilobytes. */
export const LARGEST_CALL = 256 * 1024

/** The networks that call us, by the name in the address. */
function hookOf({ networks }: PollContext, name: string) {
  const channel = CHANNELS.find((known) => known === name)
  const hook = channel && networks.get(channel)?.hook
  return channel && hook ? { channel, hook } : null
}

/** The answer to a network that makes sure that it is us; null: nobody of that name calls us, or not like that. */
export function answerChallenge(context: PollContext, name: string, query: URLSearchParams): object | null {
  return hookOf(context, name)?.hook.challenge(query) ?? null
}

export type Called = 'no-such-hook' | 'forged' | 'taken' | 'look'

/**
 * Takes what a network tells. Everything in it is also found by reading, so a call that is missed, comes twice or in
 * the wrong order changes nothing but how soon.
 * @returns `look` where the news are only to be had by reading
 */
export async function takeCall(
  context: PollContext,
  name: string,
  body: Buffer,
  headers: Headers,
): Promise<Called> {
  const found = hookOf(context, name)
  if (!found) return 'no-such-hook'
  const news = found.hook.open(body, headers)
  if (news === null) return 'forged'
  let called: Called = 'taken'
  for (const item of news) {
    try {
      const took = await take(context, found.channel, item)
      if (took !== 'ignored' && took !== 'seen') context.log.info({ channel: name, took }, 'a call was taken')
    } catch (error) {
      context.log.error({ channel: name, reason: reasonOf(error) }, 'what a call told could not be kept')
      called = 'look'
    }
    if (item.kind === 'unclear') called = 'look'
  }
  return called
}

async function take({ campus }: PollContext, channel: ChannelId, news: News): Promise<string> {
  switch (news.kind) {
    case 'unclear':
      return 'ignored'
    case 'post': {
      const [account] = await campus.db
        .select({ id: accounts.id })
        .from(accounts)
        .where(and(eq(accounts.channel, channel), eq(accounts.externalId, news.accountId)))
      // An account that was never ours, or is no longer.
      if (!account) return 'ignored'
      return together(campus, (campus) => receivePost(campus, account.id, toIncoming(channel, news.post)))
    }
    case 'gone': {
      const { externalId, authorId } = news
      return together(campus, async (campus) => {
        const became = await forgetPost(campus, { channel, externalId, authorId })
        if (became === 'unknown') await forgetUnseen(campus, { channel, externalId, authorId })
        return became
      })
    }
  }
}
