import { request as httpRequest } from 'node:http'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, test, voteButton, votesFor, type Someone } from './quad.ts'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

const PUBLIC = [
  '/',
  '/?q=zxqzxq',
  '/?status=nonsense',
  '/resolved',
  '/departments',
  '/departments/it-services',
  '/tickets/1016',
  '/tickets/1013',
  '/tickets/new',
  '/sign-in',
  '/sign-in/code?id=unknown',
  '/sign-in/link/unknown',
  '/demo/mail',
  '/nowhere',
]

const PAGES: Array<{ name: string; someone: Someone; paths: Array<string> }> = [
  { name: 'a visitor', someone: {}, paths: PUBLIC },
  { name: 'a student', someone: { as: 'sam' }, paths: ['/', '/tickets/1034', '/desk'] },
  {
    name: 'an admin',
    someone: { as: 'admin' },
    paths: ['/desk', '/desk/tickets/1037', '/desk/tickets/1016', '/desk/channels', '/desk/departments'],
  },
]

/** What depends on colours and on room; everything else stays the same between themes and widths. */
const LOOKS = ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable']

async function expectAccessible(page: Page, where: string) {
  const faults = async (builder: AxeBuilder, how: string) => {
    // No page of ours has frames, so that the slower way through a page beside it is not needed.
    const { violations } = await builder.setLegacyMode().analyze()
    return violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${how}: ${id} (${help}) at ${target.join(' ')}: ${failureSummary}`,
      ),
    )
  }
  const found: Array<string> = []
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const axe = new AxeBuilder({ page })
      const whole = width === 390 && colorScheme === 'light'
      found.push(
        ...(await faults(whole ? axe.withTags(WCAG) : axe.withRules(LOOKS), `${width} px, ${colorScheme}`)),
      )
    }
  }
  expect.soft(found, where).toEqual([])
  await page.setViewportSize({ width: 320, height: 640 })
  const wide = await page.evaluate(() => document.documentElement.scrollWidth)
  expect.soft(wide, `the width of ${where} on a screen of 320 px`).toBeLessThanOrEqual(320)
}

for (const { name, someone, paths } of PAGES) {
  test(`every page of ${name} is open to everybody, in both themes and at every width`, async ({ open }) => {
    // Some forty readings of whole pages.
    test.setTimeout(480_000)
    const page = await open('/', { reducedMotion: 'reduce', ...someone })
    for (const path of paths) {
      await page.goto(path)
      await expectAccessible(page, path)
    }
  })
}

test('so are forms that came back, with their errors', async ({ open }) => {
  const page = await open('/tickets/new', { reducedMotion: 'reduce' })
  await page.getByRole('button', { name: 'Raise it' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await expectAccessible(page, 'the form with errors')
})

test('a visitor is sent no framework, and no script larger than three kilobytes', async ({ open }) => {
  const page = await open('/')
  const scripts: Array<string> = []
  const sizes: Array<Promise<number>> = []
  page.on('response', (response) => {
    const request = response.request()
    if (request.resourceType() !== 'script' && !request.url().endsWith('.js')) return
    scripts.push(new URL(request.url()).pathname)
    sizes.push(request.sizes().then((size) => size.responseBodySize))
  })
  for (const path of PUBLIC) {
    await page.goto(path)
    expect(await page.locator('script:not([src]), link[rel="modulepreload"]').count(), path).toBe(0)
    expect(
      await page.evaluate(() =>
        [...document.querySelectorAll('*')].flatMap((each) =>
          each.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
      ),
      path,
    ).toEqual([])
  }
  for (const path of scripts) expect(path).toMatch(/^\/enhance\/[a-z]+\.js$/)
  // Who cannot vote is not sent what makes voting quick.
  expect(scripts).not.toContain('/enhance/vote.js')
  for (const size of await Promise.all(sizes)) expect(size).toBeLessThanOrEqual(3_000)
})

test('every answer carries the headers that protect it', async ({ open }) => {
  const page = await open('/')
  const sheet = await page.locator('link[rel="stylesheet"]').getAttribute('href')
  const answers = {
    page: await page.request.get('/'),
    file: await page.request.get(sheet!),
    icon: await page.request.get('/favicon.svg'),
    feed: await page.request.get('/feed.xml'),
    'not found': await page.request.get('/nowhere'),
    'bad address': await page.request.get('/?status=nonsense'),
    redirect: await page.request.get('/desk', { maxRedirects: 0 }),
    'turned away': await page.request.post('/theme', { form: { theme: 'dark' } }),
  }
  const nonces: Array<string> = []
  for (const [what, answer] of Object.entries(answers)) {
    const headers = answer.headers()
    const policy = headers['content-security-policy'] ?? ''
    for (const part of [
      "default-src 'none'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect(policy, what).toContain(part)
    expect(policy, what).not.toMatch(/unsafe|\*|https?:/)
    nonces.push(...(/'nonce-([\w-]+)'/.exec(policy)?.slice(1) ?? []))
    expect(headers, what).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers, what).not.toHaveProperty('x-powered-by')
  }
  // A page that is kept for many has no script in itself, so there is nothing to mark.
  expect(answers.page.headers()['content-security-policy']).toContain("script-src 'self';")
  expect(nonces.length).toBeGreaterThan(2)
  expect(new Set(nonces).size, 'a new nonce for each answer').toBe(nonces.length)
  expect(answers.file.headers()['cache-control']).toContain('immutable')
  expect(answers.page.headers()['cache-control']).toContain('private')
})

test('a form from another site, or from none, is turned away', async ({ open }) => {
  const page = await open('/tickets/1034', { as: 'ravi' })
  const vote = { intent: 'vote', back: '/' }
  const title = 'A place on campus to feed a baby'
  const before = await votesFor(page, title)
  for (const origin of [
    undefined,
    'null',
    'https://evil.example',
    'http://localhost:1',
    'http://localhost.evil.example',
  ]) {
    const answer = await page.request.post('/votes/1034', {
      form: vote,
      headers: origin === undefined ? {} : { origin },
    })
    expect(answer.status(), `from ${origin}`).toBe(403)
    expect(await answer.text()).toContain('<h1>')
  }
  await page.reload()
  expect(await votesFor(page, title)).toBe(before)
})

test('a body that is too large is told so, in the browser', async ({ open }) => {
  const page = await open('/tickets/new', { scripts: false })
  await page.getByLabel('What is wrong?').fill('A very long story')
  await page.getByLabel('Tell us more').fill('It goes on and on.')
  // Where it need not be drawn: the browser would be busy with that for half a minute.
  await page
    .locator('form.form input[name="key"]')
    .evaluate((field: HTMLInputElement) => (field.value = 'long '.repeat(1_000_000)))
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.getByRole('button', { name: 'Raise it' }).click(),
  ])
  expect(answer.status()).toBe(413)
  await expect(page.getByRole('heading', { name: 'That was too much at once' })).toBeVisible()
})

test('a demonstration answers to this machine only', async ({ quad }) => {
  const statusFor = (host: string, path: string) =>
    new Promise<number>((resolve, reject) => {
      httpRequest(`${quad.url}${path}`, { headers: { host } }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  const { host } = new URL(quad.url)
  for (const path of ['/', '/sign-in', '/favicon.svg', '/feed.xml']) {
    expect(await statusFor(host, path), path).toBe(200)
    for (const foreign of [
      'quad.example.edu',
      'localhost.evil.example',
      'evil.example:80',
      '127.0.0.1.evil.example',
    ])
      expect(await statusFor(foreign, path), `${path} for ${foreign}`).toBe(403)
  }
})

test.describe('by keyboard alone', () => {
  test('the skip link, then a vote', async ({ open }) => {
    const title = 'A place on campus to feed a baby'
    const page = await open('/tickets/1034', { as: 'jamie', scripts: false })
    await page.goto('/tickets/1034')
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect(skip).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
    const before = await votesFor(page, title)
    for (let presses = 0; presses < 10; presses += 1) {
      await page.keyboard.press('Tab')
      if (await voteButton(page, title).evaluate((button) => button === document.activeElement)) break
    }
    await expect(voteButton(page, title)).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(voteButton(page, title)).toContainText('Backed')
    expect(await votesFor(page, title)).toBe(before + 1)
  })

  test('raising a concern', async ({ open }) => {
    const page = await open('/', { as: 'jamie', scripts: false })
    await page.goto('/tickets/new')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('What is wrong?')).toBeFocused()
    await page.keyboard.type('The hand dryers are too loud')
    await page.keyboard.press('Tab')
    await page.keyboard.type('They hurt in the ears of people who hear well.')
    await page.keyboard.press('Tab')
    await expect(page.getByLabel('Who should answer?')).toBeFocused()
    await page.keyboard.type('Est')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The hand dryers are too loud')
    await expect(page.getByRole('main').getByRole('link', { name: 'Estates' })).toBeVisible()
  })
})
