import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fingerprint, LIMIT, measure } from '#app/channels/x/measure.ts'

/**
 * X's rule, written down a second time and apart from the library: a text in composed form, of which code points in
 * four ranges weigh 1 and all others 2. Emoji and links are tabled below.
 */
const LIGHT = [
  [0, 0x10ff],
  [0x2000, 0x200d],
  [0x2010, 0x201f],
  [0x2032, 0x2037],
] as const
const weight = (text: string) =>
  [...text.normalize('NFC')].reduce((sum, character) => {
    const point = character.codePointAt(0)!
    return sum + (LIGHT.some(([from, to]) => from <= point && point <= to) ? 1 : 2)
  }, 0)

// prettier-ignore
const SCRIPTS = [
  'Adlam', 'Arabic', 'Armenian', 'Avestan', 'Balinese', 'Bamum', 'Batak', 'Bengali', 'Bopomofo', 'Braille', 'Buginese',
  'Canadian_Aboriginal', 'Cham', 'Cherokee', 'Coptic', 'Cuneiform', 'Cyrillic', 'Deseret', 'Devanagari',
  'Egyptian_Hieroglyphs', 'Ethiopic', 'Georgian', 'Glagolitic', 'Gothic', 'Greek', 'Gujarati', 'Gurmukhi', 'Han',
  'Hangul', 'Hanunoo', 'Hebrew', 'Hiragana', 'Javanese', 'Kannada', 'Katakana', 'Kayah_Li', 'Khmer', 'Lao', 'Latin',
  'Lepcha', 'Limbu', 'Lisu', 'Malayalam', 'Mandaic', 'Meetei_Mayek', 'Mongolian', 'Myanmar', 'Newa', 'New_Tai_Lue',
  'Nko', 'Ogham', 'Ol_Chiki', 'Oriya', 'Osage', 'Runic', 'Samaritan', 'Saurashtra', 'Sinhala', 'Sundanese',
  'Syloti_Nagri', 'Syriac', 'Tagalog', 'Tagbanwa', 'Tai_Le', 'Tai_Tham', 'Tai_Viet', 'Tamil', 'Telugu', 'Thaana',
  'Thai', 'Tibetan', 'Tifinagh', 'Vai', 'Yi',
]

