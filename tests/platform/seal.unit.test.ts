import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSeal } from '#app/platform/seal.ts'

const KEY = 'a secret of thirty-two characters or more'
const seal = createSeal(KEY)
const derived = (purpose: string, key = KEY) => Buffer.from(hkdfSync('sha256', key, 'quad', purpose, 32))
const partsOf = (sealed: string) => {
  const bytes = Buffer.from(sealed.split('.')[1]!, 'base64url')
  return { nonce: bytes.subarray(0, 12), tag: bytes.subarray(12, 28), body: bytes.subarray(28) }
}

test('what is sealed is AES-256-GCM, as another program reads it, under a nonce of its own', () => {
  const { nonce, tag, body } = partsOf(seal.seal('the token of the library'))
  const other = createDecipheriv('aes-256-gcm', derived('seal'), nonce)
  other.setAuthTag(tag)
  expect(Buffer.concat([other.update(body), other.final()]).toString()).toBe('the token of the library')
  const nonces = Array.from({ length: 1000 }, () => partsOf(seal.seal('the same')).nonce.toString('hex'))
  expect(new Set(nonces).size).toBe(1000)
})

test('whatever bit of it is changed, it does not open', () => {
  const sealed = seal.seal('Zoë')
  expect(seal.open(sealed)).toBe('Zoë')
  const bytes = Buffer.from(sealed.split('.')[1]!, 'base64url')
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => seal.open(`1.${changed.toString('base64url')}`), String(bit)).toThrow()
  }
  // A shorter tag would be guessed.
  for (let length = 0; length < bytes.length; length += 1)
    expect(() => seal.open(`1.${bytes.subarray(0, length).toString('base64url')}`), String(length)).toThrow()
  for (const other of [
    '',
    '1.',
    '2.',
    sealed.replace('1.', '2.'),
    sealed.replace('1.', '0.'),
    sealed.slice(2),
  ])
    expect(() => seal.open(other), other).toThrow()
  expect(() => createSeal('another secret of thirty-two characters').open(sealed)).toThrow()
})

test('a mark is HMAC-SHA-256, by another key for each purpose', () => {
  const mark = createHmac('sha256', derived('sign-in link')).update('the token').digest('base64url')
  expect(seal.mark('sign-in link', 'the token')).toBe(mark)
  expect(seal.mark('session handle', 'the token')).not.toBe(mark)
  expect(createSeal('another secret of thirty-two characters').mark('sign-in link', 'the token')).not.toBe(
    mark,
  )
  expect(seal.sameMark(mark, mark)).toBe(true)
  for (const other of [
    '',
    mark.slice(1),
    `${mark}A`,
    mark.replace(/^./, (first) => (first === 'A' ? 'B' : 'A')),
  ])
    expect(seal.sameMark(mark, other), other).toBe(false)
})
