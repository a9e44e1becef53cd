import { request as httpRequest } from 'node:http'
import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from '@playwright/test'
import { expect, readMail, test, voteButton, votesFor, type Someone } from './quad.ts'

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
  '/accessibility',
  '/trust',
  '/ledger',
  '/moderation',
  '/moderation/policy',
  '/challenge?kept=unknown',
  '/sign-in',
  '/sign-in/code?id=unknown',
  '/sign-in/link/unknown',
  '/sign-in/done',
  '/demo/mail',
  '/invitation/unknown',
  '/nowhere',
]

const PAGES: Array<{ name: string; someone: Someone; paths: Array<string> }> = [
  { name: 'a visitor', someone: {}, paths: PUBLIC },
  {
    name: 'a student',
    someone: { as: 'sam' },
    paths: [
      '/',
      '/tickets/1034',
      '/desk',
      '/me',
      '/me/erase',
      '/me/sessions',
      '/photos/new?ticket=1034',
      '/me/decisions',
      '/report/1',
    ],
  },
  {
    name: 'an admin',
    someone: { as: 'admin' },
    paths: [
      '/desk',
      '/desk/tickets/1037',
      '/desk/tickets/1016',
      '/desk/channels',
      '/desk/departments',
      '/desk/privacy',
      '/desk/held',
      '/desk/care',
      '/desk/screening',
      '/desk/moderation',
      '/desk/moderation/hide/1',
      '/desk/moderation/block?entry=1&name=Amber+Heron',
      '/desk/votes',
      '/desk/votes/1',
      '/desk/people',
      '/desk/people?q=zxqzxq',
      '/desk/audit',
      '/me/security',
      '/me/security/app',
      '/prove?kept=unknown',
      '/desk/design',
    ],
  },
  { name: 'the care team', someone: { as: 'kit' }, paths: ['/desk/care', '/desk/care/1'] },
  { name: 'whose words are held', someone: { as: 'jamie' }, paths: ['/me', '/me/held/1'] },
]

/** What depends on colours and on room; everything else stays the same between themes and widths. */
const LOOKS = ['color-contrast', 'target-size', 'link-in-text-block', 'scrollable-region-focusable']

/** On a phone, what is pressed is at least this high; a link in a sentence is as high as the sentence. */
const TARGET = 44

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
  await look(page, { width: 390, colorScheme: 'light' })
  const found = await faults(new AxeBuilder({ page }).withTags(WCAG), 'phone, light')
  expect.soft(await page.evaluate(tooSmall, TARGET), `too small to press on ${where}`).toEqual([])
  await look(page, { width: 1280, colorScheme: 'dark' })
  found.push(...(await faults(new AxeBuilder({ page }).withRules(LOOKS), 'desktop, dark')))
  expect.soft(found, where).toEqual([])
  expect.soft(await page.evaluate(outline), `landmarks and headings of ${where}`).toEqual([])
  expect.soft(await page.evaluate(moving), `what moves on ${where}`).toEqual([])

  await page.setViewportSize({ width: 320, height: 640 })
  expect.soft(await page.evaluate(lost), `${where} on a screen of 320 px`).toEqual([])
  // A window of 1280 px, magnified twice, and text at twice its size in a window of 1280 px.
  await page.setViewportSize({ width: 640, height: 640 })
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
  expect.soft(await page.evaluate(lost), `${where} with text at 200 %`).toEqual([])
  await page.evaluate(() => (document.documentElement.style.fontSize = ''))

  await page.emulateMedia({ forcedColors: 'active' })
  await page.setViewportSize({ width: 1280, height: 900 })
  expect
    .soft(await page.evaluate(formless), `without form of its own on ${where}, colours forced`)
    .toEqual([])
  await page.emulateMedia({ forcedColors: 'none' })
}

async function look(page: Page, { width, colorScheme }: { width: number; colorScheme: 'light' | 'dark' }) {
  await page.setViewportSize({ width, height: 900 })
  await page.emulateMedia({ colorScheme })
}

// What follows runs inside the page, so that each stands alone.

