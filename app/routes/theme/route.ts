import { redirect } from '@remix-run/node'
import { Refusal } from '#app/platform/errors.ts'
import { THEMES } from '#app/vocabulary.ts'
import { openBare, seeOther } from '#app/web/door.server.ts'
import { themeCookie } from '#app/web/theme.ts'

export const loader = () => redirect('/')

export const action = openBare('visit', async ({ request }) => {
  const form = await request.formData()
  const theme = THEMES.find((known) => known === form.get('theme'))
  if (!theme) throw new Refusal('invalid', 'bad-form')
  const response = seeOther(String(form.get('back') ?? '/'))
  response.headers.append('Set-Cookie', themeCookie(theme))
  throw response
})
