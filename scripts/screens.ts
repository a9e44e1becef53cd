import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium, type Browser, type Page } from 'playwright'
import { launchOptions } from './chromium.mjs'
import { smaller } from './png.ts'
import { projectRoot } from '#app/platform/root.ts'

/**
 * `npm run screens`: starts a demonstration of its own and photographs its pages into docs/screens, on a phone
 * and on a desktop, in light and dark. With names of pages behind it, only those.
 */
const OUT = join(projectRoot, 'docs', 'screens')
const READY_WITHIN = 120_000
/** The same people and tickets each time, seen at the same moment: a Monday afternoon. */
const MOMENT = Date.parse('2026-11-23T14:00:00Z')
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }
const SCHEMES = ['light', 'dark'] as const
/** What is below is more of the same. */
const MOST_ROWS = 3000

const PEOPLE = { student: /student/i, staff: /it/i, moderator: /mika/i, care: /kit/i, admin: /admin/i }

type Screen = {
  name: string
  what: string
  path: string
  as?: keyof typeof PEOPLE
  /** Pressed before the picture is taken. */
  press?: string
  /** What else has to be done first. */
  before?: (page: Page) => Promise<void>
  sandbox?: true
  /** Seen otherwise than in the two themes: once, in light. */
  otherwise?: 'print' | 'forced-colours' | 'large-text' | 'narrow'
}
const SCREENS: Array<Screen> = [
  { name: 'board', what: 'The board, as a visitor finds it', path: '/' },
  { name: 'board-signed-in', what: 'The board of a student', path: '/', as: 'student' },
  { name: 'search', what: 'Searching', path: '/?q=wi-fi' },
  { name: 'nothing-found', what: 'Searching for what nobody raised', path: '/?q=zeppelin' },
  { name: 'bad-address', what: 'An address that names no such status', path: '/?status=nonsense' },
  { name: 'resolved', what: 'You said, we did', path: '/resolved' },
  { name: 'ticket', what: 'A ticket', path: '/tickets/1001' },
  { name: 'ticket-answered', what: 'A ticket with an official answer', path: '/tickets/1016' },
  { name: 'ticket-signed-in', what: 'A ticket, as a student sees it', path: '/tickets/1034', as: 'student' },
  {
    name: 'ticket-from-x',
    what: 'A ticket that began as a post',
    path: '/?source=x&status=all&sort=recently-answered',
    press: '.row-title',
  },
  { name: 'new-ticket', what: 'Raising a concern', path: '/tickets/new' },
  {
    name: 'new-ticket-errors',
    what: 'The same, come back with errors',
    path: '/tickets/new',
    press: 'form.form button[type=submit]',
  },
  {
    name: 'new-ticket-similar',
    what: 'The same, where others said it before',
    path: '/tickets/new',
    before: async (page) => {
      await page.locator('[name=title]').fill('Wi-Fi in Birch Court fails every evening')
      await page.locator('[name=text]').fill('Since Monday it fails between eight and ten, on every floor.')
      await page.locator('form.form button[type=submit]').click()
      await page.locator('.similar').waitFor()
    },
  },
  {
    name: 'challenge',
    what: 'A form that a program seems to have filled in',
    path: '/tickets/new',
    before: async (page) => {
      await page.locator('[name=title]').fill('The gate of the bicycle yard no longer closes')
      await page.locator('[name=text]').fill('Since Monday it stands open at night.')
      await page
        .locator('[inert] input')
        .evaluate((field: HTMLInputElement) => (field.value = 'https://x.example'))
      await page.locator('form.form button[type=submit]').last().click()
      await page.waitForURL('**/challenge**')
    },
  },
  { name: 'departments', what: 'Who owns what', path: '/departments' },
  { name: 'department', what: 'The face of a department', path: '/departments/it-services' },
  { name: 'sign-in', what: 'Signing in', path: '/sign-in' },
  { name: 'sign-in-code', what: 'Entering the code', path: '/sign-in/code?id=unknown' },
  { name: 'sign-in-old-link', what: 'A link from a mail that has run out', path: '/sign-in/link/unknown' },
  { name: 'sign-in-no-cookie', what: 'Signing in with cookies refused', path: '/sign-in/done' },
  { name: 'sessions', what: 'Where one is signed in', path: '/me/sessions', as: 'student' },
  { name: 'invitation-old', what: 'An invitation that has run out', path: '/invitation/unknown' },
  {
    name: 'invitation',
    what: 'An invitation',
    path: '/desk/people',
    as: 'admin',
    before: async (page) => {
      const form = page.getByRole('region', { name: 'Invite somebody' })
      await form.getByLabel('Mail address').fill('newcomer@demo.quad.example')
      await form.getByLabel('Role').selectOption('moderator')
      await form.getByRole('button', { name: 'Send the invitation' }).click()
      await page.getByText('The invitation is on its way.').waitFor()
      await page.goto(new URL('/demo/mail', page.url()).href)
      const mail = page.getByRole('listitem').filter({ hasText: 'newcomer@demo.quad.example' }).first()
      await page.goto((await mail.locator('a[href*="/invitation/"]').getAttribute('href'))!)
    },
  },
  { name: 'demo-mail', what: 'The mailbox of a demonstration, empty', path: '/demo/mail' },
  { name: 'trust', what: 'What is known of people, and who sees it', path: '/trust' },
  { name: 'me', what: 'What is held about a student', path: '/me', as: 'student' },
  { name: 'me-erase', what: 'Erasing it', path: '/me/erase', as: 'student' },
  { name: 'decisions', what: 'What was decided about a student', path: '/me/decisions', as: 'student' },
  { name: 'report', what: 'Reporting something', path: '/report/1', as: 'student' },
  { name: 'photos', what: 'Adding photos', path: '/photos/new?ticket=1034', as: 'student' },
  { name: 'moderation', what: 'What moderators decided', path: '/moderation' },
  { name: 'ledger', what: 'Votes that were taken out', path: '/ledger' },
  { name: 'policy', what: 'The moderation policy', path: '/moderation/policy' },
  {
    name: 'new-ticket-personal',
    what: 'The same, with something that could tell who somebody is',
    path: '/tickets/new',
    as: 'student',
    before: async (page) => {
      await page.locator('[name=title]').fill('Nobody answers the telephone of the rowing club')
      await page.locator('[name=text]').fill('Its keeper is at +44 20 7946 0958, and never there.')
      await page.locator('form.form button[type=submit]').last().click()
      await page.getByRole('button', { name: /take/i }).first().waitFor()
    },
  },
  {
    name: 'desk-moderation',
    what: 'The desk: reports, appeals, what is hidden',
    path: '/desk/moderation',
    as: 'moderator',
  },
  { name: 'desk-votes', what: 'The desk: odd votes', path: '/desk/votes', as: 'moderator' },
  {
    name: 'desk-vote-flag',
    what: 'The desk: which votes of them are meant, before and after',
    path: '/desk/votes/1',
    as: 'moderator',
  },
  { name: 'desk-hide', what: 'The desk: hiding words', path: '/desk/moderation/hide/1', as: 'moderator' },
  {
    name: 'desk-held',
    what: 'The desk: what is held before it is public',
    path: '/desk/held',
    as: 'moderator',
  },
  { name: 'desk-care', what: 'The desk: who may need help', path: '/desk/care', as: 'care' },
  {
    name: 'desk-care-one',
    what: 'The desk: one of them',
    path: '/desk/care',
    as: 'care',
    press: 'main a[href^="/desk/care/"]',
  },
  { name: 'desk-screening', what: 'The desk: what is looked for', path: '/desk/screening', as: 'care' },
  { name: 'desk-privacy', what: 'The desk: who stands behind a name', path: '/desk/privacy', as: 'admin' },
  { name: 'accessibility', what: 'The accessibility statement', path: '/accessibility' },
  { name: 'not-found', what: 'An address without a page', path: '/nowhere' },
  { name: 'desk-queue', what: 'The desk: what waits', path: '/desk', as: 'staff' },
  {
    name: 'desk-ticket',
    what: 'The desk: answering',
    path: '/desk',
    as: 'staff',
    press: '.queue .row-title',
  },
  { name: 'desk-channels', what: 'The desk: accounts and deliveries', path: '/desk/channels', as: 'admin' },
  {
    name: 'desk-departments',
    what: 'The desk: setting departments up',
    path: '/desk/departments',
    as: 'admin',
  },
  { name: 'desk-sign-in', what: 'The desk: how people sign in', path: '/desk/sign-in', as: 'admin' },
  { name: 'desk-people', what: 'The desk: people and invitations', path: '/desk/people', as: 'admin' },
  {
    name: 'desk-person',
    what: 'The desk: looking after somebody',
    path: '/desk/people?role=responder',
    as: 'admin',
    press: '.records a',
  },
  { name: 'desk-audit', what: 'The desk: the log', path: '/desk/audit', as: 'admin' },
  { name: 'security', what: 'Setting up a second factor', path: '/me/security', as: 'admin' },
  { name: 'security-app', what: 'Setting up an authenticator app', path: '/me/security/app', as: 'admin' },
  { name: 'desk-design', what: 'The desk: every part in every state', path: '/desk/design', as: 'admin' },
  { name: 'desk-refused', what: 'The desk, to a student', path: '/desk', as: 'student' },
  { name: 'practice-network', what: 'The practice network of a demonstration', path: '/', sandbox: true },
  { name: 'ticket-print', what: 'A ticket on paper', path: '/tickets/1016', otherwise: 'print' },
  {
    name: 'board-forced-colours',
    what: 'The board in forced colours',
    path: '/',
    otherwise: 'forced-colours',
  },
  { name: 'board-large-text', what: 'The board, text at 200 %', path: '/', otherwise: 'large-text' },
  { name: 'board-narrow', what: 'The board at 320 pixels', path: '/', otherwise: 'narrow' },
  { name: 'ticket-narrow', what: 'A ticket at 320 pixels', path: '/tickets/1016', otherwise: 'narrow' },
]

