import type { Page } from '@playwright/test'
import { expect, postOn, postsOn, reloadUntil, test } from './quad.ts'

const account = (page: Page) => page.getByRole('article', { name: /@quad_helpdesk/ })

/** At the practice network's page: lets the app use the help desk's account. */
async function allow(page: Page) {
  await expect(page.getByRole('heading', { name: 'Let this app use an account?' })).toBeVisible()
  await page.getByLabel('Account').selectOption('quad_helpdesk')
  await page.getByRole('button', { name: 'Allow' }).click()
  await expect(page.getByRole('status')).toContainText('The account is connected')
}

test('a department connects an account, loses it, and gets it back with everything that waited', async ({
  open,
  quad,
}) => {
  const desk = await open('/desk/channels', { as: 'dana' })
  const begin = () => desk.getByRole('link', { name: 'Connect X for IT Services' }).click()

  await test.step('what is refused there changes nothing here', async () => {
    await begin()
    await desk.getByRole('button', { name: 'Refuse' }).click()
    await expect(desk.getByRole('alert')).toContainText('On X it was refused')
    const back = desk.url()
    await desk.getByRole('link', { name: 'Back to the channels' }).click()
    await expect(account(desk)).toHaveCount(0)
    // The address alone opens nothing.
    await desk.goto(back.replace('error=access_denied', 'code=anything'))
    await expect(desk.getByRole('alert')).toContainText('was not begun in this browser')
    await desk.goto('/desk/channels')
  })

  await test.step('what is allowed there is connected here', async () => {
    await begin()
    await allow(desk)
    await expect(account(desk)).toContainText('Connected')
    await expect(account(desk)).toContainText('IT Services')
  })

  const about = 'The projector in the hall shows everything in green'
  const post = await postOn(quad, { as: 'demo_tomi', text: `@quad_helpdesk ${about}.` })
  const board = await open('/?sort=newest')
  await reloadUntil(board, board.getByRole('link', { name: about }), 20_000)

  await test.step('the network takes it back, and the desk says so and keeps the answer', async () => {
    const network = await open(quad.sandboxUrl)
    await network.getByRole('button', { name: 'Revoke @quad_helpdesk' }).click()
    await expect(network.getByRole('button', { name: 'Revoke @quad_helpdesk' })).toHaveCount(0)
    const signedOut = account(desk).getByText('Signed out', { exact: true })
    await reloadUntil(desk, signedOut, 20_000)
    await expect(account(desk)).toContainText('Connect the account again')
    await desk.goto('/desk')
    await desk.getByRole('link', { name: about }).click()
    await desk.getByRole('textbox', { name: 'Official answer' }).fill('Its lamp is being replaced today.')
    await desk.getByRole('button', { name: 'Publish the answer' }).click()
    await expect(desk.getByRole('status')).toContainText('Published')
    await desk.goto('/desk/channels')
    const waiting = desk.getByRole('listitem').filter({ hasText: about })
    await reloadUntil(desk, waiting, 20_000)
    await expect(waiting).toContainText('The account is signed out. Connect it again')
    expect((await postsOn(quad)).filter(({ inReplyTo }) => inReplyTo === post)).toEqual([])
  })

  await test.step('whoever looks after it is told, once', async () => {
    const mailbox = await open('/demo/mail')
    const mail = mailbox.getByRole('listitem').filter({ hasText: '@quad_helpdesk is signed out of X' })
    await reloadUntil(mailbox, mail, 40_000)
    await expect(mail.filter({ hasText: 'dana@' })).toHaveCount(1)
  })

  await test.step('connected again, what waited goes out', async () => {
    await account(desk).getByRole('link', { name: 'Connect again' }).click()
    await allow(desk)
    await expect(account(desk).getByText('Signed out', { exact: true })).toHaveCount(0)
    await expect
      .poll(async () => (await postsOn(quad)).filter(({ inReplyTo }) => inReplyTo === post).length, {
        timeout: 20_000,
      })
      .toBe(1)
    await desk.reload()
    await expect(desk.getByRole('listitem').filter({ hasText: about })).toContainText('Sent')
  })
})

for (const scripts of [true, false])
  test(`the policy of an account is set, and what is wrong in it is said${scripts ? '' : ', without scripts'}`, async ({
    open,
  }) => {
    const desk = await open('/desk/channels', { as: 'lee', scripts })
    const card = desk.getByRole('article', { name: /@quad_library/ })
    await expect(card).toContainText('The first answer and the final result are repeated on X')
    const form = async () => {
      const part = card.locator('.policy details')
      if (!(await part.evaluate((details: HTMLDetailsElement) => details.open)))
        await part.locator('summary').click()
      return part
    }
    const part = await form()
    await expect(part.getByLabel('What is said on the network').getByRole('option')).toHaveText([
      'The first answer and the final result',
      'Nothing',
    ])
    await part.getByLabel('Quiet from').fill('22:00')
    await part.getByLabel('Most it may cost').fill('a lot')
    await part.getByRole('button', { name: 'Save' }).click()
    await expect(card).toContainText('An amount such as 5 or 12.50.')
    const again = await form()
    await again.getByLabel('Quiet from').fill('22:00')
    await again.getByLabel('Quiet until').fill('07:00')
    await again.getByLabel('Most it may cost').fill('12,50')
    await again.getByLabel('Hashtags to look for').fill('#Books, scanner')
    await again.getByRole('button', { name: 'Save' }).click()
    await expect(desk.getByRole('status')).toContainText('Saved')
    await expect(card).toContainText('Nothing is sent from 22:00 to 07:00')
    await expect(card).toContainText('It may cost $12.50 in a month')
    await expect(card).toContainText('of $12.50')
    await expect(card).toContainText('#books #scanner')
    const done = card.getByRole('button', { name: 'Done, it carries the label' })
    if (await done.count()) {
      await done.click()
      await expect(card.getByRole('button', { name: 'Done, it carries the label' })).toHaveCount(0)
    }
    // As it was, for the journeys after this one.
    const last = await form()
    await last.getByLabel('Quiet from').fill('')
    await last.getByLabel('Quiet until').fill('')
    await last.getByLabel('Most it may cost').fill('')
    await last.getByRole('button', { name: 'Save' }).click()
    await expect(card).toContainText('Replies go out at any hour')
  })

test('staff of other departments sees nothing to press', async ({ open }) => {
  const desk = await open('/desk/channels', { as: 'lee' })
  const campus = desk.getByRole('article', { name: /@quaduniversity/ })
  await expect(campus).toBeVisible()
  await expect(campus.getByRole('button')).toHaveCount(0)
  await expect(campus.getByRole('link', { name: 'Connect again' })).toHaveCount(0)
  await expect(desk.getByRole('link', { name: /^Connect X for/ })).toHaveText(['Connect X for Library'])
  await expect(desk.getByText('Access token')).toHaveCount(0)
  const response = await desk.request.get('/desk/channels/x/connect', { maxRedirects: 0 })
  expect(response.status(), 'for the whole campus').toBe(403)
  expect((await desk.request.get('/desk/channels/elsewhere/connect')).status()).toBe(404)
})
