import type { Page } from '@playwright/test'
import { appCode, expect, send, setUpApp, signInByMail, test } from './quad.ts'

/** A key in the browser that verifies whoever holds it, as a laptop with a fingerprint reader has one. */
async function giveKey(page: Page) {
  const client = await page.context().newCDPSession(page)
  await client.send('WebAuthn.enable')
  await client.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}

const signOut = async (page: Page) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Sign out' }).click()
}
const heading = (page: Page) => page.getByRole('heading', { level: 1 })

test('with an app and without scripts: set up at first entry, asked at the next, each code once', async ({
  open,
}) => {
  const page = await open('/', { scripts: false })
  await signInByMail(page, 'lee@demo.quad.example', '/desk')
  await expect(heading(page)).toHaveText('Your second factor')
  // Until then the desk is closed, and what staff alone sees is not shown elsewhere either.
  await page.goto('/desk/channels')
  await expect(heading(page)).toHaveText('Your second factor')
  const secret = await setUpApp(page)
  await page.getByRole('button', { name: 'Make ten recovery codes' }).click()
  const codes = await page.locator('ol.codes li').allInnerTexts()
  expect(codes).toHaveLength(10)
  await page.getByRole('link', { name: 'Go on' }).click()
  await expect(page).toHaveURL('/desk/channels')
  await page.goto('/me/security')
  await expect(page.getByText('10 codes are left.')).toBeVisible()
  expect(await page.content()).not.toContain(secret)
  expect(await page.content()).not.toContain(codes[0])

  await signOut(page)
  await signInByMail(page, 'lee@demo.quad.example', '/desk')
  await expect(heading(page)).toHaveText('Show that it is you')
  const code = page.getByLabel('Six-digit code')
  const byApp = page.getByRole('button', { name: 'Go on' })
  // The one that set it up.
  await code.fill(appCode(secret, -1))
  await byApp.click()
  await expect(code).toHaveAccessibleDescription(/does not fit, or was used already/)
  await code.fill(appCode(secret, 1))
  await byApp.click()
  await expect(page).toHaveURL('/desk')

  const recover = async (with_: string) => {
    await signOut(page)
    await signInByMail(page, 'lee@demo.quad.example', '/desk')
    await page.getByLabel('One of your ten recovery codes').fill(with_)
    await page.getByRole('button', { name: 'Use this code' }).click()
  }
  await recover(codes[3]!.toUpperCase())
  await expect(page).toHaveURL('/desk')
  await recover(codes[3]!)
  await expect(page.getByLabel('One of your ten recovery codes')).toHaveAccessibleDescription(
    /does not fit, or was used already/,
  )
  for (let tries = 2; tries <= 5; tries += 1) {
    await page.getByLabel('One of your ten recovery codes').fill('aaaa-bbbb-cccc')
    await page.getByRole('button', { name: 'Use this code' }).click()
  }
  await expect(page.getByLabel('One of your ten recovery codes')).toHaveAccessibleDescription(
    /Wait fifteen minutes/,
  )
  await page.getByLabel('One of your ten recovery codes').fill(codes[4]!)
  await page.getByRole('button', { name: 'Use this code' }).click()
  await expect(page).toHaveURL(/\/prove/)
})

test('with a passkey: added, used, and worth nothing when its answer is sent again', async ({ open }) => {
  const page = await open('/')
  await giveKey(page)
  await signInByMail(page, 'admin@demo.quad.example', '/desk/people')
  await expect(heading(page)).toHaveText('Your second factor')
  await expect(page.getByText('Passkeys need a browser')).toBeHidden()
  await page.getByLabel('A name for it').fill('Work laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByText('It is set up, and counts from now on.')).toBeVisible()
  await expect(page.getByRole('listitem').filter({ hasText: 'Work laptop' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Remove Work laptop' })).toHaveCount(0)
  await page.getByRole('link', { name: 'Go on' }).click()
  await expect(page).toHaveURL('/desk/people')

  await signOut(page)
  await signInByMail(page, 'admin@demo.quad.example', '/desk/people')
  const before = await page.context().cookies()
  const sent = page.waitForRequest(
    (request) => request.method() === 'POST' && new URL(request.url()).pathname === '/prove',
  )
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await expect(page).toHaveURL('/desk/people')
  const after = await page.context().cookies()
  const idIn = (cookies: typeof before) => cookies.find(({ name }) => name === 'session')?.value
  expect(idIn(after)).not.toBe(idIn(before))
  const form = Object.fromEntries(new URLSearchParams((await sent).postData() ?? ''))
  expect(form.answer).toContain('clientDataJSON')

  await signOut(page)
  await signInByMail(page, 'admin@demo.quad.example', '/desk/people')
  expect((await send(page, '/me/security/challenge', { intent: 'prove' })).status()).toBe(200)
  expect((await send(page, '/prove?back=%2Fdesk', form)).status()).toBe(400)
  await page.getByRole('button', { name: 'Use my passkey' }).click()
  await expect(page).toHaveURL('/desk/people')

  await page.goto('/me/security')
  await setUpApp(page)
  await page.getByRole('button', { name: 'Remove Work laptop' }).click()
  await expect(page.getByText('Removed.')).toBeVisible()
  await expect(page.getByText('This is the only one, so it stays.')).toBeVisible()
})

test('a form that is held up for the second factor is kept, and sent again as it was', async ({ open }) => {
  const page = await open('/', { scripts: false })
  await signInByMail(page, 'dana@demo.quad.example', '/desk')
  await setUpApp(page)
  await page.getByRole('button', { name: 'Make ten recovery codes' }).click()
  const [code] = await page.locator('ol.codes li').allInnerTexts()
  await page.goto('/desk')
  await page.locator('.queue .row-title').first().click()
  const words = 'A note with a line\nand another one, “quoted”.'
  const summary = page.locator('summary').getByText('Note for staff')
  if (await summary.count()) await summary.first().click()
  await page.getByLabel('Note for staff').fill(words)
  // Meanwhile, in another window of this browser, they signed in anew.
  const other = await page.context().newPage()
  await signOut(other)
  await signInByMail(other, 'dana@demo.quad.example', '/')
  await page.getByRole('button', { name: 'Leave the note' }).click()
  await expect(page.getByText('What you sent is kept.')).toBeVisible()
  await page.getByLabel('One of your ten recovery codes').fill(code!)
  await page.getByRole('button', { name: 'Use this code' }).click()
  await expect(heading(page)).toHaveText('Send it again')
  await page.getByRole('button', { name: 'Send it now' }).click()
  await expect(page.getByText('Your note is kept.')).toBeVisible()
  await expect(page.getByText('and another one, “quoted”.')).toBeVisible()
})
