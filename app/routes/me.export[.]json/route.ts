import { record } from '#app/domain/people/audit.server.ts'
import { readHeld } from '#app/domain/privacy/held.server.ts'
import { openBare } from '#app/web/door.server.ts'
import { asFile } from '#app/web/file.ts'

/** Everything that is held about whoever asks, for machines. */
export const loader = openBare('manage-self', async ({ app, campus, viewer: { personId } }) => {
  const held = await readHeld(campus, personId)
  await record(campus, { actorId: personId, event: 'person.exported', subject: `person:${personId}` })
  const file = { campus: app.env.campus.name, exportedAt: app.clock.now(), held }
  return asFile(
    'held-about-me.json',
    'application/json',
    JSON.stringify(file, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value), 2),
  )
})
