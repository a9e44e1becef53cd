import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { LocaleProvider } from '#app/catalogue/text.ts'
import type { EntryView } from '#app/domain/tickets/views.ts'
import { Share } from '#app/ui/share.tsx'
import { SolvedQuestion, SolvedTally } from '#app/ui/solved-question.tsx'
import { ResponseLine } from '#app/ui/stepper.tsx'
import { Support } from '#app/ui/support.tsx'
import { Timeline, TimelinePages } from '#app/ui/timeline.tsx'

function draw(part: ReactElement): string {
  return renderToStaticMarkup(
    <LocaleProvider value={{ language: 'en', zone: 'Europe/London' }}>{part}</LocaleProvider>,
  )
}
const textOf = (part: ReactElement) => draw(part).replace(/<[^>]*>/g, '')

const due = new Date('2026-11-26T17:00Z')
test.each([
  [
    '2026-11-23T15:00Z',
    0,
    'First answered on the same working day; the target was 3, by Thursday 26 November',
  ],
  ['2026-11-24T15:00Z', 1, 'First answered within 1 working day; the target was 3, by Thursday 26 November'],
  ['2026-11-25T15:00Z', 2, 'First answered within 2 working days; the target was 3, by Thursday 26 November'],
  ['2026-11-30T15:00Z', 5, 'First answered after 5 working days; the target was 3, by Thursday 26 November'],
])('an answer of %s is told beside its target', (at, workingDays, said) => {
  const response = { at: new Date(at), workingDays, target: 3, due }
  expect(textOf(<ResponseLine response={response} />)).toBe(said)
})

test('where nothing was promised, no target is told', () => {
  const response = { at: due, workingDays: 2, target: null, due: null }
  expect(textOf(<ResponseLine response={response} />)).toBe('First answered within 2 working days')
})

test('voices stand beside votes and are never added to them', () => {
  expect(textOf(<Support votes={42} voices={[{ channel: 'x', count: 3 }]} />)).toMatch(
    /^42 votes, 3 voices on X/,
  )
  expect(textOf(<Support votes={1} voices={[]} />)).toMatch(/^1 vote\D/)
})

describe('the question whether it was solved', () => {
  const until = new Date('2026-12-01T10:00Z')
  const question = { number: 7, signedIn: true, until, back: '/tickets/7/heating' }
  const values = (html: string) =>
    Array.from(html.matchAll(/value="(solved|not-solved)"/g), ([, value]) => value)
  test.each([
    ['may', ['solved', 'not-solved']],
    ['yes', ['not-solved']],
    ['no', ['solved']],
  ] as const)('to who said %s offers %o', (asked, offered) =>
    expect(values(draw(<SolvedQuestion {...question} asked={asked} />))).toEqual(offered),
  )
  test('is not put to others', () => expect(draw(<SolvedQuestion {...question} asked={null} />)).toBe(''))
  test('leads a visitor through signing in and back', () =>
    expect(draw(<SolvedQuestion {...question} asked={null} signedIn={false} />)).toContain(
      'href="/sign-in?back=%2Ftickets%2F7%2Fheating%23solved"',
    ))
  test('tells counts', () => {
    expect(textOf(<SolvedTally tally={{ solved: 12, answered: 15 }} />)).toContain(
      '12 of 15 who answered say it is solved',
    )
    expect(textOf(<SolvedTally tally="few" />)).toContain('Fewer than ten')
  })
})

test('a link to share carries any title whole, and tells nobody', () => {
  const html = draw(<Share title={'1 + 1 & "more" #now'} address="https://quad.example/tickets/7" />)
  const hrefs = Array.from(html.matchAll(/href="([^"]*)"/g), ([, href = '']) => href.replaceAll('&amp;', '&'))
  expect(hrefs).toHaveLength(3)
  for (const href of hrefs)
    expect([...new URL(href).searchParams.values()].join(' ')).toContain('1 + 1 & "more" #now')
  expect(html).not.toMatch(/<script|<img|<iframe|utm_/)
})

describe('a conversation', () => {
  const entry = (id: number, replyTo: number | null = null): EntryView => ({
    id: String(id),
    kind: 'comment',
    audience: 'public',
    at: due,
    voice: 'member',
    pseudonym: null,
    department: null,
    body: `Words ${id}.`,
    from: null,
    to: null,
    related: null,
    post: null,
    hidden: null,
    replyTo: replyTo === null ? null : String(replyTo),
    mirrored: [],
    photos: [],
  })
  const timeline = (entries: Array<EntryView>) =>
    draw(<Timeline entries={entries} now={due} pinned={null} here="/tickets/7/heating" />)

  test('has every entry once, what answers under what is answered', () => {
    const html = timeline([entry(1), entry(2, 1), entry(3), entry(4, 2), entry(5, 1)])
    expect(Array.from(html.matchAll(/id="entry-(\d)"/g), ([, id]) => id)).toEqual(['1', '2', '4', '5', '3'])
    expect(html.match(/class="replies"/g)).toHaveLength(2)
  })
  test('links what is answered on another page', () => {
    const html = timeline([entry(12, 4)])
    expect(html).toContain('href="/tickets/7/heating?before=5#entry-4"')
  })
  test('leads to the pages there are', () => {
    const pages = (older: string | null, newer: string | null) =>
      textOf(<TimelinePages here="/tickets/7" older={older} newer={newer} />)
    expect(pages(null, null)).toBe('')
    expect(pages('5', null)).toBe('OldestOlder')
    expect(pages('5', '9')).toBe('OldestOlderNewerNewest')
    expect(pages(null, '9')).toBe('NewerNewest')
  })
})
