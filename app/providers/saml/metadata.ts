import { X509Certificate } from 'node:crypto'
import { allElements, attributeOf, childrenOf, NS, parseXml, textOf, XmlFault } from '../xml.ts'

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** What a provider says of itself. */
export type IdpMetadata = {
  entityId: string
  /** Where people are sent, by a redirect. */
  ssoUrl: string
  /** PEM; several while a provider changes from one key to the next. */
  certificates: Array<string>
  validUntil: Date | null
}

export type ReadMetadata = { kind: 'read'; metadata: IdpMetadata } | { kind: 'unreadable'; reason: string }

/** @param entity which provider of several; undefined: the only one */
export function readMetadata(text: string, entity: string | undefined, now: Date): ReadMetadata {
  const unreadable = (reason: string): ReadMetadata => ({ kind: 'unreadable', reason })
  try {
    const root = parseXml(text.replace(/^\uFEFF/, '').trim())
    const entities = allElements(root).filter(
      (element) =>
        element.namespaceURI === NS.metadata &&
        element.localName === 'EntityDescriptor' &&
        childrenOf(element, NS.metadata, 'IDPSSODescriptor').length > 0 &&
        (entity === undefined || element.getAttribute('entityID') === entity),
    )
    if (entities.length !== 1)
      return unreadable(
        entities.length === 0
          ? 'It describes no such provider.'
          : 'It describes several providers: name the one that is meant.',
      )
    const described = entities[0]!
    const entityId = attributeOf(described, 'entityID')
    const until = attributeOf(described, 'validUntil') ?? attributeOf(root, 'validUntil')
    const validUntil = until === null ? null : new Date(until)
    if (validUntil && !(validUntil > now)) return unreadable(`It was valid until ${until}.`)
    const roles = childrenOf(described, NS.metadata, 'IDPSSODescriptor')
    const ssoUrl = roles
      .flatMap((role) => childrenOf(role, NS.metadata, 'SingleSignOnService'))
      .filter((service) => service.getAttribute('Binding') === REDIRECT)
      .map((service) => attributeOf(service, 'Location'))[0]
    const certificates = roles
      .flatMap((role) => childrenOf(role, NS.metadata, 'KeyDescriptor'))
      .filter((key) => ['', 'signing'].includes(key.getAttribute('use') ?? ''))
      .flatMap((key) => allElements(key))
      .filter((each) => each.localName === 'X509Certificate' && each.namespaceURI === NS.signature)
      .map((each) => new X509Certificate(Buffer.from(textOf(each) ?? '', 'base64')).toString())
    if (!entityId) return unreadable('It has no entityID.')
    if (!ssoUrl || !/^https?:\/\//.test(ssoUrl)) return unreadable('It has no sign-on address for redirects.')
    if (certificates.length === 0) return unreadable('It has no certificate for signatures.')
    return { kind: 'read', metadata: { entityId, ssoUrl, certificates, validUntil } }
  } catch (error) {
    if (error instanceof XmlFault) return unreadable(error.message)
    return unreadable('A certificate in it cannot be read.')
  }
}
