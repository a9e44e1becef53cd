import { alone, expect } from './quad.ts'

/** Here forms are judged as everywhere: people are not as quick as these journeys. */
const test = alone({ FORM_SECONDS: '2' })

test('a form that came back too soon waits, and what was written is not lost', async ({ open }) => {
  const page = await open('/tickets/new', { as: 'robin' })
  await page.getByLabel('What is wrong?').fill('The clock in the hall stands still')
  await page.getByLabel('Tell us more').fill('It has shown ten past four since the holidays.')
  await page.getByRole('button', { name: 'Raise it' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'One moment, please' })).toBeVisible()
  await expect(page.getByText('It has shown ten past four since the holidays.')).toBeVisible()
  const send = page.getByRole('button', { name: 'Send it now' })
  await send.click()
  await expect(page.getByText('That was a little early.')).toBeVisible()
  await page.waitForTimeout(5_000)
  await send.click()
  await expect(
    page.getByRole('heading', { level: 1, name: 'The clock in the hall stands still' }),
  ).toBeVisible()
})

test('a field that nobody sees, filled in by a program, leads to the same page', async ({ open }) => {
  const page = await open('/sign-in')
  await page.getByLabel('Your campus mail address').fill('sam@demo.quad.example')
  await page
    .locator('input[name="second-title"]')
    .evaluate((field: HTMLInputElement) => (field.value = 'cheap watches'))
  await page.waitForTimeout(1_000)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'One moment, please' })).toBeVisible()
  await page.waitForTimeout(5_000)
  await page.getByRole('button', { name: 'Send it now' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Enter your code' })).toBeVisible()
})

test('votes that were taken out are told to everybody, counted again, and taken out once more', async ({
  open,
}) => {
  const visitor = await open('/ledger', { scripts: false })
  const line = visitor.locator('.ledger > li').filter({ hasText: '24 of no.' })
  await expect(line).toContainText('One person behind several accounts')
  await line.getByRole('link').click()
  await expect(visitor.getByText('24 votes were taken out.')).toBeVisible()

  const admin = await open('/desk/votes', { as: 'admin' })
  await admin.getByRole('button', { name: /^Count again/ }).click()
  await expect(admin.getByText('These votes are counted again')).toBeVisible()
  await admin.getByRole('link', { name: /^Preview what would be taken out/ }).click()
  await expect(admin.getByText('24 votes would not be counted.')).toBeVisible()
  await admin.getByLabel('Why').selectOption('automated')
  await admin.getByRole('button', { name: 'Take 24 votes out' }).click()
  await expect(admin.getByText('These votes are not counted any more')).toBeVisible()

  await expect(async () => {
    await visitor.goto('/ledger')
    await expect(visitor.locator('.ledger > li').filter({ hasText: '24 counted again' })).toHaveCount(1, {
      timeout: 500,
    })
    await expect(visitor.locator('.ledger > li').filter({ hasText: 'Cast by a program' })).toHaveCount(1, {
      timeout: 500,
    })
  }).toPass({ timeout: 10_000 })
})
