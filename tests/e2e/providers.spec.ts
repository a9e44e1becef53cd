import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import type { Page } from '@playwright/test'
import { CLIENT, startIdp, type Idp } from '../providers/idp.ts'
import { aKeyPair, anAssertion, aResponse, metadataOf, signed, SSO } from '../providers/saml-idp.ts'
import { countClicks } from '../support/clicks.ts'
import { expect, test as base } from './quad.ts'

/** A university's own sign-in, which nobody here wrote, beside the demonstration. */
const test = base.extend<object, { idp: Idp }>({
  idp: [
    async ({ quad }, use) => {
      const idp = await startIdp(
        [`${quad.url}/sign-in/with/campus/done`],
        [{ sub: 'wren-1', email: 'wren@northfield.example', affiliation: ['student@northfield.example'] }],
      )
      await use(idp)
      await idp.close()
    },
    { scope: 'worker' },
  ],
})

test.describe.configure({ mode: 'serial' })

const signInThere = async (page: Page, name: string) => {
  await page.getByLabel('Name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('an administrator sets the campus sign-in up, and sees what it sends before anybody uses it', async ({
  open,
  idp,
  quad,
}) => {
  const page = await open('/desk/sign-in', { as: 'admin' })
  await page.locator('summary', { hasText: 'OpenID Connect' }).click()
  const form = page.locator('#provider-new-oidc')
  await test.step('what is wrong is said beside the field, and the rest is kept', async () => {
    await form.getByLabel('Name on the button').fill('Northfield')
    await form.getByLabel('Name in our addresses').fill('campus')
    await form.getByLabel('Issuer').fill('http://login.northfield.example')
    await form.getByLabel('Client ID').fill(CLIENT.id)
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(form.getByLabel('Issuer')).toHaveAccessibleDescription(/must begin with https/)
    await expect(form.getByLabel('Name on the button')).toHaveValue('Northfield')
  })
  await form.getByLabel('Issuer').fill(idp.issuer)
  await form.getByLabel('Client secret').fill(CLIENT.secret)
  await form.getByLabel('Scopes asked for').fill('openid email campus')
  await form.getByLabel('Scopes it may speak for').fill('northfield.example')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status').first()).toContainText('Saved')
  await expect(page.getByText(`${quad.url}/sign-in/with/campus/done`)).toBeVisible()
  expect(await page.content(), 'a secret is never shown again').not.toContain(CLIENT.secret)

  await page.getByRole('button', { name: 'Ask it how it is' }).click()
  await expect(page.getByText(`${idp.issuer}/jwks`)).toBeVisible()
  await expect(page.getByText('It answered well')).toBeVisible()

  await page.getByRole('link', { name: 'Test sign-in' }).click()
  await signInThere(page, 'wren-1')
  await expect(page.getByText('This sign-in would be taken.')).toBeVisible()
  await expect(page.getByText(`oidc:${idp.issuer} wren-1`)).toBeVisible()
  await expect(page.locator('dl')).toContainText(['student@northfield.example'])
  await expect(page.getByText('You are signed in')).toHaveCount(0)
})

test('a new student is voting within three clicks of “sign in”', async ({ open, idp }) => {
  const page = await open('/?sort=newest')
  const clicks = await countClicks(page)
  const votes = page.locator('form[action^="/votes/"] button').first()
  await page.getByRole('link', { name: 'Sign in', exact: true }).click()
  await page.getByRole('link', { name: 'Sign in with Northfield' }).click()
  await page.getByLabel('Name').fill('wren-1')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL('/?sort=newest')
  await votes.click()
  await expect(votes).toContainText('Backed')
  expect(clicks().slice(1), 'after “Sign in” itself').toHaveLength(3)
  expect(page.url()).not.toContain(idp.issuer)
  await expect(page.getByText('wren', { exact: false })).toHaveCount(0)
})

test('who presses the vote first is led through the sign-in, and it counts', async ({ open, idp }) => {
  idp.signsIn = { sub: 'wren-2', affiliation: ['student@northfield.example'] }
  const page = await open('/?sort=newest', { scripts: false })
  await page.locator('form[action^="/votes/"] button').first().click()
  await page.getByRole('link', { name: 'Sign in with Northfield' }).click()
  await expect(page.getByRole('status')).toContainText('Backed')
  idp.signsIn = null
})

