import { describe, expect, test } from 'vitest'
import { compilePattern } from '#app/domain/screening/pattern.ts'
import { findPersonal, takeOut, type PersonalRules } from '#app/domain/screening/personal.ts'
import { matchLists, type ListWords } from '#app/domain/screening/words.ts'

const rules: PersonalRules = {
  country: 'US',
  studentNumbers: ['S#######', '##-????-##'],
  rooms: ['Elm Hall ###?'],
  own: ['help@northfield.example', '@library.northfield.example', '+1 212 555 0100'],
  seniors: ['Prof. Hill', 'Provost Jane Roe'],
}

const found = (text: string, more: Partial<PersonalRules> = {}) =>
  findPersonal(text, { ...rules, ...more }).map(({ kind, text }) => `${kind}: ${text}`)

test.each([
  // Mail addresses, as people write them.
  ['Write to sam.lee@mail.example please', ['mail: sam.lee@mail.example']],
  ['(sam+spam@sub.mail.example)', ['mail: sam+spam@sub.mail.example']],
  ['sam@mail.example, kim@mail.example.', ['mail: sam@mail.example', 'mail: kim@mail.example']],
  ['sam [at] mail.example', ['mail: sam [at] mail.example']],
  ['sam (at) mail (dot) example', ['mail: sam (at) mail (dot) example']],
  ['jürgen.groß@post.example', ['mail: jürgen.groß@post.example']],
  // Phone numbers, at home and abroad.
  ['call 212-555-0187', ['phone: 212-555-0187']],
  ['call (212) 555-0187 now', ['phone: (212) 555-0187']],
  ['call 212.555.0187', ['phone: 212.555.0187']],
  ['call 2125550187', ['phone: 2125550187']],
  ['call +1 212 555 0187', ['phone: +1 212 555 0187']],
  ['call +44 20 7946 0958', ['phone: +44 20 7946 0958']],
  ['ruf an: +49 30 123456', ['phone: +49 30 123456']],
  ['text me at 212-555-0187 or sam@mail.example', ['phone: 212-555-0187', 'mail: sam@mail.example']],
  // Numbers and rooms that the campus has set.
  ['my number is S1234567', ['student-number: S1234567']],
  ['s1234567 is me', ['student-number: s1234567']],
  ['12-ABCD-34', ['student-number: 12-ABCD-34']],
  ['come to Elm Hall 204b', ['room: Elm Hall 204b']],
  // Names.
  ['Prof. Miller shouted at us', ['name: Prof. Miller']],
  ['Dr Ann Weaver was late', ['name: Dr Ann Weaver']],
  ['Professor O’Neil never answers', ['name: Professor O’Neil']],
  ['Mrs. García-López in the office', ['name: Mrs. García-López']],
])('finds: %s', (text, expected) => {
  expect(found(text)).toEqual(expected)
})

test.each([
  'Write to help@northfield.example',
  'Ask desk@library.northfield.example or HELP@NORTHFIELD.EXAMPLE',
  'Their line is 212-555-0100, ask for Ann',
  '@sam@social.example says so too',
  'The fee rose from $1,250.00 to $12,500.00',
  'It cost 1200 dollars in 2025 and 1300 in 2026',
  'Since 2026-03-02, at 10:30:00',
  'On 02/03/2026 and on 3.2.2026',
  'From 9:00-17:00, Monday to Friday',
  'CS 101, MATH-2210 and PHYS 3050-002 clash',
  'Room 204 is cold, and so is 3.114 in the Maths building',
  'Bus 42 and lines 101-105 do not come',
  'The book is 978-3-16-148410-0',
  'The book is 9783161484100',
  'ISBN 0-306-40615-2 is missing',
  'Pay to GB82 WEST 1234 5698 7654 32',
  'https://x.example/sam/status/2125550187',
  'Error 0x80070005 at 10.20.30.40',
  'Version 2.11.4 of 2026.1.1',
  'There are 30000 students and 1500000 books',
  'XS1234567X is the printer, S123456 the other one',
  'Prof. Hill has said so',
  'Professor Hill and Dr Jane Roe agreed',
  'The seats in Dr. Miller Hall are broken',
  'Mr. Coffee Street is dark',
  'The professor was late, and the doctor too',
  'Dr. no',
])('finds nothing in: %s', (text) => {
  expect(found(text)).toEqual([])
})

