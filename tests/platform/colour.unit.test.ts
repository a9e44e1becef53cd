import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import {
  contrast,
  fromHex,
  nearestReadable,
  NEUTRALS,
  READABLE,
  readings,
  toHex,
  withLightness,
  worstReading,
} from '#app/platform/colour.ts'

const anyColour = fc.integer({ min: 0, max: 0xffffff }).map((n) => `#${n.toString(16).padStart(6, '0')}`)

// The figures WCAG's own techniques give.
test.each([
  ['#000000', '#ffffff', 21],
  ['#777777', '#ffffff', 4.48],
  ['#767676', '#ffffff', 4.54],
  ['#0b4f5c', '#0b4f5c', 1],
])('the contrast of %s and %s is %d', (one, other, ratio) => {
  expect(contrast(fromHex(one), fromHex(other))).toBeCloseTo(ratio, 2)
})

test('a colour in its own lightness stays what it is', () => {
  expect(toHex(withLightness(fromHex('#ff0000'), 0.6279554))).toBe('#ff0000')
  expect(toHex(withLightness(fromHex('#0000ff'), 0.4520137))).toBe('#0000ff')
})

test('black and white have no hue to keep', () => {
  expect(toHex(withLightness(fromHex('#000000'), 1))).toBe('#ffffff')
  expect(toHex(withLightness(fromHex('#ffffff'), 0))).toBe('#000000')
})

describe('a brand', () => {
  it.each(['#0b4f5c', '#7a003c', '#003a70', '#000000', '#5b2c83'])('%s can be read', (brand) => {
    expect(worstReading(brand).ratio).toBeGreaterThanOrEqual(READABLE)
  })

  it.each([
    ['#ff8800', 'it on the page', 2.1],
    ['#ffffff', 'white on it', 1],
    // White is well read on it, but it is not as a link on the page's own ground.
    ['#767676', 'it on the page', 3.97],
  ])('%s cannot: %s', (brand, what, ratio) => {
    const worst = worstReading(brand)
    expect(worst.ratio).toBeCloseTo(ratio, 1)
    expect(readings(fromHex(brand)).find((each) => each.what === what)!.ratio).toBeLessThan(READABLE)
  })

  it('that cannot be read has a neighbour that can', () => {
    fc.assert(
      fc.property(anyColour, (brand) => {
        fc.pre(worstReading(brand).ratio < READABLE)
        const nearest = nearestReadable(brand)
        expect(nearest).toMatch(/^#[\da-f]{6}$/)
        expect(worstReading(nearest).ratio).toBeGreaterThanOrEqual(READABLE)
      }),
      { numRuns: 40 },
    )
  })

  it('keeps its hue where it can', () => {
    const [red, green, blue] = fromHex(nearestReadable('#ff8800'))
    expect(red).toBeGreaterThan(green)
    expect(green).toBeGreaterThan(blue)
  })
})

test('the neutrals are those of the style sheet', () => {
  const css = readFileSync(new URL('../../app/ui/tokens.css', import.meta.url), 'utf8')
  for (const name of Object.keys(NEUTRALS.light) as Array<keyof typeof NEUTRALS.light>)
    expect(css).toContain(`--${name}: light-dark(${NEUTRALS.light[name]}, ${NEUTRALS.dark[name]});`)
  expect(css).toContain('--accent: light-dark(var(--brand), oklch(from var(--brand) 0.8 c h));')
  expect(css).toContain('--masthead: light-dark(var(--brand), oklch(from var(--brand) 0.33 c h));')
  expect(css).toContain('color-mix(in srgb, var(--brand) 7%, white)')
  expect(css).toContain('color-mix(in srgb, var(--brand) 30%, #111716)')
})
