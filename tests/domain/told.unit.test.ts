import { expect, test } from 'vitest'
import { toldOf } from '#app/domain/screening/told.ts'
import type { HoldOutcome } from '#app/vocabulary.ts'

test.each<
  [
    held: number,
    outcomes: Partial<Record<HoldOutcome, number>>,
    told: number | null,
    published: number | null,
  ]
>([
  [0, {}, 0, null],
  [1, { released: 1 }, null, null],
  [9, { released: 9 }, null, null],
  [10, { released: 10 }, 10, null],
  [30, { released: 12, expired: 3, refused: 15 }, 30, 15],
  // Few were refused, so nobody may work out how many.
  [30, { released: 25, refused: 5 }, 30, null],
  [30, { released: 4, refused: 26 }, 30, null],
])('%i held, of which %j: told are %s and %s', (held, outcomes, told, published) => {
  const count = { kind: 'personal-data', held, waiting: 0, overdue: 0, outcomes, medianMinutes: 30 } as const
  expect(toldOf(count)).toEqual({
    kind: 'personal-data',
    held: told,
    published,
    medianMinutes: told === null || told === 0 ? null : 30,
  })
})
