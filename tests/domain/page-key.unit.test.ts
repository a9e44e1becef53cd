import fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyOf, readKey, writeKey } from '#app/domain/tickets/page-key.ts'

const row = {
  number: 1042,
  votes: 7,
  createdAt: new Date('2026-03-02T10:00:00.123Z'),
  answeredAt: new Date('2026-03-03T10:00:00.456Z'),
}

test('a key holds what its order is by', () => {
  expect(keyOf('most-backed', row)).toEqual({ value: 7, number: 1042 })
  expect(keyOf('newest', row)).toEqual({ value: row.createdAt.getTime(), number: 1042 })
  expect(keyOf('recently-answered', row)).toEqual({ value: row.answeredAt.getTime(), number: 1042 })
})

test('what was written is read, and may stand in an address', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      (value, number) => {
        const text = writeKey({ value, number })
        expect(text).toMatch(/^[\w-]+$/)
        expect(readKey(text)).toEqual({ value, number })
      },
    ),
  )
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each([
  '',
  'x',
  '%%%',
  '\u0000',
  'null',
  encoded(null),
  encoded([]),
  encoded([1]),
  encoded([1, 2, 3]),
  encoded(['1', 2]),
  encoded([1.5, 2]),
  encoded([1, 0]),
  encoded([1, -2]),
  encoded([-1, 2]),
  encoded([1, 2 ** 31]),
  encoded([8.64e15, 1]), // a date, but none PostgreSQL reads
  encoded([Date.UTC(10_000), 1]),
  encoded([1e308, 1]),
  encoded({ value: 1, number: 2 }),
  encoded([[1], 2]),
  Buffer.from('[NaN,1]').toString('base64url'),
  Buffer.from('[1,2').toString('base64url'),
  'A'.repeat(100_000),
])('%s is no key', (text) => {
  expect(readKey(text)).toBeNull()
})

test('any text at all is a key or null', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const key = readKey(text)
      if (key !== null) expect(key.number).toBeGreaterThan(0)
    }),
  )
})
