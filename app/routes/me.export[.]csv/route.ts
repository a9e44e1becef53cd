import { record } from '#app/domain/people/audit.server.ts'
import { toCsv } from '#app/domain/privacy/csv.ts'
import { readHeld } from '#app/domain/privacy/held.server.ts'
import { openBare } from '#app/web/door.server.ts'
import { asFile } from '#app/web/file.ts'

/** Everything that is held about whoever asks, as one table: a line for each field, as kinds of rows differ. */
export const loader = openBare('manage-self', async ({ campus, viewer: { personId } }) => {
  const held = await readHeld(campus, personId)
  await record(campus, { actorId: personId, event: 'person.exported', subject: `person:${personId}` })
  const lines = Object.entries(held).flatMap(([kind, rows]) =>
    rows.flatMap((row, index) =>
      Object.entries(row).map(([field, value]) => [kind, String(index + 1), field, textOf(value)]),
    ),
  )
  return asFile(
    'held-about-me.csv',
    'text/csv; charset=utf-8',
    toCsv([['what', 'row', 'field', 'value'], ...lines]),
  )
})

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'object') return JSON.stringify(value)
  return String(value)
}
