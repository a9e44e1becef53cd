import type { SignInFault } from '#app/vocabulary.ts'
import { SKEW, type Sent } from '../provider.ts'
import { allElements, attributeOf, childrenOf, NS, onlyChild, parseXml, textOf } from '../xml.ts'

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'

/** Attributes that name a person for good, the best first (SAML Subject Identifier Attributes 1.0; eduPerson). */
const SUBJECTS = [
  'urn:oasis:names:tc:SAML:attribute:pairwise-id',
  'urn:oasis:names:tc:SAML:attribute:subject-id',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.13', // eduPersonUniqueId
]
const TARGETED = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10'

/** What an assertion must fit. */
export type Wanted = {
  entityId: string
  /** What we are called there. */
  audience: string
  callback: string
  requestId: string
  /** A pairwise-id or subject-id is believed only from the provider that its scope belongs to. */
  scopes: ReadonlyArray<string>
  now: Date
}

export type ReadAssertion =
  | {
      kind: 'read'
      id: string
      /** Null: it names nobody in a way that lasts. */
      subject: string | null
      until: Date
      context: string | null
      authenticatedAt: Date | null
      sent: Sent
    }
  | { kind: 'bad'; fault: SignInFault; reason: string; trouble: boolean }

/** @param xml exactly the bytes that were signed: nothing around them is looked at */
export function readAssertion(xml: string, wanted: Wanted): ReadAssertion {
  const bad = (fault: SignInFault, reason: string, trouble = false): ReadAssertion => ({
    kind: 'bad',
    fault,
    reason,
    trouble,
  })
  const assertion = parseXml(xml)
  const issuer = onlyChild(assertion, NS.assertion, 'Issuer')
  if (textOf(issuer) !== wanted.entityId) return bad('other-provider', 'Its issuer is another provider.')
  const id = attributeOf(assertion, 'ID')
  const conditions = onlyChild(assertion, NS.assertion, 'Conditions')
  const subject = onlyChild(assertion, NS.assertion, 'Subject')
  if (!id || !conditions || !subject) return bad('tampered', 'It is not complete.')
  const restrictions = childrenOf(conditions, NS.assertion, 'AudienceRestriction')
  const forUs = restrictions.every((restriction) =>
    childrenOf(restriction, NS.assertion, 'Audience').some(
      (audience) => textOf(audience) === wanted.audience,
    ),
  )
  if (restrictions.length === 0 || !forUs) return bad('not-for-us', 'Its audience is not us.')

  const confirmations = childrenOf(subject, NS.assertion, 'SubjectConfirmation')
    .filter((confirmation) => confirmation.getAttribute('Method') === BEARER)
    .flatMap((confirmation) => childrenOf(confirmation, NS.assertion, 'SubjectConfirmationData'))
  const confirmed = confirmations[0]
  if (!confirmed || confirmations.length !== 1) return bad('tampered', 'Its bearer is not confirmed once.')
  if (attributeOf(confirmed, 'Recipient') !== wanted.callback)
    return bad('not-for-us', 'Its recipient is not us.')
  if (attributeOf(confirmed, 'InResponseTo') !== wanted.requestId)
    return bad('unasked', 'It answers another question.')

  const now = wanted.now.getTime()
  const until = timeOf(confirmed, 'NotOnOrAfter')
  if (until === null) return bad('tampered', 'It does not say how long it is good.')
  const ends = [until, timeOf(conditions, 'NotOnOrAfter')]
  const begins = [
    timeOf(confirmed, 'NotBefore'),
    timeOf(conditions, 'NotBefore'),
    timeOf(assertion, 'IssueInstant'),
  ]
  if ([...ends, ...begins].some((time) => Number.isNaN(time))) return bad('tampered', 'A time in it is none.')
  if (ends.some((time) => time !== null && now - SKEW >= time)) return bad('expired', 'Its time is over.')
  if (begins.some((time) => time !== null && now + SKEW < time))
    return bad('early', 'It is from the future: the clocks differ.', true)

  const statement = childrenOf(assertion, NS.assertion, 'AuthnStatement')[0] ?? null
  if (!statement) return bad('tampered', 'It does not say that anybody signed in.')
  const context = onlyChild(
    onlyChild(statement, NS.assertion, 'AuthnContext'),
    NS.assertion,
    'AuthnContextClassRef',
  )
  const at = timeOf(statement, 'AuthnInstant')
  const sent = attributesOf(assertion)
  return {
    kind: 'read',
    id,
    subject: subjectOf(assertion, subject, sent, wanted),
    until: new Date(Math.max(...ends.filter((time) => time !== null)) + SKEW),
    context: textOf(context),
    authenticatedAt: at === null || Number.isNaN(at) ? null : new Date(at),
    sent: {
      ...sent,
      ...nameIdOf(subject),
      ...(context ? { AuthnContextClassRef: [textOf(context) ?? ''] } : {}),
    },
  }
}

/** A transient name changes each time, and a mail address or a login name is given to somebody else one day. */
function subjectOf(assertion: Element, subject: Element, sent: Sent, { entityId, audience, scopes }: Wanted) {
  for (const name of SUBJECTS) {
    const values = Object.hasOwn(sent, name) ? sent[name]! : []
    const scope = values[0]?.split('@')[1]?.toLowerCase()
    if (values.length === 1 && values[0]!.length <= 255 && scope && scopes.includes(scope))
      return values[0]!.toLowerCase()
  }
  const targeted = allElements(assertion).filter(
    (element) => element.localName === 'Attribute' && element.getAttribute('Name') === TARGETED,
  )
  const names = [
    ...targeted.flatMap(allElements).filter(isNameId),
    ...childrenOf(subject, NS.assertion, 'NameID'),
  ].filter((element) => element.getAttribute('Format') === PERSISTENT)
  // A persistent name means something together with who gave it to whom alone (SAML core, 8.3.7).
  const good = names.find(
    (name) =>
      textOf(name) &&
      [entityId, ''].includes(name.getAttribute('NameQualifier') ?? '') &&
      [audience, ''].includes(name.getAttribute('SPNameQualifier') ?? ''),
  )
  return good ? `${entityId}!${audience}!${textOf(good)}` : null
}

const isNameId = ({ localName, namespaceURI }: Element) =>
  localName === 'NameID' && namespaceURI === NS.assertion

function nameIdOf(subject: Element): Sent {
  const name = onlyChild(subject, NS.assertion, 'NameID')
  const value = textOf(name)
  return value ? { NameID: [value], 'NameID Format': [name?.getAttribute('Format') ?? ''] } : {}
}

function attributesOf(assertion: Element): Sent {
  const sent: Sent = {}
  const attributes = childrenOf(assertion, NS.assertion, 'AttributeStatement').flatMap((statement) =>
    childrenOf(statement, NS.assertion, 'Attribute'),
  )
  for (const attribute of attributes) {
    const name = attributeOf(attribute, 'Name')
    const values = childrenOf(attribute, NS.assertion, 'AttributeValue').map(
      (value) => textOf(value) ?? textOf(allElements(value).find(isNameId) ?? null),
    )
    const told = values.filter((value) => value !== null && value !== '') as Array<string>
    if (name && told.length > 0) sent[name] = [...(Object.hasOwn(sent, name) ? sent[name]! : []), ...told]
  }
  return sent
}

/** Milliseconds; null where it is not there, not a number where it is no time. SAML's times are in UTC. */
function timeOf(element: Element, name: string): number | null {
  const value = attributeOf(element, name)
  if (value === null) return null
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value) ? Date.parse(value) : Number.NaN
}
