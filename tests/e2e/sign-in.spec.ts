import { askForCode, expect, readMail, send, signIn, test } from './quad.ts'

const codeField = 'Six-digit code'

test('a wrong code five times over, and even the right one is worth nothing', async ({ open }) => {
  const page = await open('/sign-in', { scripts: false })
  await askForCode(page, 'guesser@demo.quad.example')
  const form = page.url()
  const { code } = await readMail(page, 'guesser@demo.quad.example')
  const wrong = code === '000000' ? '000001' : '000000'
  await page.goto(form)
  for (let tries = 1; tries <= 5; tries += 1) {
    await page.getByLabel(codeField).fill(wrong)
    await page.getByRole('button', { name: 'Sign me in' }).click()
    await expect(page.getByLabel(codeField)).toHaveAccessibleDescription(
      tries < 5 ? /does not fit/ : /run out or was tried too often/,
    )
    await expect(page.getByLabel(codeField)).toHaveAttribute('aria-invalid', 'true')
  }
  await page.getByLabel(codeField).fill(code)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page.getByLabel(codeField)).toHaveAccessibleDescription(/run out or was tried too often/)
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Send another code' }).click()
  await expect(page.getByLabel('Your campus mail address')).toBeVisible()
})

test('who refuses cookies is told so, and finds the way back', async ({ open }) => {
  const page = await open('/sign-in?back=%2Fdepartments', { scripts: false })
  // As a browser that keeps none: what a sign-in sets is dropped on the way.
  await page.route('**/demo/sign-in', async (route) => {
    const response = await route.fetch({ maxRedirects: 0 })
    const { 'set-cookie': dropped, ...headers } = response.headers()
    expect(dropped).toContain('session=')
    await page.context().clearCookies()
    await route.fulfill({ response, headers })
  })
  await page.getByRole('button', { name: /^Sign in as robin\b/i }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your browser did not keep the sign-in')
  await expect(page.getByRole('link', { name: 'Go on reading' })).toHaveAttribute('href', '/departments')
  await page.unroute('**/demo/sign-in')
  await page.getByRole('link', { name: 'Sign in again' }).click()
  await page.getByRole('button', { name: /^Sign in as robin\b/i }).click()
  await expect(page).toHaveURL('/departments')
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
})

test('a code is read with spaces, and what is no code is told so', async ({ open }) => {
  const page = await open('/sign-in?back=%2Fdepartments', { scripts: false })
  await askForCode(page, 'Spaces@Demo.Quad.Example')
  const form = page.url()
  const { code } = await readMail(page, 'spaces@demo.quad.example')
  await page.goto(form)
  await page.getByLabel(codeField).fill('abc')
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page.getByLabel(codeField)).toHaveAccessibleDescription(/six digits/)
  await page.getByLabel(codeField).fill(`${code.slice(0, 3)} ${code.slice(3)} `)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page).toHaveURL('/departments')
  await expect(page.getByRole('status')).toContainText('You are signed in')
})

test('the link of the mail outlives a scanner, signs in by its button, and once', async ({ open }) => {
  const page = await open('/sign-in?back=%2Fresolved', { scripts: false })
  await askForCode(page, 'scanned@demo.quad.example')
  const { link } = await readMail(page, 'scanned@demo.quad.example')
  await test.step('a scanner opens it four times, with scripts too', async () => {
    for (let times = 0; times < 3; times += 1) {
      const response = await fetch(link)
      expect(response.status).toBe(200)
      expect(response.headers.get('set-cookie')).toBeNull()
    }
    const scanner = await open(link)
    await expect(scanner.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
  })
  await page.goto(link)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page).toHaveURL('/resolved')
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  const late = await open(link, { scripts: false })
  await expect(late.getByRole('heading', { name: 'This link has run out' })).toBeVisible()
  await expect(late.getByRole('main').getByRole('link', { name: 'Send another code' })).toBeVisible()
})

