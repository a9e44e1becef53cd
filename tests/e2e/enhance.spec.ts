import { expect, publish, raise, test, voteButton, votesFor } from './quad.ts'

// What the small scripts add. That everything works without them is shown by the journeys with scripts off.

test('a vote counts without leaving the page, and for whoever else is looking', async ({ open }) => {
  const sam = await open('/', { as: 'sam' })
  const title = 'The lamp above the bicycle stand is out'
  const { path } = await raise(sam, { title })
  const ravi = await open(path, { as: 'ravi' })
  const visitor = await open(path)
  await ravi.evaluate(() => Object.assign(window, { stayed: true }))
  await voteButton(ravi, title).click()
  await expect(voteButton(ravi, title)).toHaveAccessibleName(/^\s*2 Backed\s*, press to take it back/)
  expect(await ravi.evaluate(() => 'stayed' in window)).toBe(true)
  for (const page of [visitor, sam]) {
    await page.bringToFront()
    await expect.poll(() => votesFor(page, title)).toBe(2)
  }
  await ravi.bringToFront()
  await ravi.keyboard.press('Enter')
  await expect(voteButton(ravi, title)).toHaveAccessibleName(/^\s*1 Back this/)
  await ravi.reload()
  await expect(voteButton(ravi, title)).toHaveAccessibleName(/^\s*1 Back this/)
})

test('a vote that cannot be sent that way is sent as a form', async ({ open }) => {
  const page = await open('/', { as: 'ravi' })
  const title = await page
    .locator('.row')
    .filter({ has: page.locator('button[value="vote"]') })
    .first()
    .locator('.row-title')
    .innerText()
  const before = await votesFor(page, title)
  await page.route('**/votes/*', (route) =>
    route.request().resourceType() === 'fetch' ? route.fulfill({ status: 429 }) : route.continue(),
  )
  await voteButton(page, title).click()
  await expect(page.getByRole('status').filter({ hasText: 'Backed' })).toBeVisible()
  expect(await votesFor(page, title)).toBe(before + 1)
  await page.unroute('**/votes/*')
  await voteButton(page, title).click()
  await expect.poll(() => votesFor(page, title)).toBe(before)
})

test('who reads a ticket is told when something is added', async ({ open }) => {
  const sam = await open('/', { as: 'sam' })
  const { path } = await raise(sam, { title: 'The lift in the east wing stops between floors' })
  const reader = await open(path)
  await expect(reader.locator('.live-news')).toBeHidden()
  await sam.goto(path)
  await sam.getByLabel('Your comment').fill('It did so again this morning.')
  await sam.getByRole('button', { name: 'Comment' }).click()
  await expect(sam.getByText('It did so again this morning.')).toBeVisible()
  await reader.bringToFront()
  await reader.getByRole('link', { name: 'Show it' }).click()
  await expect(reader.getByText('It did so again this morning.')).toBeVisible()
  await expect(reader.locator('.live-news')).toBeHidden()
})

test('what is being written survives a closed page, until it is taken', async ({ open }) => {
  const page = await open('/tickets/new', { as: 'ines' })
  const title = page.getByLabel('What is wrong?')
  const text = page.getByLabel('Tell us more')
  await title.fill('The printer on floor two eats paper')
  await text.fill('Half of what I print comes out folded.')
  const department = page.getByLabel('Who should answer?')
  await department.selectOption({ label: 'IT Services' })
  await page.goto('about:blank')
  await page.goto('/tickets/new')
  await expect(title).toHaveValue('The printer on floor two eats paper')
  await expect(text).toHaveValue('Half of what I print comes out folded.')
  await expect(department.locator('option:checked')).toHaveText('IT Services')
  await expect(page.getByText('What you wrote here before is back.')).toBeVisible()
  await page.getByRole('button', { name: 'Raise it' }).click()
  await publish(page)
  await page.goto('/tickets/new')
  await expect(title).toHaveValue('')

  await title.fill('Something to forget')
  await page.goto('/tickets/new')
  await page.getByRole('button', { name: 'Discard it' }).click()
  await expect(title).toHaveValue('')
  await expect(title).toBeFocused()
  await page.reload()
  await expect(title).toHaveValue('')
})
