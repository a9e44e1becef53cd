import { DOMParser } from '@xmldom/xmldom'

/** Namespaces of what is read here. */
export const NS = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  metadata: 'urn:oasis:names:tc:SAML:2.0:metadata',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
  encryption: 'http://www.w3.org/2001/04/xmlenc#',
  cas: 'http://www.yale.edu/tp/cas',
} as const

/** Why a text is not read as XML: it is none, or it could make the reader do something. */
export class XmlFault extends Error {
  override name = 'XmlFault'
}

/**
 * Reads a document that came from outside. One with a document type is not read at all: that is where entities are
 * declared, which expand without end or fetch what they name. @throws {XmlFault}
 */
export function parseXml(text: string): Element {
  if (/<!(?!--|\[CDATA\[)/.test(text)) throw new XmlFault('It declares a document type.')
  if (/<\?(?!xml\s)/i.test(text)) throw new XmlFault('It holds an instruction for a program.')
  const stop = (message: string) => {
    throw new XmlFault(message.split('\n')[0])
  }
  const document = new DOMParser({
    errorHandler: { warning: stop, error: stop, fatalError: stop },
  }).parseFromString(text, 'text/xml')
  const root = document.documentElement as Element | null
  if (!root) throw new XmlFault('It is empty.')
  return root
}

/** The elements directly below one. */
export function childrenOf(parent: Element, namespace: string, name: string): Array<Element> {
  return elementsBelow(parent).filter((child) => child.localName === name && child.namespaceURI === namespace)
}

/** The one element of a name directly below another; null where there is none, or more than one. */
export function onlyChild(parent: Element | null, namespace: string, name: string): Element | null {
  if (!parent) return null
  const found = childrenOf(parent, namespace, name)
  return found.length === 1 ? found[0]! : null
}

export function elementsBelow(parent: Element): Array<Element> {
  return Array.from(parent.childNodes).filter((node): node is Element => node.nodeType === 1)
}

/** An element and every one within it. */
export function allElements(root: Element): Array<Element> {
  return [root, ...elementsBelow(root).flatMap(allElements)]
}

/** What stands in an element that holds text alone, comments aside; null where it holds elements. */
export function textOf(element: Element | null): string | null {
  if (!element || elementsBelow(element).length > 0) return null
  return (element.textContent ?? '').trim()
}

/** An attribute that is there and not empty. */
export function attributeOf(element: Element | null, name: string): string | null {
  return element?.getAttribute(name) || null
}
