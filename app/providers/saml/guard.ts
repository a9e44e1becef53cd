import type { SignInFault } from '#app/vocabulary.ts'
import { allElements, attributeOf, childrenOf, NS, onlyChild, parseXml, textOf, XmlFault } from '../xml.ts'

/** Bytes. A response is some kilobytes. */
const LARGEST = 256 * 1024

const SIGNATURES = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]
const DIGESTS = [
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]
const ENVELOPED = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const CANONICAL = ['http://www.w3.org/2001/10/xml-exc-c14n#']
/** With a mark of being whole. Without one, whoever may ask us often enough can read what is encrypted. */
const CIPHERS = ['http://www.w3.org/2009/xmlenc11#aes128-gcm', 'http://www.w3.org/2009/xmlenc11#aes256-gcm']
const KEY_TRANSPORTS = [
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  'http://www.w3.org/2009/xmlenc11#rsa-oaep',
]
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'

/** What a response must fit, before anybody looks at its signature. */
export type Expected = { callback: string; entityId: string; requestId: string }

export type Judged = { kind: 'good' | 'encrypted' } | Bad
type Bad = { kind: 'bad'; fault: SignInFault; reason: string }

/**
 * Lets through only responses of the one shape that can be read in one way: one assertion, each signature in the
 * element it signs, no identifier twice, no algorithm that is broken. Signatures were got round again and again by
 * documents in which the verifier and the reader look at different places; here those are refused for their shape.
 */
export function judgeResponse(xml: string, expected: Expected): Judged {
  if (xml.length > LARGEST) return bad('tampered', 'It is too long.')
  try {
    return judgeRoot(parseXml(xml), expected)
  } catch (error) {
    if (error instanceof XmlFault) return bad('tampered', error.message)
    throw error
  }
}

function judgeRoot(root: Element, { callback, entityId, requestId }: Expected): Judged {
  if (root.localName !== 'Response' || root.namespaceURI !== NS.protocol)
    return bad('tampered', 'It is no response.')
  const destination = attributeOf(root, 'Destination')
  if (destination !== null && destination !== callback)
    return bad('not-for-us', 'Its destination is not ours.')
  if (attributeOf(root, 'InResponseTo') !== requestId) return bad('unasked', 'It answers another question.')
  const issuers = childrenOf(root, NS.assertion, 'Issuer')
  if (issuers.length > 1 || issuers.some((issuer) => textOf(issuer) !== entityId))
    return bad('other-provider', 'Its issuer is another provider.')
  const status = attributeOf(
    onlyChild(onlyChild(root, NS.protocol, 'Status'), NS.protocol, 'StatusCode'),
    'Value',
  )
  if (status !== SUCCESS) return judgeStatus(root, status)
  return judgeShape(root)
}

/** Nobody was signed in there. Why is said by a code within the code, and that is all that is believed. */
function judgeStatus(root: Element, status: string | null): Judged {
  const inner = allElements(root)
    .filter(({ localName, namespaceURI }) => localName === 'StatusCode' && namespaceURI === NS.protocol)
    .map((code) => attributeOf(code, 'Value')?.split(':').at(-1) ?? '')
  if (inner.includes('NoAuthnContext')) return bad('no-second-factor', 'It says: NoAuthnContext.')
  const denied = ['AuthnFailed', 'RequestDenied', 'NoPassive'].some((code) => inner.includes(code))
  return bad(denied ? 'denied' : 'half-configured', `It says: ${inner.join(', ') || (status ?? 'nothing')}.`)
}

function judgeShape(root: Element): Judged {
  const all = allElements(root)
  const assertions = all.filter(({ localName }) => localName === 'Assertion')
  const encrypted = all.filter(({ localName }) => localName === 'EncryptedAssertion')
  if (assertions.length + encrypted.length !== 1)
    return bad('tampered', `It holds ${assertions.length + encrypted.length} assertions.`)
  const assertion = assertions[0] ?? encrypted[0]!
  if (assertion.parentNode !== root || assertion.namespaceURI !== NS.assertion)
    return bad('tampered', 'Its assertion stands in the wrong place.')
  if (all.filter(({ localName }) => localName === 'Response').length !== 1)
    return bad('tampered', 'It holds another response.')
  const names = judgeNames(all)
  if (names) return names
  const fault = judgeSignatures(all, root, assertion)
  if (fault) return fault
  return assertion.localName === 'Assertion' ? { kind: 'good' } : judgeEncrypted(assertion)
}

