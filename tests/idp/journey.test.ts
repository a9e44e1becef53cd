import { chromium, type Browser, type Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { countClicks } from '../support/clicks.ts'
import { launchOptions } from '../../scripts/chromium.mjs'

const SITE = process.env.TEST_SITE!
const CONCERN = 'The clock above the main gate stands still'

let chrome: Browser
beforeAll(async () => {
  chrome = await chromium.launch(launchOptions())
  const page = await aPage()
  await page.goto('/sign-in?back=/tickets/new')
  await page.getByRole('link', { name: 'Sign in with CAS' }).click()
  await signInThere(page, 'msmith')
  await page.getByLabel('What is wrong?').fill(CONCERN)
  await page.getByLabel('Tell us more').fill('Written by a journey, to be read by nobody.')
  await page.getByRole('button', { name: 'Raise it' }).click()
  await page.getByRole('heading', { name: CONCERN }).waitFor()
}, 60_000)
afterAll(() => chrome.close())

/** A browser that was never here. */
async function aPage(): Promise<Page> {
  const context = await chrome.newContext({ baseURL: SITE })
  context.setDefaultTimeout(15_000)
  return context.newPage()
}

async function signInThere(page: Page, who: string) {
  await page.locator('[name=user]').fill(who)
  await page.locator('[name=password]').fill(who)
  await page.getByRole('button', { name: 'Connect' }).click()
  await page.waitForURL(`${SITE}/**`)
}

describe.each([
  { name: 'OpenID', who: 'dwho' },
  { name: 'SAML', who: 'rtyler' },
  { name: 'CAS', who: 'dwho' },
])('in Chromium, by $name', ({ name, who }) => {
  test('a new student is voting within three clicks of “sign in”', async () => {
    const page = await aPage()
    await page.goto('/?sort=newest')
    const clicks = await countClicks(page)
    await page.getByRole('link', { name: 'Sign in', exact: true }).click()
    await page.getByRole('link', { name: `Sign in with ${name}` }).click()
    await signInThere(page, who)
    await page.getByRole('main').getByRole('button', { name: CONCERN }).click()
    await page.getByRole('button', { name: new RegExp(`Backed.*${CONCERN}`, 's') }).waitFor()
    expect(clicks().slice(1), 'after “Sign in” itself').toHaveLength(3)
    expect(await page.content()).not.toContain(who)
  })
})
