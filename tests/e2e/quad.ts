import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { test as base, expect, type BrowserContextOptions, type Locator, type Page } from '@playwright/test'

export { expect }

/** A running demonstration: the site, and the practice network beside it. */
export type Quad = { url: string; sandboxUrl: string }

export type Someone = BrowserContextOptions & {
  /** A person of the demonstration, signed in by one press. Left out: a visitor. */
  as?: string
  scripts?: boolean
}

type Fixtures = {
  /**
   * Opens a page in a browser of its own, as someone. The test fails when one of these pages complains: an
   * error in the console, a broken hydration, a broken security policy, a dialog.
   */
  open(path: string, someone?: Someone): Promise<Page>
}

const root = path.resolve(import.meta.dirname, '../..')
const START_WITHIN = 90_000

export const test = base.extend<Fixtures, { quad: Quad }>({
  quad: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const running = await startQuad()
      await use(running)
      await running.stop()
    },
    { scope: 'worker', timeout: START_WITHIN + 30_000 },
  ],

  baseURL: async ({ quad }, use) => use(quad.url),
  // What cannot be pressed by then never will be.
  actionTimeout: 10_000,

  open: async ({ browser, quad }, use) => {
    const complaints: Array<string> = []
    const contexts: Array<{ close(): Promise<void> }> = []
    await use(async (path, { as, scripts = true, ...options } = {}) => {
      const context = await browser.newContext({
        baseURL: quad.url,
        javaScriptEnabled: scripts,
        ...options,
      })
      contexts.push(context)
      context.on('page', (page) => listen(page, complaints))
      const page = await context.newPage()
      if (as) await signIn(page, as, path)
      else await page.goto(path)
      return page
    })
    for (const context of contexts) await context.close()
    expect(complaints, 'what the pages complained about').toEqual([])
  },
})

