import fc from 'fast-check'
import { expect, test } from 'vitest'
import { numberIn, slugOf } from '#app/domain/tickets/slug.ts'

test.each([
  ['Heating in the library', 'heating-in-the-library'],
  ['Wi-Fi: down again?!', 'wi-fi-down-again'],
  ['Café ÉCOLE İstanbul straße', 'cafe-ecole-istanbul-straße'],
  ['  --  ', 'ticket'],
  ['', 'ticket'],
  ['🔥🔥', 'ticket'],
  ['٣ مكتبة', '٣-مكتبة'],
  ['図書館の暖房', '図書館の暖房'],
  ['도서관 난방', '도서관-난방'],
  ['हिन्दी किताब', 'हिन्दी-किताब'],
  ['../../etc/passwd?x=1&y=<script>', 'etc-passwd-x-1-y-script'],
  ['x'.repeat(200), 'x'.repeat(60)],
])('%s becomes %s', (title, slug) => {
  expect(slugOf(title)).toBe(slug)
})

test('is cut between words', () => {
  expect(slugOf('The heating on the second floor of the library has been broken since Monday')).toBe(
    'the-heating-on-the-second-floor-of-the-library-has-been',
  )
})

test('any title gives a short segment of letters and digits', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' })), (title) => {
      const slug = slugOf(title)
      expect(slug).toMatch(/^[\p{L}\p{M}\p{N}-]+$/u)
      expect([...slug].length).toBeLessThanOrEqual(60)
      expect(encodeURIComponent(slug)).toMatch(/^[\w.!~*'()%-]+$/)
    }),
  )
})

test.each([
  ['1042', 1042],
  ['999999999', 999_999_999],
  ['0042', null],
  ['-1', null],
  ['1042-heating', null],
  ['1e3', null],
  [' 1042', null],
  ['9999999999', null],
  ['', null],
  [undefined, null],
])('the number in %s is %s', (segment, number) => {
  expect(numberIn(segment)).toBe(number)
})
