import type { Page } from '@playwright/test'
import { expect, raise, send, test, unfold, type Raised } from './quad.ts'

const SIZES = [
  { width: 390, height: 844 },
  { width: 1280, height: 900 },
]

const solvedPart = (page: Page) => page.getByRole('region', { name: 'Was this really solved?' })

/** Resolves a ticket at the desk, as the one who is signed in on this page. */
async function resolve(page: Page, number: number, sentence: string) {
  await page.goto(`/desk/tickets/${number}`)
  const part = await unfold(page, 'Change the status')
  await part.getByLabel('New status').selectOption({ label: 'Resolved' })
  await part.getByLabel('Why, in one public sentence').fill(sentence)
  await part.getByRole('button', { name: 'Change the status' }).click()
  await expect(page.getByText('The status is changed')).toBeVisible()
}

for (const scripts of [false, true]) {
  test.describe(`a ticket, scripts ${scripts ? 'on' : 'off'}`, () => {
    test('is asked about, reopened by its author and answered anew', async ({ open }) => {
      const sam = await open('/', { as: 'sam', scripts })
      const title = `The radiator of room 4 is cold, ${scripts ? 'again' : 'for days'}`
      const { number, path: address }: Raised = await raise(sam, { title, department: 'Estates' })
      await expect(sam.getByText(/Estates answers within 3 working days: by/)).toBeVisible()
      await expect(sam.getByText('1 vote', { exact: true })).toBeVisible()

      const morgan = await open('/desk', { as: 'morgan', scripts: true })
      await resolve(morgan, number, 'The valve is replaced.')
      await sam.goto(address)
      await expect(
        sam.getByText(/First answered on the same working day; the target was 3, by/),
      ).toBeVisible()
      await expect(solvedPart(sam)).toContainText('Fewer than ten people have said so far')

      await test.step('a visitor is led through sign-in and back', async () => {
        const visitor = await open(address, { scripts })
        await solvedPart(visitor).getByRole('link', { name: 'Sign in to answer' }).click()
        await expect(visitor).toHaveURL(/\/sign-in\?back=/)
        await visitor.getByRole('button', { name: /^Sign in as sam\b/i }).click()
        await expect(visitor).toHaveURL(new RegExp(`/tickets/${number}`))
        await expect(solvedPart(visitor).getByRole('button', { name: 'Yes, it is solved' })).toBeVisible()
      })
      await test.step('who neither raised nor backed it is not asked, and refused', async () => {
        const kim = await open(address, { as: 'robin', scripts })
        await expect(solvedPart(kim)).toBeVisible()
        await expect(solvedPart(kim).getByRole('button')).toHaveCount(0)
        await expect(solvedPart(kim).getByRole('link')).toHaveCount(0)
        expect((await send(kim, `/tickets/${number}`, { intent: 'not-solved' })).status()).toBe(403)
      })

      await solvedPart(sam).getByRole('button', { name: 'Yes, it is solved' }).click()
      await expect(sam.getByText('Thank you. Your answer is counted.')).toBeVisible()
      await expect(solvedPart(sam)).toContainText('Fewer than ten people have said so far')
      await solvedPart(sam).locator('summary', { hasText: 'No, it is not' }).click()
      await solvedPart(sam).getByLabel('What is still wrong?').fill('Warm at the top, cold below.')
      await solvedPart(sam).getByRole('button', { name: 'No, it is not' }).click()
      await expect(sam.getByText('With your answer it is open again')).toBeVisible()
      await expect(solvedPart(sam)).toHaveCount(0)
      await expect(sam.getByText('Those who answered say this is not solved.')).toBeVisible()
      await expect(sam.getByText('Warm at the top')).toHaveCount(0)

      await morgan.goto(`/desk/tickets/${number}`)
      await expect(morgan.getByText('Warm at the top, cold below.')).toBeVisible()
      await expect(morgan.getByText(/, verified \w+ and author, says why it is not solved/)).toBeVisible()
      // An old page may still carry the question.
      const late = await send(sam, `/tickets/${number}`, { intent: 'not-solved', back: address })
      expect(late.status()).toBe(303)
      await sam.goto(address)
      await expect(sam.getByText('Those who answered say this is not solved.')).toHaveCount(1)
    })

    for (const viewport of SIZES) {
      test(`reads well, ${viewport.width} px`, async ({ open }) => {
        const page = await open('/tickets/1016', { scripts, viewport })
        await expect(page.getByText(/\d+ votes, 2 voices on X/)).toBeVisible()
        const support = page.getByRole('region', { name: 'Support' })
        await support.locator('summary').click()
        await expect(support.getByText(/^Voices: people who raised it on a network/)).toBeVisible()
        await expect(page.getByRole('region', { name: 'Who is responsible' })).toContainText('IT Services')
        await expect(solvedPart(page)).toContainText('12 of 15 who answered say it is solved')
        await test.step('a reply stands under the post it answers', async () => {
          const replies = page.locator('.timeline > .entry[data-kind="raised"] > .replies')
          await expect(replies.getByText('Same on the second floor of Birch Court')).toBeVisible()
        })
        await test.step('it can be shared without anybody watching', async () => {
          const share = await unfold(page, 'Share')
          await expect(share.getByLabel('Permanent address')).toHaveValue(/\/tickets\/1016$/)
          for (const [name, start] of [
            ['By mail', 'mailto:?subject='],
            ['On X', 'https://x.com/intent/post?text='],
            ['On Bluesky', 'https://bsky.app/intent/compose?text='],
          ] as const) {
            const link = share.getByRole('link', { name, exact: true })
            const href = (await link.getAttribute('href')) ?? ''
            expect(href.startsWith(start), href).toBe(true)
            expect(decodeURIComponent(href)).toMatch(/\/tickets\/1016(&|$)/)
            expect(await link.getAttribute('rel')).toContain('noopener')
          }
        })
        expect(await overflow(page)).toBe(0)
        await page.goto('/tickets/1002')
        await expect(page.getByRole('region', { name: 'Who is responsible' })).toContainText('Student Life')
        await page.goto('/tickets/1038')
        await expect(page.getByText(/No department owns this yet/)).toBeVisible()
        await page.goto('/departments/estates')
        await expect(page.getByText('We did, ', { exact: false }).first()).toBeVisible()
        await expect(page.getByRole('link', { name: 'Feed of this department' })).toHaveAttribute(
          'href',
          '/feed.xml?department=estates',
        )
        expect(await overflow(page)).toBe(0)
        await page.goto('/?department=estates')
        await page.getByRole('link', { name: /^About Estates/ }).click()
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('Estates')
      })

      test(`one long word breaks, ${viewport.width} px`, async ({ open }) => {
        const page = await open('/', { as: 'noor', scripts, viewport })
        const word = 'W'.repeat(119)
        const { path: address } = await raise(page, {
          title: `${word}${scripts ? 'x' : 'y'}`,
          text: 'M'.repeat(400),
        })
        for (const place of [address, '/?sort=newest']) {
          await page.goto(place)
          await expect(page.getByText(word).first()).toBeVisible()
          expect(await overflow(page), place).toBe(0)
        }
      })
    }
  })
}