function listen(page: Page, complaints: Array<string>) {
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // The browser notes each answer that is no success here too; the journeys check those themselves.
    if (/^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text())) return
    complaints.push(`${message.type()} on ${page.url()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => {
    // Known upstream (remix-run/remix#10214): a press in the moment before the desk has read its data. It comes alive
    // all the same, which the journeys see.
    if (error.message.includes('React error #345')) return
    // A page without style sheets takes no part in the soft change of pages, and Chromium notes that here.
    if (error.message.startsWith('Transition was ')) return
    complaints.push(`error on ${page.url()}: ${error.message}`)
  })
  page.on('dialog', (dialog) => {
    complaints.push(`dialog on ${page.url()}: ${dialog.message()}`)
    void dialog.dismiss()
  })
}

/** The same with a demonstration of its own, for journeys that leave it otherwise than the others expect. */
export function alone(env: Record<string, string> = {}) {
  return test.extend<object, { quad: Quad }>({
    quad: [
      // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from this pattern
      async ({}, use) => {
        const running = await startQuad(env)
        await use(running)
        await running.stop()
      },
      { scope: 'worker', timeout: START_WITHIN + 30_000 },
    ],
  })
}

/** One press in the list of made-up people, then on to `back`. */
export async function signIn(page: Page, name: string, back = '/') {
  await page.goto(`/sign-in?back=${encodeURIComponent(back)}`)
  await page.getByRole('button', { name: new RegExp(`^Sign in as ${name}\\b`, 'i') }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
}

/** The newest mail with a code to an address, as the page of a demonstration shows it. */
export async function readMail(page: Page, address: string): Promise<{ code: string; link: string }> {
  await page.goto('/demo/mail')
  const mail = page
    .getByRole('listitem')
    .filter({ hasText: address })
    .filter({ hasText: 'sign-in code' })
    .first()
  await expect(mail).toBeVisible()
  const code = /\b\d{6}\b/.exec((await mail.textContent()) ?? '')?.[0]
  const link = await mail.locator('a[href*="/sign-in/link/"]').getAttribute('href')
  if (!code || !link) throw new Error('The mail has no code or no link')
  return { code, link }
}

/** Asks for a code and leaves the browser where it is entered. */
export async function askForCode(page: Page, address: string) {
  await page.getByLabel('Your campus mail address').fill(address)
  await page.getByRole('button', { name: 'Send me a code' }).click()
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
}

/** Signs in as people of a campus do: with a code by mail, and without a second factor so far. */
export async function signInByMail(page: Page, address: string, back = '/') {
  await page.goto(`/sign-in?back=${encodeURIComponent(back)}`)
  await askForCode(page, address)
  const form = page.url()
  const { code } = await readMail(page, address)
  await page.goto(form)
  await page.getByLabel('Six-digit code').fill(code)
  await page.getByRole('button', { name: 'Sign me in' }).click()
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
}

/** What an authenticator app shows. @param ahead half minutes: each code is taken once */
export function appCode(secret: string, ahead = 0): string {
  const timestamp = Date.now() + ahead * 30_000
  return new TOTP({ secret: Secret.fromBase32(secret.replaceAll(' ', '')) }).generate({ timestamp })
}

/** Sets up an authenticator app on the page for it. @returns its key */
export async function setUpApp(page: Page): Promise<string> {
  await page.getByRole('link', { name: 'Set up an app' }).click()
  const secret = await page.locator('.secret').innerText()
  await page.getByLabel('Six-digit code that the app shows').fill(appCode(secret))
  await page.getByRole('button', { name: 'Turn it on' }).click()
  await expect(page.getByText('It is set up, and counts from now on.')).toBeVisible()
  return secret
}

/** The link of the newest invitation to an address. */
export async function readInvitation(page: Page, address: string): Promise<string> {
  await page.goto('/demo/mail')
  const mail = page.getByRole('listitem').filter({ hasText: address }).filter({ hasText: 'invited' }).first()
  const link = await mail.locator('a[href*="/invitation/"]').getAttribute('href')
  if (!link) throw new Error('The mail has no link')
  return link
}

export type Raised = { number: number; path: string }

/** Raises a concern with the form, as whoever is signed in on this page. */
export async function raise(
  page: Page,
  { title, text = 'This was written by a journey, to be read by nobody.', department }: Concern,
): Promise<Raised> {
  await page.goto('/tickets/new')
  await page.getByLabel('What is wrong?').fill(title)
  await page.getByLabel('Tell us more').fill(text)
  if (department) await page.getByLabel('Who should answer?').selectOption({ label: department })
  await page.getByRole('button', { name: 'Raise it' }).click()
  await publish(page)
  return ticketAt(page)
}

/** Goes on to the new ticket, past similar ones where the form asks about them. */
export async function publish(page: Page) {
  const different = page.getByRole('button', { name: 'Mine is different: publish it' })
  await different
    .or(page.getByRole('heading', { name: 'Timeline' }))
    .first()
    .waitFor()
  if (await different.isVisible()) await different.click()
  await expect(page, 'nobody raises more than ten in an hour').toHaveURL(/\/tickets\/\d+\//, {
    timeout: 30_000,
  })
}

export type Concern = { title: string; text?: string; department?: string }

/** Which ticket a page shows, by its address. */
export function ticketAt(page: Page): Raised {
  const { pathname } = new URL(page.url())
  return { number: Number(/^\/tickets\/(\d+)/.exec(pathname)?.[1]), path: pathname }
}

/** The button that backs a ticket, or takes that back. It is the only one that carries the title. */
export function voteButton(page: Page, title: string): Locator {
  return page.getByRole('main').getByRole('button', { name: title })
}

/** How many back a ticket, as its button says. */
export async function votesFor(page: Page, title: string): Promise<number> {
  const said = await voteButton(page, title).innerText()
  return Number(/\d+/.exec(said)?.[0] ?? Number.NaN)
}

/** A folded part of a page, by what stands on it. */
export function folded(page: Page, title: string): Locator {
  return page.locator('details').filter({ has: page.locator('summary').getByText(title, { exact: true }) })
}

/** Follows one link of a filter of the board. @returns how many tickets it said it would show */
export async function choose(page: Page, filter: string, option: string): Promise<number> {
  const facet = page.locator('details.facet').filter({ has: page.locator('summary', { hasText: filter }) })
  await facet.locator('summary').click()
  const link = facet.getByRole('link', { name: new RegExp(`^${option}\\b`) })
  const count = Number((await link.locator('span').innerText()).replace(/\D/g, ''))
  await link.click()
  return count
}

/** Unfolds a part of a page. */
export async function unfold(page: Page, title: string): Promise<Locator> {
  const part = folded(page, title)
  if (!(await part.evaluate((details: HTMLDetailsElement) => details.open)))
    await part.locator('summary').click()
  return part
}

/** Loads a page again until something can be seen on it. @returns after how many milliseconds that was */
export async function reloadUntil(page: Page, seen: Locator, within: number): Promise<number> {
  const began = Date.now()
  await expect(async () => {
    await page.reload()
    expect(await seen.count()).toBeGreaterThan(0)
  }).toPass({ timeout: within, intervals: [200] })
  return Date.now() - began
}

/** Says a measured time in the report, beside what is asked for. */
export function tellTime(what: string, milliseconds: number, asked: string) {
  const said = `${what}: ${(milliseconds / 1000).toFixed(1)} s (asked for: ${asked})`
  test.info().annotations.push({ type: 'measured', description: said })
  console.log(`      ${said}`)
}

/** Sends a form as a browser would, without one: with the cookies of a page, and from our own origin. */
export function send(
  page: Page,
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const origin = new URL(page.url()).origin
  return page.request.post(path, { form, maxRedirects: 0, headers: { origin, ...headers } })
}

type SandboxPost = { id: string; handle: string; text: string; inReplyTo: string | null }

/** What stands on the practice network. */
export async function postsOn({ sandboxUrl }: Quad): Promise<Array<SandboxPost>> {
  const response = await fetch(`${sandboxUrl}/sandbox/state`)
  return ((await response.json()) as { posts: Array<SandboxPost> }).posts
}

/** Posts on the practice network without its page. @returns the post's id */
export async function postOn({ sandboxUrl }: Quad, post: { as: string; text: string; inReplyTo?: string }) {
  const response = await fetch(`${sandboxUrl}/sandbox/posts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(post),
  })
  return ((await response.json()) as { id: string }).id
}

