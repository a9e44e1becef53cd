import { askForPasskey, offerPasskey } from '#app/domain/people/passkey.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { openBare } from '#app/web/door.server.ts'
import { factorsToChange, namesFor } from '#app/web/factors.server.ts'

/** What a passkey is asked to sign, for the script that asks the browser. Each is good once, in this session. */
export const action = openBare('secure-self', async (door) => {
  const { campus, viewer, sessionId } = door
  const form = await door.request.formData()
  const asking = { personId: viewer.personId, sessionId }
  const { site, label } = await namesFor(door)
  switch (form.get('intent')) {
    case 'add':
      await factorsToChange(door, form)
      return Response.json(await offerPasskey(campus, asking, site, label), { headers: KEEP_OUT })
    case 'prove':
      return Response.json(await askForPasskey(campus, asking, site), { headers: KEEP_OUT })
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

const KEEP_OUT = { 'Cache-Control': 'no-store' }
