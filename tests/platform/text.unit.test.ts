import { expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'

test.each([
  '{{query}}',
  '{{campus}}',
  '$t(product)',
  '$t(board.title)',
  '%s %n %x',
  '${1 + 1}',
  '<b>x</b>',
  '__proto__',
])('what somebody typed stands in a text as it is: %s', (query) => {
  expect(textIn('en')('pageTitle.search', { query })).toContain(query)
  expect(textIn('en')('pageTitle.search', { query })).toBe(
    textIn('en')('pageTitle.search', { query: 'HERE' }).replace('HERE', () => query),
  )
})
