import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'
import { LIMIT, measure } from '#app/channels/bluesky/measure.ts'
import type { Reply } from '#app/outbound/render.ts'
import { LONGEST_THREAD, renderThread } from '#app/outbound/thread.ts'

const network = { limit: LIMIT, measure }
const render = (more: Partial<Reply> = {}) =>
  renderThread(
    textIn('en'),
    {
      handle: 'alex.example',
      department: 'Library',
      number: 1042,
      moment: 'first-answer',
      to: null,
      words: 'The boiler is mended.',
      ...more,
    },
    network,
  )
const OPENING = '@alex.example Library answers (no. 1042): '

describe('an answer on a network with threads', () => {
  test('is one post when it fits, and two when it is one longer', () => {
    expect(render()).toEqual([`${OPENING}The boiler is mended.`])
    const room = LIMIT - OPENING.length
    expect(render({ words: 'x'.repeat(room) })).toHaveLength(1)
    expect(render({ words: `${'x'.repeat(room - 2)} yz` })).toEqual([OPENING + 'x'.repeat(room - 2), 'yz'])
  })

  test('goes on at a word, and says everything', () => {
    const words = 'The boiler is being mended this afternoon. '.repeat(24).trim()
    const parts = render({ words })
    expect(parts.length).toBe(4)
    expect(parts.join(' ')).toBe(OPENING + words)
    for (const part of parts.slice(0, -1)) expect(measure(part)).toBeGreaterThan(LIMIT - 12)
  })

  test('ends on an ellipsis where the longest thread ends', () => {
    const parts = render({ words: 'warm, '.repeat(2000) })
    expect(parts).toHaveLength(LONGEST_THREAD)
    expect(parts.at(-1)).toMatch(/warm…$/)
    for (const part of parts) expect(measure(part)).toBeLessThanOrEqual(LIMIT)
  })

  test('cuts a word that is too long, but never what people see as one character', () => {
    const family = '👨‍👩‍👧‍👦'
    const parts = render({ words: family.repeat(250) })
    expect(parts.join('').replaceAll(family, '').trim()).toBe(OPENING.trim())
    // One character of more bytes than a post may have.
    const heap = render({ words: `e${'\u0301'.repeat(4000)}` })
    for (const part of heap) expect(measure(part)).toBeLessThanOrEqual(LIMIT)
  })

  test('is never longer than the network takes, and never empty', () => {
    const anyWords = fc.oneof(
      fc.lorem({ maxCount: 500 }),
      fc.string({ unit: 'grapheme', maxLength: 1500 }),
      fc.string({ unit: 'binary', maxLength: 1500 }),
    )
    fc.assert(
      fc.property(
        anyWords,
        fc.constantFrom('', 'alex.example'),
        fc.constantFrom('Library', '图书馆 '.repeat(20), 'Long '.repeat(100)),
        (words, handle, department) => {
          for (const part of render({ words, handle, department })) {
            expect(measure(part)).toBeLessThanOrEqual(LIMIT)
            expect(part).not.toBe('')
            expect(part).not.toMatch(/\p{Surrogate}/u)
          }
        },
      ),
      { numRuns: 80 },
    )
  })

  test('is written soon, however long the answer', () => {
    const began = performance.now()
    for (const words of ['warm '.repeat(5000), 'x'.repeat(25_000)])
      expect(render({ words })).toHaveLength(LONGEST_THREAD)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})
