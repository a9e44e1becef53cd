import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LONGEST_TITLE, shorten, titleFrom } from '#app/domain/intake/title.ts'

const peopleCount = (text: string) => [...new Intl.Segmenter().segment(text)].length

test.each([
  [
    '@NorthfieldIT the wifi is down again in the library. Please fix it!',
    'the wifi is down again in the library',
  ],
  ['Hello @NorthfieldIT, the wifi is down https://t.co/abc123', 'Hello , the wifi is down'],
  ['@NorthfieldIT @northfieldlib: no heating #library #northfield', 'no heating library northfield'],
  ['Why is the library cold? Nobody knows.', 'Why is the library cold?'],
  ['No. The printers are broken.', 'No. The printers are broken'],
  ['Line one\nline two\r\n\tline three', 'Line one line two line three'],
  ['ＩＴ ＠NorthfieldIT ＃wifi is down', 'ＩＴ wifi is down'],
  ['write to help@northfield.example about it', 'write to help@northfield.example about it'],
  ['المكتبة باردة جداً منذ أسبوع. الرجاء المساعدة', 'المكتبة باردة جداً منذ أسبوع'],
  ['لماذا المكتبة باردة جداً؟ الرجاء المساعدة', 'لماذا المكتبة باردة جداً؟'],
  ['الـ @NorthfieldIT واي فاي معطل', 'الـ واي فاي معطل'],
  ['🔥 the server room 🔥 is warm', '🔥 the server room 🔥 is warm'],
  ['a\u0000b\u202Egnp.exe\u2066c\u2069', 'a b gnp.exe c'],
])('%s is called %s', (text, title) => {
  expect(titleFrom(text)).toBe(title)
})

test.each([
  ['only a handle', '@NorthfieldIT'],
  ['only handles', '@NorthfieldIT @northfieldlib'],
  ['only a link', 'https://t.co/abc'],
  ['only emoji', '🔥🔥🔥'],
  ['only punctuation', '?!…'],
  ['nothing', ''],
  ['a handle and a link', '@NorthfieldIT https://t.co/abc 👀'],
])('%s gives no title', (_what, text) => {
  expect(titleFrom(text)).toBeNull()
})

test('a very long post gives a short title, cut at a word', () => {
  const title = titleFrom(`@NorthfieldIT ${'the heating is broken '.repeat(1200)}`)!
  expect(title).toMatch(/^the heating is broken .*[a-z]…$/)
  expect(peopleCount(title)).toBeLessThanOrEqual(LONGEST_TITLE)
  expect(
    title
      .slice(0, -1)
      .split(' ')
      .every((word) => ['the', 'heating', 'is', 'broken'].includes(word)),
  ).toBe(true)
})

test('one unbroken word is cut inside', () => {
  expect(titleFrom('x'.repeat(25_000))).toBe(`${'x'.repeat(LONGEST_TITLE - 1)}…`)
})

test('an emoji of many parts is never cut apart', () => {
  const family = '👨‍👩‍👧‍👦'
  expect(shorten(family.repeat(200), 120)).toBe(`${family.repeat(119)}…`)
  expect(shorten(family.repeat(120), 120)).toBe(family.repeat(120))
})

test('a heap of accents on one letter does not make a long title', () => {
  expect(
    shorten('e\u0301\u0302'.repeat(5) + 'z\u0335'.repeat(2) + '\u0335'.repeat(100_000), 120).length,
  ).toBeLessThan(2000)
})

test('any text gives null or a title within the limit, on one line, and soon', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 400 }),
        fc.string({ unit: 'binary', maxLength: 400 }),
        fc.string({ unit: fc.constantFrom('@', '#', ' ', '.', 'a', 'م', '🔥', 'https://'), maxLength: 400 }),
      ),
      (text) => {
        const title = titleFrom(text)
        if (title === null) return
        expect(peopleCount(title)).toBeLessThanOrEqual(LONGEST_TITLE)
        expect(title).not.toMatch(/[\p{Cc}\u202A-\u202E]/u)
        expect(title).toMatch(/[\p{L}\p{N}…]/u)
      },
    ),
  )
})

test('a megabyte is no trouble', () => {
  const began = performance.now()
  titleFrom('a'.repeat(1_000_000))
  titleFrom('a '.repeat(500_000))
  titleFrom('@'.repeat(1_000_000))
  titleFrom(' ,'.repeat(500_000))
  expect(performance.now() - began).toBeLessThan(5000)
})
