import { createSign, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import { SignedXml } from 'xml-crypto'

export const IDP = 'https://idp.northfield.example/saml'
export const SSO = 'https://idp.northfield.example/saml/sso'

const SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
export const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
export const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
export const PASSWORD = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'

export type Key = { privateKey: string; certificate: string }

/** A key pair with a certificate that it signed itself, as providers have them. */
export function aKeyPair(name = 'idp.northfield.example'): Key {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: selfSigned(name, privateKey, publicKey),
  }
}

/** X.509 by hand, because Node reads certificates and makes none. */
function selfSigned(name: string, privateKey: KeyObject, publicKey: KeyObject): string {
  const der = (tag: number, ...parts: Array<Buffer>): Buffer => {
    const body = Buffer.concat(parts)
    const size = body.length < 128 ? [body.length] : [0x82, body.length >> 8, body.length & 255]
    return Buffer.concat([Buffer.from([tag, ...size]), body])
  }
  const text = (tag: number, value: string) => der(tag, Buffer.from(value))
  const rsaSha256 = der(0x30, Buffer.from('06092a864886f70d01010b0500', 'hex'))
  const who = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), text(0x0c, name))))
  const body = der(
    0x30,
    der(0x02, Buffer.from([1])),
    rsaSha256,
    who,
    der(0x30, text(0x17, '200101000000Z'), text(0x17, '491231235959Z')),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const certificate = der(0x30, body, rsaSha256, der(0x03, Buffer.from([0]), signature))
  const lines = certificate
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

export function metadataOf(keys: Array<Key>, more: { entity?: string; validUntil?: string } = {}): string {
  const descriptors = keys.map(
    ({ certificate }) =>
      `<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate.replace(/-----[^-]+-----/g, '')}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`,
  )
  return `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="${more.entity ?? IDP}"${more.validUntil ? ` validUntil="${more.validUntil}"` : ''}><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${descriptors.join('')}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${SSO}-post"/><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="${SSO}"/></md:IDPSSODescriptor></md:EntityDescriptor>`
}

export type Said = {
  /** What was asked. */
  requestId: string
  callback: string
  audience: string
  issuer?: string
  subject?: string
  nameFormat?: string
  context?: string
  /** Seconds from now: when the assertion begins and ends to be good. */
  from?: number
  until?: number
  recipient?: string
  inResponseTo?: string | null
  confirmation?: string
  attributes?: Record<string, Array<string>>
  id?: string
}

const inSeconds = (seconds: number) =>
  new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')

export const anId = () => `_${randomUUID()}`

/** An assertion about somebody, not signed. */
export function anAssertion(said: Said): string {
  const {
    requestId,
    callback,
    audience,
    issuer = IDP,
    subject = 'sam-7f3a',
    nameFormat = PERSISTENT,
    context = PASSWORD,
    from = -5,
    until = 300,
    recipient = callback,
    inResponseTo = requestId,
    attributes = { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.9': ['student@northfield.example'] },
    id = anId(),
  } = said
  const confirmation =
    said.confirmation ??
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData${inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`} NotOnOrAfter="${inSeconds(until)}" Recipient="${recipient}"/></saml:SubjectConfirmation>`
  const told = Object.entries(attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri">${values.map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  )
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${inSeconds(from)}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="${nameFormat}">${subject}</saml:NameID>${confirmation}</saml:Subject><saml:Conditions NotBefore="${inSeconds(from)}" NotOnOrAfter="${inSeconds(until)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${inSeconds(0)}" SessionIndex="_s"><saml:AuthnContext><saml:AuthnContextClassRef>${context}</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${told.length > 0 ? `<saml:AttributeStatement>${told.join('')}</saml:AttributeStatement>` : ''}</saml:Assertion>`
}

/** A response around whatever it is given. */
export function aResponse(said: Said, inside: string, more: { id?: string; status?: string } = {}): string {
  const { requestId, callback, inResponseTo = requestId, issuer = IDP } = said
  const { id = anId(), status = 'urn:oasis:names:tc:SAML:2.0:status:Success' } = more
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id}" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${callback}"${inResponseTo === null ? '' : ` InResponseTo="${inResponseTo}"`}><saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="${status}"/></samlp:Status>${inside}</samlp:Response>`
}

export type Signing = { algorithm?: string; digest?: string; canonical?: string; transforms?: Array<string> }

/** Signs the outermost element, as the provider would. */
export function signed(xml: string, { privateKey }: Key, how: Signing = {}): string {
  const name = /^<(?:\w+:)?(\w+)/.exec(xml)![1]!
  const signer = new SignedXml({
    privateKey,
    signatureAlgorithm: how.algorithm ?? SHA256,
    canonicalizationAlgorithm: how.canonical ?? EXCLUSIVE,
  })
  signer.addReference({
    xpath: `/*[local-name(.)='${name}']`,
    transforms: how.transforms ?? ['http://www.w3.org/2000/09/xmldsig#enveloped-signature', EXCLUSIVE],
    digestAlgorithm: how.digest ?? 'http://www.w3.org/2001/04/xmlenc#sha256',
  })
  const reference = `/*[local-name(.)='${name}']/*[local-name(.)='Issuer']`
  signer.computeSignature(xml, { location: { reference, action: 'after' } })
  return signer.getSignedXml()
}

const SIGNATURE = /<(?:\w+:)?Signature\b[\s\S]*?<\/(?:\w+:)?Signature>/

export const signatureOf = (xml: string) => SIGNATURE.exec(xml)![0]
export const withoutSignature = (xml: string) => xml.replace(SIGNATURE, '')
