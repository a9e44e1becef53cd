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
  /** Throws when the text was changed or sealed with another key. */
  open(sealed: string): string
  /** A keyed hash: useless to anyone who only has the database. */
  mark(purpose: string, value: string): string
  sameMark(left: string, right: string): boolean
}

/** @param key at least 32 characters; see SECRET_KEY in `.env.example` */
export function createSeal(key: string): Seal {
  const derive = (purpose: string) => Buffer.from(hkdfSync('sha256', key, 'quad', purpose, 32))
  const sealing = derive('seal')
  return {
    seal(secret) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce)
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()])
      return `1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`
    },
    open(sealed) {
      const [version, text] = sealed.split('.')
      if (version !== '1' || !text) throw new Error('Sealed text of an unknown kind')
      const bytes = Buffer.from(text, 'base64url')
      const decipher = createDecipheriv('aes-256-gcm', sealing, bytes.subarray(0, 12), { authTagLength: 16 })
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
    mark: (purpose, value) => createHmac('sha256', derive(purpose)).update(value).digest('base64url'),
    sameMark(left, right) {
      const a = Buffer.from(left)
      const b = Buffer.from(right)
      return a.length === b.length && timingSafeEqual(a, b)
    },
  }
}