test('nobody learns from the page who is known here', async ({ open }) => {
  const page = await open('/sign-in', { scripts: false })
  const answers = []
  for (const email of [
    'robin@demo.quad.example',
    'nobody.at.all@demo.quad.example',
    'nobody.at.all@demo.quad.example',
  ]) {
    const answer = await send(page, '/sign-in?index', { email, back: '/' })
    const shown = await page.request.get(answer.headers().location ?? '')
    answers.push({
      status: answer.status(),
      to: answer.headers().location?.replace(/id=[\w-]+/, 'id='),
      html: (await shown.text()).replaceAll(/id=[\w-]+|value="[\w-]{20,}"|id%3D[\w-]+/g, ''),
    })
  }
  expect(answers[0]).toMatchObject({ status: 303, to: '/sign-in/code?id=&back=%2F' })
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
})

test('what is no address is told so beside the field, and kept', async ({ open }) => {
  const page = await open('/sign-in', { scripts: false })
  const field = page.getByLabel('Your campus mail address')
  await page.evaluate(() => document.querySelector('form.form')!.setAttribute('novalidate', ''))
  await field.fill('robin at the library')
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(field).toHaveAccessibleDescription(/Write a whole mail address/)
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toHaveValue('robin at the library')
})

test('nobody is sent to another site', async ({ open, quad }) => {
  const page = await open('/', { scripts: false })
  const attempts = [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '\\\\evil.example',
  ]
  for (const back of attempts) {
    await page.goto(`/sign-in?back=${encodeURIComponent(back)}`)
    const form = page
      .locator('form')
      .filter({ has: page.getByRole('button', { name: /^Sign in as robin\b/i }) })
    await expect(form.locator('input[name="back"]'), back).toHaveValue('/')
    const person = await form.getByRole('button', { name: /^Sign in as robin\b/i }).getAttribute('value')
    for (const [path, fields] of [
      ['/demo/sign-in', { person: person ?? '' }],
      ['/theme', { theme: 'system' }],
      ['/tickets/1013', { intent: 'follow' }],
    ] as const) {
      const answer = await send(page, path, { ...fields, back })
      expect(answer.status(), path).toBe(303)
      expect(answer.headers().location, `${path} with ${back}`).toBe(
        path === '/demo/sign-in' ? '/sign-in/done?back=%2F' : '/',
      )
    }
    // Each attempt begins as a visitor.
    await page.context().clearCookies()
  }
  await signIn(page, 'robin', '//evil.example')
  expect(page.url()).toBe(`${quad.url}/`)
})

test('the session is kept where no script and no other site can read it, and ends', async ({ open }) => {
  const page = await open('/departments', { as: 'jamie', scripts: false })
  const session = (await page.context().cookies()).find(({ name }) => name === 'session')
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: false, path: '/' })
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('status')).toContainText('You are signed out')
  await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
  expect((await page.context().cookies()).filter(({ name }) => name === 'session')).toEqual([])
  await test.step('who kept the cookie has nothing', async () => {
    await page.context().addCookies([session!])
    await page.goto('/departments')
    await expect(page.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
  })
})

test('signing in again begins another session', async ({ open }) => {
  const page = await open('/', { as: 'jamie', scripts: false })
  const sessionNow = async () =>
    (await page.context().cookies()).find(({ name }) => name === 'session')?.value
  const first = await sessionNow()
  const person = await test.step('as another person', async () => {
    const other = await open('/sign-in', { scripts: false })
    return other.getByRole('button', { name: /^Sign in as noor\b/i }).getAttribute('value')
  })
  await send(page, '/demo/sign-in', { person: person ?? '', back: '/' })
  expect(await sessionNow()).not.toBe(first)
  const stale = await open('/', { scripts: false })
  await stale.context().addCookies([{ name: 'session', value: first!, url: new URL(page.url()).origin }])
  await stale.reload()
  await expect(stale.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
})
