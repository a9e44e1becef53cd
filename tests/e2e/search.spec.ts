import type { Page } from '@playwright/test'
import { choose, expect, raise, test, ticketAt, voteButton, votesFor } from './quad.ts'

const SEATS = 'Library seats are kept with coats for hours'
const list = (page: Page) => page.getByRole('list', { name: 'Tickets' })
const place = (page: Page) => page.getByRole('region', { name: 'Is it one of these?' })
const write = async (page: Page, title: string) => {
  // As a person types, so that scripts hear of it.
  await page.getByLabel('What is wrong?').pressSequentially(title)
  await page.getByLabel('Tell us more').fill('This was written by a journey, to be read by nobody.')
}

for (const scripts of [false, true])
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test('a search marks what it found, says when it corrected, and counts what filters would show', async ({
      open,
    }) => {
      const page = await open('/?q=library+seats', { scripts })
      const row = list(page).getByRole('listitem').filter({ hasText: SEATS })
      await expect(row.locator('.row-title mark')).toHaveText(['Library', 'seats'])
      await expect(page.getByText(/spelt similarly/)).toHaveCount(0)
      await page.goto('/?q=libary')
      await expect(page.getByText('Nothing for “libary” exactly; these are spelt similarly.')).toBeVisible()
      await expect(list(page).locator('mark').first()).toHaveText(/library/i)

      const promised = await choose(page, 'Status', 'Resolved')
      await expect(page).toHaveURL(/q=libary/)
      await expect(page).toHaveURL(/status=resolved/)
      await expect(page.getByText(new RegExp(`^${promised} tickets?`))).toBeVisible()
      await expect(list(page).getByRole('listitem')).toHaveCount(promised)
      await page.getByRole('navigation', { name: 'Sort by' }).getByRole('link', { name: 'Newest' }).click()
      await expect(page).toHaveURL(/q=libary.*sort=newest|sort=newest.*q=libary/)
      await expect(page.getByRole('searchbox', { name: 'Search tickets' })).toHaveValue('libary')
    })

    test('who finds nothing is shown what others back, and what is new', async ({ open }) => {
      const page = await open('/?q=xylophone', { scripts })
      await expect(page.getByRole('heading', { name: 'No ticket matches' })).toBeVisible()
      for (const name of ['Most backed', 'Newest'])
        await expect(page.getByRole('list', { name }).getByRole('listitem')).toHaveCount(5)
    })

    test('a search among the resolved says what came of it', async ({ open }) => {
      const page = await open('/resolved?q=xylophone', { scripts })
      await expect(page.getByRole('heading', { name: 'No resolved ticket matches' })).toBeVisible()
      await page.goto('/resolved?q=libary')
      await expect(page.getByText('Nothing for “libary” exactly; these are spelt similarly.')).toBeVisible()
    })

    test('whatever is searched for, the page stands', async ({ open }) => {
      const page = await open('/', { scripts })
      const odd = [
        'a'.repeat(200),
        '<mark>x</mark>',
        '"; drop table tickets --',
        '-',
        ':*',
        'قاعة',
        '👩‍🎓',
        '\u202Ex',
      ]
      for (const search of odd) {
        const answer = await page.goto(`/?q=${encodeURIComponent(search)}`)
        expect(answer?.status(), search).toBe(200)
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth),
          `no sideways scrolling for ${search}`,
        ).toBe(true)
      }
    })
  })

test('without scripts the form asks once whether it is one of the similar tickets, and keeps everything', async ({
  open,
}) => {
  const page = await open('/tickets/new', { as: 'wei', scripts: false })
  await write(page, 'Library seats are kept with coats')
  await page.getByLabel('Who should answer?').selectOption({ label: 'Library' })
  await page.getByRole('button', { name: 'Raise it' }).click()
  await expect(
    place(page)
      .or(page.getByRole('alert', { name: 'Is it one of these?' }))
      .first(),
  ).toContainText(SEATS)
  await expect(page.getByLabel('What is wrong?')).toHaveValue('Library seats are kept with coats')
  await expect(page.getByLabel('Tell us more')).toHaveValue(/written by a journey/)
  await expect(page.getByLabel('Who should answer?')).toHaveValue(/\d+/)
  await page.getByRole('button', { name: 'Mine is different: publish it' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Library seats are kept with coats')
})

test('without scripts and an account, "this is mine too" leads through signing in and then backs and follows', async ({
  open,
}) => {
  const page = await open('/tickets/new', { scripts: false })
  await write(page, SEATS)
  await page.getByRole('button', { name: 'Raise it' }).click()
  await page.getByRole('button', { name: new RegExp(`This is mine too ?: ${SEATS}`) }).click()
  await page.getByRole('button', { name: /^Sign in as tomi\b/i }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(SEATS)
  await expect(page.getByText('Backed, and you follow it now.')).toBeVisible()
  await expect(voteButton(page, SEATS)).toContainText('Backed')
  await expect(page.getByRole('button', { name: /Following/ })).toBeVisible()
  await expect(page.getByLabel('Your comment')).toHaveValue(/written by a journey/)
  const votes = await votesFor(page, SEATS)
  await test.step('the address alone backs nothing', async () => {
    const { number } = ticketAt(page)
    const other = await open(`/mine/${number}`, { as: 'ravi', scripts: false })
    await expect(other).toHaveURL(new RegExp(`/tickets/${number}$`))
    expect(await votesFor(other, SEATS)).toBe(votes)
  })
})

test('with scripts similar tickets appear while the title is typed, and are not asked about again', async ({
  open,
}) => {
  const page = await open('/tickets/new', { as: 'noor' })
  await write(page, 'Library seats kept with coats for hours')
  await expect(place(page)).toContainText(SEATS)
  await expect(page.locator('[data-similar] [role="status"]')).toContainText('listed below')
  await test.step('they go away with the words', async () => {
    await page.getByLabel('What is wrong?').fill('Xylophone lessons')
    await expect(place(page)).toHaveCount(0)
    await page.getByLabel('What is wrong?').fill('Library seats kept with coats for hours')
    await expect(place(page)).toContainText(SEATS)
  })
  await page.getByLabel('What is wrong?').press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Library seats kept with coats for hours')
})

test('with scripts "this is mine too" backs at once', async ({ open }) => {
  const author = await open('/', { as: 'robin' })
  const title = 'The vending machine at the gym swallows coins'
  await raise(author, { title })
  const page = await open('/tickets/new', { as: 'billie' })
  await page.getByLabel('What is wrong?').pressSequentially('The vending machine swallows coins')
  await place(page)
    .getByRole('button', { name: new RegExp(`This is mine too ?: ${title}`) })
    .click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
  await expect(page.getByText('Backed, and you follow it now.')).toBeVisible()
  await expect(page.getByLabel('Your comment')).toHaveValue('The vending machine swallows coins')
  expect(await votesFor(page, title)).toBe(2)
})
