import { describe, expect, test } from 'vitest'
import { leftToSpend, monthOf, nextMonth } from '#app/accounts/spending.ts'
import { isStop, STOP_WORDS } from '#app/domain/intake/stop.ts'
import { obstacleTo, OFFERED, quietUntil, slotFor, type Policy } from '#app/outbound/policy.ts'
import type { ChannelId, Mirror, Moment } from '#app/vocabulary.ts'

test.each<[ChannelId, Mirror, Moment, string | null]>([
  ['x', 'first-and-final', 'first-answer', 'first-answer'],
  ['x', 'first-and-final', 'answer', null],
  ['x', 'first-and-final', 'progress', null],
  ['x', 'first-and-final', 'final', 'final'],
  // X wants one reply per interaction, whatever is stored.
  ['x', 'every-answer', 'first-answer', 'first-answer'],
  ['x', 'every-answer', 'answer', null],
  ['x', 'nothing', 'first-answer', 'first-answer'],
  ['x', 'nothing', 'answer', null],
  ['bluesky', 'first-and-final', 'answer', null],
  ['bluesky', 'first-and-final', 'final', 'final'],
  ['bluesky', 'every-answer', 'first-answer', 'entry-7'],
  ['bluesky', 'every-answer', 'answer', 'entry-7'],
  ['bluesky', 'every-answer', 'progress', 'entry-7'],
  ['bluesky', 'every-answer', 'final', 'entry-7'],
])('on %s with %s, %s has the slot %s', (channel, mirror, moment, slot) => {
  expect(slotFor(channel, mirror, { moment, entryId: 7n })).toBe(slot)
})

test('not every answer can be repeated on X', () => {
  expect(OFFERED.x).toEqual(['first-and-final', 'nothing'])
  expect(OFFERED.bluesky).toEqual(['every-answer', 'first-and-final', 'nothing'])
})

describe('quiet hours', () => {
  const night = { from: 22 * 60, until: 7 * 60 }
  const noon = { from: 12 * 60, until: 13 * 60 + 30 }
  const early = { from: 60, until: 3 * 60 }
  const berlin = 'Europe/Berlin'

  test.each<[what: string, quiet: Policy['quiet'], now: string, over: string | null, zone: string]>([
    ['none', null, '2026-11-24T23:00:00Z', null, 'UTC'],
    ['a minute before', night, '2026-11-24T21:59:59Z', null, 'UTC'],
    ['from the minute', night, '2026-11-24T22:00:00Z', '2026-11-25T07:00:00Z', 'UTC'],
    ['over midnight', night, '2026-11-24T23:30:15Z', '2026-11-25T07:00:00Z', 'UTC'],
    ['after midnight', night, '2026-11-25T00:00:00Z', '2026-11-25T07:00:00Z', 'UTC'],
    ['the last minute', night, '2026-11-25T06:59:59Z', '2026-11-25T07:00:00Z', 'UTC'],
    ['over', night, '2026-11-25T07:00:00Z', null, 'UTC'],
    ['within a day', noon, '2026-11-24T12:15:00Z', '2026-11-24T13:30:00Z', 'UTC'],
    ['within a day, before', noon, '2026-11-24T11:59:00Z', null, 'UTC'],
    ['over the turn of the year', night, '2026-12-31T23:00:00Z', '2027-01-01T07:00:00Z', 'UTC'],
    ['by the clock of the campus', night, '2026-11-24T21:30:00Z', '2026-11-25T06:00:00Z', berlin],
    ['by the clock of the campus, not yet', night, '2026-11-24T20:59:00Z', null, berlin],
    ['in summer', night, '2026-07-01T20:30:00Z', '2026-07-02T05:00:00Z', berlin],
    ['half an hour off', night, '2026-11-24T17:00:00Z', '2026-11-25T01:30:00Z', 'Asia/Kolkata'],
    // 28 March 2027: 2:00 becomes 3:00. The night is an hour shorter.
    ['the clock is put forward', night, '2027-03-27T22:00:00Z', '2027-03-28T05:00:00Z', berlin],
    ['put forward over the end', early, '2027-03-28T00:30:00Z', '2027-03-28T01:00:00Z', berlin],
    // 25 October 2026: 3:00 becomes 2:00. The night is an hour longer.
    ['the clock is put back', night, '2026-10-24T21:00:00Z', '2026-10-25T06:00:00Z', berlin],
    ['put back: the hour comes twice', early, '2026-10-24T23:30:00Z', '2026-10-25T02:00:00Z', berlin],
    ['no time at all', { from: 60, until: 60 }, '2026-11-24T01:00:00Z', null, 'UTC'],
  ])('%s', (_what, quiet, now, over, zone) => {
    expect(quietUntil(quiet, new Date(now), zone)?.toISOString() ?? null).toBe(
      over === null ? null : new Date(over).toISOString(),
    )
  })
})