const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

test('a merged ticket leads straight to the last of its chain, for good', async ({ open }) => {
  const page = await open('/', { as: 'charlie' })
  const [a, b, c] = [
    await raise(page, { title: 'The tap in A drips', department: 'Estates' }),
    await raise(page, { title: 'The tap in B drips', department: 'Estates' }),
    await raise(page, { title: 'The tap in C drips', department: 'Estates' }),
  ]
  const morgan = await open('/desk', { as: 'morgan' })
  for (const [from, into] of [
    [a, b],
    [b, c],
  ] as const) {
    await morgan.goto(`/desk/tickets/${from.number}`)
    const part = await unfold(morgan, 'Merge')
    await part.getByLabel('Number of the ticket it goes on in').fill(String(into.number))
    await part.getByLabel('Why, in one public sentence').fill('The same pipe.')
    await part.getByRole('button', { name: 'Merge' }).click()
    await expect(morgan).toHaveURL(new RegExp(`/desk/tickets/${into.number}$`))
  }
  for (const from of [`/tickets/${a.number}`, a.path, b.path]) {
    const answer = await page.request.get(from, { maxRedirects: 0 })
    expect(answer.status(), from).toBe(301)
    expect(answer.headers()['location'], from).toBe(c.path)
  }
})

test('what is new since the last visit is marked, on this device alone', async ({ open }) => {
  const page = await open('/', { as: 'jamie' })
  const { path: address } = await raise(page, { title: 'The clock on the tower is slow' })
  const sent: Array<string> = []
  page.on('request', (request) => {
    if (request.method() !== 'GET') sent.push(request.url())
  })
  const visit = () => page.goto(address)
  await visit()
  await expect(page.locator('.seen-divider')).toHaveCount(0)
  const robin = await open(address, { as: 'robin' })
  for (const text of ['By four minutes.', 'Now by five.']) {
    await robin.getByLabel('Your comment').fill(text)
    await robin.getByRole('button', { name: 'Comment' }).click()
    await expect(robin.getByText(text)).toBeVisible()
  }
  await visit()
  await expect(page.locator('.seen-divider + .entry')).toContainText('By four minutes.')
  await page.getByRole('link', { name: 'New since your last visit: 2' }).click()
  await expect(page).toHaveURL(/#new$/)
  await visit()
  await expect(page.locator('.seen-divider')).toHaveCount(0)
  expect(sent).toEqual([])

  await test.step('no more than two hundred tickets are remembered', async () => {
    await page.evaluate(() =>
      localStorage.setItem('quad:seen', JSON.stringify(Array.from({ length: 300 }, (_, n) => [n + 5000, 1]))),
    )
    await visit()
    const kept = await page.evaluate(
      () => JSON.parse(localStorage.getItem('quad:seen')!) as Array<[number, number]>,
    )
    expect(kept).toHaveLength(200)
    expect(kept.at(-1)?.[0]).toBe(Number(/\d+/.exec(address)?.[0]))
  })
  await test.step('what is kept may be nonsense, or nothing may be kept', async () => {
    await page.evaluate(() => localStorage.setItem('quad:seen', '{"not": "ours'))
    await visit()
    await expect(page.locator('.seen-divider')).toHaveCount(0)
    await page.addInitScript(() =>
      Object.defineProperty(window, 'localStorage', {
        get() {
          throw new DOMException('Forbidden', 'SecurityError')
        },
      }),
    )
    await visit()
    await expect(page.locator('.seen-divider')).toHaveCount(0)
  })
})

test('the address is copied with one press', async ({ open }) => {
  const page = await open('/tickets/1016', { permissions: ['clipboard-read', 'clipboard-write'] })
  const share = await unfold(page, 'Share')
  await share.getByRole('button', { name: 'Copy' }).click()
  await expect(share.getByRole('button', { name: 'Copied' })).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/tickets\/1016$/)
})

test('on paper stands what can be read there', async ({ open }) => {
  const page = await open('/tickets/1016', { scripts: false })
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByText(/^This page: .*\/tickets\/1016$/)).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Official answer' })).toBeVisible()
  for (const hidden of ['.share', '.comment-form', '.main-nav', '.solved-question', '.definitions'])
    await expect(page.locator(hidden).first()).toBeHidden()
  const after = await page
    .locator('.mirrored a')
    .first()
    .evaluate((link) => getComputedStyle(link, '::after').content)
  expect(after).toContain('/status/')
})
