import { expect, test } from 'vitest'
import { canonicalAddress } from '#app/domain/people/mail-address.ts'

test.each<[address: string, canonical: string, whereDotsAreIgnored: string]>([
  ['sam@quad.example', 'sam@quad.example', 'sam@quad.example'],
  [' Sam@QUAD.example ', 'sam@quad.example', 'sam@quad.example'],
  ['sam+news@quad.example', 'sam@quad.example', 'sam@quad.example'],
  ['sam+a+b@quad.example', 'sam@quad.example', 'sam@quad.example'],
  ['s.a.m@quad.example', 's.a.m@quad.example', 'sam@quad.example'],
  ['s.am+x@quad.example.', 's.am@quad.example', 'sam@quad.example'],
  ['ｓａｍ@quad.example', 'sam@quad.example', 'sam@quad.example'],
  ['+tag@quad.example', '+tag@quad.example', '+tag@quad.example'],
  ['no address', 'no address', 'no address'],
])('%s', (address, canonical, ignored) => {
  expect(canonicalAddress(address)).toBe(canonical)
  expect(canonicalAddress(address, 'ignored')).toBe(ignored)
  expect(canonicalAddress(canonical)).toBe(canonical)
})
