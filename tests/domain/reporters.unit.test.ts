import { expect, test } from 'vitest'
import { lookCoordinated, reportsNeeded } from '#app/domain/moderation/reporters.ts'
import { after, DAY } from '#app/platform/clock.ts'

const NOW = new Date('2026-03-02T10:00:00Z')

test.each([
  [0, 3],
  [30, 3],
  [31, 4],
  [2000, 200],
])('a ticket that %i back stands first from %i reports on', (votes, needed) => {
  expect(reportsNeeded(votes)).toBe(needed)
})

const reporters = (count: number, days: number, others: Array<string> = []) =>
  Array.from({ length: count }, () => ({ since: after(NOW, -days * DAY), others }))

test.each([
  ['few, however new', reporters(9, 0), false],
  ['many who have long been here', reporters(50, 100), false],
  ['many, half of them new', [...reporters(5, 1), ...reporters(5, 100)], true],
  ['many, fewer than half new', [...reporters(4, 1), ...reporters(6, 100)], false],
  ['many who report the same other thing', [...reporters(6, 100, ['7']), ...reporters(5, 100)], true],
  [
    'many, each with another thing',
    Array.from({ length: 20 }, (_, n) => ({ since: after(NOW, -90 * DAY), others: [`${n}`] })),
    false,
  ],
])('%s', (_what, who, flagged) => {
  expect(lookCoordinated(who, NOW)).toBe(flagged)
})