const wanted = process.argv.slice(2)
const screens = SCREENS.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const [port, sandboxPort] = [await freePort(), await freePort()]
const dataDir = mkdtempSync(join(tmpdir(), 'quad-screens-'))
const site = spawn(process.execPath, [join(projectRoot, 'build', 'process', 'start.js')], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    DATA_DIR: dataDir,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    NODE_OPTIONS: `--import=${pathToFileURL(join(projectRoot, 'scripts', 'shifted-time.mjs')).href}`,
    QUAD_SCREENS_SHIFT: String(MOMENT - Date.now()),
  },
})
let browser: Browser | undefined
try {
  await untilReady(`http://localhost:${port}/ready`)
  browser = await chromium.launch(launchOptions())
  mkdirSync(OUT, { recursive: true })
  if (wanted.length === 0)
    for (const file of readdirSync(OUT)) if (file.endsWith('.png')) rmSync(join(OUT, file))
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const role of [undefined, 'student', 'staff', 'moderator', 'care', 'admin'] as const) {
      // Readers are photographed as they come: without scripts.
      const context = await browser.newContext({
        viewport,
        javaScriptEnabled: role !== undefined,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      // A first visit is drawn before the typeface is there; every later page has it.
      await page.goto(`http://localhost:${port}/`)
      await page.evaluate(() => document.fonts.ready)
      if (role) await signIn(page, role)
      for (const screen of screens.filter(({ as }) => as === role)) {
        if (!applies(screen, size)) continue
        await photograph(page, screen, size)
      }
      await context.close()
    }
  }
  if (wanted.length === 0) writeFileSync(join(OUT, 'README.md'), index())
} finally {
  await browser?.close()
  site.kill('SIGTERM')
  await new Promise((resolve) => site.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}

async function signIn(page: Page, role: keyof typeof PEOPLE) {
  await page.goto(`http://localhost:${port}/sign-in`)
  await page.locator('.demo-people button').filter({ hasText: PEOPLE[role] }).first().click()
  await page.waitForURL(`http://localhost:${port}/`)
  // What was said on arrival is not part of the pages that follow.
  await page.reload()
}

async function photograph(
  page: Page,
  { name, path, press, before, sandbox, otherwise }: Screen,
  size: string,
) {
  await page.goto(`http://localhost:${sandbox ? sandboxPort : port}${path}`)
  if (press) await page.locator(press).first().click()
  await before?.(page)
  const { width, height } = page.viewportSize()!
  if (otherwise === 'narrow') await page.setViewportSize({ width: 320, height })
  await page.waitForLoadState()
  await page.evaluate(() => document.fonts.ready)
  for (const file of filesOf(name, size, otherwise)) {
    await page.emulateMedia({
      colorScheme: file.endsWith('-dark.png') ? 'dark' : 'light',
      media: otherwise === 'print' ? 'print' : 'screen',
      forcedColors: otherwise === 'forced-colours' ? 'active' : 'none',
    })
    if (otherwise === 'large-text')
      await page.evaluate(() => (document.documentElement.style.fontSize = '200%'))
    const picture = await page.screenshot({ fullPage: !sandbox })
    writeFileSync(join(OUT, file), smaller(picture, MOST_ROWS))
    process.stdout.write(`docs/screens/${file}\n`)
  }
  await page.emulateMedia({ media: 'screen', forcedColors: 'none' })
  await page.setViewportSize({ width, height })
}

/** A phone has half the room already, and a desktop is never narrow. */
function applies({ otherwise }: Pick<Screen, 'otherwise'>, size: string): boolean {
  return !(otherwise === 'large-text' && size === 'phone') && !(otherwise === 'narrow' && size === 'desktop')
}

function filesOf(name: string, size: string, otherwise: Screen['otherwise']): Array<string> {
  return otherwise ? [`${name}-${size}.png`] : SCHEMES.map((scheme) => `${name}-${size}-${scheme}.png`)
}

/** What is in the folder, to be looked at in one place. */
function index(): string {
  const cell = (name: string, size: string, otherwise: Screen['otherwise']) =>
    (applies({ otherwise }, size) ? filesOf(name, size, otherwise) : [])
      .map((file) => `[${/-(light|dark)\.png$/.exec(file)?.[1] ?? 'as it is'}](${file})`)
      .join(', ')
  const rows = SCREENS.map(
    ({ name, what, otherwise }) =>
      `| ${what} | ${cell(name, 'phone', otherwise)} | ${cell(name, 'desktop', otherwise)} |`,
  )
  return `# Every page, photographed

Made by \`npm run screens\` from the demonstration, at 390 and 1280 pixels, cut off after ${MOST_ROWS} pixels.

| Page | Phone | Desktop |
| --- | --- | --- |
${rows.join('\n')}
`
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN
  while (Date.now() < until) {
    const ready = await fetch(url, { signal: AbortSignal.timeout(10_000) }).then(
      (response) => response.ok,
      () => false,
    )
    if (ready) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`No answer from ${url} within ${READY_WITHIN / 1000} s. Is the site built (npm run build)?`)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })
}