/** Lets the next requests of a kind go wrong on the practice network. */
export async function breakNext({ sandboxUrl }: Quad, match: string, fault: unknown, times = 1) {
  const response = await fetch(`${sandboxUrl}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ match, fault, times }),
  })
  expect(response.status).toBe(201)
}

/** Starts a fresh demonstration as a newcomer would, on ports and in a folder of its own. */
export async function startQuad(env: Record<string, string> = {}): Promise<Quad & { stop(): Promise<void> }> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'quad-journeys-'))
  const [port, sandboxPort] = await freePorts()
  const began = Date.now()
  const child = spawn(process.execPath, ['build/process/start.js'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...ourEnv(),
      NODE_ENV: 'production',
      DATA_DIR: dataDir,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
      // These people write quicker than anybody; `integrity.spec.ts` writes as people do.
      FORM_SECONDS: '0',
      ...env,
    },
  })
  let said = ''
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`It did not start:\n${said}`)), START_WITHIN)
      child.stderr.on('data', (words: Buffer) => (said += words.toString()))
      child.stdout.on('data', (words: Buffer) => {
        said += words.toString()
        if (!said.includes('Quad is running')) return
        clearTimeout(timer)
        resolve()
      })
      void gone.then(() => reject(new Error(`It ended at once:\n${said}`)))
    })
  } catch (error) {
    child.kill('SIGTERM')
    throw error
  }
  console.log(`      A fresh demonstration was ready after ${((Date.now() - began) / 1000).toFixed(1)} s`)
  return {
    url: `http://localhost:${port}`,
    sandboxUrl: `http://localhost:${sandboxPort}`,
    async stop() {
      child.kill('SIGTERM')
      await gone
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** What this shell has set for a server of its own must not reach the demonstration: it would be none. */
function ourEnv(): Record<string, string | undefined> {
  const ours =
    /^(PORT|HOST|DATABASE_URL|TEST_DATABASE_URL|PUBLIC_URL|SECRET_KEY|ADMIN_EMAIL|MAIL_FROM|SMTP_URL|LOG_LEVEL|CAMPUS_.*|X_.*)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}

/** Two at once, so that they are not the same. */
async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
        ),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return [ports[0]!, ports[1]!]
}
