import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

/** Keeps secrets at rest (AES-256-GCM) and makes keyed hashes, each use with a key of its own. */
export type Seal = {
  seal(secret: string): string
  /** Throws when the text was changed or sealed with a key that is not known. */
  open(sealed: string): string
  /** Whether a text was sealed with another key than the newest. */
  isOld(sealed: string): boolean
  /** A keyed hash: useless to anyone who only has the database. */
  mark(purpose: string, value: string): string
  sameMark(left: string, right: string): boolean
}

/**
 * @param first makes all keyed hashes, and seals while it is the only one; at least 32 characters
 * @param later the keys that came after it, in this order: the last one seals
 */
export function createSeal(first: string, ...later: Array<string>): Seal {
  const derive = (key: string, purpose: string) => Buffer.from(hkdfSync('sha256', key, 'quad', purpose, 32))
  const sealing = [first, ...later].map((key) => derive(key, 'seal'))
  const newest = `${sealing.length}.`
  return {
    seal(secret) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealing.at(-1)!, nonce)
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return newest + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
    },
    open(sealed) {
      const [number, text] = sealed.split('.')
      const key = /^[1-9]\d{0,5}$/.test(number ?? '') ? sealing[Number(number) - 1] : undefined
      if (!key || !text) throw new Error('Sealed with a key that is not known')
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    isOld: (sealed) => !sealed.startsWith(newest),
    mark: (purpose, value) => createHmac('sha256', derive(first, purpose)).update(value).digest('base64url'),
    sameMark(left, right) {
      const a = Buffer.from(left)
      const b = Buffer.from(right)
      return a.length === b.length && timingSafeEqual(a, b)
    },
  }
}
