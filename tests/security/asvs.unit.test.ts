import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '#app/platform/root.ts'
import { numbersOf, pageOf, readMatrix, readPage } from '../../scripts/asvs.ts'

const matrix = readMatrix()

test('every requirement of levels 1 and 2 is judged once, in its order', () => {
  const levels = Object.values(matrix.levels).join('')
  // As the standard counts them.
  expect(['1', '2', '3'].map((level) => [...levels].filter((one) => one === level).length)).toEqual([
    70, 183, 92,
  ])
  expect(matrix.requirements.map(({ number }) => number)).toEqual([...numbersOf(matrix).keys()])
})

test('every proof is there, under the name it is given', () => {
  const faults = matrix.requirements.flatMap(({ number, proof = [] }) =>
    proof
      .filter(({ file, test }) => {
        const path = join(projectRoot, file)
        return !existsSync(path) || (test !== undefined && !names(readFileSync(path, 'utf8'), test))
      })
      .map(({ file, test }) => `${number}: ${file} ${test ?? ''}`),
  )
  expect(faults).toEqual([])
})

test('the page is what is made of it', () => {
  expect(unspaced(readPage())).toBe(unspaced(pageOf(matrix)))
})

/** Whether a text stands alone between quotes, or before what a table puts behind it, as the name of a test does. */
function names(source: string, test: string): boolean {
  return ["'", '"', '`'].some((quote) =>
    ['', ': %s'].some((end) => source.includes(`${quote}${test}${end}${quote}`)),
  )
}

/** Prettier sets the columns of a table one below another, and breaks no line of it. */
const unspaced = (page: string) => page.replace(/\s+/g, ' ').replace(/-{3,}/g, '---')
