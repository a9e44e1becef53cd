import { sql } from 'drizzle-orm'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'
import type { LogEntry, MonthCount } from './views.ts'

export const LOG_PAGE = 50

/** Every decision there was, in one shape: nothing of it leads to a person or to what was said. */
const DECISIONS = sql`
  select 'hiding:' || hidings.id as id,
    case entries.kind when 'raised' then 'concern' else 'comment' end as kind,
    entries.post_id is not null as network, hidden_at as at, reason, policy_version, hidings.role,
    null::int as days, appeals.id is not null as appealed, appeals.upheld, restored_at is not null as undone
  from hidings join entries on entries.id = hidings.entry_id left join appeals on appeals.hiding_id = hidings.id
  union all
  select 'block:' || blocks.id, 'block', false, blocked_at, reason, policy_version, blocks.role,
    round(extract(epoch from until - blocked_at) / 86400)::int, appeals.id is not null, appeals.upheld, lifted_at is not null
  from blocks left join appeals on appeals.block_id = blocks.id`

/** The public log, newest first. @param page from 1 */
export async function readModerationLog(
  campus: Campus,
  page: number,
): Promise<{ entries: Array<LogEntry>; more: boolean }> {
  const rows = await run<
    Omit<LogEntry, 'at' | 'appeal'> & {
      at: string | Date
      appealed: boolean
      upheld: boolean | null
      undone: boolean
    }
  >(
    campus.db,
    sql`select id, kind, network, at, reason, policy_version as "policyVersion", role, days, appealed, upheld, undone
        from (${DECISIONS}) as decisions
        order by at desc, id desc limit ${LOG_PAGE + 1} offset ${(page - 1) * LOG_PAGE}`,
  )
  return {
    entries: rows.slice(0, LOG_PAGE).map(({ at, appealed, upheld, undone, ...row }) => ({
      ...row,
      at: new Date(at),
      appeal: !appealed
        ? undone
          ? 'taken-back'
          : 'none'
        : upheld === null
          ? 'open'
          : upheld
            ? 'upheld'
            : 'restored',
    })),
    more: rows.length > LOG_PAGE,
  }
}

const MONTHS = 12

/** How often it happened, by the months of the campus's calendar, newest first. */
export function countByMonth(campus: Campus): Promise<Array<MonthCount>> {
  return run<MonthCount>(
    campus.db,
    sql`select to_char(at at time zone ${campus.zone}, 'YYYY-MM') as month,
          (count(*) filter (where kind = 'concern'))::int as concerns,
          (count(*) filter (where kind = 'comment'))::int as comments,
          (count(*) filter (where kind = 'block'))::int as blocks,
          (count(*) filter (where upheld = false))::int as restored
        from (${DECISIONS}) as decisions group by 1 order by 1 desc limit ${MONTHS}`,
  )
}