describe('the length of a post on X', () => {
  it.each(SCRIPTS)('of %s', (script) => {
    const letter = new RegExp(`^\\p{Script=${script}}$`, 'u')
    const sample: Array<string> = []
    // Not the digits and signs that double as emoji.
    for (let point = 0x41; point < 0x1f000 && sample.length < 40; point += 1) {
      const character = String.fromCodePoint(point)
      if (letter.test(character) && !/\p{Extended_Pictographic}/u.test(character)) sample.push(character)
    }
    expect(sample.length).toBeGreaterThan(5)
    for (const character of sample) expect(measure(character), character).toBe(weight(character))
    expect(measure(sample.join(' '))).toBe(weight(sample.join(' ')))
  })

  it.each<[text: string, length: number]>([
    ['', 0],
    ['a plain sentence', 16],
    ['Türkçe: ığüşöç İĞÜŞÖÇ', 21],
    ['图书馆', 6],
    ['図書館の暖房', 12],
    ['도서관', 6],
    ['ｆｕｌｌ', 8],
    ['مرحبا بالعالم', 13],
    ['שלום עולם', 9],
    ['‘typographic’ “quotes” – — … ', 30], // the ellipsis weighs 2
    ['…', 2],
    ['a\u00a0b\u2009c\u200bd', 7],
    ['line\nbreak', 10],
    ['\u200f\u200e', 4],
    ['\u202eabc\u202c', 7],
    ['₺ € £', 7],
  ])('of %j is %i', (text, length) => expect(measure(text)).toBe(length))

  // One whatever it is made of.
  it.each([
    ['a face', '😀'],
    ['an old sign', '☺️'],
    ['a heart', '❤️'],
    ['a skin tone', '👍🏿'],
    ['a family', '👨‍👩‍👧‍👦'],
    ['a profession', '👩🏽‍🚀'],
    ['a flag of a country', '🇹🇷'],
    ['a flag of a region', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['a rainbow flag', '🏳️‍🌈'],
    ['a keycap', '1️⃣'],
    ['a copyright sign as emoji', '©️'],
  ])('of %s is 2', (_, emoji) => {
    expect(measure(emoji)).toBe(2)
    expect(measure(`${emoji}${emoji} a`)).toBe(6)
  })

  it.each(['🙂‍↔️', '🧑‍🧑‍🧒', '🏳️‍⚧️', '🐦‍🔥', '👩🏻‍🤝‍👨🏿', '🫩', '🫆'])(
    'of %s, newer than the library, is never less than 2',
    (emoji) => expect(measure(emoji)).toBeGreaterThanOrEqual(2),
  )

  it.each<[what: string, text: string, length: number]>([
    ['composed', '\u00e9', 1],
    ['decomposed, which X composes', 'e\u0301', 1],
    ['a letter that only exists in parts', 'x\u0301', 2],
    ['a composed Hebrew letter, which X takes apart', '\ufb2c', 3],
    ['Hangul in parts, which X composes', '\u1112\u1161\u11ab', 2],
    ['Devanagari with its signs', 'क्षि', 4],
    ['Thai with its marks', 'ที่', 3],
    ['many accents on one letter', `a${'\u0316'.repeat(10)}`, 11],
    ['a joiner alone', '\u200d', 1],
  ])('of marks, %s, counts what is left in composed form', (_, text, length) =>
    expect(measure(text)).toBe(length),
  )

  it.each<[text: string, length: number]>([
    ['https://northfield.edu', 23],
    ['http://northfield.edu', 23],
    ['northfield.edu', 23],
    [`https://northfield.edu/${'path/'.repeat(60)}?query=1#part`, 23],
    ['https://x.co', 23],
    ['See https://northfield.edu/a now', 31],
    ['https://northfield.edu/a. More', 29],
    ['(https://northfield.edu/a_(b))', 25],
    ['https://northfield.edu/a https://northfield.edu/b', 47],
    ['图书馆 https://northfield.edu', 30],
    ['https://northfield.edu/Русские', 23],
    ['http://☃.net/', 23],
    ['help@northfield.edu', 19], // an e-mail address is no link
    ['version 1.2.3', 13],
    ['file.unknownending', 18],
    ['http://127.0.0.1:3000/tickets/1', 31], // nor is an address of this machine
    ['ftp://northfield.edu', 20],
    [`https://${'label'.repeat(20)}.edu/`, 113], // a label of more than 63 is no name
    ['@someone #wifi $AAPL', 20],
  ])('of the link in %j is counted as 23: %i', (text, length) => expect(measure(text)).toBe(length))

  it('weighs any text without links and emoji as the rule says', () => {
    const plain = fc
      .string({ unit: 'binary', maxLength: 300 })
      .filter(
        (text) => !/[.:]|\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3|\u200d|\ufe0f/u.test(text),
      )
    fc.assert(
      fc.property(plain, (text) => {
        expect(measure(text)).toBe(weight(text))
      }),
      { numRuns: 500 },
    )
  })

  it('knows the limit', () => {
    expect(LIMIT).toBe(280)
    expect(measure('x'.repeat(281))).toBe(281)
    expect(measure('の'.repeat(140))).toBe(280)
    expect(measure('😷'.repeat(140))).toBe(280)
    expect(measure('https://northfield.edu/a '.repeat(10))).toBe(240)
  })
})

describe('what a reply is recognised by', () => {
  it.each<[what: string, ours: string, theirs: string]>([
    ['handles that X puts before it', '@sam We see.', '@sam @alex We see.'],
    ['short links', 'See https://northfield.edu/a now', 'See https://t.co/abc now'],
    ['composed letters', 'cafe\u0301', 'caf\u00e9'],
    ['spaces', 'a \n b', 'a b'],
  ])('sees through %s', (_, ours, theirs) => expect(fingerprint(ours)).toBe(fingerprint(theirs)))

  it.each<[ours: string, other: string]>([
    ['Library answers (no. 1042): Yes.', 'Library answers (no. 1043): Yes.'],
    ['Library answers (no. 1042): Yes.', 'Library answers (no. 1042, reply 2): Yes.'],
    ['Library answers (no. 1042): Yes.', 'Library on no. 1042, resolved: Yes.'],
    ['مرحبا', 'مرحبًا'],
  ])('tells %j from %j', (ours, other) => expect(fingerprint(ours)).not.toBe(fingerprint(other)))
})
