import fc from 'fast-check'
import { expect, test } from 'vitest'
import { safeBack } from '#app/web/back.ts'

test.each([
  '/',
  '/tickets/1016/the-wi-fi',
  '/?sort=newest&q=wi-fi',
  '/tickets/new?draft=aBc_-1#comment',
  '/departments/it-services',
])('%s is a path of ours', (path) => {
  expect(safeBack(path)).toBe(path)
})

test.each([
  '//evil.example',
  '///evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  'https://evil.example',
  'https:/evil.example',
  'javascript:alert(1)',
  'tickets/1016',
  '.',
  '@evil.example',
  ' /',
  '',
  null,
  undefined,
  `/${'a'.repeat(1000)}`,
])('%j leads to the board', (path) => {
  expect(safeBack(path)).toBe('/')
})

test('another place than the board can be named', () => {
  expect(safeBack('//evil.example', '/desk')).toBe('/desk')
})

test('whatever is asked for, a browser stays with us', () => {
  const ours = 'https://quad.example.edu'
  const odd = fc.string({
    unit: fc.constantFrom('/', '\\', '.', ':', '@', '?', '#', '%', '\t', '\r', '\n', 'e', '\u0000'),
  })
  fc.assert(
    fc.property(odd, fc.constantFrom('', '/', '//', '/\\', 'https:'), (path, before) => {
      expect(new URL(safeBack(before + path), ours).origin).toBe(ours)
    }),
    { numRuns: 2000 },
  )
})
