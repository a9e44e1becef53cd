import { childrenOf, elementsBelow, NS, onlyChild, parseXml, textOf, XmlFault } from '../xml.ts'
import type { Sent } from '../provider.ts'

/** What `/p3/serviceValidate` said (CAS protocol 3.0.3, 2.5 and 2.6). */
export type CasAnswer =
  | { kind: 'success'; user: string; attributes: Sent }
  | { kind: 'failure'; code: string }
  | { kind: 'unreadable'; reason: string }

export function readAnswer(text: string): CasAnswer {
  const unreadable = (reason: string) => ({ kind: 'unreadable' as const, reason })
  try {
    const root = parseXml(text)
    if (root.localName !== 'serviceResponse' || root.namespaceURI !== NS.cas)
      return unreadable('It is no serviceResponse.')
    const success = childrenOf(root, NS.cas, 'authenticationSuccess')
    const failure = onlyChild(root, NS.cas, 'authenticationFailure')
    if (failure && success.length === 0) return { kind: 'failure', code: failure.getAttribute('code') ?? '' }
    if (failure || success.length !== 1) return unreadable('It says both yes and no, or neither.')
    const user = textOf(onlyChild(success[0]!, NS.cas, 'user'))
    if (!user) return unreadable('It names no user.')
    // What came by way of another service was not meant for us: nobody may act for somebody else here.
    if (childrenOf(success[0]!, NS.cas, 'proxies').length > 0) return unreadable('It came by a proxy.')
    return { kind: 'success', user, attributes: attributesOf(onlyChild(success[0]!, NS.cas, 'attributes')) }
  } catch (error) {
    if (error instanceof XmlFault) return unreadable(error.message)
    throw error
  }
}

function attributesOf(parent: Element | null): Sent {
  const sent: Sent = {}
  for (const element of parent ? elementsBelow(parent) : []) {
    const value = textOf(element)
    const name = element.localName
    if (value) sent[name] = [...(Object.hasOwn(sent, name) ? sent[name]! : []), value]
  }
  return sent
}