/** An encrypted assertion is judged again when it is open. */
function judgeEncrypted(encrypted: Element): Judged {
  const methods = allElements(encrypted)
    .filter(
      ({ localName, namespaceURI }) => localName === 'EncryptionMethod' && namespaceURI === NS.encryption,
    )
    .map((method) => attributeOf(method, 'Algorithm') ?? '')
  const [data, key, ...more] = methods
  if (!CIPHERS.includes(data ?? '') || !KEY_TRANSPORTS.includes(key ?? '') || more.length > 0)
    return bad('tampered', 'It is encrypted in a way that is not taken.')
  return { kind: 'encrypted' }
}

/** What stood encrypted in a response that was let through. */
export function judgeOpened(xml: string): Judged {
  try {
    const root = parseXml(xml)
    const all = allElements(root)
    const assertions = all.filter(({ localName }) => /^(Encrypted)?Assertion$/.test(localName))
    if (assertions.length !== 1 || assertions[0] !== root || root.localName !== 'Assertion')
      return bad('tampered', 'It holds no single assertion.')
    return judgeNames(all) ?? judgeSignatures(all, root, root) ?? { kind: 'good' }
  } catch (error) {
    if (error instanceof XmlFault) return bad('tampered', error.message)
    throw error
  }
}

/** No identifier twice under any of the names that readers take for one, and no namespace that is read differently. */
function judgeNames(all: Array<Element>): Bad | null {
  const attributes = all.flatMap((element) => Array.from(element.attributes))
  const ids = attributes
    .filter(({ localName, name }) => /^id$/i.test(localName ?? name))
    .map(({ value }) => value)
  if (new Set(ids).size !== ids.length) return bad('tampered', 'An identifier stands in it twice.')
  if (ids.some((id) => !/^[\w.-]{1,200}$/.test(id))) return bad('tampered', 'An identifier in it is none.')
  const spaces = attributes.filter(({ name }) => name === 'xmlns' || name.startsWith('xmlns:'))
  if (spaces.some(({ value }) => !/^[a-z][a-z0-9+.-]*:/i.test(value)))
    return bad('tampered', 'A namespace in it is relative or empty.')
  return null
}

function judgeSignatures(all: Array<Element>, root: Element, assertion: Element): Bad | null {
  const signatures = all.filter(({ localName }) => localName === 'Signature')
  for (const signature of signatures) {
    const signed = signature.parentNode as Element
    if (signature.namespaceURI !== NS.signature || (signed !== root && signed !== assertion))
      return bad('tampered', 'A signature stands in the wrong place.')
    if (signatures.filter(({ parentNode }) => parentNode === signed).length !== 1)
      return bad('tampered', 'Two signatures stand in one place.')
    const fault = judgeSignature(signature, signed)
    if (fault) return fault
  }
  if (assertion.localName === 'Assertion' && !signatures.some(({ parentNode }) => parentNode === assertion))
    return bad('bad-signature', 'Its assertion is not signed.')
  return null
}

function judgeSignature(signature: Element, signed: Element): Bad | null {
  const info = onlyChild(signature, NS.signature, 'SignedInfo')
  const reference = onlyChild(info, NS.signature, 'Reference')
  const uses = (parent: Element | null, name: string) =>
    attributeOf(onlyChild(parent, NS.signature, name), 'Algorithm') ?? ''
  if (!info || !reference) return bad('tampered', 'A signature does not sign exactly one thing.')
  if (attributeOf(reference, 'URI') !== `#${attributeOf(signed, 'ID') ?? ''}`)
    return bad('tampered', 'A signature signs something else than where it stands.')
  if (!SIGNATURES.includes(uses(info, 'SignatureMethod')))
    return bad('bad-signature', 'A signature is made by a way that is not taken.')
  if (!DIGESTS.includes(uses(reference, 'DigestMethod')))
    return bad('bad-signature', 'A digest is made by a way that is not taken.')
  const transforms = onlyChild(reference, NS.signature, 'Transforms')
  const ways = (transforms ? childrenOf(transforms, NS.signature, 'Transform') : []).map(
    (transform) => attributeOf(transform, 'Algorithm') ?? '',
  )
  const shape = ways.length === 2 && ways[0] === ENVELOPED && CANONICAL.includes(ways[1]!)
  if (!shape || !CANONICAL.includes(uses(info, 'CanonicalizationMethod')))
    return bad('bad-signature', 'What is signed is made ready by a way that is not taken.')
  if (childrenOf(signature, NS.signature, 'Object').length > 0)
    return bad('tampered', 'A signature carries something along.')
  return null
}

function bad(fault: SignInFault, reason: string): Bad {
  return { kind: 'bad', fault, reason }
}
