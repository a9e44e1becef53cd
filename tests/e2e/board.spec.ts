import type { Page } from '@playwright/test'
import { choose, expect, raise, send, test, voteButton, votesFor } from './quad.ts'

const tickets = (page: Page) => page.getByRole('list', { name: 'Tickets' })
const titles = (page: Page) => tickets(page).locator('.row-title').allInnerTexts()
const hits = async (page: Page, query: string) => {
  await page.getByRole('searchbox', { name: 'Search tickets' }).fill(query)
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  return titles(page)
}

test.describe('without scripts', () => {
  test('sorts and filters stand in the address', async ({ open }) => {
    const page = await open('/', { scripts: false })
    const votes = async () => (await tickets(page).locator('.vote b').allInnerTexts()).map(Number)
    const counts = await votes()
    expect(counts.length).toBeGreaterThan(10)
    expect(counts).toEqual(counts.toSorted((a, b) => b - a))

    const sorts = page.getByRole('navigation', { name: 'Sort by' })
    await sorts.getByRole('link', { name: 'Newest' }).click()
    await expect(page).toHaveURL(/[?&]sort=newest\b/)
    const ages = await tickets(page)
      .locator('time')
      .evaluateAll((times: Array<HTMLTimeElement>) => times.map((time) => time.dateTime))
    expect(ages).toEqual(ages.toSorted().toReversed())

    await sorts.getByRole('link', { name: 'Recently answered' }).click()
    await expect(tickets(page).getByText('No answer yet')).toHaveCount(0)
    await sorts.getByRole('link', { name: 'Most backed' }).click()

    await choose(page, 'Department', 'Estates')
    await choose(page, 'Status', 'Resolved')
    const promised = await choose(page, 'Came from', 'X')
    await expect(page).toHaveURL(/department=estates/)
    await expect(page).toHaveURL(/status=resolved/)
    await expect(page).toHaveURL(/source=x/)
    const rows = tickets(page).getByRole('listitem')
    const shown = await rows.count()
    expect(shown).toBeGreaterThan(0)
    expect(shown, 'what the link said it would show').toBe(promised)
    await expect(rows.getByRole('link', { name: 'Estates' })).toHaveCount(shown)
    await expect(rows.filter({ hasText: 'Resolved' })).toHaveCount(shown)
    await test.step('the address alone shows the same', async () => {
      const seen = await titles(page)
      const other = await open(page.url(), { scripts: false })
      expect(await titles(other)).toEqual(seen)
      await expect(other.locator('summary', { hasText: 'Department' })).toContainText('Estates')
      await expect(other.locator('summary', { hasText: 'Status' })).toContainText('Resolved')
    })
  })

  test('search finds hyphens, accents and slips', async ({ open }) => {
    const author = await open('/', { as: 'noor', scripts: false })
    await raise(author, { title: 'The café in the Böll-Haus closes at three' })
    const page = await open('/', { scripts: false })
    expect(await hits(page, 'wi-fi')).toContain(
      'The Wi-Fi in Maple Court drops every evening from about eight',
    )
    expect(await hits(page, 'wifi')).toContain(
      'The Wi-Fi in Maple Court drops every evening from about eight',
    )
    expect(await hits(page, 'step-free')).not.toContain('The café in the Böll-Haus closes at three')
    expect(await hits(page, 'cafe boll haus')).toContain('The café in the Böll-Haus closes at three')
    expect(await hits(page, 'libary')).toContain('Library seats are kept with coats for hours')
    await expect(page).toHaveURL(/q=libary/)
    await expect(page).toHaveTitle('libary · Search · Quad University')
    await expect(page.getByRole('searchbox', { name: 'Search tickets' })).toHaveValue('libary')
    expect(await hits(page, '"kept with coats"')).toEqual(['Library seats are kept with coats for hours'])
    await page.goto('/?q=zxqzxqzxq')
    await expect(page.getByRole('main')).toContainText(/No ticket matches|Nothing has been raised/)
    for (const odd of ['%', "'", '\\', '((', '&|!', '-', '"', '<b>', '\u0000', '👩‍🎓', 'a'.repeat(200)]) {
      const answer = await page.request.get(`/?q=${encodeURIComponent(odd)}`)
      expect(answer.status(), `searching for ${odd}`).toBe(200)
    }
  })

  test('pages lead forwards and backwards, and nothing is lost or shown twice', async ({ open }) => {
    const page = await open('/?status=all&sort=newest', { scripts: false })
    const seen: Array<Array<string>> = [await titles(page)]
    const pager = page.getByRole('navigation', { name: 'Pages' })
    await expect(pager.getByRole('link', { name: 'Previous page' })).toHaveCount(0)
    while (await pager.getByRole('link', { name: 'Next page' }).count()) {
      await pager.getByRole('link', { name: 'Next page' }).click()
      await expect(page).toHaveURL(/status=all.*after=/)
      seen.push(await titles(page))
    }
    expect(seen.length).toBeGreaterThan(1)
    const links = await test.step('every ticket once', () => seen.flat())
    expect(new Set(links).size).toBe(links.length)
    for (const earlier of seen.slice(0, -1).toReversed()) {
      await pager.getByRole('link', { name: 'Previous page' }).click()
      expect(await titles(page)).toEqual(earlier)
    }
  })

  test('an address that names what does not exist leads to an error page that says so', async ({
    open,
    quad,
  }) => {
    const page = await open('/', { scripts: false })
    const wrong: Array<[path: string, status: number]> = [
      ['/?status=lost', 400],
      ['/?sort=oldest', 400],
      ['/?source=letter', 400],
      ['/?after=nonsense', 400],
      ['/?before=W10', 400],
      [`/?q=${'x'.repeat(201)}`, 400],
      ['/resolved?sort=oldest', 400],
      ['/tickets/1016?before=x', 400],

      ['/?department=alchemy', 404],
      ['/departments/alchemy', 404],
      ['/feed.xml?department=alchemy', 404],
      ['/tickets/99999999', 404],
      ['/tickets/0', 404],
      ['/tickets/sixteen', 404],
      ['/tickets/99999999999999999999', 404],
      ['/nowhere/at/all', 404],
      ['/.env', 404],
      ['/..%2f..%2fpackage.json', 404],
      ['/assets/../../../package.json', 404],
      ['/%00', 404],
      // Cut off within a letter.
      ['/%E0%A4%A', 404],
    ]
    for (const [path, status] of wrong) {
      const answer = await page.request.get(path)
      expect(answer.status(), path).toBe(status)
      const body = await answer.text()
      expect(answer.headers()['content-type'], path).toContain('text/html')
      expect(body, path).toMatch(status === 400 ? /We could not read that/ : /There is nothing here/)
      expect(body, path).not.toMatch(/\bat \S+ \(|node_modules|\.tsx?:\d|Error:/)
    }
    await page.goto('/tickets/99999999')
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.getByRole('main').getByRole('link', { name: 'To the board' }).click()
    expect(page.url()).toBe(`${quad.url}/`)
  })

  test('a ticket has one address, whatever its slug', async ({ open, quad }) => {
    const page = await open('/tickets/1013/not-what-it-was', { scripts: false })
    const canonical = page.locator('link[rel="canonical"]')
    await expect(canonical).toHaveAttribute('href', new RegExp(`^${quad.url}/tickets/1013/the-lift-in-`))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/The lift in the Engineering block/)
    await page.goto('/tickets/1013')
    await expect(canonical).toHaveAttribute('href', new RegExp(`^${quad.url}/tickets/1013/the-lift-in-`))
  })

  test('the official answer stands above what was said about it', async ({ open }) => {
    const page = await open('/tickets/1013', { scripts: false })
    const official = page.getByRole('article', { name: 'Official answer' })
    await expect(official).toContainText('Estates')
    const [above, below] = await Promise.all([
      official.boundingBox(),
      page.locator('.timeline').boundingBox(),
    ])
    expect(above!.y).toBeLessThan(below!.y)
    await expect(page.getByRole('main')).not.toContainText('Only staff sees this')
  })

  test('a merged ticket leads to its survivor, for good', async ({ open, quad }) => {
    const page = await open('/', { scripts: false })
    const answer = await page.request.get('/tickets/1017', { maxRedirects: 0 })
    expect(answer.status()).toBe(301)
    expect(new URL(answer.headers().location!, quad.url).pathname).toMatch(/^\/tickets\/1016\//)
    await page.goto('/tickets/1017')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/The Wi-Fi in Maple Court/)
  })

  test('a closed ticket takes no votes and says so', async ({ open }) => {
    const page = await open('/tickets/1016', { as: 'tomi', scripts: false })
    const before = await page.request.get('/tickets/1016').then((answer) => answer.text())
    for (const intent of ['vote', 'unvote']) {
      const answer = await send(page, '/votes/1016', { intent, back: '/tickets/1016' })
      expect(answer.status()).toBe(303)
      await page.goto('/tickets/1016')
      await expect(page.getByRole('status')).toContainText('This ticket is closed')
    }
    const count = (html: string) => /data-votes="(\d+)"|<b>(\d+)<\/b>/.exec(html)?.[0]
    expect(count(await page.request.get('/tickets/1016').then((answer) => answer.text()))).toBe(count(before))
  })

  test('a vote on the board counts once and leads back to the same place', async ({ open }) => {
    const title = 'The password reset does not accept my phone number'
    const page = await open('/?sort=newest&department=it-services', { as: 'charlie', scripts: false })
    const before = await votesFor(page, title)
    await voteButton(page, title).click()
    await expect(page).toHaveURL('/?sort=newest&department=it-services')
    await expect(voteButton(page, title)).toContainText('Backed')
    expect(await votesFor(page, title)).toBe(before + 1)
    await voteButton(page, title).click()
    await expect(voteButton(page, title)).toContainText('Back this')
    expect(await votesFor(page, title)).toBe(before)
  })

  test('what a visitor presses is done when they have signed in', async ({ open }) => {
    const title = 'The bridge behind the gym is icy in the morning'
    const { path } = await raise(await open('/', { as: 'noor', scripts: false }), { title })
    const page = await open(path, { scripts: false })
    const before = await votesFor(page, title)
    await voteButton(page, title).click()
    await page.getByRole('button', { name: /^Sign in as tomi\b/i }).click()
    await expect(page.getByRole('status')).toContainText('Backed')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
    expect(await votesFor(page, title)).toBe(before + 1)
    await expect(voteButton(page, title)).toHaveAttribute('value', 'unvote')
  })

  test('comments and following', async ({ open }) => {
    const page = await open('/tickets/1034', { as: 'sam', scripts: false })
    const field = page.getByLabel('Your comment')
    await field.fill('   ')
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(field).toHaveAccessibleDescription(/only spaces/)
    // The form stands at the end of a long page.
    await expect(field).toBeFocused()
    await expect(field).toBeInViewport()
    await field.fill('x'.repeat(2001))
    await page.getByRole('button', { name: 'Comment', exact: true }).click()
    await expect(field).toHaveAccessibleDescription(/2001 characters/)
    await expect(field).toHaveValue('x'.repeat(2001))
    await field.fill('The room beside the <b>chapel</b> would do.')
    await page.getByRole('button', { name: 'Comment', exact: true }).dblclick()
    await expect(
      page.locator('.timeline').getByText('The room beside the <b>chapel</b> would do.'),
    ).toHaveCount(1)

    const follow = page.getByRole('button', { name: /^Follow/ })
    if (await page.getByRole('button', { name: 'Follow', exact: true }).count()) await follow.click()
    await expect(follow).toHaveAccessibleName(/^Following/)
    await follow.click()
    await expect(page.getByRole('button', { name: 'Follow', exact: true })).toBeVisible()
    await expect(page.getByRole('status')).toContainText('You no longer follow')
  })

  test('a department shows its face', async ({ open }) => {
    const page = await open('/departments', { scripts: false })
    await page.getByRole('list', { name: 'Departments' }).getByRole('link', { name: 'Estates' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Estates')
    await expect(page.getByText('Answers within 3 working days')).toBeVisible()
    await expect(page.getByRole('link', { name: /@quad_estates/i })).toBeVisible()
    await page.getByRole('link', { name: 'All open tickets' }).click()
    await expect(page).toHaveURL('/?department=estates')
    await page.goBack()
    await page.getByRole('link', { name: 'Feed of this department' }).click({ trial: true })
    const feed = await page.request.get('/feed.xml?department=estates')
    expect(await feed.text()).toContain('Estates')
  })

  test('the colours can be chosen, and stay', async ({ open }) => {
    const page = await open('/departments', { scripts: false })
    const html = page.locator('html')
    for (const [name, value] of [
      ['Dark', 'dark'],
      ['Light', 'light'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).click()
      await expect(page).toHaveURL('/departments')
      await expect(html).toHaveAttribute('data-theme', value)
      await expect(page.getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true')
    }
    await page.goto('/')
    await expect(html).toHaveAttribute('data-theme', 'light')
    await page.getByRole('button', { name: 'As my device' }).click()
    await expect(html).not.toHaveAttribute('data-theme', /.*/)
  })
})

test('the feed is well-formed, whatever a title holds', async ({ open, quad }) => {
  const page = await open('/', { as: 'robin' })
  const title = `]]> </title> & < > " ' <script>alert(1)</script> \u2028 &amp; 👩‍🎓 e\u0301`
  await raise(page, { title, text: `${title}\n\n]]><b>not bold</b>` })
  const answer = await page.request.get('/feed.xml')
  expect(answer.headers()['content-type']).toContain('application/atom+xml')
  const feed = await page.evaluate(
    (xml) => {
      const parsed = new DOMParser().parseFromString(xml, 'application/xml')
      const text = (parent: ParentNode, name: string) => parent.querySelector(name)?.textContent ?? ''
      return {
        broken: parsed.querySelector('parsererror')?.textContent ?? null,
        root: parsed.documentElement.namespaceURI,
        self: parsed.querySelector('link[rel="self"]')?.getAttribute('href'),
        entries: [...parsed.querySelectorAll('entry')].map((entry) => ({
          id: text(entry, 'id'),
          // Its titles are HTML too.
          title: new DOMParser().parseFromString(text(entry, 'title'), 'text/html').body.textContent ?? '',
          updated: text(entry, 'updated'),
          link: entry.querySelector('link')?.getAttribute('href') ?? '',
          // Atom's HTML content, read the way a reader of feeds does.
          elements: new DOMParser()
            .parseFromString(text(entry, 'content'), 'text/html')
            .querySelectorAll('body *:not(br)').length,
        })),
      }
    },
    await answer.text(),
  )
  expect(feed.broken).toBeNull()
  expect(feed.root).toBe('http://www.w3.org/2005/Atom')
  expect(feed.self).toBe(`${quad.url}/feed.xml`)
  expect(feed.entries.length).toBeGreaterThan(5)
  const hostile = feed.entries.find((entry) => entry.title.includes(']]>'))
  expect(hostile?.title.replace(/\s+/g, ' ')).toBe(title.normalize('NFC').replace(/\s+/g, ' '))
  for (const entry of feed.entries) {
    expect(entry.id).toMatch(new RegExp(`^${quad.url}/tickets/\\d+$`))
    expect(entry.link.startsWith(entry.id)).toBe(true)
    expect(Date.parse(entry.updated)).toBeGreaterThan(0)
    expect(entry.elements, `elements in ${entry.title}`).toBe(0)
  }
})

test('no address and no name of anybody stands on a public page, in a feed or in a header', async ({
  open,
}) => {
  const page = await open('/', { scripts: false })
  const paths = new Set(['/', '/resolved', '/departments', '/tickets/new', '/feed.xml', '/nowhere'])
  for (let number = 1001; number <= 1040; number += 1) paths.add(`/tickets/${number}`)
  for (const slug of ['it-services', 'library', 'estates', 'student-life', 'registry']) {
    paths.add(`/departments/${slug}`)
    paths.add(`/feed.xml?department=${slug}`)
  }
  // Students answer to nobody's name here, staff only to its department's.
  const secrets =
    /demo\.quad\.example|voter-\d|\b(sam|robin|noor|wei|ines|tomi|billie|ravi|charlie|jamie|admin)@|\b(dana|lee|morgan)\b/i
  for (const path of paths) {
    const answer = await page.request.get(path)
    const said = `${JSON.stringify(answer.headers())}\n${await answer.text()}`
    expect(secrets.exec(said)?.[0], `on ${path}`).toBeUndefined()
  }
})
