import { and, asc, eq, gt, inArray, isNotNull, isNull, lte, ne, or, sql } from 'drizzle-orm'
import { noteAllowances, purseOf } from '#app/accounts/charges.server.ts'
import { openAccount } from '#app/accounts/open.server.ts'
import type { LookUpResult } from '#app/channels/channel.ts'
import { together, type Campus } from '#app/domain/campus.ts'
import { forgetParent, missPost } from '#app/domain/intake/gone.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { accounts, posts } from '#db/schema/index.ts'
import { toIncoming } from './incoming.ts'
import type { PollContext } from './poll.server.ts'
import { dueNow, missedBefore } from './schedule.ts'

/** Of one account in one go: a request of X takes a hundred. */
const AT_ONCE = 100
/** In one run, so that the others have their turn; the next run goes on. */
const BATCHES = 20

type Account = typeof accounts.$inferSelect

/**
 * Looks posts up on their networks, and follows what became of them: edited, or gone. Each is asked for by the
 * account that read it, or by any other of ours where that one cannot.
 */
export async function lookUpPosts(
  context: PollContext & { hurry?: number | undefined },
  stopping: () => boolean = () => false,
): Promise<void> {
  const { campus, log } = context
  const now = campus.clock.now()
  const able = await campus.db
    .select()
    .from(accounts)
    .where(and(eq(accounts.state, 'connected'), or(isNull(accounts.lookAfter), lte(accounts.lookAfter, now))))
    .orderBy(asc(accounts.id))
  for (const account of able) {
    const others = able.filter((one) => one.channel === account.channel).map((one) => one.id)
    // The first of a network looks after what no other can.
    const orphans = others[0] === account.id ? others : null
    for (let batch = 0; batch < BATCHES; batch += 1) {
      if (stopping()) return
      const due = await duePosts(campus, account, orphans, now, context.hurry)
      if (due.length === 0) break
      const ids = due.map((post) => post.externalId)
      const result = await look(context, account, ids).catch((error: unknown): LookUpResult => ({
        kind: 'later',
        reason: reasonOf(error),
        at: null,
      }))
      if (result === null) break
      if (result.kind !== 'looked') {
        log.warn({ account: account.id, reason: result.reason }, 'posts could not be looked up')
        if (result.kind === 'later' && result.at) await rest(campus, account, result.at)
        break
      }
      const followed = await follow(campus, account, result, context.hurry)
      // What the network says nothing about has its turn again later, or nothing else would ever have one.
      await campus.db
        .update(posts)
        .set({ checkedAt: campus.clock.now() })
        .where(and(eq(posts.channel, account.channel), inArray(posts.externalId, ids)))
      if (followed > 0) log.info({ account: account.id, followed }, 'posts followed')
      if (due.length < AT_ONCE) break
    }
  }
}

async function look(
  { campus, networks }: PollContext,
  account: Account,
  ids: Array<string>,
): Promise<LookUpResult | null> {
  const network = networks.get(account.channel)
  if (!network) return null
  const channel = openAccount(campus, network, account, purseOf(campus, network, account.id))
  const result = (await channel.lookUp?.(ids)) ?? null
  await noteAllowances(campus, account.id, channel.allowances?.())
  return result
}

/** @param able the accounts that look for themselves; null where another one looks after the rest */
function duePosts(campus: Campus, account: Account, able: Array<number> | null, now: Date, hurry?: number) {
  const own = eq(posts.accountId, account.id)
  const mine = able === null ? own : or(own, isNull(posts.accountId), sql`${posts.accountId} not in ${able}`)
  return campus.db
    .select({ externalId: posts.externalId })
    .from(posts)
    .where(
      and(
        eq(posts.channel, account.channel),
        isNull(posts.goneAt),
        ne(posts.kind, 'reply'),
        mine,
        or(
          isNull(posts.checkedAt),
          and(isNotNull(posts.missingSince), lte(posts.checkedAt, missedBefore(now, hurry))),
          ...dueNow(now, hurry).map(({ postedAfter, postedBefore, checkedBefore }) =>
            and(
              postedAfter ? gt(posts.postedAt, postedAfter) : undefined,
              postedBefore ? lte(posts.postedAt, postedBefore) : undefined,
              lte(posts.checkedAt, checkedBefore),
            ),
          ),
        ),
      ),
    )
    .orderBy(sql`${posts.checkedAt} asc nulls first`)
    .limit(AT_ONCE)
}

/** Each in a transaction of its own: one post that cannot be kept does not stand in the way of the others. */
async function follow(
  campus: Campus,
  account: Account,
  { posts: alive, gone }: Extract<LookUpResult, { kind: 'looked' }>,
  hurry?: number,
): Promise<number> {
  const { channel } = account
  let followed = 0
  for (const post of alive) {
    const incoming = toIncoming(channel, post)
    const became = await together(campus, async (campus) => {
      if (incoming.parent === null) await forgetParent(campus, incoming)
      return receivePost(campus, account.id, incoming)
    })
    if (became !== 'seen') followed += 1
  }
  const lost = missedBefore(campus.clock.now(), hurry)
  for (const externalId of gone) {
    const became = await together(campus, (campus) => missPost(campus, { channel, externalId }, lost))
    if (became === 'forgotten' || became === 'withdrawn') followed += 1
  }
  return followed
}

async function rest(campus: Campus, account: Account, at: Date): Promise<void> {
  await campus.db.update(accounts).set({ lookAfter: at }).where(eq(accounts.id, account.id))
}
