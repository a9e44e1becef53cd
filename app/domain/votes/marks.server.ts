import { sql, type SQL } from 'drizzle-orm'
import { follows, tickets, votes } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import type { Campus } from '../campus.ts'

/** Each kind of mark, and which of these tickets carry it for this person. */
const KINDS: Record<string, (numbers: SQL, personId: string) => SQL> = {
  voted: (numbers, personId) =>
    sql`select 'voted:' || ticket_number as name from ${votes} where person_id = ${personId} and ticket_number in ${numbers}`,
  followed: (numbers, personId) =>
    sql`select 'followed:' || ticket_number from ${follows} where person_id = ${personId} and ticket_number in ${numbers} and active`,
  mine: (numbers, personId) =>
    sql`select 'mine:' || number from ${tickets} where author_id = ${personId} and number in ${numbers}`,
}

/**
 * What a page has to mark for one person, in one statement.
 * @param names as the page's slots are called: the kind, a colon and the ticket's number
 * @returns those that are marked, by name
 */
export async function readMarks(
  campus: Campus,
  personId: string,
  names: Iterable<string>,
): Promise<Map<string, string>> {
  const asked = new Map<string, Array<number>>()
  for (const name of names) {
    const [kind = '', number] = name.split(':')
    asked.set(kind, [...(asked.get(kind) ?? []), Number(number)])
  }
  const parts = [...asked].flatMap(([kind, numbers]) => {
    const list = sql`(${sql.join(
      numbers.map((number) => sql`${number}::int`),
      sql`, `,
    )})`
    return KINDS[kind] ? [KINDS[kind](list, personId)] : []
  })
  if (parts.length === 0) return new Map()
  const rows = await run<{ name: string }>(campus.db, sql.join(parts, sql` union all `))
  return new Map(rows.map(({ name }) => [name, 'yes']))
}
