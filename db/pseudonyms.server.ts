import { randomInt } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { BIRDS, LOOKS } from '#app/catalogue/pseudonym-words.ts'
import { FEWEST } from '#app/platform/suppressed.ts'
import type { Database } from './client.server.ts'
import { run } from './statement.ts'

/** The last of a draw carry a number, so that one is free even where every pair of words is taken. */
const DRAWS = ['', '', '', '', '', '', 'numbered', 'numbered', 'numbered'] as const

/**
 * Names to be tried in this order: drawn by lot from nothing that is kept, so that nobody can tell from a name, or
 * from everything that is public, whose it is.
 */
export function drawNames(): Array<string> {
  return DRAWS.map((kind) => {
    const name = `${pick(LOOKS)} ${pick(BIRDS)}`
    return kind === 'numbered' ? `${name} ${randomInt(2, 10_000)}` : name
  })
}

function pick(from: ReadonlyArray<string>): string {
  return from[randomInt(from.length)]!
}

const TICKETS_AT_ONCE = 1000

/**
 * Gives a name to everybody who said something on a ticket before there were names, or while an older version was
 * still running. Cut short, the next time goes on from there.
 */
export async function nameAllAuthors(db: Pick<Database, 'execute'>): Promise<void> {
  const database = db as Database
  const [{ last } = { last: 0 }] = await run<{ last: number }>(
    database,
    sql`select coalesce(max(number), 0)::int as last from tickets`,
  )
  for (let from = 0; from <= last; from += TICKETS_AT_ONCE) {
    // A name that was taken already leaves its person for the next round.
    for (;;) {
      const nameless = await run<{ number: number; person: string }>(
        database,
        sql`select distinct coalesce(ticket.merged_into, ticket.number) as number, entry.author_id as person
            from entries as entry join tickets as ticket on ticket.number = entry.ticket_number
            where ticket.number >= ${from} and ticket.number < ${from + TICKETS_AT_ONCE} and entry.author_id is not null
              and (entry.kind in ('raised', 'comment') or (entry.kind = 'note' and entry.from_status is not null))
              and not exists (
                select from pseudonyms as known
                where known.ticket_number = coalesce(ticket.merged_into, ticket.number) and known.person_id = entry.author_id
              )`,
      )
      if (nameless.length === 0) break
      const rows = JSON.stringify(nameless.map((row) => ({ ...row, names: drawNames() })))
      await run(
        database,
        sql`insert into pseudonyms (ticket_number, person_id, name, affiliation)
            select number, person, (
              select name from json_array_elements_text(names) with ordinality as drawn (name, turn)
              where not exists (select from pseudonyms where ticket_number = number and pseudonyms.name = drawn.name)
              order by turn limit 1
            ), quad_shared_affiliation(person, ${FEWEST}::int)
            from json_to_recordset(${rows}::text::json) as row (number int, person text, names json)
            on conflict do nothing`,
      )
    }
  }
}
