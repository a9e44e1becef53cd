import { describe, expect, test } from 'vitest'
import { settlementOf } from '#app/outbound/deliver.server.ts'
import { slotFor } from '#app/outbound/policy.ts'
import { ATTEMPTS, retryAt } from '#app/outbound/retry.ts'
import type { ClaimedDelivery } from '#app/outbox/deliveries.server.ts'
import { HOUR, MINUTE, SECOND } from '#app/platform/clock.ts'
import type { Moment } from '#app/vocabulary.ts'
import { MONDAY } from './campus.ts'

test.each<[moment: Moment, slot: string | null]>([
  ['first-answer', 'first-answer'],
  ['answer', null],
  ['progress', null],
  ['final', 'final'],
])('on X, %s has the slot %s', (moment, slot) => {
  expect(slotFor('x', 'first-and-final', { moment, entryId: 7n })).toBe(slot)
})

describe('the retry curve', () => {
  const wait = (attempt: number, random: number) =>
    retryAt(MONDAY, attempt, random).getTime() - MONDAY.getTime()

  test.each([
    [1, 2.5 * SECOND, 5 * SECOND],
    [2, 5 * SECOND, 10 * SECOND],
    [3, 10 * SECOND, 20 * SECOND],
    [8, 320 * SECOND, 640 * SECOND],
    [11, HOUR / 2, HOUR],
    [ATTEMPTS, HOUR / 2, HOUR],
    [1000, HOUR / 2, HOUR],
  ])('after attempt %i waits between %i and %i ms', (attempt, shortest, longest) => {
    expect(wait(attempt, 0)).toBe(shortest)
    expect(wait(attempt, 1)).toBe(longest)
  })

  test('gives up after some hours, not some minutes or days', () => {
    let whole = 0
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) whole += wait(attempt, 0.5)
    expect(whole).toBeGreaterThan(4 * HOUR)
    expect(whole).toBeLessThan(14 * HOUR)
  })
})

describe('what an outcome means', () => {
  const claimed = (state: 'sending' | 'checking', attempts: number) =>
    ({ delivery: { state, attempts, reason: 'as before' } }) as ClaimedDelivery
  const later = new Date(MONDAY.getTime() + 15 * MINUTE)
  const seconds = (count: number) => new Date(MONDAY.getTime() + count * SECOND)
  const sent = { kind: 'sent', externalId: '9', url: null } as const
  const isSent = { state: 'sent', externalId: '9', url: null, at: MONDAY }
  const at = (reason: string) => ({ state: 'parked', reason, at: MONDAY })
  const due = (state: 'queued' | 'checking', reason: string, dueAt: Date) => ({ state, reason, dueAt })

  // The third attempt waits 15 s when chance says one half; the sixteenth is the last.
  test.each<
    [
      outcome: Parameters<typeof settlementOf>[0],
      state: 'sending' | 'checking',
      attempts: number,
      settlement: object,
    ]
  >([
    [sent, 'sending', 3, isSent],
    [sent, 'checking', 3, isSent],
    [sent, 'checking', ATTEMPTS + 5, isSent],
    [{ kind: 'absent' }, 'checking', 3, due('queued', 'as before', MONDAY)],
    [{ kind: 'refused', reason: 'no' }, 'sending', 1, at('no')],
    [{ kind: 'signed-out', reason: 'out' }, 'sending', 3, due('queued', 'out', MONDAY)],
    [{ kind: 'signed-out', reason: 'out' }, 'checking', 3, due('checking', 'out', MONDAY)],
    [{ kind: 'signed-out', reason: 'out' }, 'sending', ATTEMPTS, due('queued', 'out', MONDAY)],
    [{ kind: 'later', reason: '429', at: null }, 'sending', 3, due('queued', '429', seconds(15))],
    [{ kind: 'later', reason: '429', at: later }, 'sending', 3, due('queued', '429', later)],
    [{ kind: 'later', reason: '429', at: seconds(1) }, 'sending', 3, due('queued', '429', seconds(15))],
    [{ kind: 'later', reason: '429', at: later }, 'checking', 3, due('checking', '429', later)],
    [{ kind: 'later', reason: '503', at: null }, 'sending', ATTEMPTS, at('503')],
    [{ kind: 'unknown', reason: 'cut' }, 'sending', 1, due('checking', 'cut', seconds(10))],
    [{ kind: 'unknown', reason: 'cut' }, 'sending', 3, due('checking', 'cut', seconds(15))],
    [{ kind: 'unknown', reason: 'cut' }, 'checking', 3, due('checking', 'cut', seconds(15))],
    [{ kind: 'unknown', reason: 'cut' }, 'sending', ATTEMPTS, at('cut')],
  ])('%o while %s, attempt %i', (outcome, state, attempts, settlement) => {
    expect(settlementOf(outcome, claimed(state, attempts), MONDAY, 0.5)).toEqual(settlement)
  })

  test('nothing that may be out is queued to be sent again without a look', () => {
    for (const state of ['sending', 'checking'] as const)
      for (let attempts = 1; attempts <= ATTEMPTS + 1; attempts += 1)
        expect(
          settlementOf({ kind: 'unknown', reason: 'cut' }, claimed(state, attempts), MONDAY, 0).state,
        ).not.toBe('queued')
  })
})
