import {
  expect,
  readInvitation,
  readMail,
  askForCode,
  send,
  setUpApp,
  signIn,
  signInByMail,
  test,
  unfold,
} from './quad.ts'

const NEW = 'newcomer@demo.quad.example'

test('somebody is invited, comes, gets another role, is disabled and let in again', async ({ open }) => {
  const admin = await open('/desk/people', { as: 'admin' })
  await admin.getByRole('button', { name: 'Send the invitation' }).click()
  await expect(admin.getByLabel('Mail address', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await admin.getByLabel('Mail address', { exact: true }).fill(NEW)
  const role = admin.getByRole('region', { name: 'Invite somebody' }).getByLabel('Role')
  await role.selectOption({ label: 'Responder' })
  await admin.getByRole('button', { name: 'Send the invitation' }).click()
  await expect(admin.getByText('A responder answers for a department.').first()).toBeVisible()
  await expect(admin.getByLabel('Mail address', { exact: true })).toHaveValue(NEW)
  const place = admin.getByRole('region', { name: 'Invite somebody' }).getByLabel('Department')
  await place.selectOption({ label: 'Library' })
  await admin.getByRole('button', { name: 'Send the invitation' }).click()
  await expect(admin.getByText('The invitation is on its way.')).toBeVisible()
  await expect(admin.getByRole('button', { name: `Withdraw the invitation to ${NEW}` })).toBeVisible()

  const page = await open('/demo/mail', { scripts: false })
  const link = await readInvitation(page, NEW)
  await page.goto(link)
  await page.reload()
  await expect(page.getByText('Work for Library as: Responder.')).toBeVisible()
  await signInByMail(page, NEW, new URL(link).pathname)
  await page.getByRole('button', { name: 'Accept' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your second factor')
  await setUpApp(page)
  await page.getByRole('link', { name: 'Go on' }).click()
  await expect(page).toHaveURL('/desk')

  const student = await open(new URL(link).pathname, { as: 'billie', scripts: false })
  await expect(student.getByRole('heading', { level: 1 })).toHaveText('This invitation has run out')
  expect((await send(student, new URL(link).pathname, {})).status()).toBe(410)

  await admin.getByLabel('Part of a mail address').fill('newcomer')
  await admin.getByRole('button', { name: 'Show' }).click()
  await admin.getByRole('link', { name: NEW }).click()
  await expect(admin.getByRole('main')).toContainText('set up')
  const change = await unfold(admin, 'Change role and departments')
  await change.getByLabel('Role').selectOption({ label: 'Moderator' })
  await change.getByLabel('What they are told').fill('You look after all of it now.')
  await change.getByRole('button', { name: 'Change it' }).click()
  await expect(admin.getByText('Done, and they were told by mail.')).toBeVisible()
  await page.goto('/desk')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in')

  const disable = await unfold(admin, 'Disable')
  await disable.getByLabel('What they are told').fill('You left us.')
  await disable.getByRole('button', { name: 'Disable' }).click()
  await expect(admin.getByText('disabled since')).toBeVisible()
  await page.goto('/demo/mail')
  await expect(page.getByText('You left us.')).toBeVisible()
  await page.goto('/sign-in')
  await askForCode(page, NEW)
  const form = page.url()
  const { code } = await readMail(page, NEW)
  await page.goto(form)
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page.getByRole('main')).toContainText('Your account here has been disabled')

  const enable = await unfold(admin, 'Enable again')
  await enable.getByLabel('What they are told').fill('Welcome back.')
  await enable.getByRole('button', { name: 'Enable again' }).click()
  await expect(admin.getByText('may sign in')).toBeVisible()
  const reset = await unfold(admin, 'Reset the second factor')
  await reset.getByLabel('What they are told').fill('As you asked on the phone.')
  await reset.getByRole('button', { name: 'Reset the second factor' }).click()
  await expect(admin.getByText('not set up')).toBeVisible()
  await signInByMail(page, NEW, '/desk')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your second factor')

  await admin.goto('/desk/audit')
  for (const event of [
    'person.factors-reset',
    'person.disabled',
    'person.role-changed',
    'invitation.accepted',
  ])
    await expect(admin.getByRole('cell', { name: event }).first()).toBeVisible()
  await expect(admin.getByRole('main')).not.toContainText('@')
  await admin.getByLabel('Event').selectOption('person.disabled')
  await admin.getByRole('button', { name: 'Show' }).click()
  await expect(admin.getByRole('cell', { name: 'person.disabled' }).first()).toBeVisible()
  await expect(admin.getByRole('cell', { name: 'person.role-changed' })).toHaveCount(0)
})

test('an administrator does nothing to themselves', async ({ open }) => {
  const admin = await open('/desk/people?role=admin', { as: 'admin', scripts: false })
  await admin.getByRole('link', { name: 'admin@demo.quad.example' }).click()
  await expect(admin.getByText('This is you.')).toBeVisible()
  await expect(admin.getByText('Disable', { exact: true })).toHaveCount(0)
  const sent = await send(admin, new URL(admin.url()).pathname, { intent: 'disable', sentence: 'No.' })
  expect(sent.status()).toBe(409)
})

test('everybody sees where they are signed in, and ends it, but not that of others', async ({ open }) => {
  const here = await open('/', { as: 'jamie', scripts: false })
  const there = await open('/', { as: 'jamie', scripts: false })
  const stranger = await open('/me/sessions', { as: 'billie', scripts: false })
  await here.goto('/me/sessions')
  await expect(here.getByText('This one')).toHaveCount(1)
  const end = here.getByRole('button', { name: /^End the session on/ })
  const handle = (await end.first().getAttribute('value'))!
  const refused = await send(stranger, '/me/sessions', { intent: 'end', session: handle })
  expect(refused.status()).toBe(404)
  await there.reload()
  await expect(there.getByRole('button', { name: 'Sign out' })).toBeVisible()
  await end.first().click()
  await expect(here.getByText('The session is ended.')).toBeVisible()
  await there.goto('/me/sessions')
  await expect(there.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await signIn(there, 'jamie')
  await here.reload()
  await here.getByRole('button', { name: 'End all the others' }).click()
  await expect(here.getByText('You are signed in nowhere else.')).toBeVisible()
  await there.goto('/me/sessions')
  await expect(there.getByRole('heading', { level: 1 })).toHaveText('Sign in')
  await expect(here.getByRole('button', { name: 'Sign out' })).toBeVisible()
})
