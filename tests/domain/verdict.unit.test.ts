import { describe, expect, test } from 'vitest'
import { askedUntil, reopens } from '#app/domain/tickets/verdict.ts'

describe('a ticket is reopened', () => {
  test.each([
    ['by nobody', { yes: 0, no: 0, author: false }, false],
    ['by its author alone', { yes: 0, no: 1, author: true }, true],
    ['by its author, with one against', { yes: 1, no: 1, author: true }, false],
    ['by its author and more than half', { yes: 1, no: 2, author: true }, true],
    ['by one backer', { yes: 0, no: 1, author: false }, false],
    ['by two backers', { yes: 0, no: 2, author: false }, false],
    ['by three backers', { yes: 0, no: 3, author: false }, true],
    ['by three of six', { yes: 3, no: 3, author: false }, false],
    ['by four of seven', { yes: 3, no: 4, author: false }, true],
    ['by its author against many', { yes: 12, no: 1, author: true }, false],
  ])('%s: %o is %s', (_who, said, expected) => expect(reopens(said)).toBe(expected))
})

describe('people are asked', () => {
  const closedAt = new Date('2026-03-02T10:00:00Z')
  test('for thirty days after it was resolved', () =>
    expect(askedUntil({ status: 'resolved', closedAt })).toEqual(new Date('2026-04-01T10:00:00Z')))
  test.each(['declined', 'merged', 'under-review'] as const)('never of a ticket that is %s', (status) =>
    expect(askedUntil({ status, closedAt })).toBeNull(),
  )
})
