import { readFileSync } from 'node:fs'
import type { ReactElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it, test } from 'vitest'
import { LocaleProvider, textIn } from '#app/catalogue/text.ts'
import type { PostView } from '#app/domain/tickets/views.ts'
import { contrast, fromHex, mix, withLightness, type Colour } from '#app/platform/colour.ts'
import { TextField } from '#app/ui/field.tsx'
import { PostCard } from '#app/ui/post-card.tsx'
import { StatusMark } from '#app/ui/status-mark.tsx'
import { PromiseLine } from '#app/ui/stepper.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { VoteButton } from '#app/ui/vote-button.tsx'
import { STATUSES } from '#app/vocabulary.ts'

function draw(part: ReactElement): string {
  return renderToStaticMarkup(
    <LocaleProvider value={{ language: 'en', zone: 'Europe/London' }}>{part}</LocaleProvider>,
  )
}

const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> "&\'</p>'
const aPost: PostView = {
  channel: 'x',
  authorName: 'Mara Lindqvist',
  authorHandle: 'maralindqvist',
  text: 'The heating is off.\n\nAgain.',
  url: 'https://x.com/maralindqvist/status/1',
  postedAt: new Date('2026-11-23T01:20:00Z'),
  edited: false,
  parent: null,
  images: [],
  summons: 'mentioned',
  gone: false,
  hidden: null,
}

describe('text by people', () => {
  test('nothing in it is markup', () => {
    for (const html of [
      draw(<TicketText text={hostile} />),
      draw(<PostCard post={{ ...aPost, text: hostile, authorName: hostile }} />),
    ]) {
      expect(html).not.toMatch(/<script|<img/)
      expect(html).toContain('&lt;script&gt;')
    }
  })

  test.each([
    ['see https://a.example/b.', 'https://a.example/b'],
    ['(see https://a.example/b)', 'https://a.example/b'],
    ['https://a.example/b_(c) and so on', 'https://a.example/b_(c)'],
    ['“https://a.example/b”!', 'https://a.example/b'],
  ])('%s links to %s', (text, href) => {
    expect(draw(<TicketText text={text} />)).toContain(`<a href="${href}" rel="nofollow ugc noopener"`)
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'https://', 'www.a.example', 'ftp://a.example'])(
    '%s links nowhere',
    (text) => expect(draw(<TicketText text={text} />)).not.toContain('<a '),
  )

  it('keeps its own direction and lets none out', () => {
    const html = draw(<TicketText text={'قاعة\n\nhttps://a.example/\u202egnp.exe'} />)
    expect(html.match(/<p dir="auto">/g)).toHaveLength(2)
    expect(html).toContain('href="https://a.example/"')
    expect(draw(<PostCard post={aPost} />)).toContain('<bdi class="post-name">')
  })
})

test('what people write is marked with the language of the campus, where the page speaks another', () => {
  const on = (written: string, part: ReactElement) =>
    renderToStaticMarkup(
      <LocaleProvider value={{ language: 'en', zone: 'Europe/London', written }}>{part}</LocaleProvider>,
    )
  for (const part of [<TicketText key="own" text="Kalt." />, <PostCard key="post" post={aPost} />]) {
    expect(on('en', part)).not.toContain('lang=')
    expect(on('de', part)).toContain('lang="de"')
    // Nobody can say: no voice is better than a wrong one.
    expect(on('', part)).toContain('lang=""')
  }
})

test('beyond a month a date says the year only when it is another', () => {
  const now = new Date('2026-11-23T14:00:00Z')
  const told = (at: string) => /<time[^>]*>(.*)<\/time>/.exec(draw(<Time at={new Date(at)} now={now} />))?.[1]
  expect(told('2026-10-24T14:00:00Z')).toBe('24 October')
  expect(told('2025-12-31T23:30:00Z')).toBe('31 December 2025')
  expect(told('2026-01-01T00:30:00Z')).toBe('1 January')
})

describe('a post from X', () => {
  const html = draw(<PostCard post={aPost} />)
  it('carries author, handle, unmodified text, mark, linked time and a way to X', () => {
    for (const part of ['Mara Lindqvist', '@maralindqvist', aPost.text, '<svg', 'View on X'])
      expect(html).toContain(part)
    expect(html).toMatch(
      /<a href="https:\/\/x\.com\/maralindqvist\/status\/1"[^>]*><time dateTime="2026-11-23T01:20/,
    )
  })
  it('carries no button of ours', () => expect(html).not.toMatch(/<(button|form|input)/))
})

test('every status says its word and has a shape of its own', () => {
  const shapes = STATUSES.map((status) => {
    const html = draw(<StatusMark status={status} />)
    expect(html).toContain(textIn('en')(`status.${status}`))
    return /<svg.*<\/svg>/.exec(html)?.[0]
  })
  expect(new Set(shapes).size).toBe(STATUSES.length)
})

