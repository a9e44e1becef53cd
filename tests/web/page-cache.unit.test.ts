import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { codingFor, createPageCache, isKept, type Drawn, type Tag } from '#app/web/page-cache.server.ts'

let cache = createPageCache()
afterEach(() => {
  cache.close()
  cache = createPageCache()
})

/** A page that tells how often it was drawn, and what it was given to show. */
function aPage(...shows: Array<Tag>) {
  const page = {
    drawn: 0,
    words: 'first',
    fails: false,
    takes: 0,
    async draw(): Promise<Drawn> {
      page.drawn += 1
      const { words, fails, takes } = page
      await pause(takes)
      return fails
        ? { status: 500, headers: {}, html: 'broken', shows: null }
        : { status: 200, headers: {}, html: `<p>${words}</p>`, shows: new Set(shows) }
    },
  }
  return page
}

/** Draws a page, and asks for it as a second reader would: only such a page is worth drawing anew. */
async function ask(key: string, page: ReturnType<typeof aPage>) {
  await cache.draw(key, page.draw)
  cache.peek(key)
}

const wordsOf = (key: string) => cache.peek(key)?.sealed.identity.body.toString()

async function until(check: () => boolean) {
  const began = performance.now()
  while (!check()) {
    if (performance.now() - began > 2_000) throw new Error('not within the two seconds that are promised')
    await pause(10)
  }
}

it('draws a page once, however many ask at once', async () => {
  const page = aPage('lists')
  page.takes = 20
  await Promise.all(Array.from({ length: 20 }, () => cache.draw('/', page.draw)))
  expect(page.drawn).toBe(1)
  expect(wordsOf('/')).toBe('<p>first</p>')
})

it('gives the old page while the new one is drawn, and then the new one', async () => {
  const page = aPage('lists')
  await ask('/', page)
  page.words = 'second'
  page.takes = 100
  cache.changed('lists')
  expect(wordsOf('/')).toBe('<p>first</p>')
  await until(() => wordsOf('/') === '<p>second</p>')
  expect(page.drawn).toBe(2)
})

it('leaves alone what does not show the change', async () => {
  const page = aPage('ticket:1001')
  await ask('/tickets/1001', page)
  cache.changed('lists', 'ticket:1002')
  await pause(200)
  expect(page.drawn).toBe(1)
  cache.changed('all')
  await until(() => page.drawn === 2)
})

it('draws a page again that changed while it was drawn', async () => {
  const page = aPage('ticket:1001')
  await ask('/tickets/1001', page)
  page.takes = 100
  page.words = 'second'
  cache.changed('ticket:1001')
  await until(() => page.drawn === 2)
  page.words = 'third'
  cache.changed('ticket:1001')
  await until(() => wordsOf('/tickets/1001') === '<p>third</p>')
})

it('lets go of a page that one single reader asked for', async () => {
  const page = aPage('lists')
  await cache.draw('/?q=nobody+else', page.draw)
  cache.changed('lists')
  await until(() => cache.size === 0)
  expect(page.drawn).toBe(1)
})

it('keeps nothing of a change that came while a first reader waited', async () => {
  const page = aPage('ticket:1001')
  page.takes = 100
  const drawing = cache.draw('/tickets/1001', page.draw)
  await pause(30)
  cache.changed('ticket:1001')
  await drawing
  expect(cache.peek('/tickets/1001')).toBeUndefined()
})

it('draws few pages at a time, the one asked for last first', async () => {
  const order: Array<number> = []
  let atOnce = 0
  let most = 0
  for (let n = 0; n < 12; n += 1) {
    const page = aPage('lists')
    const draw = async () => {
      order.push(n)
      most = Math.max(most, (atOnce += 1))
      const drawn = await page.draw()
      await pause(20)
      atOnce -= 1
      return drawn
    }
    await cache.draw(`/?q=${n}`, draw)
    cache.peek(`/?q=${n}`)
    await pause(2)
  }
  await pause(1_000)
  order.length = 0
  most = 0
  cache.changed('lists')
  await until(() => order.length === 12)
  expect(most).toBeLessThanOrEqual(2)
  expect(order[0]).toBe(11)
})

it('draws a page that changes all the time a few times a second, and shows the last change', async () => {
  const page = aPage('lists')
  await ask('/', page)
  const until = Date.now() + 1_000
  let changes = 0
  while (Date.now() < until) {
    page.words = String((changes += 1))
    cache.changed('lists')
    cache.peek('/')
    await pause(2)
  }
  expect(changes).toBeGreaterThan(20)
  expect(page.drawn).toBeLessThanOrEqual(5)
  await pause(1_000)
  expect(wordsOf('/')).toBe(`<p>${changes}</p>`)
})

it('keeps the old page while the new one cannot be drawn', async () => {
  const page = aPage('lists')
  await ask('/', page)
  page.fails = true
  cache.changed('lists')
  await until(() => page.drawn === 2)
  expect(wordsOf('/')).toBe('<p>first</p>')
})

it('keeps no error and no way elsewhere', async () => {
  const drawn = await cache.draw('/', () =>
    Promise.resolve({ status: 301, headers: { location: '/tickets/1002' }, html: '', shows: null }),
  )
  expect(isKept(drawn)).toBe(false)
  expect(cache.peek('/')).toBeUndefined()
})

describe('time', () => {
  let now = 0
  it('lets go of a page that nobody asked for, when it changes', async () => {
    cache = createPageCache(() => now)
    const page = aPage('lists')
    await ask('/', page)
    now += 11_000
    cache.changed('lists')
    await pause(120)
    expect(cache.size).toBe(0)
    expect(page.drawn).toBe(1)
  })

  it('draws an aged page anew, for it tells how long ago things were', async () => {
    cache = createPageCache(() => now)
    const page = aPage('lists')
    await ask('/', page)
    now += 61_000
    page.words = 'second'
    expect(wordsOf('/')).toBe('<p>first</p>')
    await until(() => wordsOf('/') === '<p>second</p>')
    now += 121_000
    expect(cache.peek('/')).toBeUndefined()
  })
})

it.each([
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip;q=0.5', 'gzip'],
  ['GZIP', 'gzip'],
  ['identity', 'identity'],
  ['', 'identity'],
  [undefined, 'identity'],
])('who accepts %s is given %s', (accepted, coding) => {
  expect(codingFor(accepted)).toBe(coding)
})
