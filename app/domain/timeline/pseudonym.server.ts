import { sql } from 'drizzle-orm'
import { FEWEST } from '#app/platform/suppressed.ts'
import { drawNames } from '#db/pseudonyms.server.ts'
import { pseudonyms } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { InTransaction } from '../campus.ts'

/** Gives somebody a name on a ticket, once: what they say there later bears the same. Ask while holding the ticket. */
export async function nameOn(campus: InTransaction, ticketNumber: number, personId: string): Promise<void> {
  const drawn = JSON.stringify(drawNames())
  await run(
    campus.db,
    sql`insert into ${pseudonyms} (ticket_number, person_id, name, affiliation)
        select ${ticketNumber}::int, ${personId}::text, drawn.name, quad_shared_affiliation(${personId}::text, ${FEWEST}::int)
        from json_array_elements_text(${drawn}::text::json) with ordinality as drawn (name, turn)
        where not exists (select from ${pseudonyms} where ticket_number = ${ticketNumber}::int and person_id = ${personId}::text)
          and not exists (select from ${pseudonyms} as taken where taken.ticket_number = ${ticketNumber}::int and taken.name = drawn.name)
        order by drawn.turn limit 1
        on conflict do nothing`,
  )
}

/**
 * Joins the names of two tickets when one goes on in the other, which is held: whoever spoke on both keeps the name
 * they have there, and whose name is taken there gets a new one.
 */
export async function joinNames(campus: InTransaction, from: number, into: number): Promise<void> {
  const leaving = await run<{ personId: string | null }>(
    campus.db,
    sql`with moved as (
          update ${pseudonyms} as leaving set ticket_number = ${into}::int
          where ticket_number = ${from}::int
            and not exists (
              select from ${pseudonyms} as there where there.ticket_number = ${into}::int
                and (there.name = leaving.name or there.person_id = leaving.person_id)
            )
        )
        select person_id as "personId" from ${pseudonyms} as leaving
        where ticket_number = ${from}::int
          and exists (select from ${pseudonyms} as there where there.ticket_number = ${into}::int and there.name = leaving.name)
          and not exists (select from ${pseudonyms} as there where there.ticket_number = ${into}::int and there.person_id = leaving.person_id)`,
  )
  await run(campus.db, sql`delete from ${pseudonyms} where ticket_number = ${from}::int`)
  for (const { personId } of leaving) if (personId !== null) await nameOn(campus, into, personId)
}