test('a vote says whether it is given, in words', () => {
  const vote = { number: 7, title: 'Heating', votes: 3, status: 'planned', back: '/' } as const
  expect(draw(<VoteButton {...vote} voted={false} />)).toMatch(/value="vote".*Back this/)
  expect(draw(<VoteButton {...vote} voted />)).toMatch(/value="unvote".*Backed/)
  expect(draw(<VoteButton {...vote} status="resolved" voted />)).not.toContain('<button')
})

test('an error is tied to its field', () => {
  const html = draw(
    <TextField id="title" name="title" label="Title" hint="Short." errors={['Write something.']} />,
  )
  expect(html).toContain('aria-invalid="true" aria-describedby="title-hint title-error"')
  expect(html).toMatch(/id="title-error">Write something\./)
  expect(draw(<TextField id="title" name="title" label="Title" />)).not.toMatch(/aria-(invalid|describedby)/)
})

test.each([
  ['2026-11-26T17:00:00Z', '1 day left'],
  ['2026-11-27T00:30:00Z', '2 days left'],
  ['2026-11-25T17:00:00Z', 'due today'],
  ['2026-11-25T09:00:00Z', 'late since today'],
  ['2026-11-23T17:00:00Z', 'late by 2 days'],
])('a promise for %s is %s', (by, standing) => {
  const promise = { department: 'IT Services', workingDays: 3, first: true, by: new Date(by) }
  expect(draw(<PromiseLine promise={promise} now={new Date('2026-11-25T13:20:00Z')} />)).toContain(standing)
})

/** Tokens as the style sheet says them, so that a new colour cannot slip below what can be read. */
describe.each(['light', 'dark'] as const)('contrast, %s', (theme) => {
  const css = readFileSync(new URL('../../app/ui/tokens.css', import.meta.url), 'utf8')
  const tokens = new Map(
    Array.from(css.matchAll(/--([\w-]+):\s*([^;]+);/g), ([, name, value]) => [name, value]),
  )
  const texts = ['ink', 'soft', 'accent', 'problem', 'staff', ...STATUSES]
  const pairs = [
    ...texts.flatMap((text) => ['ground', 'surface'].map((ground) => [text, ground])),
    ...['ink', 'soft', 'accent'].flatMap((text) => ['sunken', 'tint'].map((ground) => [text, ground])),
    ...STATUSES.map((status) => [status, 'tint']),
    ['problem', 'problem-tint'],
    ['ink', 'problem-tint'],
    ['staff', 'staff-tint'],
    ['ink', 'staff-tint'],
    ['on-accent', 'accent'],
    ['on-masthead', 'masthead'],
    ['brand', 'on-masthead'],
  ] as Array<[string, string]>
  test.each(pairs)('%s on %s', (text, ground) => {
    expect(contrast(colour(`var(--${text})`), colour(`var(--${ground})`))).toBeGreaterThanOrEqual(4.5)
  })
  test.each(['ground', 'surface'])('the edge of a control on %s', (ground) => {
    expect(contrast(colour('var(--edge)'), colour(`var(--${ground})`))).toBeGreaterThanOrEqual(3)
  })

  function colour(value: string): Colour {
    const [name, inside] = call(value)
    if (name === 'var') return colour(tokens.get(inside.slice(2)) ?? '')
    if (name === 'light-dark') return colour(list(inside)[theme === 'light' ? 0 : 1] ?? '')
    if (name === 'color-mix') {
      const [, first = '', second = ''] = list(inside)
      const share = Number(/(\d+)%/.exec(first)?.[1]) / 100
      const [a, b] = [colour(first.replace(/ \d+%/, '')), colour(second)]
      return mix(a, share, b)
    }
    if (name === 'oklch') {
      const [, from = '', lightness] = /^from (\S+) (\S+) c h$/.exec(inside) ?? []
      return withLightness(colour(from), Number(lightness))
    }
    const hex = value === 'white' ? '#ffffff' : /^#[\da-f]{6}$/.exec(value)?.[0]
    if (!hex) throw new Error(`A colour this test cannot read: ${value}`)
    return fromHex(hex)
  }

  function call(value: string): [string, string] {
    const [, name = '', inside = ''] = /^([\w-]+)\((.*)\)$/s.exec(value.trim()) ?? []
    return [name, inside.trim()]
  }

  /** Arguments, split at the commas outside brackets. */
  function list(inside: string): Array<string> {
    return (inside.match(/(?:[^,()]|\((?:[^()]|\([^()]*\))*\))+/g) ?? []).map((part) => part.trim())
  }
})
