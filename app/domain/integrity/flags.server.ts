import { and, desc, eq, isNull, sql, type SQL } from 'drizzle-orm'
import { after, DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import { conflict, notAllowed, notFound } from '#app/platform/errors.ts'
import { people, tickets, voteFlags, votes, type VoteMeasures, type VotePattern } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import { can } from '../people/can.ts'
import { FEWEST_IN_RING, FEWEST_VOTES, signsOf } from './signs.ts'
import type { FlagView } from './views.ts'

/** Votes are looked at in pieces of this length. */
const PIECE = 10 * MINUTE
/** A look goes back so far, so that one that was missed is made up for. */
const LOOKED_AT = HOUR
/** How long it is known from which address range a vote came. */
const ORIGIN_LASTS = 2 * DAY

export type Flag = Pick<typeof voteFlags.$inferSelect, 'ticketNumber' | 'since' | 'until' | 'origin'>

const at = (moment: Date) => sql`${moment.toISOString()}::timestamptz`

/** Whether an account was younger than a day when it voted. */
const young = (vote: SQL) =>
  sql`exists (select from ${people} where id = ${vote}.person_id and ${vote}.created_at - ${people.createdAt} < interval '1 day')`

/** Whether an account has backed one ticket and nothing else. */
const single = (vote: SQL) =>
  sql`not exists (select from ${votes} other where other.person_id = ${vote}.person_id and other.ticket_number <> ${vote}.ticket_number)`

/**
 * Young accounts that backed the same tickets, two or more, in the same order as at least nine others did between two
 * moments. Also of votes that are not counted any more: taking one ticket's out hides no ring from the next.
 */
const ring = (from: Date, to: Date) => sql`
  select unnest(members) as person_id from (
    select array_agg(person_id) as members from (
      select vote.person_id, array_agg(vote.ticket_number order by vote.created_at, vote.ticket_number) as path
      from ${votes} vote
      where vote.created_at >= ${at(from)} and vote.created_at < ${at(to)} and vote.origin is not null
        and ${young(sql`vote`)}
      group by vote.person_id having count(*) > 1
    ) paths group by path having count(*) >= ${FEWEST_IN_RING}
  ) rings`

/** Looks at the votes of the last hour, and keeps what is odd. May be run at any time, also twice at once. */
export async function lookAtVotes(campus: Campus): Promise<void> {
  const now = campus.clock.now()
  const from = new Date(Math.floor(after(now, -LOOKED_AT).getTime() / PIECE) * PIECE)
  const pieces = await run<VoteMeasures & { number: number; since: number; origin: string | null }>(
    campus.db,
    sql`with recent as (
          select ticket_number, person_id, created_at, origin,
            floor(extract(epoch from created_at) * 1000 / ${PIECE}) * ${PIECE} as since
          from ${votes}
          where origin is not null and invalidated_by is null and created_at >= ${at(from)} and created_at <= ${at(now)}
        ), pieces as (
          select ticket_number, since from recent group by 1, 2 having count(*) >= ${FEWEST_VOTES}
        ), ring as materialized (${ring(from, after(now, 1))}
        ), counted as (
          select ticket_number, since, count(*)::int as votes,
            count(*) filter (where ${young(sql`recent`)})::int as young,
            count(*) filter (where ${single(sql`recent`)})::int as single,
            count(*) filter (where person_id in (select person_id from ring))::int as ring
          from recent join pieces using (ticket_number, since) group by 1, 2
        ), ranges as (
          select distinct on (ticket_number, since) ticket_number, since, origin, count(*)::int as votes
          from recent join pieces using (ticket_number, since)
          where origin <> '' and origin not like 'campus:%'
          group by 1, 2, 3 order by 1, 2, 4 desc
        ), everybody as (
          select count(*)::int as people, count(*) filter (where ${people.createdAt} > ${at(after(now, -DAY))})::int as young
          from ${people} where exists (select from pieces)
        )
        select counted.ticket_number as number, counted.since::float8 as since, counted.votes, counted.young, counted.single,
          counted.ring, coalesce(ranges.votes, 0) as "oneRange", ranges.origin,
          everybody.people - counted.votes as others, greatest(everybody.young - counted.young, 0) as "othersYoung",
          (select count(*) from ${votes} earlier where earlier.ticket_number = counted.ticket_number
             and earlier.invalidated_by is null and extract(epoch from earlier.created_at) * 1000 < counted.since)::float8
            / greatest((counted.since - extract(epoch from ${tickets.createdAt}) * 1000) / ${PIECE}, 1)::float8 as usual
        from counted join ${tickets} on ${tickets.number} = counted.ticket_number
          left join ranges using (ticket_number, since) cross join everybody
        order by counted.since, counted.ticket_number`,
  )
  for (const { number, since, origin, ...measures } of pieces) {
    const signs = signsOf(measures)
    if (signs.length === 0) continue
    const seen = { signs, measures, origin }
    await campus.db
      .insert(voteFlags)
      .values({
        ...seen,
        ticketNumber: number,
        since: new Date(since),
        until: new Date(since + PIECE),
        foundAt: now,
      })
      .onConflictDoUpdate({
        target: [voteFlags.ticketNumber, voteFlags.since],
        set: seen,
        setWhere: isNull(voteFlags.settledAt),
      })
  }
}

/** Forgets from which address ranges votes came. */
export async function forgetOrigins(campus: Campus): Promise<void> {
  const old = after(campus.clock.now(), -ORIGIN_LASTS)
  await campus.db
    .update(votes)
    .set({ origin: null })
    .where(and(sql`${votes.origin} is not null`, sql`${votes.createdAt} < ${at(old)}`))
  await campus.db
    .update(voteFlags)
    .set({ origin: null })
    .where(and(sql`${voteFlags.origin} is not null`, sql`${voteFlags.until} < ${at(old)}`))
}

/** The counted votes that a pattern means, as rows of ticket and person. */
export function votesMeant(flag: Flag, { conditions, everywhere }: VotePattern): SQL {
  const means: Record<VotePattern['conditions'][number], SQL> = {
    young: young(sql`vote`),
    single: single(sql`vote`),
    'one-range': sql`vote.origin = ${flag.origin}`,
    ring: sql`vote.person_id in (${ring(after(flag.since, -HOUR), after(flag.until, HOUR))})`,
  }
  const here = sql`select vote.ticket_number, vote.person_id from ${votes} vote where ${sql.join(
    [
      sql`vote.ticket_number = ${flag.ticketNumber} and vote.invalidated_by is null`,
      sql`vote.created_at >= ${at(flag.since)} and vote.created_at < ${at(flag.until)}`,
      ...conditions.map((condition) => means[condition]),
    ],
    sql` and `,
  )}`
  if (!everywhere) return here
  return sql`${here} union select vote.ticket_number, vote.person_id from ${votes} vote
    where vote.invalidated_by is null and vote.person_id in (select person_id from (${here}) meant)
      and vote.created_at >= ${at(after(flag.since, -HOUR))} and vote.created_at < ${at(after(flag.until, HOUR))}`
}

const FLAG = {
  id: sql<string>`${voteFlags.id}::text`,
  ticket: { number: tickets.number, slug: tickets.slug, title: tickets.title },
  since: voteFlags.since,
  until: voteFlags.until,
  signs: voteFlags.signs,
  measures: voteFlags.measures,
  ranged: sql<boolean>`${voteFlags.origin} is not null`,
  settledAt: voteFlags.settledAt,
}

const MOST_SHOWN = 100

/** What was found, the newest first, and what nobody has settled before the rest. */
export function listFlags(campus: Campus): Promise<Array<FlagView>> {
  return campus.db
    .select(FLAG)
    .from(voteFlags)
    .innerJoin(tickets, eq(tickets.number, voteFlags.ticketNumber))
    .orderBy(sql`${voteFlags.settledAt} is not null`, desc(voteFlags.since), desc(voteFlags.id))
    .limit(MOST_SHOWN)
}

/** @throws {Refusal} when there is none */
export async function readFlag(campus: Campus, id: bigint): Promise<FlagView> {
  const [flag] = await campus.db
    .select(FLAG)
    .from(voteFlags)
    .innerJoin(tickets, eq(tickets.number, voteFlags.ticketNumber))
    .where(eq(voteFlags.id, id))
  if (!flag) throw notFound('no-such-flag')
  return flag
}

/** Says that nothing was wrong. @throws {Refusal} when somebody has settled it already */
export async function dismissFlag(campus: Campus, actor: Actor, id: bigint): Promise<void> {
  if (!can(actor, 'invalidate-votes')) throw notAllowed('not-yours')
  await together(campus, async (campus) => {
    await settle(campus, actor, id)
    await record(campus, { actorId: actor.personId, event: 'votes.flag-dismissed', subject: `flag:${id}` })
  })
}

/** @throws {Refusal} when there is none, or somebody has settled it already */
export async function settle(campus: Campus, actor: Actor, id: bigint): Promise<void> {
  const settled = await campus.db
    .update(voteFlags)
    .set({ settledAt: campus.clock.now(), settledBy: actor.personId })
    .where(and(eq(voteFlags.id, id), isNull(voteFlags.settledAt)))
    .returning({ id: voteFlags.id })
  if (settled.length > 0) return
  await readFlag(campus, id)
  throw conflict('flag-settled')
}
