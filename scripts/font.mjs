// Writes app/ui/public-sans.woff2: of the whole typeface, the letters and weights that the site is set in. A first
// visit to the board has 40 kB for everything, of which the whole typeface would take 27.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
// @ts-expect-error -- it brings no types
import subsetFont from 'subset-font'
import { inRoot } from './freshness.mjs'

const source = inRoot('node_modules', '@fontsource-variable', 'public-sans')
const whole = readFileSync(`${source}/files/public-sans-latin-wght-normal.woff2`)

/** Latin 1, and the marks of printed text. Other letters come from the reader's own fonts. */
const letters = [
  [0x20, 0x7e],
  [0xa0, 0xff],
].flatMap(([first = 0, last = 0]) =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)),
)
const marks = [...'‘’“”–—…•′″‹›€™→←↑↓−×']

const font = await subsetFont(whole, [...letters, ...marks].join(''), {
  targetFormat: 'woff2',
  variationAxes: { wght: { min: 400, max: 780 } },
})
writeFileSync(inRoot('app', 'ui', 'public-sans.woff2'), font)
copyFileSync(`${source}/LICENSE`, inRoot('app', 'ui', 'public-sans.LICENSE.txt'))
console.log(`app/ui/public-sans.woff2: ${font.length} bytes of ${whole.length}`)
