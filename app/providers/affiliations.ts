import { AFFILIATIONS, type Affiliation } from '#app/vocabulary.ts'
import { mailOf, type Sent } from './provider.ts'
import type { Mapping } from './settings.ts'

/** What somebody is to the campus, and what was said of it that is not believed. */
export type Read = { affiliations: ReadonlyArray<Affiliation> | null; ignored: Array<string> }

/**
 * Reads eduPersonScopedAffiliation and what a campus uses in its place. A scope that is not the provider's own is
 * not believed, nor is a bare value that nobody has given a meaning.
 */
export function affiliationsOf(sent: Sent, mapping: Mapping): Read {
  if (mapping.affiliation.length === 0 && mapping.everyone.length === 0)
    return { affiliations: null, ignored: [] }
  const found = new Set<Affiliation>(mapping.everyone)
  const ignored: Array<string> = []
  for (const value of mapping.affiliation.flatMap((name) => valuesOf(sent, name))) {
    const [meaning, scope] = split(value)
    const known = AFFILIATIONS.find((affiliation) => affiliation === meaning.toLowerCase())
    const means = Object.hasOwn(mapping.values, value)
      ? mapping.values[value]!
      : known && scope !== null && mapping.scopes.includes(scope)
        ? [known]
        : null
    if (means) for (const affiliation of means) found.add(affiliation)
    else ignored.push(value)
  }
  return { affiliations: AFFILIATIONS.filter((affiliation) => found.has(affiliation)), ignored }
}

export function emailOf(sent: Sent, mapping: Mapping): string | null {
  return mailOf(mapping.email.flatMap((name) => valuesOf(sent, name))[0])
}

/** A name may be one that every object has by birth. */
function valuesOf(sent: Sent, name: string): Array<string> {
  return Object.hasOwn(sent, name) ? sent[name]! : []
}

/** `student@example.edu` has exactly one at sign; anything else has no scope. */
function split(value: string): [meaning: string, scope: string | null] {
  const [meaning = '', scope, ...rest] = value.trim().split('@')
  return scope === undefined || rest.length > 0 ? [value, null] : [meaning, scope.toLowerCase()]
}
