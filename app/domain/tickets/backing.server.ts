import { and, eq, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm'
import { entries, posts, tickets, votes } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'
import { append } from '../timeline/append.server.ts'
import type { HeldTicket } from './hold.server.ts'

/** Who takes back what raised a ticket: somebody of ours, or the author of a post on its network. */
export type Leaving = { personId: string } | { networkAuthor: string }

/** Whether anybody but who leaves stands behind a ticket, or it was answered. */
export async function isBacked(
  campus: InTransaction,
  ticket: HeldTicket,
  leaving: Leaving,
): Promise<boolean> {
  if (ticket.answers > 0 || ticket.firstResponseAt !== null) return true
  const personId = 'personId' in leaving ? leaving.personId : null
  const networkAuthor = 'networkAuthor' in leaving ? leaving.networkAuthor : null
  const joined = campus.db
    .select({ number: tickets.number })
    .from(tickets)
    .where(or(eq(tickets.number, ticket.number), eq(tickets.mergedInto, ticket.number)))
  const one = { one: sql`1` }
  const alive = [
    campus.db
      .select(one)
      .from(votes)
      .where(
        and(
          eq(votes.ticketNumber, ticket.number),
          isNull(votes.invalidatedBy),
          personId === null ? undefined : ne(votes.personId, personId),
        ),
      ),
    // Another concern that was joined with it, on a network or from the form.
    campus.db
      .select(one)
      .from(posts)
      .where(and(eq(posts.ticketNumber, ticket.number), eq(posts.kind, 'concern'), isNull(posts.goneAt))),
    campus.db
      .select(one)
      .from(tickets)
      .where(
        and(
          eq(tickets.mergedInto, ticket.number),
          eq(tickets.source, 'web'),
          personId === null ? undefined : sql`${tickets.authorId} is distinct from ${personId}`,
        ),
      ),
    campus.db
      .select(one)
      .from(entries)
      .leftJoin(posts, eq(posts.id, entries.postId))
      .where(
        and(
          inArray(entries.ticketNumber, joined),
          eq(entries.kind, 'comment'),
          or(
            and(
              isNull(entries.postId),
              isNotNull(entries.body),
              personId === null ? undefined : sql`${entries.authorId} is distinct from ${personId}`,
            ),
            and(
              isNotNull(entries.postId),
              isNull(posts.goneAt),
              networkAuthor === null ? undefined : ne(posts.authorId, networkAuthor),
            ),
          ),
        ),
      ),
  ]
  for (const query of alive) if ((await query.limit(1)).length > 0) return true
  return false
}

/** Takes a ticket that nobody stands behind any more off every list. @param postId the post that is gone, if one raised it */
export async function withdraw(
  campus: InTransaction,
  ticket: HeldTicket,
  postId: bigint | null,
): Promise<void> {
  if (ticket.status === 'merged' || ticket.status === 'withdrawn') return
  await append(campus, {
    ticketNumber: ticket.number,
    kind: 'status',
    postId,
    from: ticket.status,
    to: 'withdrawn',
  })
  await campus.db
    .update(tickets)
    .set({ status: 'withdrawn', promisedAt: null, closedAt: campus.clock.now() })
    .where(eq(tickets.number, ticket.number))
}
