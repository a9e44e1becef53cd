import { sql } from 'drizzle-orm'
import { accounts, posts } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import type { TicketView } from './views.ts'

/**
 * People who stand behind a ticket on a network: everyone who posted in one of its conversations, once each,
 * our own accounts left out, and whoever took back all they said. A merge has moved the posts, so those of the merged tickets count here.
 */
export function readVoices(campus: Campus, number: number): Promise<TicketView['voices']> {
  return run(
    campus.db,
    sql`select channel, count(distinct author_id)::int as count
        from ${posts}
        where ticket_number = ${number} and kind <> 'reply' and gone_at is null
          and not exists (
            select from ${accounts} where accounts.channel = posts.channel and accounts.external_id = posts.author_id
          )
        group by channel order by channel`,
  )
}
