import { expect, publish, test, ticketAt, voteButton, votesFor } from './quad.ts'

// Sam has a phone and two minutes; Alex wants to know whether this university answers. Each with and without
// scripts, on a phone and at a desk.
for (const scripts of [false, true])
  for (const width of [390, 1280]) {
    const viewport = { width, height: 844 }
    const named = `scripts ${scripts ? 'on' : 'off'}, ${width} px`

    test(`Sam finds that it was raised, backs it, and raises what was not: ${named}`, async ({ open }) => {
      const page = await open('/', { as: 'sam', scripts, viewport })
      await page.getByRole('searchbox').fill('study rooms')
      await page.keyboard.press('Enter')
      const title = 'Let groups book library study rooms for two hours in a row'
      await expect(page.getByRole('link', { name: title })).toBeVisible()
      const backed = (await voteButton(page, title).getAttribute('value')) === 'unvote'
      const before = await votesFor(page, title)
      await voteButton(page, title).click()
      await expect.poll(() => votesFor(page, title)).toBe(before + (backed ? -1 : 1))

      await page.getByRole('link', { name: 'Raise a concern' }).click()
      const mine = `The tap in kitchen ${width}${scripts ? 'b' : 'a'} drips all night`
      await page.getByLabel('What is wrong?').fill(mine)
      await page.getByLabel('Tell us more').fill('It can be heard through two walls.')
      await page.getByRole('button', { name: 'Raise it' }).click()
      // The same tap of another journey may be offered.
      await publish(page)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(mine)
      await expect(page.getByText(`No. ${ticketAt(page).number}`).first()).toBeVisible()
      await expect(page.getByRole('status').filter({ hasText: 'Received' })).toBeVisible()
    })

    test(`Alex sees what was raised, answered and done: ${named}`, async ({ open }) => {
      const page = await open('/', { scripts, viewport })
      await page.getByRole('link', { name: 'Departments', exact: true }).click()
      await page.getByRole('link', { name: 'IT Services' }).click()
      await expect(page.getByText('Answers within 2 working days')).toBeVisible()
      await page.getByText('How these are counted').click()
      await expect(page.getByText('Median first response').last()).toBeVisible()
      const done = page.getByRole('region', { name: 'You said, we did' })
      await done.getByRole('link').first().click()
      await expect(page.getByRole('heading', { name: 'Official answer' })).toBeVisible()
      await page.getByRole('link', { name: 'Resolved', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1, name: 'Resolved' })).toBeVisible()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    })
  }

test('a page whose scripts never come does what it does without them', async ({ open }) => {
  const page = await open('about:blank')
  await page.route('**/enhance/*', (route) => route.fulfill({ status: 404, body: '' }))
  await page.goto('/tickets/new')
  await page.getByLabel('What is wrong?').fill('The bell rings twice')
  await page.getByLabel('Tell us more').fill('Once would be enough for everybody.')
  await page.getByRole('button', { name: 'Raise it' }).click()
  await expect(page.getByText('What you wrote is kept')).toBeVisible()
})
