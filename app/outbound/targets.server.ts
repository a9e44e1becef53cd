import { and, asc, eq, isNull, or } from 'drizzle-orm'
import type { Networks } from '#app/channels/registry.ts'
import { textIn } from '#app/catalogue/text.ts'
import { together, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { announcements, deliveries, departments, entries, posts } from '#db/schema/index.ts'
import { slotFor } from './policy.ts'
import { renderReply, type Rendered, type Room } from './render.ts'

/** Turns every open announcement into deliveries: one to each post that raised the concern. */
export async function addressAnnouncements(campus: Campus, networks: Networks): Promise<void> {
  while (await addressNext(campus, networks));
}

function addressNext(campus: Campus, networks: Networks): Promise<boolean> {
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
      await promise(campus, networks, announcement, target)
    }
    await campus.db
      .update(announcements)
      .set({ addressedAt: campus.clock.now() })
      .where(eq(announcements.id, announcement.id))
    return true
  })
}

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
  networks: Networks,
  announcement: typeof announcements.$inferSelect,
  { post, raisedAs }: Target,
): Promise<void> {
  const slot = slotFor(post.channel, announcement.moment)
  if (slot === null || post.accountId === null) return
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
  const parked =
    post.summons === null
      ? 'the author did not mention us, so the network would refuse a reply'
      : network
        ? null
        : `${post.channel} is not configured`
  await campus.db
    .insert(deliveries)
    .values(parked === null ? delivery : { ...delivery, state: 'parked', reason: parked })
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
        link: null,
        turn,
      },
      network ?? UNMEASURED,
    )
  }
}
