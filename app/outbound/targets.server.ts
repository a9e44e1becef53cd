import { and, asc, eq, isNull, or } from 'drizzle-orm'
import type { Networks } from '#app/channels/registry.ts'
import { textIn } from '#app/catalogue/text.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { together, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { accounts, announcements, deliveries, departments, entries, posts } from '#db/schema/index.ts'
import { slotFor } from './policy.ts'
import { renderReply, type Rendered, type Room } from './render.ts'

/**
 * Turns every open announcement into deliveries: one to each post that raised the concern.
 * @param site where tickets are read, for replies that may carry a link; null: none does
 */
export async function addressAnnouncements(
  campus: Campus,
  networks: Networks,
  site: string | null = null,
): Promise<void> {
  while (await addressNext(campus, networks, site));
}

function addressNext(campus: Campus, networks: Networks, site: string | null): Promise<boolean> {
  return together(campus, async (campus) => {
    const [announcement] = await campus.db
      .select()
      .from(announcements)
      .where(isNull(announcements.addressedAt))
      .orderBy(asc(announcements.id))
      .limit(1)
      .for('update', { skipLocked: true })
    if (!announcement) return false
    for (const target of await targetsOf(campus, announcement.ticketNumber)) {
      await promise(campus, { networks, site }, announcement, target)
    }
    await campus.db
      .update(announcements)
      .set({ addressedAt: campus.clock.now() })
      .where(eq(announcements.id, announcement.id))
    return true
  })
}

const about = (channel: ChannelId) => ({ network: textIn('en')(`source.${channel}`) })

/** While a network is not configured, nobody knows its limit; the whole text waits for a person to try again. */
const UNMEASURED: Room = {
  limit: Infinity,
  measure: (text) => text.length,
  threads: false,
  addresses: true,
}

type Target = Awaited<ReturnType<typeof targetsOf>>[number]

/**
 * The posts that raised a ticket, or one merged into it. Of a ticket that was itself merged since, only the
 * posts it raised: those of the survivor hear the survivor's answer.
 */
function targetsOf(campus: InTransaction, number: number) {
  return campus.db
    .select({ post: posts, raisedAs: entries.ticketNumber })
    .from(posts)
    .innerJoin(entries, and(eq(entries.postId, posts.id), eq(entries.kind, 'raised')))
    .where(
      and(eq(posts.kind, 'concern'), or(eq(posts.ticketNumber, number), eq(entries.ticketNumber, number))),
    )
    .orderBy(asc(posts.id))
}

async function promise(
  campus: InTransaction,
  { networks, site }: { networks: Networks; site: string | null },
  announcement: typeof announcements.$inferSelect,
  { post, raisedAs }: Target,
): Promise<void> {
  if (post.accountId === null) return
  const [account] = await campus.db.select().from(accounts).where(eq(accounts.id, post.accountId))
  const slot = account && slotFor(post.channel, account.mirror, announcement)
  if (!slot) return
  const [entry] = await campus.db
    .select({
      body: entries.body,
      to: entries.to,
      department: departments.name,
      departmentId: departments.id,
    })
    .from(entries)
    .leftJoin(departments, eq(departments.id, entries.departmentId))
    .where(eq(entries.id, announcement.entryId))
  const now = campus.clock.now()
  const network = networks.get(post.channel)
  const delivery = {
    announcementId: announcement.id,
    postId: post.id,
    slot,
    accountId: post.accountId,
    ...(await unlikeEarlier()),
    dueAt: now,
    createdAt: now,
  }
  const t = textIn('en')
  const parked =
    post.summons === null
      ? t('held.notSummoned')
      : network
        ? null
        : t('held.notConfigured', about(post.channel))
  const aside =
    account.mirror === 'nothing'
      ? // Not settled: a person may send it all the same.
        { state: 'skipped' as const, reason: t('held.nothing') }
      : parked === null
        ? {}
        : { state: 'parked' as const, reason: parked }
  await campus.db
    .insert(deliveries)
    .values({ ...delivery, ...aside })
    .onConflictDoNothing({ target: [deliveries.postId, deliveries.slot] })

  /** X refuses the same words twice, and a look for a reply that may be out could not tell the two apart. */
  async function unlikeEarlier(): Promise<Rendered> {
    const rendered = words(1)
    const earlier = await campus.db
      .select({ text: deliveries.text })
      .from(deliveries)
      .where(eq(deliveries.postId, post.id))
    return earlier.some(({ text }) => text === rendered.text) ? words(earlier.length + 1) : rendered
  }

  function words(turn: number): Rendered {
    return renderReply(
      textIn('en'),
      {
        handle: post.authorHandle === post.authorId ? '' : post.authorHandle,
        department: entry?.department ?? '',
        number: raisedAs,
        moment: announcement.moment,
        to: entry?.to ?? null,
        words: entry?.body ?? '',
        link: account?.links && site !== null ? `${site}/tickets/${raisedAs}` : null,
        turn,
      },
      network ?? UNMEASURED,
    )
  }
}
