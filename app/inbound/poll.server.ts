import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { noteAllowances, purseOf } from '#app/accounts/charges.server.ts'
import { signedOut } from '#app/accounts/signed-out.server.ts'
import { nextMonth } from '#app/accounts/spending.ts'
import { textIn } from '#app/catalogue/text.ts'
import { openAccount } from '#app/accounts/open.server.ts'
import type { Allowances, ReadResult, Trouble } from '#app/channels/channel.ts'
import type { Networks } from '#app/channels/registry.ts'
import { together, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { receivePost, type Received } from '#app/domain/intake/receive.server.ts'
import { after, MINUTE, SECOND } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import type { Log } from '#app/platform/log.ts'
import { sideBySide } from '#app/platform/side-by-side.ts'
import { CHANNELS, type ChannelId } from '#app/vocabulary.ts'
import { accounts } from '#db/schema/index.ts'
import { toIncoming } from './incoming.ts'

/**
 * Longer than a reading takes, one page of which is given ten seconds; after a crash, how long an account rests.
 * A reading that outlives it is only done twice: a post is taken in once, by whoever comes first.
 */
const LEASE = 20 * SECOND

/** Posts taken in by one transaction. */
const AT_ONCE = 25

type Account = typeof accounts.$inferSelect

export type PollContext = {
  campus: Campus
  networks: Networks
  log: Log
  /** Seconds between two readings of an account, where a network has its own rhythm. */
  rhythms?: Partial<Record<ChannelId, number>>
}

/**
 * Reads every account of ours that may be read now, and takes in what is new, beginning with the one that has waited
 * longest: a process that never comes to the end would else always pass over the same. Networks are read side by side, so
 * that a slow one holds up none of the others. Stops between two accounts.
 */
export async function pollAccounts(
  context: PollContext,
  stopping: () => boolean = () => false,
): Promise<void> {
  const { campus } = context
  const rows = await campus.db
    .select({
      id: accounts.id,
      channel: accounts.channel,
      readAt: accounts.readAt,
      troubleAt: accounts.troubleAt,
    })
    .from(accounts)
    .where(eq(accounts.state, 'connected'))
    .orderBy(sql`${accounts.readAt} asc nulls first`, asc(accounts.id))
  const readThose = async (own: typeof rows) => {
    for (const row of own) {
      if (stopping()) return
      if (isDue(context, row)) await pollAccount(context, row.id)
    }
  }
  await sideBySide(CHANNELS.map((channel) => readThose(rows.filter((row) => row.channel === channel))))
}

/** The job runs in the rhythm of the quickest network; the others are passed over until theirs has come round. */
function isDue(
  { campus, rhythms }: PollContext,
  account: Pick<Account, 'channel' | 'readAt' | 'troubleAt'>,
): boolean {
  const every = (rhythms?.[account.channel] ?? 0) * SECOND
  const last = Math.max(account.readAt?.getTime() ?? 0, account.troubleAt?.getTime() ?? 0)
  // Half a second early is not another round.
  return campus.clock.now().getTime() - last >= every - SECOND / 2
}

async function pollAccount({ campus, networks, log }: PollContext, id: number): Promise<void> {
  const account = await lease(campus, id)
  if (!account) return
  const result = await read(campus, networks, account).catch((error: unknown) => ({
    spoken: cutShort(account, reasonOf(error)),
    found: null,
    allowances: undefined,
  }))
  try {
    const received = await takeIn(campus, account, result)
    const news = received.filter((kind) => kind !== 'seen' && kind !== 'ignored')
    if (news.length > 0) log.info({ account: account.id, received: news }, 'posts taken in')
  } catch (error) {
    // The cursor has not moved: the next reading sees it all again.
    log.error({ account: account.id, reason: reasonOf(error) }, 'posts could not be kept')
    await release(campus, account, { kind: 'later', reason: reasonOf(error), at: null })
  }
  for (const trouble of [result.spoken.trouble, result.found?.trouble])
    if (trouble) log.warn({ account: account.id, reason: trouble.reason }, 'reading cut short')
}

/** Posts that speak to the account, and what a search found beside them; null when nothing was searched. */
type Read = { spoken: ReadResult; found: ReadResult | null; allowances: Allowances | undefined }

/** Throws where the stored credentials cannot be opened: with another SECRET_KEY than they were sealed with. */
async function read(campus: Campus, networks: Networks, account: Account): Promise<Read> {
  const network = networks.get(account.channel)
  const t = textIn('en')
  if (!network) {
    const reason = t('connect.notConfigured', { network: t(`source.${account.channel}`) })
    return { spoken: cutShort(account, reason), found: null, allowances: undefined }
  }
  const purse = purseOf(campus, network, account.id)
  const channel = openAccount(campus, network, account, purse)
  const spoken = await channel.read(account.cursor)
  if (spoken.trouble && purse?.refused())
    spoken.trouble = { kind: 'later', reason: t('held.capReading'), at: nextMonth(campus.clock.now()) }
  const rests = account.lookAfter !== null && campus.clock.now() < account.lookAfter
  const found =
    spoken.trouble || rests ? null : await channel.search?.(account.hashtags, account.searchCursor)
  return { spoken, found: found ?? null, allowances: channel.allowances?.() }
}

const cutShort = (account: Account, reason: string): ReadResult => ({
  posts: [],
  next: account.cursor,
  trouble: { kind: 'later', reason, at: null },
})

/** Claims an account for this process, so that no two read it at once. */
async function lease(campus: Campus, id: number): Promise<Account | null> {
  const now = campus.clock.now()
  const [account] = await campus.db
    .update(accounts)
    .set({ leasedUntil: after(now, LEASE) })
    .where(
      and(
        eq(accounts.id, id),
        eq(accounts.state, 'connected'),
        or(isNull(accounts.leasedUntil), lt(accounts.leasedUntil, now)),
        or(isNull(accounts.readAfter), lt(accounts.readAfter, now)),
      ),
    )
    .returning()
  return account ?? null
}

/**
 * Keeps the posts, a few at a time, and the cursors with them. What is kept stays kept when this process ends in
 * between, and the next reading goes on from there. All at once, a long backlog would be begun anew each time, and
 * nobody else could use the embedded database meanwhile.
 */
async function takeIn(
  campus: Campus,
  account: Account,
  { spoken, found, allowances }: Read,
): Promise<Array<Received>> {
  // Who speaks to us comes first: that is a reason to reply, and a search may have found the same post.
  const posts = [...spoken.posts, ...(found?.posts ?? [])]
  const received: Array<Received> = []
  const takeSome = async (campus: InTransaction, from: number) => {
    for (const post of posts.slice(from, from + AT_ONCE))
      received.push(await receivePost(campus, account.id, toIncoming(account.channel, post)))
  }
  let from = 0
  for (; from + AT_ONCE < posts.length; from += AT_ONCE)
    await together(campus, async (campus) => {
      await takeSome(campus, from)
      await goOn(campus, account, from + AT_ONCE, { spoken, found })
    })
  await together(campus, async (campus) => {
    await takeSome(campus, from)
    await noteAllowances(campus, account.id, allowances)
    await campus.db
      .update(accounts)
      .set({ cursor: spoken.next, ...searched(campus, found), ...settled(campus, spoken.trouble, found) })
      .where(eq(accounts.id, account.id))
  })
  return received
}

/** Moves the cursors as far as posts were kept, and holds the account for the rest of them. */
async function goOn(
  campus: InTransaction,
  account: Account,
  kept: number,
  { spoken, found }: Pick<Read, 'spoken' | 'found'>,
): Promise<void> {
  const searched = kept - spoken.posts.length
  const cursor = searched < 0 ? spoken.after?.(kept) : spoken.next
  const searchCursor = searched > 0 ? found?.after?.(searched) : undefined
  await campus.db
    .update(accounts)
    .set({
      leasedUntil: after(campus.clock.now(), LEASE),
      ...(cursor === undefined ? {} : { cursor }),
      ...(searchCursor === undefined ? {} : { searchCursor }),
    })
    .where(eq(accounts.id, account.id))
}

/** How long a search that was refused is not asked again, when the network does not say. */
const REFUSED_FOR = 15 * MINUTE

/** A search that fails keeps nothing else from being read, and does not sign the account out. */
function searched(campus: Campus, found: ReadResult | null) {
  if (!found) return {}
  const { trouble } = found
  const refused = trouble?.kind === 'signed-out' ? after(campus.clock.now(), REFUSED_FOR) : null
  return { searchCursor: found.next, lookAfter: trouble ? (trouble.at ?? refused) : null }
}

async function release(campus: Campus, account: Account, trouble: Trouble): Promise<void> {
  await campus.db.update(accounts).set(settled(campus, trouble)).where(eq(accounts.id, account.id))
}

function settled(campus: Campus, trouble: Trouble | null, found: ReadResult | null = null) {
  const now = campus.clock.now()
  if (!trouble) {
    const aside = found?.trouble ?? null
    return {
      leasedUntil: null,
      readAt: now,
      readAfter: null,
      trouble: aside && `Searching: ${aside.reason}`,
      troubleAt: aside && now,
    }
  }
  const told =
    trouble.kind === 'signed-out'
      ? signedOut(trouble.reason, now)
      : { trouble: trouble.reason, troubleAt: now }
  return { leasedUntil: null, readAfter: trouble.at, ...told }
}
