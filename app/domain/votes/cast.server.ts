import { sql } from 'drizzle-orm'
import { OPEN_STATUSES } from '#app/vocabulary.ts'
import { blocks, follows, tickets, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import { refuseBlocked } from '../people/blocked.server.ts'

/** `votes`: how many the ticket has now. `taken-out`: they have voted, and it was decided not to count that vote. */
export type VoteResult = { kind: 'counted'; votes: number } | { kind: 'closed' } | { kind: 'taken-out' }

const open = sql.raw(`status in (${OPEN_STATUSES.map((status) => `'${status}'`).join(', ')})`)

/**
 * Backs a ticket: one person, one vote, however often it is sent. One statement, so that the count and the row
 * cannot part. The ticket's row is taken first, so that a merge under way is waited for and then seen.
 * @throws {Refusal} to who is blocked for tampering with votes
 * @param vote `origin`: from which address range it comes, as `votes.origin` says
 */
export async function castVote(
  campus: Campus,
  vote: { number: number; personId: string; origin?: string },
): Promise<VoteResult> {
  const at = campus.clock.now().toISOString()
  const [row] = await run<{ votes: number; out: boolean }>(
    campus.db,
    sql`with ticket as (
          select number, votes from ${tickets} where number = ${vote.number} and ${open} and not exists (
            select from ${blocks} where person_id = ${vote.personId} and reason = 'vote-fraud'
              and lifted_at is null and until > ${at}::timestamptz
          ) for no key update
        ), cast_vote as (
          insert into ${votes} (ticket_number, person_id, created_at, origin)
          select number, ${vote.personId}, ${at}::timestamptz, ${vote.origin ?? ''} from ticket
          on conflict do nothing returning ticket_number
        ), followed as (
          insert into ${follows} (ticket_number, person_id)
          select ticket_number, ${vote.personId} from cast_vote
          on conflict do nothing
        ), counted as (
          update ${tickets} set votes = votes + 1 where number in (select ticket_number from cast_vote)
        )
        select votes + (select count(*) from cast_vote)::int as votes, exists (
          select from ${votes}
          where ticket_number = number and person_id = ${vote.personId} and invalidated_by is not null
        ) as out from ticket`,
  )
  if (row) return row.out ? { kind: 'taken-out' } : { kind: 'counted', votes: row.votes }
  await refuseBlocked(campus, vote.personId, 'voting')
  return { kind: 'closed' }
}

/** Takes a vote back that is counted. Following goes on: it is a choice of its own. */
export async function withdrawVote(
  campus: Campus,
  vote: { number: number; personId: string },
): Promise<VoteResult> {
  const [row] = await run<{ votes: number }>(
    campus.db,
    sql`with ticket as (
          select number, votes from ${tickets} where number = ${vote.number} and ${open} for no key update
        ), withdrawn as (
          delete from ${votes}
          where ticket_number in (select number from ticket) and person_id = ${vote.personId}
            and invalidated_by is null
          returning ticket_number
        ), counted as (
          update ${tickets} set votes = votes - 1 where number in (select ticket_number from withdrawn)
        )
        select votes - (select count(*) from withdrawn)::int as votes from ticket`,
  )
  return row ? { kind: 'counted', votes: row.votes } : { kind: 'closed' }
}
