import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, publish, raise, test } from './quad.ts'

const DISCLOSURE = 'Since the winter I want to kill myself, and the queue at the library makes it worse.'

async function write(page: Page, title: string, text: string) {
  await page.goto('/tickets/new')
  await page.getByLabel('What is wrong?').fill(title)
  await page.getByLabel('Tell us more').fill(text)
  await page.getByRole('button', { name: 'Raise it' }).click()
}

const pointedOut = (page: Page) => page.getByRole('alert').filter({ hasText: 'Before everyone can read it' })
const takeOut = (page: Page, what: string) =>
  pointedOut(page)
    .getByRole('listitem')
    .filter({ hasText: what })
    .getByRole('button', { name: 'Take it out' })
    .click()
const board = async (page: Page, words: string) => {
  await page.goto(`/?status=all&q=${encodeURIComponent(words)}`)
  return page.getByRole('main')
}

async function expectFit(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  const { width, height } = page.viewportSize()!
  await page.setViewportSize({ width: 320, height: 640 })
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
  await page.setViewportSize({ width, height })
}

for (const scripts of [false, true]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test('a phone number is pointed out and taken out with one tap, in the title too', async ({ open }) => {
      const page = await open('/', { as: 'billie', scripts })
      const title = `Call 212-555-0187 about the blue lockers ${scripts}`
      await write(page, title, 'They are all broken. Or write to billie@mail.example.')
      await expect(pointedOut(page)).toBeVisible()
      if (scripts) await expectFit(page)
      await takeOut(page, '212-555-0187')
      await expect(page.getByLabel('What is wrong?')).toHaveValue(/^Call \[phone number removed\] about/)
      await takeOut(page, 'billie@mail.example')
      await expect(page.getByText('It was taken out below')).toBeVisible()
      await expect(page.getByLabel('Tell us more')).toHaveValue(
        'They are all broken. Or write to [mail address removed].',
      )
      await page.getByRole('button', { name: 'Raise it' }).click()
      await publish(page)
      await expect(page.getByRole('main')).toContainText('[mail address removed]')
      await expect(page.getByRole('main')).not.toContainText('212-555-0187')
    })

    test('an author publishes what is theirs to publish, and is asked once', async ({ open }) => {
      const page = await open('/', { as: 'ravi', scripts })
      await write(page, `Sell my bicycle ${scripts}`, 'I am ravi@mail.example, and the stands are full.')
      await page.getByRole('button', { name: 'publish it anyway' }).click()
      await publish(page)
      await expect(page.getByRole('main')).toContainText('ravi@mail.example')
    })

    test('a student number waits for a moderator, who publishes it', async ({ open }) => {
      const page = await open('/', { as: 'noor', scripts })
      const words = `plum tree ${scripts ? 'north' : 'south'}`
      await write(page, `My card and the ${words}`, 'I am S1234567 and my card does not open the gate.')
      await expect(page.getByRole('button', { name: 'publish it anyway' })).toHaveCount(0)
      await page.getByRole('button', { name: 'a person looks at it first' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('What you wrote is not public')
      await expect(await board(page, words)).toContainText('No ticket matches')
      const desk = await open('/desk/held', { as: 'pat', scripts })
      const row = desk.getByRole('listitem').filter({ hasText: words })
      await row.getByRole('button', { name: 'Publish it' }).click()
      await expect(desk.getByRole('status').filter({ hasText: 'Published.' })).toBeVisible()
      await expect(await board(page, words)).toContainText(`My card and the ${words}`)
    })

    test('a comment is screened as well, and nothing of it is lost', async ({ open }) => {
      const page = await open('/tickets/1034', { as: 'tomi', scripts })
      await page.getByLabel('Your comment').fill('Mine too. Dr. Weaver knows, 212-555-0188.')
      await page.getByRole('button', { name: 'Comment', exact: true }).click()
      await expect(pointedOut(page)).toBeVisible()
      await page.getByRole('button', { name: 'Take all of it out' }).click()
      await expect(page.getByLabel('Your comment')).toHaveValue(
        'Mine too. [name removed] knows, [phone number removed].',
      )
      await page.getByRole('button', { name: 'Comment', exact: true }).click()
      await expect(page.getByText('Your comment is on the page.')).toBeVisible()
    })

    test('a disclosure shows the crisis line, never appears on the board, and care refers it', async ({
      open,
    }) => {
      const page = await open('/', { as: 'wei', scripts })
      const words = `quince ${scripts ? 'orchard' : 'garden'}`
      await write(page, `In the ${words}`, DISCLOSURE)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('You do not have to face this alone')
      await expect(page.getByRole('link', { name: 'Crisis line' })).toHaveAttribute(
        'href',
        'tel:+15555550111',
      )
      await expect(page.getByText('Nobody watches this site around the clock. Do not')).toBeVisible()
      if (scripts) await expectFit(page)
      if (scripts) expect(await page.evaluate(() => Object.keys(localStorage))).not.toContain('draft:raise')
      await page.getByRole('button', { name: 'This is not about that' }).click()
      await expect(page.getByText('You said that it is about something else.')).toBeVisible()
      await page.goto('/me')
      await expect(page.getByRole('region', { name: 'What of yours is held back' })).toContainText('Safety')

      const kit = await open('/desk/care', { as: 'kit', scripts })
      await kit
        .getByRole('link', { name: /^Open no/ })
        .last()
        .click()
      await expect(kit.getByRole('main')).toContainText(`In the ${words}`)
      await expect(kit.getByRole('main')).toContainText('Its author says that it is about something else.')
      if (scripts) await expectFit(kit)
      await kit.getByRole('button', { name: 'Refer to Counselling Service' }).click()
      await expect(kit.getByText('Referred. The office is written to.')).toBeVisible()
      await expect(kit.getByRole('region', { name: 'Refer it' })).toContainText('working minutes')
      await kit.getByLabel('Note', { exact: true }).fill('They have called back.')
      await kit.getByRole('button', { name: 'Leave the note' }).click()
      await expect(kit.getByRole('region', { name: 'Notes of the care team' })).toContainText(
        'They have called back.',
      )
      await kit.getByRole('button', { name: 'It is looked after: close it' }).click()
      await expect(kit.getByText('Closed. It stays off the board.')).toBeVisible()

      const visitor = await open('/', { scripts })
      for (const told of [words, 'kill myself']) {
        await expect(await board(visitor, told)).not.toContainText(`In the ${words}`)
        expect(await (await visitor.request.get('/feed.xml')).text()).not.toContain(words)
      }
    })

    test('a visitor is shown where help is, and nothing of it is kept before they choose so', async ({
      open,
    }) => {
      const page = await open('/', { scripts })
      await write(page, `At night ${scripts}`, DISCLOSURE)
      await expect(page.getByRole('alert')).toContainText('It has not been kept')
      await expect(page.getByLabel('Tell us more')).toHaveValue(DISCLOSURE)
      await page.getByRole('button', { name: 'Sign in, so that the care team can read it' }).click()
      await page.getByRole('button', { name: /^Sign in as charlie/i }).click()
      await expect(page.getByLabel('Tell us more')).toHaveValue(DISCLOSURE)
      await page.getByRole('button', { name: 'Raise it' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('You do not have to face this alone')
      await page.getByRole('button', { name: 'Take it back' }).click()
      await expect(page.getByText('Taken back. Its words are erased here.')).toBeVisible()
    })
  })
}

test('words are set on the desk, and the next who writes them is led to an office', async ({ open }) => {
  const admin = await open('/desk/screening', { as: 'admin', scripts: false })
  const part = admin.locator('details').filter({ hasText: 'Add a list' })
  await part.locator('summary').click()
  await part.getByLabel('Name', { exact: true }).fill('Hazing')
  await part.getByLabel('Number of the crisis line').fill('+1 555 555 0140')
  await part.getByLabel('Words and phrases, en').fill('hazing*\ninitiation rite')
  await part.getByRole('button', { name: 'Save this list' }).click()
  await expect(admin.getByRole('status').filter({ hasText: 'Saved.' })).toBeVisible()
  await admin.getByLabel('What student numbers look like').fill('.*')
  await admin.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(admin.getByRole('alert').filter({ hasText: 'pattern' })).toBeVisible()
  const page = await open('/', { as: 'robin', scripts: false })
  await write(page, 'The rowing club', 'There was an initiation rite last week, and somebody was hurt.')
  await expect(page.getByRole('link', { name: 'Call +1 555 555 0140' })).toBeVisible()
})

test('harsh words about those in office are published as they stand', async ({ open }) => {
  const page = await open('/', { as: 'robin', scripts: false })
  await raise(page, {
    title: 'President Adams is a damn disgrace',
    text: 'This deadline is killing us, the printers are shit, and Prof. Hill does not care.',
  })
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('President Adams is a damn disgrace')
})
