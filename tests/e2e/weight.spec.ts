import { expect, test } from './quad.ts'

/** For a first-time reader of the board, everything included: `docs/performance.md` says why. */
const MOST = {
  requests: 6,
  bytes: 40_000,
  script: 3_000,
  // What Lighthouse calls 0. On a busy machine the browser may take the typeface up to 100 ms after it first painted,
  // and a line that then breaks elsewhere counts a few ten-thousandths.
  shift: 0.005,
}
const PAGES = ['/', '/tickets/1001', '/departments/it-services', '/tickets/new', '/accessibility']

type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean }

for (const path of PAGES)
  for (const width of [390, 1280])
    test(`a first visit to ${path} at ${width} px is light, and nothing moves`, async ({ open }) => {
      const page = await open('about:blank', { viewport: { width, height: 844 } })
      const network = await page.context().newCDPSession(page)
      await network.send('Network.enable')
      await network.send('Network.setCacheDisabled', { cacheDisabled: true })
      const loaded = new Map<string, { url: string; type: string; bytes: number }>()
      network.on('Network.requestWillBeSent', ({ requestId, request, type = '' }) =>
        loaded.set(requestId, { url: request.url, type, bytes: 0 }),
      )
      // Headers and body, as they came over the wire.
      network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
        const one = loaded.get(requestId)
        if (one) one.bytes = encodedDataLength
      })
      await page.addInitScript(() => {
        const shifts: Array<number> = []
        Object.assign(window, { shifts })
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as Array<Shift>)
            if (!entry.hadRecentInput) shifts.push(entry.value)
        }).observe({ type: 'layout-shift', buffered: true })
      })
      await page.goto(path, { waitUntil: 'networkidle' })
      await page.evaluate(() => document.fonts.ready)

      // Chromium without a window fetches no icon; a visitor's browser does.
      const icon = await page.locator('link[rel="icon"]').getAttribute('href')
      if (icon && ![...loaded.values()].some(({ url }) => url.endsWith(icon)))
        loaded.set('icon', { url: icon, type: 'Icon', bytes: await page.evaluate(bytesOf, icon) })

      const all = [...loaded.values()]
      const list = all.map(({ url, bytes }) => `${bytes} ${url}`).join('\n')
      const sum = (some: typeof all) => some.reduce((total, { bytes }) => total + bytes, 0)
      test.info().annotations.push({ type: 'measured', description: `${path}: ${all.length}, ${sum(all)}` })
      console.log(`      ${path} at ${width} px: ${all.length} requests, ${sum(all)} bytes`)
      expect(all.length, list).toBeLessThanOrEqual(MOST.requests)
      expect(sum(all), list).toBeLessThanOrEqual(MOST.bytes)
      expect(sum(all.filter(({ type }) => type === 'Script')), list).toBeLessThanOrEqual(MOST.script)
      expect(
        all.every(({ type, bytes }) => type === 'Document' || bytes > 0),
        list,
      ).toBe(true)
      const shifts = await page.evaluate(() => (window as unknown as { shifts: Array<number> }).shifts)
      const moved = shifts.reduce((sum, shift) => sum + shift, 0)
      expect(moved, `what moved after it was drawn: ${shifts.join(', ')}`).toBeLessThan(MOST.shift)
    })

async function bytesOf(address: string): Promise<number> {
  const answer = await fetch(address, { cache: 'no-store' })
  await answer.arrayBuffer()
  const timing = performance.getEntriesByName(new URL(address, location.href).href).at(-1)
  return (timing as PerformanceResourceTiming).transferSize
}
