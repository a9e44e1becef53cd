import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import type { RelyingParty } from '#app/domain/people/passkey.server.ts'

/** A passkey in software, as a browser would answer with it (WebAuthn level 3). It verifies its user unless told not to. */
export type SoftKey = {
  id: string
  create(challenge: string, more?: Twist): unknown
  get(challenge: string, more?: Twist): unknown
}
/** What an attacker, or a poor device, does otherwise. */
type Twist = { origin?: string; rpId?: string; unverified?: boolean; counter?: number }

export function aSoftKey(site: RelyingParty): SoftKey {
  const credentialId = randomBytes(16)
  const id = credentialId.toString('base64url')
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  let counter = 0
  const authData = (twist: Twist, flags: number, attested = Buffer.alloc(0)) => {
    counter = twist.counter ?? counter + 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    const present = 0x01 | (twist.unverified ? 0 : 0x04) | flags
    return Buffer.concat([sha256(twist.rpId ?? site.id), Buffer.from([present]), count, attested])
  }
  const clientData = (type: string, challenge: string, twist: Twist) =>
    Buffer.from(JSON.stringify({ type, challenge, origin: twist.origin ?? site.origin, crossOrigin: false }))
  const credential = (response: Record<string, string>) => ({
    id,
    rawId: id,
    type: 'public-key',
    clientExtensionResults: {},
    response,
  })
  return {
    id,
    create(challenge, twist = {}) {
      const length = Buffer.alloc(2)
      length.writeUInt16BE(credentialId.length)
      const attested = Buffer.concat([Buffer.alloc(16), length, credentialId, coseKey(publicKey)])
      const attestationObject = map([
        [text('fmt'), text('none')],
        [text('attStmt'), map([])],
        [text('authData'), bytes(authData(twist, 0x40, attested))],
      ])
      return credential({
        clientDataJSON: clientData('webauthn.create', challenge, twist).toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
      })
    },
    get(challenge, twist = {}) {
      const data = authData(twist, 0)
      const client = clientData('webauthn.get', challenge, twist)
      const signature = sign('sha256', Buffer.concat([data, sha256(client)]), privateKey)
      return credential({
        clientDataJSON: client.toString('base64url'),
        authenticatorData: data.toString('base64url'),
        signature: signature.toString('base64url'),
      })
    },
  }
}

function sha256(of: string | Buffer): Buffer {
  return createHash('sha256').update(of).digest()
}

/** An ES256 key (RFC 9053, 7.1.1). */
function coseKey(key: KeyObject): Buffer {
  const { x, y } = key.export({ format: 'jwk' })
  const part = (value: string | undefined) => bytes(Buffer.from(value!, 'base64url'))
  return map([
    [integer(1), integer(2)],
    [integer(3), integer(-7)],
    [integer(-1), integer(1)],
    [integer(-2), part(x)],
    [integer(-3), part(y)],
  ])
}

// As much of CBOR (RFC 8949) as the above needs.
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 256) return Buffer.from([(major << 5) | 24, value])
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255])
}
const integer = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Buffer) => Buffer.concat([head(2, value.length), value])
const text = (value: string) => Buffer.concat([head(3, value.length), Buffer.from(value)])
const map = (entries: Array<[Buffer, Buffer]>) => Buffer.concat([head(5, entries.length), ...entries.flat()])