function tooSmall(least: number): Array<string> {
  const pressed = 'button, select, textarea, input:not([type="hidden"]), summary, nav a, a.button'
  return [...document.querySelectorAll<HTMLElement>(pressed)]
    .filter((each) => each.checkVisibility() && !each.closest('[inert]'))
    .filter((each) => each.getBoundingClientRect().height < least)
    .map((each) => `${each.outerHTML.slice(0, 90)}: ${each.getBoundingClientRect().height} px`)
}

/** One of each landmark, and no heading that skips a level. */
function outline(): Array<string> {
  const faults = ['body > header', 'main', 'body > footer', 'main h1']
    .map((what) => ({ what, count: document.querySelectorAll(what).length }))
    .filter(({ what, count }) => count !== 1 && !(what === 'main h1' && document.querySelector('.specimen')))
    .map(({ what, count }) => `${count} × ${what}`)
  if (document.querySelector('.specimen')) return faults
  const levels = [...document.querySelectorAll('main :is(h1, h2, h3, h4, h5, h6)')]
    .filter((each) => each.checkVisibility())
    .map((each) => ({ level: Number(each.tagName[1]), text: each.textContent }))
  levels.forEach(({ level, text }, index) => {
    if (level > (levels[index - 1]?.level ?? 0) + 1) faults.push(`h${level} “${text}” skips a level`)
  })
  return faults
}

function moving(): Array<string> {
  return [...document.querySelectorAll('*')]
    .filter((each) => {
      const { transitionDuration, animationName } = getComputedStyle(each)
      return transitionDuration !== '0s' || animationName !== 'none'
    })
    .map((each) => each.outerHTML.slice(0, 90))
}