describe('what may be spent', () => {
  test.each<[cap: number | null, spent: number, left: number | null]>([
    [null, 9_000_000, null],
    [500, 0, 5_000_000],
    [500, 4_990_000, 10_000],
    [500, 5_000_000, 0],
    [500, 7_000_000, 0],
    [0, 0, 0],
  ])('of %s cents, with %i millionths spent: %s', (cap, spent, left) => {
    expect(leftToSpend(cap, spent)).toBe(left)
  })

  test.each([
    ['2026-11-24T09:00:00Z', '2026-11', '2026-12-01T00:00:00.000Z'],
    ['2026-12-31T23:59:59Z', '2026-12', '2027-01-01T00:00:00.000Z'],
    // By the calendar that networks bill by, not by the campus's.
    ['2026-12-01T00:30:00+01:00', '2026-11', '2026-12-01T00:00:00.000Z'],
  ])('%s is in %s, and the next begins %s', (now, month, next) => {
    expect(monthOf(new Date(now))).toBe(month)
    expect(nextMonth(new Date(now)).toISOString()).toBe(next)
  })
})

describe('what stands in the way of a reply', () => {
  const prices = { read: 1_000, searched: 5_000, reply: 10_000, 'reply-with-link': 200_000 }
  const now = new Date('2026-11-24T23:00:00Z')
  const policy: Policy = { mirror: 'first-and-final', links: false, quiet: null, cap: null }
  const month = { kind: 'cap', at: new Date('2026-12-01T00:00:00Z') }
  const morning = { kind: 'quiet', at: new Date('2026-11-25T07:00:00Z') }
  const night = { from: 22 * 60, until: 7 * 60 }
  const reply = { charges: ['reply'], stopped: false } as const
  const linked = { charges: ['reply-with-link'], stopped: false } as const

  test.each<
    [what: string, Parameters<typeof obstacleTo>[0], Partial<Policy>, spent: number, obstacle: object | null]
  >([
    ['nothing', reply, {}, 9_999_999, null],
    ['it costs just what is left', reply, { cap: 100 }, 990_000, null],
    ['it costs a little more than is left', reply, { cap: 100 }, 990_001, month],
    ['its link costs more than is left', linked, { cap: 100 }, 900_000, month],
    ['without a link it would do', reply, { cap: 100 }, 900_000, null],
    ['nothing may be spent', reply, { cap: 0 }, 0, month],
    ['it is quiet', reply, { quiet: night }, 0, morning],
    ['quiet, and too dear: the later of the two', reply, { quiet: night, cap: 0 }, 0, month],
    ['the author said stop', { ...reply, stopped: true }, { quiet: night }, 0, { kind: 'stopped' }],
  ])('%s', (_what, what, changed, spent, obstacle) => {
    const account = { policy: { ...policy, ...changed }, spent, prices }
    expect(obstacleTo(what, account, now, 'UTC')).toEqual(obstacle)
  })

  test('where nothing is billed, no bound holds', () => {
    const account = { policy: { ...policy, cap: 0 }, spent: 0, prices: null }
    expect(obstacleTo(reply, account, now, 'UTC')).toBeNull()
  })
})

describe('who asks us to stop', () => {
  test.each([...STOP_WORDS])('%s', (words) => {
    expect(isStop(words)).toBe(true)
    expect(isStop(`@quad_it ${words.toUpperCase()}!!`)).toBe(true)
  })

  test.each([
    '@quad_it @quad_library stop.',
    'STOP 🛑🛑',
    '@quad.bsky.social please stop',
    'Don’t reply to me.',
    'stop @quad_it',
    '  Please,\nstop  ',
  ])('%j', (text) => expect(isStop(text)).toBe(true))

  test.each([
    '',
    '@quad_it',
    'The bus stop at the library is dark',
    '@quad_it please stop the leak in room 4',
    'When does it stop?',
    'Nonstop',
    'stop sign is broken',
    'Do not reply-all, fix it',
    '@stop',
    '#stop please listen',
  ])('not %j', (text) => expect(isStop(text)).toBe(false))
})
