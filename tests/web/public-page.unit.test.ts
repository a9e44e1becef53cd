import { expect, test } from 'vitest'
import { publicPage } from '#app/web/public-page.ts'

test.each([
  ['/', '/'],
  ['/?utm_source=x&fbclid=1', '/'],
  ['/?sort=newest&q=heating', '/?q=heating&sort=newest'],
  ['/?q=heating&sort=newest&utm_medium=mail', '/?q=heating&sort=newest'],
  ['/resolved?department=it', '/resolved?department=it'],
  ['/tickets/1001', '/tickets/1001'],
  ['/tickets/1001/the-heating', '/tickets/1001'],
  ['/tickets/1001/%E2%9C%93?before=12', '/tickets/1001?before=12'],
  ['/departments/it', '/departments/it'],
  ['/departments', '/departments'],
  ['/feed.xml?department=it', '/feed.xml?department=it'],
])('%s is kept as %s', (url, href) => {
  expect(publicPage(url)?.href).toBe(href)
})

test.each([
  '/?draft=abc',
  '/tickets/new?draft=abc',
  '/tickets/1001?draft=abc',
  '/tickets/1001.data',
  '/tickets/1001/words/more',
  '/tickets/x',
  '/desk',
  '/desk/tickets/1001',
  '/sign-in',
  '/live/1001',
  '/votes/1001',
  '//evil.example/',
])('%s is drawn for one', (url) => {
  expect(publicPage(url)).toBeNull()
})

test('the form for a new ticket is kept for visitors only', () => {
  expect(publicPage('/tickets/new')).toMatchObject({ visitorsOnly: true })
})

test.each([
  ['/?q=heating', true],
  ['/?sort=newest&q=heating&after=x', true],
  ['/resolved?q=heating', true],
  ['/?q=', false],
  ['/?q=+&status=open', false],
  ['/resolved', false],
  ['/feed.xml?department=it', false],
])('%s runs a search: %s', (url, searches) => {
  expect(publicPage(url)?.searches).toBe(searches)
})