test('who is not let in there reads why, and finds another way', async ({ open, quad }) => {
  const page = await open('/sign-in?back=%2Fresolved', { scripts: false })
  await page.getByRole('link', { name: 'Sign in with Northfield' }).click()
  await expect(page.getByLabel('Name')).toBeVisible()
  await page.goto(`${quad.url}/sign-in/with/campus/done?state=made-up&code=x`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('You are not signed in')
  await expect(page.getByText('was not begun here')).toBeVisible()
  await page.getByRole('link', { name: 'Sign in another way' }).click()
  await expect(page.getByLabel('Your campus mail address')).toBeVisible()
})

test('SAML answers by a form of another site, and the browser that asked is signed in', async ({
  open,
  quad,
}) => {
  const key = aKeyPair()
  const at = `${quad.url}/sign-in/with/old`
  const audience = `${at}/metadata`
  const server = createServer((request, response) => {
    const query = new URL(request.url!, 'http://idp').searchParams
    // A browser also asks for the icon.
    if (!query.has('SAMLRequest')) return void response.writeHead(404).end()
    const asked = inflateRawSync(Buffer.from(query.get('SAMLRequest')!, 'base64')).toString()
    const said = { requestId: / ID="([^"]+)"/.exec(asked)![1]!, callback: `${at}/done`, audience }
    const xml = aResponse(said, signed(anAssertion(said), key))
    response.setHeader('Content-Type', 'text/html')
    response.end(
      `<!doctype html><title>IdP</title><form method="post" action="${at}/done"><input name="RelayState" value="${query.get('RelayState')}"><input name="SAMLResponse" value="${Buffer.from(xml).toString('base64')}"><button>Go on</button></form>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sso = `http://127.0.0.1:${(server.address() as AddressInfo).port}/sso`
  try {
    const desk = await open('/desk/sign-in', { as: 'admin' })
    await desk.locator('summary', { hasText: 'SAML 2.0' }).click()
    const form = desk.locator('#provider-new-saml')
    await form.getByLabel('Name on the button').fill('Old Northfield')
    await form.getByLabel('Name in our addresses').fill('old')
    await form.getByLabel('Its metadata').fill(metadataOf([key]).replaceAll(SSO, sso))
    await form.getByLabel('Scopes it may speak for').fill('northfield.example')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(desk.getByText(audience).first()).toBeVisible()
    expect(await (await fetch(audience)).text()).toContain(`Location="${at}/done"`)

    const page = await open('/sign-in?back=%2Fresolved', { scripts: false })
    await page.getByRole('link', { name: 'Sign in with Old Northfield' }).click()
    const answer = await page
      .locator('form')
      .evaluate((form: HTMLFormElement) =>
        Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])),
      )
    await page.getByRole('button', { name: 'Go on' }).click()
    await expect(page).toHaveURL('/resolved')
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()

    await test.step('the same answer signs nobody else in, and nobody twice', async () => {
      const stranger = await open('/', { scripts: false })
      const headers = { Origin: 'http://127.0.0.1:1' }
      const forced = await stranger.request.post(`${at}/done`, { form: answer, headers })
      expect(forced.url()).toContain('/sign-in/with/old/done?state=')
      expect(forced.status()).toBe(400)
      expect(await forced.text()).toContain('used before')
      for (const RelayState of ['', 'made-up', 'a\r\nSet-Cookie: session=mine', 'a\u0000b']) {
        const odd = await stranger.request.post(`${at}/done`, { form: { ...answer, RelayState }, headers })
        expect(odd.status(), JSON.stringify(RelayState)).toBe(400)
        expect(await odd.text()).toContain('was not begun here')
      }
      await stranger.goto('/')
      await expect(stranger.getByRole('link', { name: 'Sign in', exact: true })).toBeVisible()
    })
  } finally {
    server.close()
  }
})

test('the last way in cannot be switched off', async ({ open }) => {
  const page = await open('/desk/sign-in', { as: 'admin' })
  const part = (name: string) => page.getByRole('region', { name, exact: true })
  await part('Old Northfield').getByRole('button', { name: 'Switch off' }).click()
  await expect(part('Old Northfield').getByRole('button', { name: 'Switch on' })).toBeVisible()
  await part('Code by mail').getByRole('button', { name: 'Switch off' }).click()
  await expect(part('Code by mail').getByText('Off')).toBeVisible()
  await part('Northfield').getByRole('button', { name: 'Switch off' }).click()
  await expect(page.getByText('Somebody must be able to sign in')).toBeVisible()
  const visitor = await open('/sign-in', { scripts: false })
  await expect(visitor.getByRole('button', { name: 'Send me a code' })).toHaveCount(0)
  await part('Code by mail').getByRole('button', { name: 'Switch on' }).click()
  await expect(page.getByRole('status').first()).toContainText('can sign in')
})
