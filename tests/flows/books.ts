import { asc, inArray, isNull } from 'drizzle-orm'
import { expect } from 'vitest'
import type { Database } from '#db/client.server.ts'
import { announcements, deliveries, entries, posts, tickets } from '#db/schema/index.ts'
import type { Sandbox } from '#sandbox/x/server.ts'

/**
 * Counts the replies that the network refused from now on. X, and so the practice network, refuses the same words
 * twice: this is how a second sending shows, although no second reply does.
 */
export function countRefusals(sandbox: Sandbox): () => number {
  const refused = new Set<unknown>()
  sandbox.onRequest(({ phase, method }) => {
    if (phase !== 'answered' || method !== 'POST') return
    for (const record of sandbox.requests) {
      if (record.method === 'POST' && record.status === 403) refused.add(record)
    }
  })
  return () => refused.size
}

/** What students posted, and which answers each post has to have got. */
export type Said = { mentions: Set<string>; answered: Map<string, Set<'first-answer' | 'final'>> }

export type Counts = { mentions: number; tickets: number; comments: number; replies: number }

/**
 * Lays the campus's books beside the network's: each mention taken in once, each promise kept once.
 * Throws on the first line that does not agree.
 */
export async function compareBooks(db: Database, sandbox: Sandbox, said: Said): Promise<Counts> {
  const mentions = [...said.mentions]
  const taken = await db.select().from(posts).where(inArray(posts.firstId, mentions)).orderBy(asc(posts.id))
  const known = new Set(taken.map((post) => post.firstId))
  expect(
    mentions.filter((id) => !known.has(id)),
    'every post is taken in',
  ).toEqual([])
  expect(taken.length, 'and once').toBe(mentions.length)
  expect(
    taken.filter((post) => post.ticketNumber === null),
    'no post without a ticket',
  ).toEqual([])

  const ids = taken.map((post) => post.id)
  const lines = await db.select().from(entries).where(inArray(entries.postId, ids))
  for (const post of taken) {
    const kinds = lines.filter((entry) => entry.postId === post.id).map((entry) => entry.kind)
    expect(kinds, `the lines of post ${post.firstId}`).toEqual([
      post.kind === 'concern' ? 'raised' : 'comment',
    ])
  }
  const numbers = [...new Set(taken.map((post) => post.ticketNumber!))]
  const concerns = taken.filter((post) => post.kind === 'concern')
  expect(
    new Set(concerns.map((post) => post.ticketNumber)).size,
    'as many tickets as posts that raised one',
  ).toBe(concerns.length)
  for (const ticket of await db.select().from(tickets).where(inArray(tickets.number, numbers))) {
    const comments = taken.filter((post) => post.kind === 'comment' && post.ticketNumber === ticket.number)
    expect(ticket.comments, `the comments counted on ticket ${ticket.number}`).toBe(comments.length)
  }
  const all = await db.select({ number: tickets.number, source: tickets.source }).from(tickets)
  const raised = await db.select().from(posts)
  const withPost = new Set(raised.flatMap((post) => (post.kind === 'concern' ? [post.ticketNumber] : [])))
  expect(
    all.filter((ticket) => ticket.source === 'x' && !withPost.has(ticket.number)),
    'no ticket without its post',
  ).toEqual([])

  expect(await db.select().from(announcements).where(isNull(announcements.addressedAt))).toEqual([])
  const promises = await db.select().from(deliveries)
  expect(
    promises
      .filter((delivery) => delivery.state !== 'sent')
      .map(({ id, state, reason }) => ({ id, state, reason })),
    'nothing left to send',
  ).toEqual([])
  const own = promises.filter((delivery) => ids.includes(delivery.postId))
  let replies = 0
  for (const post of taken) {
    const expected = [...(said.answered.get(post.firstId) ?? [])].toSorted()
    const kept = own.filter((delivery) => delivery.postId === post.id)
    expect(kept.map(({ slot }) => slot).toSorted(), `the promises to post ${post.firstId}`).toEqual(expected)
    const out = sandbox.replies(post.externalId).filter(({ handle }) => /^quad/i.test(handle))
    expect(out.map(({ id }) => id).toSorted(), `the replies to post ${post.firstId}`).toEqual(
      kept.map(({ externalId }) => externalId).toSorted(),
    )
    replies += out.length
    for (const { id } of out)
      expect(raised.filter(({ firstId, kind }) => firstId === id && kind === 'reply')).toHaveLength(1)
  }
  return {
    mentions: taken.length,
    tickets: concerns.length,
    comments: taken.length - concerns.length,
    replies,
  }
}
