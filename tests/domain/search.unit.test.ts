import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  fold,
  joinNeighbours,
  mark,
  nearest,
  parseSearch,
  slipsBetween,
  snippet,
} from '#app/domain/tickets/search.ts'

/** A search as one line: quotes are exact, - is not, * is a beginning, | is or. */
const read = (typed: string) =>
  parseSearch(typed)
    .map((terms) =>
      terms
        .map(({ anyOf, exact, not, prefix }) => {
          const words = exact ? `"${anyOf[0]}"` : anyOf[0]
          return `${not ? '-' : ''}${words}${prefix ? '*' : ''}`
        })
        .join(' '),
    )
    .join(' | ')

test.each([
  ['heating library', 'heating library*'],
  ['"reading room" cold', '"reading room" cold*'],
  ['cold "reading room"', 'cold "reading room"'],
  ['"unclosed here', '"unclosed here"'],
  ['library -wi-fi', 'library -wi-fi'],
  ['library -"wi fi"', 'library -"wi fi"'],
  ['coffee or tea', 'coffee | tea*'],
  ['or coffee OR or tea or', 'coffee | tea*'],
  ['-wifi', ''],
  ['- -- -', ''],
  ['"" "?!"', ''],
  ['a,b;c(d)', 'a b c d*'],
  ["dean's deans’", "dean's deans*"],
  ['& | ! <-> :*', ''],
  ["'; drop table tickets; --", 'drop table tickets*'],
  ['🔥 كهرباء', 'كهرباء*'],
  ['wi\u0000fi', 'wi fi*'],
])('%s is read as %s', (typed, search) => expect(read(typed)).toBe(search))

test('whatever is typed gives few terms, each with a letter or digit', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1000 }), (typed) => {
      const terms = parseSearch(typed).flat()
      expect(terms.length).toBeLessThanOrEqual(12)
      for (const { anyOf } of terms) expect(anyOf[0]).toMatch(/[\p{L}\p{N}]/u)
    }),
  )
})

test('neighbours may be one word', () => {
  const [terms] = parseSearch('wi fi slow')
  expect(joinNeighbours(terms!).map((term) => term.anyOf)).toEqual([
    ['wi', 'wifi'],
    ['fi', 'wifi', 'fislow'],
    ['slow', 'fislow'],
  ])
})

describe('spelling', () => {
  test.each([
    ['libary', 'library', 1],
    ['lirbary', 'library', 1],
    ['heatng', 'heating', 1],
    ['raditors', 'radiators', 1],
    ['acomodation', 'accommodation', 2],
    ['same', 'same', 0],
    ['', 'abc', 3],
  ])('%s is %s with %i slips', (a, b, slips) => {
    expect(slipsBetween(a, b, 5)).toBe(slips)
    expect(slipsBetween(b, a, 5)).toBe(slips)
  })

  test('only the nearest known words are meant, and none that are far', () => {
    expect(nearest('libary', ['library', 'librarian', 'liberty', 'library'])).toEqual(['library'])
    expect(nearest('bus', ['bath', 'abundance'])).toEqual([])
  })
})

describe('hits', () => {
  const marked = (text: string, ...hits: Array<string>) =>
    mark(text, new Set(hits))
      .map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
      .join('')

  test.each<[text: string, hits: Array<string>, shown: string]>([
    ['The Café in the Böll-Haus', ['cafe', 'haus'], 'The [Café] in the [Böll-Haus]'],
    ['Wi-Fi drops', ['wifi'], '[Wi-Fi] drops'],
    ['Wi-Fi drops', ['fi'], '[Wi-Fi] drops'],
    ['المكتبة باردة', ['المكتبة'], '[المكتبة] باردة'],
    ['<b>bold</b>', ['bold'], '<b>[bold]</b>'],
    ['nothing', ['else'], 'nothing'],
    ['to log in, in time', ['login'], 'to [log in], in time'],
    ['log, in', ['login'], 'log, in'],
    ['wi wi fi', ['wifi', 'fi'], 'wi [wi fi]'],
  ])('%s', (text, hits, shown) => expect(marked(text, ...hits)).toBe(shown))

  test('a text keeps every character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (text, word) => {
        expect(
          mark(text, new Set([fold(word)]))
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  test('a snippet stands around the first hit and is short, even in a word without end', () => {
    const text = `${'before '.repeat(60)}radiators ${'after '.repeat(60)}`
    const shown = snippet(text, new Set(['radiators']))!
    const line = shown.map((piece) => piece.text).join('')
    expect(line).toMatch(/^… before .*radiators after.* …$/)
    expect(line.length).toBeLessThan(200)
    expect(shown.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['radiators'])
    expect(snippet(text, new Set(['xylophone']))).toBeNull()
    const endless = snippet(`heating ${'x'.repeat(5000)}`, new Set(['heating']))!
    expect(endless.map((piece) => piece.text).join('').length).toBeLessThan(200)
    expect(endless[0]).toEqual({ text: 'heating', hit: true })
  })
})
