import {
  findPhoneNumbersInText,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
} from 'libphonenumber-js'
import { wordsOf } from '#app/platform/words.ts'
import type { PersonalKind } from '#app/vocabulary.ts'
import { compilePattern } from './pattern.ts'

/** What a campus has set of it; see `screening_settings`. */
export type PersonalRules = {
  country: string
  studentNumbers: ReadonlyArray<string>
  rooms: ReadonlyArray<string>
  own: ReadonlyArray<string>
  seniors: ReadonlyArray<string>
}

/** A piece of a text that may tell who or where a private person is. Offsets are in UTF-16 units. */
export type Found = { kind: PersonalKind; text: string; start: number; end: number }

const LINK = /https?:\/\/\S+/giu
const MAIL =
  /(?<![\p{L}\p{N}@._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}@(?:[\p{L}\p{N}-]{1,63}\.){1,6}\p{L}{2,24}/giu
/** As people write it so that machines do not read it. */
const SPELT_MAIL =
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}][\p{L}\p{N}._%+-]{0,63}\s?[[({]\s?at\s?[\])}]\s?[\p{L}\p{N}-]{1,63}(?:\s?(?:\.|[[({]\s?(?:dot|\.)\s?[\])}])\s?[\p{L}\p{N}-]{2,63}){1,6}/giu
const NAMED =
  /(?<![\p{L}\p{N}])(?:Prof(?:essor|\.)?|Dr\.?|Doctor|Mr\.?|Mrs\.?|Ms\.?|Miss|Mx\.?)(?:\s+Dr\.?)?\s+(\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)?)/gu
/** A name before one of these is that of a place. */
const PLACE =
  /^(?:hall|building|library|street|st|road|rd|lane|avenue|ave|cent(?:er|re)|house|wing|auditorium|theat(?:er|re)|lab|laboratory|field|park|lecture|court|tower|college|award|prize|scholarship)$/i
/** Numbers that look like others: an ISBN with its prefix, and an IBAN. */
const NO_PHONE =
  /(?<![\p{L}\p{N}])(?:97[89][- ]?(?:\d[- ]?){9}\d|ISBN(?:-1[03])?:?\s?(?:\d[- ]?){9}[\dXx]|\p{Lu}{2}\d{2}(?: ?[\p{Lu}\d]{4}){2,7}(?: ?[\p{Lu}\d]{1,3})?)(?![\p{L}\p{N}])/gu

/** Finds what is personal in a text: in the order it stands there, no two on one another. */
export function findPersonal(text: string, rules: PersonalRules): Array<Found> {
  const withoutLinks = blank(text, LINK)
  const found = [
    ...byPatterns('student-number', withoutLinks, rules.studentNumbers),
    ...[MAIL, SPELT_MAIL]
      .flatMap((pattern) => matches('mail', text, pattern))
      .filter(({ text }) => !isOwnMail(text, rules.own)),
    ...findPhones(withoutLinks, rules),
    ...byPatterns('room', withoutLinks, rules.rooms),
    ...findNames(text, rules.seniors),
  ]
  const kept: Array<Found> = []
  // What comes first above is the graver one, where two are the same piece.
  for (const one of found)
    if (kept.every(({ start, end }) => one.end <= start || one.start >= end)) kept.push(one)
  return kept.sort((a, b) => a.start - b.start)
}

/** Puts something else in the place of what was found. */
export function takeOut(
  text: string,
  found: ReadonlyArray<Found>,
  instead: (kind: PersonalKind) => string,
): string {
  return [...found]
    .sort((a, b) => b.start - a.start)
    .reduce((left, { kind, start, end }) => left.slice(0, start) + instead(kind) + left.slice(end), text)
}

function matches(kind: PersonalKind, text: string, pattern: RegExp): Array<Found> {
  return [...text.matchAll(pattern)].map((match) => ({
    kind,
    text: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }))
}

function byPatterns(kind: PersonalKind, text: string, patterns: ReadonlyArray<string>): Array<Found> {
  return patterns.flatMap((pattern) => {
    const compiled = compilePattern(pattern)
    return compiled ? matches(kind, text, compiled) : []
  })
}

/** The same length, so that offsets stay. */
function blank(text: string, pattern: RegExp): string {
  return text.replace(pattern, (piece) => ' '.repeat(piece.length))
}

function isOwnMail(found: string, own: ReadonlyArray<string>): boolean {
  const address = found.toLowerCase().replace(/\s/g, '')
  return own.some((entry) => {
    const known = entry.toLowerCase()
    return known.startsWith('@') ? address.endsWith(known) : address === known
  })
}

function findPhones(text: string, { country, own }: PersonalRules): Array<Found> {
  const known = countryOf(country)
  const options = known ? { defaultCountry: known } : {}
  const ours = own.flatMap((entry) => parsePhoneNumberFromString(entry, options)?.number ?? [])
  const readable = blank(text, NO_PHONE)
  return findPhoneNumbersInText(readable, options)
    .filter(({ number }) => !ours.includes(number.number))
    .map(({ startsAt, endsAt }) => ({
      kind: 'phone' as const,
      text: text.slice(startsAt, endsAt),
      start: startsAt,
      end: endsAt,
    }))
}

function countryOf(code: string): CountryCode | undefined {
  return isSupportedCountry(code) ? code : undefined
}

function findNames(text: string, seniors: ReadonlyArray<string>): Array<Found> {
  const exempt = seniors.map((one) => ` ${wordsOf(one)} `)
  return [...text.matchAll(NAMED)].flatMap((match) => {
    const [whole, name = ''] = match
    const end = match.index + whole.length
    const next = /^\s+([\p{L}]+)/u.exec(text.slice(end))?.[1] ?? ''
    if (PLACE.test(next) || name.split(/\s+/).some((word) => PLACE.test(word))) return []
    const said = ` ${wordsOf(whole)} `
    const named = ` ${wordsOf(name)} `
    if (exempt.some((one) => one.includes(named) || said.includes(one))) return []
    return [{ kind: 'name' as const, text: whole, start: match.index, end }]
  })
}
