import { describe, expect, test } from 'vitest'
import { signsOf } from '#app/domain/integrity/signs.ts'
import type { VoteMeasures } from '#db/schema/index.ts'

/** Two thousand people, of whom forty came within the last day. */
const quietDay: VoteMeasures = {
  votes: 100,
  usual: 2,
  young: 0,
  single: 0,
  oneRange: 0,
  ring: 0,
  others: 2000,
  othersYoung: 40,
}

test.each<[what: string, measures: Partial<VoteMeasures>, signs: string]>([
  ['a hot ticket', {}, ''],
  // A fifth of a campus of 20,000 within ten minutes, all behind one address of it.
  ['a very hot ticket from one range', { votes: 4000, oneRange: 4000, others: 16_000, othersYoung: 200 }, ''],
  ['the same, of people who have backed nothing else', { votes: 4000, oneRange: 4000, single: 4000 }, ''],
  ['a few newcomers among them', { young: 10, oneRange: 100, single: 60 }, ''],
  ['the first day, when everybody is new', { young: 100, single: 100, others: 300, othersYoung: 300 }, ''],
  ['a little later', { young: 60, single: 100, others: 900, othersYoung: 500 }, ''],
  ['new accounts', { young: 90 }, 'burst young'],
  ['half of them new', { young: 50 }, 'burst young'],
  ['a little less than half', { young: 49 }, ''],
  ['new accounts for this alone', { young: 90, single: 95 }, 'burst young single'],
  ['some new, and nearly all for this alone', { young: 35, single: 95 }, 'burst single'],
  ['new accounts in one place', { young: 90, oneRange: 85 }, 'burst young one-range'],
  ['a ring among others', { young: 40, ring: 40 }, 'burst ring'],
  ['a slow ring', { usual: 50, young: 40, ring: 40 }, 'ring'],
  ['nine in a row', { votes: 25, young: 9, ring: 9 }, ''],
  ['ten in a row', { votes: 25, young: 10, ring: 10 }, 'burst ring'],
  ['no more votes than usual', { usual: 20, young: 90, single: 100 }, ''],
  ['fewer than twenty', { votes: 19, young: 19, single: 19, ring: 19 }, ''],
  ['an empty campus', { others: 0, othersYoung: 0, young: 90 }, 'burst young'],
])('%s', (_what, measures, signs) => {
  expect(signsOf({ ...quietDay, ...measures }).join(' ')).toBe(signs)
})

describe('an address range', () => {
  test('never says anything by itself, however many votes came from it', () => {
    for (const votes of [20, 200, 2_000, 20_000])
      expect(signsOf({ ...quietDay, votes, usual: 0, oneRange: votes })).toEqual([])
  })
})
