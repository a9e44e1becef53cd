import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext } from 'playwright'
import { launchOptions } from './chromium.mjs'
import { projectRoot } from '#app/platform/root.ts'

/**
 * `npm run screens`: starts a demonstration of its own and photographs its pages into docs/screens, on a phone
 * and on a desk, in light and dark.
 */
const OUT = join(projectRoot, 'docs', 'screens')
const READY_WITHIN = 60_000
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } }
const SCHEMES = ['light', 'dark'] as const

type Page = {
  name: string
  path: string
  as?: 'student' | 'staff' | 'admin'
  prepare?: string
  sandbox?: true
}
const PAGES: Array<Page> = [
  { name: 'board', path: '/' },
  { name: 'search', path: '/?q=wi-fi' },
  { name: 'nothing-found', path: '/?q=zeppelin' },
  { name: 'resolved', path: '/resolved' },
  { name: 'ticket', path: '/tickets/1001' },
  { name: 'ticket-from-x', path: '/?source=x&status=all&sort=recently-answered', prepare: '.row-title' },
  { name: 'new-ticket', path: '/tickets/new' },
  { name: 'new-ticket-errors', path: '/tickets/new', prepare: 'form.form button[type=submit]' },
  { name: 'departments', path: '/departments' },
  { name: 'department', path: '/departments/it-services' },
  { name: 'sign-in', path: '/sign-in' },
  { name: 'not-found', path: '/nowhere' },
  { name: 'desk-queue', path: '/desk', as: 'staff' },
  { name: 'desk-ticket', path: '/desk', as: 'staff', prepare: '.queue .row-title' },
  { name: 'desk-channels', path: '/desk/channels', as: 'admin' },
  { name: 'desk-departments', path: '/desk/departments', as: 'admin' },
  { name: 'desk-refused', path: '/desk', as: 'student' },
  { name: 'practice-network', path: '/', sandbox: true },
]
const PEOPLE = { student: /student/i, staff: /it/i, admin: /admin/i }

const [port, sandboxPort] = [await freePort(), await freePort()]
const dataDir = mkdtempSync(join(tmpdir(), 'quad-screens-'))
const site = spawn(process.execPath, [join(projectRoot, 'build', 'process', 'start.js')], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), SANDBOX_PORT: String(sandboxPort) },
})
let browser: Browser | undefined
try {
  await untilReady(`http://localhost:${port}/ready`)
  browser = await chromium.launch(launchOptions())
  mkdirSync(OUT, { recursive: true })
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) {
      for (const page of PAGES) {
        // Readers are photographed as they come: without scripts.
        const context = await browser.newContext({
          viewport,
          colorScheme,
          javaScriptEnabled: page.as !== undefined,
        })
        await photograph(context, page, join(OUT, `${page.name}-${size}-${colorScheme}.png`))
        await context.close()
      }
    }
  }
} finally {
  await browser?.close()
  site.kill('SIGTERM')
  await new Promise((resolve) => site.once('exit', resolve))
  rmSync(dataDir, { recursive: true, force: true })
}

async function photograph(context: BrowserContext, { path, as, prepare, sandbox }: Page, file: string) {
  const base = `http://localhost:${sandbox ? sandboxPort : port}`
  const page = await context.newPage()
  if (as) {
    await page.goto(`${base}/sign-in`)
    await page.locator('.demo-people button').filter({ hasText: PEOPLE[as] }).first().click()
    await page.waitForURL(`${base}/`)
  }
  await page.goto(`${base}${path}`)
  if (prepare) await page.locator(prepare).first().click()
  await page.waitForLoadState()
  await page.screenshot({ path: file, fullPage: !sandbox })
  process.stdout.write(`${file.slice(projectRoot.length + 1)}\n`)
}

async function untilReady(url: string): Promise<void> {
  const until = Date.now() + READY_WITHIN
  while (Date.now() < until) {
    const ready = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
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
