import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { chromium, type Browser } from 'playwright'
import { openDatabase } from '#db/client.server.ts'
import { launchOptions } from '../scripts/chromium.mjs'
import { generate, sizeFor } from './data.ts'
import { startSite, type Running } from './processes.ts'

/*
 * `npm run bench:paint`: the largest paint of first visits on a phone, each page in turns with a page of three words.
 * Slow 4G (150 ms, 1.6 Mbit/s) and a processor slowed four times, as the browser's own throttling plays them: it delays
 * each request and bounds the whole, but knows no packets.
 *   --runs=9   visits of each page; the median is told, and the best, which is what a busy machine leaves of the truth
 */
const { values: given } = parseArgs({ options: { runs: { type: 'string', default: '9' } } })
const RUNS = Number(given.runs)
if (!Number.isInteger(RUNS) || RUNS < 1 || RUNS > 99)
  throw new Error('--runs must be a whole number from 1 to 99')

const TICKETS = 500
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 }
const SLOWED = 4
/** Milliseconds after the network has come to rest in which a late paint or shift is still seen. */
const SETTLES_WITHIN = 300

type Visit = { largest: number; shift: number; element: string }

const bare = createServer((_, response) =>
  response
    .writeHead(200, { 'Content-Type': 'text/html' })
    .end(
      '<!doctype html><html lang="en"><title>Bare</title><meta name="viewport" content="width=device-width"><p>Three plain words',
    ),
)
await new Promise<void>((resolve) => bare.listen(0, '127.0.0.1', resolve))
const folder = mkdtempSync(join(tmpdir(), 'quad-first-paint-'))
const { site, pages } = await openSite(folder)
const browser = await chromium.launch(launchOptions())
try {
  const targets = new Map([
    ['three words', `http://127.0.0.1:${(bare.address() as AddressInfo).port}/`],
    ...pages.map((path): [string, string] => [path, site.url + path]),
  ])
  const visits = new Map<string, Array<Visit>>([...targets.keys()].map((name) => [name, []]))
  for (let run = 0; run < RUNS; run++)
    for (const [name, url] of targets) visits.get(name)!.push(await visit(browser, url))
  const reference = median(visits.get('three words')!.map(({ largest }) => largest))
  console.log('page                        LCP ms   best   of the bare page   shift     largest')
  for (const [name, all] of visits) {
    const largest = all.map((one) => one.largest)
    console.log(
      [
        name.padEnd(26),
        median(largest).toFixed(0).padStart(8),
        Math.min(...largest)
          .toFixed(0)
          .padStart(6),
        (median(largest) / reference).toFixed(2).padStart(18),
        Math.max(...all.map(({ shift }) => shift))
          .toFixed(5)
          .padStart(9),
        `   ${all[0]!.element}`,
      ].join(' '),
    )
  }
} finally {
  await browser.close()
  await site.stop()
  bare.close()
  rmSync(folder, { recursive: true, force: true })
}

async function openSite(folder: string): Promise<{ site: Running; pages: Array<string> }> {
  const database = await openDatabase({ kind: 'embedded', folder: join(folder, 'campus') })
  await database.migrate()
  const { open } = await generate(database.db, sizeFor(TICKETS), new Date())
  const [department] = await database.db.query.departments.findMany({ limit: 1 })
  await database.close()
  const site = await startSite({ DATA_DIR: folder })
  return { site, pages: ['/', `/tickets/${open[0]}`, `/departments/${department!.slug}`, '/tickets/new'] }
}

async function visit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    await session.send('Network.enable')
    await session.send('Network.setCacheDisabled', { cacheDisabled: true })
    await session.send('Network.emulateNetworkConditions', SLOW_4G)
    await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWED })
    await page.goto(url, { waitUntil: 'networkidle', timeout: 60_000 })
    return await page.evaluate(seen, SETTLES_WITHIN)
  } finally {
    await context.close()
  }
}

/** Runs in the page. */
function seen(within: number): Promise<Visit> {
  return new Promise((resolve) => {
    const visit: Visit = { largest: 0, shift: 0, element: '' }
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Array<PerformanceEntry & { element?: Element }>) {
        visit.largest = entry.startTime
        visit.element = entry.element?.className || entry.element?.localName || ''
      }
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Array<PerformanceEntry & { value: number }>)
        visit.shift += entry.value
    }).observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => resolve(visit), within)
  })
}

function median(values: Array<number>): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}
