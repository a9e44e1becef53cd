import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { projectRoot } from '#app/platform/root.ts'

/** The rows of every table that begin with a question's number. */
const rows = readFileSync(join(projectRoot, 'docs', 'hecvat.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| [A-Z]{4}-\d\d/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()))

test('every answer has its proof, which is there', () => {
  expect(rows.length).toBeGreaterThan(80)
  for (const [, question, answer, proof = ''] of rows) {
    const files = [...proof.matchAll(/`([^`]+)`/g)].map(([, file]) => file!)
    expect(answer, question).not.toBe('')
    expect(files, question).not.toEqual([])
    expect(
      files.filter((file) => !existsSync(join(projectRoot, file))),
      question,
    ).toEqual([])
  }
})

test('no question is answered twice', () => {
  const numbers = rows.flatMap(([, question = '']) => question.match(/[A-Z]{4}-\d\d/g))
  expect(new Set(numbers).size).toBe(numbers.length)
})
