import { redirect } from '@remix-run/node'
import { listDemoPeople } from '#app/domain/people/actor.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { safeBack } from '#app/web/back.ts'
import { openBare } from '#app/web/door.server.ts'
import { DEMO_PROVIDER } from '#app/web/load-context.server.ts'
import { finishSignIn } from '#app/web/sign-in.server.ts'

export const loader = () => redirect('/sign-in')

/** One press signs in as a made-up person. It exists in a demonstration only, which runs on this machine only. */
export const action = openBare('visit', async (door) => {
  if (!door.app.env.demo) throw notFound('no-such-page')
  const form = await door.request.formData()
  const person = (await listDemoPeople(door.campus)).find(({ id }) => id === form.get('person'))
  if (!person) throw new Refusal('invalid', 'bad-form')
  const next = safeBack(String(form.get('back') ?? '/'))
  throw await finishSignIn(door, { personId: person.id, next, provider: DEMO_PROVIDER })
})
