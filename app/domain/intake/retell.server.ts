import { and, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm'
import { hidings, posts, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { InTransaction } from '../campus.ts'
import { slugOf } from '../tickets/slug.ts'
import { LONGEST_TITLE, shorten, titleFrom } from './title.ts'

/** What a post says, as far as a ticket's title is made from it. */
type Said = {
  text: string
  parent: { text: string } | null
  author: { handle: string; name: string }
}

/** A post's own words make the title, else those it answers, else who wrote it. */
export function titleOf({ text, parent, author }: Said): string {
  const title = titleFrom(text) ?? (parent && titleFrom(parent.text))
  return title ?? shorten(author.handle ? `@${author.handle}` : author.name, LONGEST_TITLE)
}

/**
 * Gives the ticket that a post raised other words, and forgets the ones it had. Only that ticket: after a merge the
 * survivor keeps its own.
 */
export async function retell(
  campus: InTransaction,
  post: Pick<typeof posts.$inferSelect, 'id' | 'channel'>,
  words: { title: string; body: string },
): Promise<void> {
  await rewrite(
    campus,
    and(
      eq(tickets.source, post.channel),
      sql`${tickets.number} in (select ticket_number from entries where post_id = ${post.id} and kind = 'raised')`,
    ),
    words,
  )
}

/** Gives one ticket other words, and forgets the ones it had. While a ticket is hidden its new words are, too. */
export async function rewrite(
  campus: InTransaction,
  which: SQL | undefined,
  words: { title: string; body: string },
): Promise<void> {
  const [before] = await campus.db
    .select({ number: tickets.number, title: tickets.title, body: tickets.body })
    .from(tickets)
    .where(which)
    .for('update')
  if (before && (await keepHidden(campus, before.number, words))) return
  if (!before || (before.title === words.title && before.body === words.body)) return
  await campus.db
    .update(tickets)
    .set({ ...words, slug: slugOf(words.title) })
    .where(which)
  await run(campus.db, sql`select quad_forget_words(${before.title}, ${before.body})`)
}

async function keepHidden(
  campus: InTransaction,
  number: number,
  words: { title: string; body: string },
): Promise<boolean> {
  const kept = await campus.db
    .update(hidings)
    .set(words)
    .where(and(eq(hidings.ticketNumber, number), isNotNull(hidings.title), isNull(hidings.restoredAt)))
    .returning({ id: hidings.id })
  return kept.length > 0
}