test('what stands in two ways is found once, as the graver', () => {
  expect(found('call 2125550187', { studentNumbers: ['##########'] })).toEqual(['student-number: 2125550187'])
})

test('without a country only numbers with one are found', () => {
  expect(found('call 212-555-0187 or +1 212 555 0187', { country: '' })).toEqual(['phone: +1 212 555 0187'])
})

test('what was found is taken out, and nothing else', () => {
  const text = 'Call 212-555-0187, or write to sam@mail.example. Room 3 is cold.'
  const instead = (kind: string) => `[${kind} removed]`
  expect(takeOut(text, findPersonal(text, rules), instead)).toBe(
    'Call [phone removed], or write to [mail removed]. Room 3 is cold.',
  )
  expect(found('Call [phone number removed], [student number removed]')).toEqual([])
})

describe('a pattern', () => {
  test.each(['S#######', '###', 'B-?? ##', 'a.b###', '(###)', '[x]###'])('is one: %s', (pattern) => {
    expect(compilePattern(pattern)).not.toBeNull()
  })
  test.each(['', '##', 'Room', ' ###', '#'.repeat(41)])('is none: %s', (pattern) => {
    expect(compilePattern(pattern)).toBeNull()
  })
  test('means its signs themselves', () => {
    const finds = (pattern: string, text: string) => text.search(compilePattern(pattern)!) >= 0
    expect(finds('a.b###', 'a.b123')).toBe(true)
    expect(finds('a.b###', 'axb123')).toBe(false)
    expect(finds('(###)', 'x (123)')).toBe(true)
    expect(finds('.*###', 'anything 123')).toBe(false)
    expect(finds('S###', 'S1234')).toBe(false)
    expect(finds('?##?', 'ä12ß')).toBe(true)
  })
})

test('no text takes long, however it is made', () => {
  for (const piece of ['a.', '1', '1 ', 'a@', '(at)', '+', 'Prof. A', 'S1', ' . ']) {
    const text = piece.repeat(Math.ceil(5000 / piece.length)).slice(0, 5000)
    const before = process.cpuUsage()
    findPersonal(text, rules)
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1000, piece).toBeLessThan(1500)
  }
})

describe('word lists', () => {
  const lists: Array<ListWords> = [
    { id: 1, words: { en: ['kill myself', 'suicid*'], de: ['mich umbringen'] } },
    { id: 2, words: { en: ["don't want to live", 'rape'] } },
  ]
  test.each([
    ['I want to kill myself', [1]],
    ['I want to KILL  MYSELF!', [1]],
    ['kill, myself', [1]],
    ['suicidal', [1]],
    ['Ich will mich umbringen', [1]],
    ['I don’t want to live, suicide', [1, 2]],
    ['rape', [2]],
    // Parts of other words, and words of a phrase alone.
    ['rapeseed oil and grapes', []],
    ['this deadline kills me, I did it myself', []],
    ['', []],
  ])('%s', (text, expected) => {
    expect(matchLists([text], lists)).toEqual(expected)
  })
  test('no phrase reaches from one field into the next', () => {
    expect(matchLists(['Do not kill', 'myself and others were there'], lists)).toEqual([])
    expect(matchLists(['About rape', 'nothing'], lists)).toEqual([2])
  })
  test('an empty phrase is in no text', () => {
    expect(matchLists(['anything'], [{ id: 1, words: { en: ['', '*', '!'] } }])).toEqual([])
  })
})
