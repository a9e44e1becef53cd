import { parseWithZod } from '@conform-to/zod/v4'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { textIn } from '#app/catalogue/text.ts'
import { clean, line, mailAddress, sayErrors, submissionKey, words } from '#app/web/forms.ts'

const t = textIn('en')

/** What a form of one field says to a value, as a person reads it. */
function told(field: z.ZodType, value: string): string | null {
  const form = new FormData()
  form.set('field', value)
  const submission = parseWithZod(form, { schema: z.object({ field }) })
  return submission.status === 'success'
    ? null
    : sayErrors(t, (submission.error as Record<string, Array<string>>).field).join(' ')
}

describe('words', () => {
  test.each([
    ['line ends become one kind', 'one\r\ntwo\rthree', 'one\ntwo\nthree'],
    ['what cannot be seen goes', 'a\u0000b\u0007c\uFEFFd\u0085e', 'abcde'],
    ['what turns the text around goes', '\u202Eabc\u202C \u2066def\u2069', 'abc def'],
    [
      'what languages need stays',
      '\u200Fשלום\u200E नि\u200Dक 👩\u200D🎓',
      '\u200Fשלום\u200E नि\u200Dक 👩\u200D🎓',
    ],
    ['accents are written in one way', 'cafe\u0301', 'caf\u00E9'],
    ['tabs stay, white space around goes', '  a\tb \n', 'a\tb'],
  ])('%s', (_what, given, kept) => {
    expect(clean(given)).toBe(kept)
  })

  test('a field says what is wrong with it', () => {
    const field = words({ min: 3, max: 5 })
    expect(told(field, '')).toBe('Write something here.')
    expect(told(field, ' \n ')).toBe('There are only spaces here. Write something.')
    expect(told(field, '\u0000\u202E')).toBe('There are only spaces here. Write something.')
    expect(told(field, 'ab')).toBe('Write at least 3 characters.')
    expect(told(field, 'abcdef')).toBe('This is 6 characters. The most that fits is 5.')
    expect(told(field, 'abcde')).toBeNull()
  })

  test('an emoji counts as one, as people count', () => {
    expect(told(words({ max: 3 }), '😀😀😀')).toBeNull()
    expect(told(words({ max: 3 }), '😀😀😀😀')).toContain('4 characters')
  })

  test('a line is one line', () => {
    expect(line({ max: 20 }).parse(' one\r\n two\tthree ')).toBe('one two three')
  })
})

test('a mail address is read as it is typed', () => {
  expect(mailAddress.parse('  Sam@Campus.Example ')).toBe('sam@campus.example')
  for (const wrong of [
    'sam',
    'sam@',
    '@campus.example',
    'sam at campus',
    `${'s'.repeat(250)}@campus.example`,
  ])
    expect(told(mailAddress, wrong), wrong).toBe(t('form.mail'))
})

describe('the key of a form', () => {
  const key = '3f2b8c1e-8f5c-4a54-9d0e-3c9b1f7a2d10'

  test('is kept', () => {
    expect(submissionKey.parse(key)).toBe(key)
  })

  test.each(['', 'old', undefined])('%j is no key, so the form is a new one', (wrong) => {
    const made = [submissionKey.parse(wrong), submissionKey.parse(wrong)]
    for (const each of made) expect(each).toMatch(/^[0-9a-f-]{36}$/)
    expect(made[0]).not.toBe(made[1])
  })
})