/** What sticks out of the page, or is cut off inside it. */
function lost(): Array<string> {
  const faults: Array<string> = []
  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} px wide`)
  for (const each of document.querySelectorAll<HTMLElement>('body *')) {
    const words = each.childElementCount === 0 ? (each.textContent?.trim().length ?? 0) : 0
    const [letters, lines] = (['width', 'height'] as const).map(
      (side) => each.getBoundingClientRect()[side] / parseFloat(getComputedStyle(each).fontSize),
    )
    if (words > 4 && letters! < 2 && lines! > 3 && each.checkVisibility() && !each.closest('.unseen, option'))
      faults.push(`letter by letter: ${each.outerHTML.slice(0, 90)}`)
    // Text for screen readers, a name whose whole is its title, and what can be scrolled by its nature.
    if (each.matches('.unseen, .who, input, select, textarea') || !each.checkVisibility()) continue
    const { overflowX } = getComputedStyle(each)
    if (overflowX === 'visible' && each.getBoundingClientRect().right <= clientWidth + 1) continue
    if (overflowX !== 'visible' && each.scrollWidth <= each.clientWidth + 1) continue
    if (!each.closest('.unseen')) faults.push(each.outerHTML.slice(0, 90))
  }
  return faults
}

/** Text that is higher than the box it stands in, where the box hides what does not fit. */
function cutOff(): Array<string> {
  return [...document.querySelectorAll<HTMLElement>('body *')]
    .filter((each) => each.checkVisibility() && !each.closest('.unseen') && !each.matches('textarea, select'))
    .filter((each) => getComputedStyle(each).overflowY !== 'visible')
    .filter((each) => each.scrollHeight > each.clientHeight + 1)
    .map((each) => each.outerHTML.slice(0, 90))
}

/** Where grounds and colours are the reader's own, a border, a line or a shape must say what a thing is. */
function formless(): Array<string> {
  const edged = (each: Element) => {
    const style = getComputedStyle(each)
    return (['Top', 'Right', 'Bottom', 'Left'] as const).some(
      (side) => style[`border${side}Style`] !== 'none' && parseFloat(style[`border${side}Width`]) >= 1,
    )
  }
  const lined = (each: Element) => getComputedStyle(each).textDecorationLine.includes('underline')
  const seen = (selector: string) =>
    [...document.querySelectorAll(selector)].filter((each) => each.checkVisibility())
  const faults = seen('button, .button, select, textarea, input:not([type="hidden"])').filter(
    (each) => !edged(each) && !lined(each) && !(each.parentElement && edged(each.parentElement)),
  )
  const unmarked = seen('.status').filter(
    (each) => !(each.querySelector('svg')?.getBoundingClientRect().width ?? 0) || !each.textContent?.trim(),
  )
  // What is chosen must differ from what is not by more than a colour of ours.
  const alike = seen('[aria-pressed="true"], .vote button[data-voted]').filter((each) => {
    const other = seen('[aria-pressed="false"], .vote button:not([data-voted])')[0]
    return other && getComputedStyle(each).backgroundColor === getComputedStyle(other).backgroundColor
  })
  return [...faults, ...unmarked, ...alike].map((each) => each.outerHTML.slice(0, 90))
}

for (const { name, someone, paths } of PAGES) {
  test(`every page of ${name} is open to everybody, in both themes and at every width`, async ({ open }) => {
    // Some thirty readings of whole pages.
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

const READ = ['/', '/tickets/1016', '/tickets/new', '/departments/it-services']

for (const as of [undefined, 'admin'])
  test(`${as ?? 'a reader'} who makes only the text larger loses nothing`, async ({ open }) => {
    const page = await open('/', as ? { as } : {})
    for (const path of READ)
      for (const width of [640, 1280]) {
        await page.setViewportSize({ width, height: 900 })
        await page.goto(path)
        await page.evaluate(() => {
          const all = [...document.querySelectorAll<HTMLElement>('body, body *')]
          const sizes = all.map((each) => parseFloat(getComputedStyle(each).fontSize))
          all.forEach((each, index) => (each.style.fontSize = `${sizes[index]! * 2}px`))
        })
        expect(await page.evaluate(lost), `${path}, ${width} px`).toEqual([])
      }
  })

test('a reader who sets letters, words and lines further apart loses nothing', async ({ open }) => {
  const page = await open('/', { as: 'sam' })
  for (const path of [...READ, '/accessibility', '/nowhere'])
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 900 })
      await page.goto(path)
      // What WCAG 1.4.12 names, by properties: a style sheet of its own would be refused.
      await page.evaluate(() => {
        for (const each of document.querySelectorAll<HTMLElement>('body, body *')) {
          const set = (name: string, value: string) => each.style.setProperty(name, value, 'important')
          set('line-height', '1.5')
          set('letter-spacing', '0.12em')
          set('word-spacing', '0.16em')
          if (each.tagName === 'P') set('margin-block-end', '2em')
        }
      })
      expect(await page.evaluate(lost), `${path}, ${width} px`).toEqual([])
      expect(await page.evaluate(cutOff), `${path}, ${width} px`).toEqual([])
    }
})

test('links that lead away to different places have different names', async ({ open }) => {
  const page = await open('/tickets/1016')
  const links = await page.locator('main a:is([rel~="ugc"], .mirrored a)').all()
  const places = new Map<string, Set<string>>()
  for (const link of links) {
    const name = (await link.textContent())!.replace(/\s+/g, ' ')
    places.set(name, (places.get(name) ?? new Set()).add((await link.getAttribute('href'))!))
  }
  expect([...places.keys()].filter((name) => name.startsWith('View on X')).length).toBeGreaterThan(1)
  for (const [name, hrefs] of places) expect([...hrefs], name).toHaveLength(1)
})

test('pages follow each other softly, and at once for whoever asked for less motion', async ({ open }) => {
  for (const reducedMotion of ['no-preference', 'reduce'] as const) {
    const page = await open('about:blank', { reducedMotion })
    await page.addInitScript(() =>
      addEventListener('pagereveal', (event) => {
        const { viewTransition } = event as unknown as { viewTransition: unknown }
        Object.assign(window, { softly: viewTransition !== null })
      }),
    )
    await page.goto('/')
    await page.getByRole('link', { name: 'Departments', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Departments' })).toBeVisible()
    const soft = reducedMotion === 'no-preference'
    await expect.poll(() => page.evaluate(() => (window as unknown as { softly: boolean }).softly)).toBe(soft)
    // A press right after the page came is never lost to the transition.
    await page.getByRole('link', { name: 'Resolved', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Resolved' })).toBeVisible()
    expect((await page.evaluate(moving)).length > 0).toBe(soft)
    const longest = await page.evaluate(() =>
      Math.max(...document.getAnimations().map((each) => Number(each.effect?.getTiming().duration ?? 0)), 0),
    )
    expect(longest).toBeLessThan(200)
  }
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
  const font = /url\("?([^")]+\.woff2)/.exec(await page.locator('style').first().innerHTML())?.[1]
  const answers = {
    page: await page.request.get('/'),
    file: await page.request.get(font!),
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
      "object-src 'none'",
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
    await expect(page.getByRole('main').getByRole('link', { name: 'Estates' }).first()).toBeVisible()
  })

  test('every control shows that it has the focus', async ({ open }) => {
    for (const [path, as] of [
      ['/', undefined],
      ['/tickets/1016', 'jamie'],
      ['/tickets/new', undefined],
      ['/desk/tickets/1037', 'admin'],
    ] as const) {
      const page = await open(path, as ? { as } : {})
      const expected = await page.evaluate(
        () =>
          [
            ...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary'),
          ].filter(
            (each) => each.checkVisibility() && each.tabIndex >= 0 && each.getAttribute('type') !== 'hidden',
          ).length,
      )
      const unseen: Array<string> = []
      let reached = 0
      for (; reached < 400; reached += 1) {
        await page.keyboard.press('Tab')
        const fault = await page.evaluate(() => {
          const at = document.activeElement
          if (!at || at === document.body) return null
          const { outlineStyle, outlineWidth } = getComputedStyle(at)
          const { bottom, top } = at.getBoundingClientRect()
          const shown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
          return shown && bottom > 0 && top < innerHeight ? '' : at.outerHTML.slice(0, 90)
        })
        if (fault === null) break
        if (fault) unseen.push(fault)
      }
      expect(unseen, path).toEqual([])
      expect(reached, `stops on ${path}`).toBeGreaterThanOrEqual(expected)
    }
  })

  test('searching, then filtering', async ({ open }) => {
    const page = await open('/', { scripts: false })
    await tabTo(page, page.getByRole('searchbox'))
    await page.keyboard.type('wi-fi')
    await page.keyboard.press('Enter')
    await expect(page.getByText('Searching for')).toBeVisible()
    await page.goto('/')
    const filter = page.locator('.facet', { hasText: 'Department' })
    await tabTo(page, filter.locator('summary'))
    await page.keyboard.press('Enter')
    await tabTo(page, filter.getByRole('link', { name: 'IT Services' }))
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/department=it-services/)
    await expect(filter.locator('summary')).toContainText('IT Services')
  })

  test('signing in, then a comment', async ({ open }) => {
    const page = await open('/', { scripts: false })
    await tabTo(page, page.getByRole('link', { name: 'Sign in' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByLabel('Your campus mail address'))
    await page.keyboard.type('keyboard@students.example.edu')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
    const codePage = page.url()
    const { code } = await readMail(page, 'keyboard@students.example.edu')
    await page.goto(codePage)
    await tabTo(page, page.getByLabel('Six-digit code'))
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
    await page.goto('/tickets/1016')
    await tabTo(page, page.getByLabel('Your comment'))
    await page.keyboard.type('Written without a mouse.')
    await tabTo(page, page.getByRole('button', { name: 'Comment', exact: true }))
    await page.keyboard.press('Enter')
    await expect(page.getByText('Written without a mouse.')).toBeVisible()
  })

  test('choosing the colours', async ({ open }) => {
    const page = await open('/departments', { scripts: false, colorScheme: 'light' })
    await tabTo(page, page.getByRole('button', { name: 'Dark' }))
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await expect(page).toHaveURL(/\/departments$/)
  })
})

/** Presses Tab until a control has the focus, as somebody without a mouse must. */
async function tabTo(page: Page, control: Locator) {
  for (let presses = 0; presses < 150; presses += 1) {
    if (await control.evaluate((each) => each === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  await expect(control).toBeFocused()
}
