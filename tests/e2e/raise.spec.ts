import type { Locator, Page } from '@playwright/test'
import { askForCode, expect, raise, readMail, send, test, ticketAt } from './quad.ts'

const ANSWERABLE = 'This was written by a journey, to be read by nobody.'

const titleField = (page: Page) => page.getByLabel('What is wrong?')
const textField = (page: Page) => page.getByLabel('Tell us more')
const raiseIt = (page: Page) => page.getByRole('button', { name: 'Raise it' }).click()

/** The field says what is wrong with it, in a way that is heard as well as seen. */
async function expectWrong(field: Locator, said: RegExp) {
  await expect(field).toHaveAttribute('aria-invalid', 'true')
  await expect(field).toHaveAccessibleDescription(said)
}

for (const scripts of [false, true]) {
  test.describe(scripts ? 'with scripts' : 'without scripts', () => {
    test('a form that cannot be taken comes back with the text and says what is wrong, beside the field', async ({
      open,
    }) => {
      const page = await open('/tickets/new', { scripts })
      await test.step('nothing written', async () => {
        await raiseIt(page)
        await expectWrong(titleField(page), /Say it in one line/)
        await expectWrong(textField(page), /Write a sentence or two/)
        await expect(page.getByRole('alert').getByRole('link')).toHaveCount(2)
      })
      await test.step('only spaces', async () => {
        await titleField(page).fill('     ')
        await textField(page).fill('Half of the lamps on the stairs are out.')
        await raiseIt(page)
        await expectWrong(titleField(page), /only spaces/)
        await expect(page.getByRole('alert')).toContainText('One thing needs your attention')
        await expect(textField(page)).toHaveValue('Half of the lamps on the stairs are out.')
        await expect(textField(page)).not.toHaveAttribute('aria-invalid', 'true')
      })
      await test.step('a title of 500 characters', async () => {
        const title = 'a long title '.repeat(39).slice(0, 500)
        await titleField(page).fill(title)
        await raiseIt(page)
        await expectWrong(titleField(page), /500 characters.*most that fits is 120/)
        await expect(titleField(page)).toHaveValue(title)
        await page.getByRole('alert').getByRole('link').click()
        await expect(titleField(page)).toBeFocused()
      })
    })

    test('what cannot be markup stays text, wherever it is shown', async ({ open }) => {
      const page = await open('/', { as: 'ines', scripts })
      const title = `<img src=x onerror=alert(1)> **bold** </title><script>alert(2)</script> ${scripts}`
      const text = [
        '<script>alert(3)</script><b>bold</b><svg onload=alert(4)>',
        '**bold** [press](javascript:alert(5)) ![](https://tracker.example/pixel.png) <javascript:alert(6)>',
        'before\u202Eretfa\u202C \u2066isolated\u2069',
        '{{constructor.constructor("alert(7)")()}} ${alert(8)} &lt;b&gt;',
      ].join('\n\n')
      const ticket = await raise(page, { title, text })
      const main = page.getByRole('main')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(title)
      await expect(main).toContainText('<script>alert(3)</script><b>bold</b><svg onload=alert(4)>')
      await expect(main).toContainText('**bold** [press](javascript:alert(5))')
      await expect(main).toContainText('&lt;b&gt;')
      // The overrides would turn the text around them, so they are taken out.
      await expect(main).toContainText('beforeretfa isolated')
      for (const path of [ticket.path, '/?sort=newest', `/?q=${encodeURIComponent('onerror=alert')}`]) {
        await page.goto(path)
        await expect(page.getByText('onerror=alert(1)').first()).toBeAttached()
        expect(
          await page
            .locator('script:not([src^="/enhance/"]), img, main b:has-text("bold"), [onload], [onerror]')
            .count(),
        ).toBe(0)
        expect(await page.locator('a[href^="javascript" i]').count()).toBe(0)
      }
    })
  })
}

test('a text of one megabyte comes back whole, with the most that fits', async ({ open }) => {
  const page = await open('/tickets/new', { scripts: false })
  const text = 'The lamps. '.repeat(95_326)
  await titleField(page).fill('The lamps on the stairs')
  // Typing it would take longer than anything else here.
  await textField(page).evaluate((field: HTMLTextAreaElement, text) => (field.value = text), text)
  // A megabyte takes a slow browser a while to lay out.
  await page.getByRole('button', { name: 'Raise it' }).click({ timeout: 60_000 })
  await expectWrong(textField(page), /The most that fits is 5000/)
  expect(await textField(page).evaluate((field: HTMLTextAreaElement) => field.value.length)).toBeGreaterThan(
    1_048_000,
  )
  await expect(titleField(page)).toHaveValue('The lamps on the stairs')
})

test('characters that nobody can see do not reach the page', async ({ open }) => {
  const page = await open('/tickets/new', { as: 'tomi', scripts: false })
  const key = await page.locator('input[name="key"]').inputValue()
  const response = await send(page, '/tickets/new', {
    key,
    title: 'No\u0000 heating \u202Ein\u0007 room 1.02',
    text: 'It is\u0000 cold.\u0000\r\n\r\nVery cold indeed.',
    department: '',
  })
  expect(response.status()).toBe(303)
  await page.goto(response.headers().location ?? '')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No heating in room 1.02')
  const html = await page.content()
  for (const unseen of ['\u0000', '\u0007', '\u202E']) expect(html).not.toContain(unseen)
})

