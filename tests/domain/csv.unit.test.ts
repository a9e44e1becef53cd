import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toCsv } from '#app/domain/privacy/csv.ts'

test('a table is written as RFC 4180 says', () => {
  expect(
    toCsv([
      ['a', 'b "c"'],
      ['1,2', 'two\nlines'],
    ]),
  ).toBe('"a","b ""c"""\r\n"1,2","two\nlines"\r\n')
})

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\uFF1D1', '=cmd|" /C calc"!A0'])(
  'no spreadsheet runs %j',
  (text) => {
    expect(toCsv([[text]]).startsWith(`"'`)).toBe(true)
  },
)

test('every text comes out again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const [, inside] = /^"(.*)"\r\n$/s.exec(toCsv([[text]]))!
      const read = inside!.replaceAll('""', '"')
      expect(read === text || read === `'${text}`).toBe(true)
    }),
  )
})