test('a draft survives signing in by code', async ({ open }) => {
  const page = await open('/tickets/new', { scripts: false })
  await titleField(page).fill('The tram stop has no roof any more')
  await textField(page).fill(ANSWERABLE)
  await page.getByLabel('Who should answer?').selectOption({ label: 'Estates' })
  await raiseIt(page)
  await expect(page.getByText('What you wrote is kept')).toBeVisible()
  await askForCode(page, 'draft.code@demo.quad.example')
  await page.getByRole('link', { name: 'Send another code' }).click()
  await expect(page.getByText('What you wrote is kept')).toBeVisible()
  await askForCode(page, 'draft.code@demo.quad.example')
  const form = page.url()
  const { code } = await readMail(page, 'draft.code@demo.quad.example')
  await page.goto(form)
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(titleField(page)).toHaveValue('The tram stop has no roof any more')
  await expect(textField(page)).toHaveValue(ANSWERABLE)
  await expect(page.getByLabel('Who should answer?')).toHaveValue(/\d+/)
  await raiseIt(page)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('The tram stop has no roof any more')
  await expect(page.getByRole('status')).toContainText('Received')
  await expect(page.getByRole('main').getByRole('link', { name: 'Estates' }).first()).toBeVisible()
})

test('a draft survives signing in by the link, opened in another browser', async ({ open }) => {
  const laptop = await open('/tickets/new', { scripts: false })
  await titleField(laptop).fill('The organ loft smells of fresh paint')
  await textField(laptop).fill(ANSWERABLE)
  await raiseIt(laptop)
  await askForCode(laptop, 'draft.link@demo.quad.example')
  const { link } = await readMail(laptop, 'draft.link@demo.quad.example')
  const phone = await open(link, { scripts: false })
  await phone.getByRole('button', { name: 'Sign me in' }).click()
  await expect(titleField(phone)).toHaveValue('The organ loft smells of fresh paint')
  await expect(textField(phone)).toHaveValue(ANSWERABLE)
  await raiseIt(phone)
  await expect(phone.getByRole('heading', { level: 1 })).toHaveText('The organ loft smells of fresh paint')
})

test('a comment written by a visitor survives signing in', async ({ open }) => {
  const page = await open('/tickets/1013', { scripts: false })
  await page.getByLabel('Your comment').fill('It was out again this morning, at nine.')
  await page.getByRole('button', { name: 'Sign in to comment' }).click()
  await page.getByRole('button', { name: /^Sign in as billie\b/i }).click()
  await expect(page.getByLabel('Your comment')).toHaveValue('It was out again this morning, at nine.')
  await page.getByRole('button', { name: 'Comment', exact: true }).click()
  await expect(page.getByRole('status')).toContainText('Your comment is on the page')
  await expect(page.locator('.timeline').getByText('It was out again this morning, at nine.')).toHaveCount(1)
})

test('a form sent twice is one ticket', async ({ open }) => {
  const page = await open('/tickets/new', { as: 'wei', scripts: false })
  await titleField(page).fill('The door of the bike shed does not lock')
  await textField(page).fill(ANSWERABLE)
  const key = await page.locator('input[name="key"]').inputValue()
  await test.step('by two presses, as an impatient hand does', async () => {
    await page.getByRole('button', { name: 'Raise it' }).dblclick()
    await page.waitForURL(/\/tickets\/\d+\//)
  })
  const first = ticketAt(page)
  await test.step('five times at the same moment', async () => {
    const form = { key, title: 'The door of the bike shed does not lock', text: ANSWERABLE, department: '' }
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(page, '/tickets/new', form)))
    for (const answer of answers) expect(answer.headers().location).toBe(first.path)
  })
  await page.goto('/?q=%22bike+shed%22')
  await expect(page.getByRole('list', { name: 'Tickets' }).getByRole('listitem')).toHaveCount(1)
})

test('a form from an old page is taken, or says what to do', async ({ open }) => {
  const page = await open('/tickets/new', { as: 'ravi', scripts: false })
  await test.step('its department is gone', async () => {
    await titleField(page).fill('The old sports hall smells of gas')
    await textField(page).fill(ANSWERABLE)
    const option = page.getByLabel('Who should answer?').locator('option').last()
    await option.evaluate((each: HTMLOptionElement) => (each.value = '999'))
    await page.getByLabel('Who should answer?').selectOption('999')
    await raiseIt(page)
    await expectWrong(page.getByLabel('Who should answer?'), /does not exist any more/)
    await expect(titleField(page)).toHaveValue('The old sports hall smells of gas')
  })
  await test.step('it was made before forms had a key', async () => {
    await page.getByLabel('Who should answer?').selectOption({ label: 'Estates' })
    await page.locator('input[name="key"]').evaluate((input) => input.setAttribute('value', ''))
    await raiseIt(page)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('The old sports hall smells of gas')
  })
})
