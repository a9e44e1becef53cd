import fc from 'fast-check'
import twitter from 'twitter-text'
import { describe, expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'
import { LIMIT, measure } from '#app/channels/x/measure.ts'
import { renderReply, type Rendered, type Reply, type Room } from '#app/outbound/render.ts'

const segmenter = new Intl.Segmenter('en')
const graphemes = (text: string) => Array.from(segmenter.segment(text), ({ segment }) => segment)

/** The two kinds of network there are: weighted characters, one post, named authors; graphemes, threads, unnamed. */
const X: Room = { limit: LIMIT, measure, threads: false, addresses: true }
const THREADED: Room = {
  limit: 300,
  measure: (text) => graphemes(text).length,
  threads: true,
  addresses: false,
}
const LINK = 'https://quad.northfield.edu/tickets/1042'

const aReply: Reply = {
  handle: 'alexvisits',
  department: 'Library',
  number: 1042,
  moment: 'first-answer',
  to: null,
  words: 'The boiler is mended.',
  link: null,
  turn: 1,
}
const render = (network: Room, reply: Partial<Reply> = {}): Rendered =>
  renderReply(textIn('en'), { ...aReply, ...reply }, network)
const onX = (reply: Partial<Reply> = {}) => {
  const { text, more } = render(X, reply)
  expect(more, 'X has no threads').toEqual([])
  return text
}
const asThread = (reply: Partial<Reply> = {}) => {
  const { text, more } = render(THREADED, reply)
  return [text, ...more]
}
/** What a thread says without its marks. */
const said = (thread: Array<string>) =>
  thread.map((part) => part.replace(/^\(no\. 1042, \d of \d\) /, '').replace(/ \(1 of \d\)$/, '')).join(' ')
const numbered = (count: number) => Array.from({ length: count }, (_, n) => `word${n}`).join(' ')

describe('a reply', () => {
  test('says who speaks, about what, and the words', () => {
    expect(onX()).toBe('@alexvisits Library answers (no. 1042): The boiler is mended.')
    expect(onX({ to: 'resolved', moment: 'final' })).toBe(
      '@alexvisits Library on no. 1042, resolved: The boiler is mended.',
    )
    expect(onX({ to: 'declined', moment: 'final' })).toBe(
      '@alexvisits Library on no. 1042, declined: The boiler is mended.',
    )
  })

  test('names its author only where the network needs that', () => {
    expect(asThread()).toEqual(['Library answers (no. 1042): The boiler is mended.'])
    expect(onX({ handle: '' })).toBe('Library answers (no. 1042): The boiler is mended.')
  })

  test('names nobody by a handle that is none', () => {
    for (const handle of ['sam @president', 'sam\n@president', '@@president', 'sam\u200b', '$AAPL'])
      expect(onX({ handle })).toBe('Library answers (no. 1042): The boiler is mended.')
  })

  test('ends with the link, whole', () => {
    expect(onX({ link: LINK })).toBe(`@alexvisits Library answers (no. 1042): The boiler is mended. ${LINK}`)
    expect(asThread({ link: LINK })).toEqual([`Library answers (no. 1042): The boiler is mended. ${LINK}`])
  })

  test('reads otherwise for each ticket, each outcome and each turn, so that X does not take it for a double', () => {
    const variants = [1042, 1043].flatMap((number) =>
      ([null, 'resolved', 'declined'] as const).flatMap((to) =>
        [1, 2, 3].map((turn) => onX({ number, to, turn, words: 'We see to it. '.repeat(80) })),
      ),
    )
    expect(new Set(variants).size).toBe(18)
    expect(onX({ turn: 2 })).toBe('@alexvisits Library answers (no. 1042, reply 2): The boiler is mended.')
    for (const to of ['resolved', 'declined'] as const)
      expect(onX({ turn: 2, to })).toMatch(/no\. 1042, reply 2, /)
  })

  test('makes one line of many', () => {
    expect(onX({ words: ' One.\n\n Two.\r\n\tThree.\u2028\u2029Four.\u0000Five ' })).toMatch(
      /: One\. Two\. Three\. Four\. Five$/,
    )
  })

  test('keeps the number of the ticket beside any name of a department', () => {
    for (const department of ['Long '.repeat(80), 'x'.repeat(500), '图书馆'.repeat(100), '🔥'.repeat(300)])
      for (const network of [X, THREADED]) {
        const { text } = render(network, { department, link: LINK, words: 'word '.repeat(100) })
        expect(text).toContain('…')
        expect(text).toContain('1042')
        expect(text).toContain('word word')
      }
  })
})

describe('a reply that is too long, where there are no threads', () => {
  test('fills the limit to the last word that fits', () => {
    const reply = onX({ words: 'warm '.repeat(200) })
    expect(reply).toMatch(/warm…$/)
    expect(measure(reply)).toBeLessThanOrEqual(LIMIT)
    expect(measure(reply)).toBeGreaterThan(LIMIT - 'warm '.length)
  })

  test('is whole when it just fits, and cut when it is one longer', () => {
    for (const link of [null, LINK]) {
      const room = LIMIT - measure(onX({ words: 'x', link })) + 1
      expect(onX({ words: 'x'.repeat(room), link })).not.toContain('…')
      expect(onX({ words: 'x'.repeat(room + 1), link })).toMatch(/x…( https:\S+)?$/)
    }
  })

  test('ends a cut sentence without its comma', () => {
    expect(onX({ words: 'warm, '.repeat(200) })).toMatch(/warm…$/)
  })

  test('keeps the whole link after the cut', () => {
    const reply = onX({ words: 'warm '.repeat(200), link: LINK })
    expect(reply).toMatch(/warm… https:\/\/quad\.northfield\.edu\/tickets\/1042$/)
    expect(measure(reply)).toBeGreaterThan(LIMIT - 'warm '.length)
  })

  test('cuts Chinese at a word, though it has no spaces', () => {
    const sentence = '图书馆的暖气已经修好了，感谢您的耐心等待。'
    const parts = Array.from(
      new Intl.Segmenter('zh', { granularity: 'word' }).segment(sentence.repeat(20)),
      ({ segment }) => segment,
    )
    const reply = onX({ words: sentence.repeat(20) })
    const kept = /: (.+)…$/.exec(reply)![1]!
    const starts = parts.map((_, index) => parts.slice(0, index).join(''))
    expect(starts.some((start) => start.replace(/[，。]$/u, '') === kept || start === kept)).toBe(true)
    expect(measure(reply)).toBeGreaterThan(LIMIT - 20)
  })

  test('never cuts an emoji of many parts', () => {
    for (const emoji of ['👨‍👩‍👧‍👦', '🇹🇷', '👍🏿', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '🏳️‍🌈'])
      expect(onX({ words: emoji.repeat(300) }).replaceAll(emoji, '')).toBe(
        '@alexvisits Library answers (no. 1042): …',
      )
  })

  test('leaves a letter its accents', () => {
    expect(onX({ words: 'e\u0301'.repeat(600) })).toMatch(/(?:e\u0301)+…$/)
  })

  test('never leaves half an address', () => {
    const address = `https://northfield.edu/${'path/'.repeat(20)}end`
    const reply = onX({ words: `${'warm '.repeat(40)} ${address} more`, link: LINK })
    expect(twitter.extractUrls(reply).filter((url) => url !== LINK && url !== address)).toEqual([])
  })
})

describe('a reply that is too long, in a thread', () => {
  test('goes on, part by part, with nothing lost', () => {
    const words = numbered(150)
    const thread = asThread({ words, link: LINK })
    expect(thread).toHaveLength(5)
    expect(said(thread)).toBe(`Library answers (no. 1042): ${words} ${LINK}`)
  })

  test('marks each part plainly, and with the number', () => {
    const thread = asThread({ words: numbered(80) })
    expect(thread).toHaveLength(3)
    expect(thread[0]).toMatch(/^Library answers \(no\. 1042\): word0 .* \(1 of 3\)$/)
    expect(thread[1]).toMatch(/^\(no\. 1042, 2 of 3\) word\d+ /)
    expect(thread[2]).toMatch(/^\(no\. 1042, 3 of 3\) (word\d+ )*word79$/)
  })

  test('fills each part', () => {
    for (const part of asThread({ words: numbered(120) }).slice(0, -1))
      expect(THREADED.measure(part)).toBeGreaterThan(300 - 'word100 '.length)
  })

  test('is cut after its sixth part, with the whole link', () => {
    for (const link of [LINK, null]) {
      const thread = asThread({ words: numbered(2500), link })
      expect(thread).toHaveLength(6)
      expect(thread.at(-1)).toMatch(link ? /word\d+… https:\/\/quad\S+\/1042$/ : /word\d+…$/)
      expect(thread.at(-1)).toMatch(/^\(no\. 1042, 6 of 6\) /)
    }
  })

  test('keeps the link whole where only the link does not fit', () => {
    const room = 300 - THREADED.measure(asThread({ words: '' })[0]!) - 1
    const thread = asThread({ words: `${'warm '.repeat(60)}`.slice(0, room - 10).trim(), link: LINK })
    expect(thread).toHaveLength(2)
    expect(thread[1]).toBe(`(no. 1042, 2 of 2) ${LINK}`)
  })

  test('begins with who speaks, where the first word needs a part of its own', () => {
    const address = `https://northfield.edu/${'x'.repeat(230)}`
    const thread = asThread({ department: 'Department of '.repeat(8).trim(), words: `${address} and more` })
    expect(thread[0]).toMatch(/^Department [^ ].*\(no\. 1042\): \(1 of 2\)$/)
    expect(thread[1]).toBe(`(no. 1042, 2 of 2) ${address} and more`)
  })

  test('says no link that no part could hold', () => {
    const thread = asThread({ link: `https://quad.northfield.edu/${'x'.repeat(400)}` })
    expect(thread).toEqual(['Library answers (no. 1042): The boiler is mended.'])
  })
})

describe('what a reply must not do by accident', () => {
  test.each<[words: string, becomes: string]>([
    ['Ask @NorthfieldIT about it', 'Ask NorthfieldIT about it'],
    ['@@president and (@dean)', 'president and (dean)'],
    ['thanks,@dean! See .@dean', 'thanks,dean! See .dean'],
    ['＠dean and é@dean', 'dean and édean'],
    ['RT @dean: hello, RT:@dean', 'RT dean: hello, RT:dean'],
    ['rt@dean', 'rtdean'],
    ['@dean/staff is a list', 'dean/staff is a list'],
    ['Write to help@northfield.edu or it.desk_2@x.org', 'Write to help@northfield.edu or it.desk_2@x.org'],
    ['Two apples @ 50p, at 5@5', 'Two apples @ 50p, at 5@5'],
    ['@name.bsky.social', 'name.bsky.social'],
  ])('%s', (words, becomes) => {
    const [reply] = asThread({ words })
    expect(reply).toBe(`Library answers (no. 1042): ${becomes}`)
    expect(twitter.extractMentions(onX({ words }))).toEqual(['alexvisits'])
  })

  test('one cashtag may stay, as X allows', () => {
    expect(onX({ words: 'Shares: $AAPL, $MSFT and $x cost $5' })).toMatch(
      /: Shares: \$AAPL, MSFT and x cost \$5$/,
    )
  })

  test('hashtags stay: they notify nobody', () => {
    expect(onX({ words: 'The #wifi and #heating work' })).toMatch(/: The #wifi and #heating work$/)
  })

  test('text that turns others around is laid out by itself', () => {
    expect(onX({ words: 'one \u202Eowt\u202C \u2067three\u2069 \uFEFFfour' })).toMatch(
      /: one owt three four$/,
    )
    expect(onX({ words: 'تم إصلاح التدفئة\u200f في المكتبة' })).toMatch(/تم إصلاح التدفئة\u200f في المكتبة$/)
  })
})

describe('whatever is said', () => {
  const anyWords = fc.oneof(
    fc.lorem({ maxCount: 120 }),
    fc.string({ unit: 'grapheme', maxLength: 600 }),
    fc.string({ unit: 'binary', maxLength: 600 }),
    fc
      .array(
        fc.oneof(
          fc.webUrl(),
          fc.emailAddress(),
          fc.constantFrom(
            'x.co',
            '图书馆',
            '🔥',
            '👨‍👩‍👧‍👦',
            '🇹🇷',
            '@it',
            'RT:@it',
            '@',
            '＠',
            '#wifi',
            '$AAPL',
            '$BRK.A',
            'مرحبا',
            'שלום',
            '\u202e',
            'go.com-',
            'a.b:',
            '…',
            'e\u0301',
            'x'.repeat(400),
          ),
        ),
        { maxLength: 80 },
      )
      .chain((parts) => fc.constantFrom(' ', '').map((joint) => parts.join(joint))),
  )
  const anyReply = fc.record({
    words: anyWords,
    handle: fc.constantFrom('', 'alexvisits', 'a'.repeat(15)),
    department: fc.constantFrom(
      'Library',
      'IT',
      '图书馆 '.repeat(20),
      'Long '.repeat(80),
      '@dean $AAPL $IBM',
    ),
    to: fc.constantFrom(null, 'resolved' as const, 'declined' as const),
    link: fc.constantFrom(null, LINK),
    turn: fc.constantFrom(1, 2),
  })

  test('X takes every reply: its length, its people, its cashtags, its characters', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const post = onX(reply)
        expect(twitter.parseTweet(post)).toMatchObject({ valid: true })
        expect(post).not.toMatch(/\p{Surrogate}/u)
        expect(twitter.extractMentions(post)).toEqual(reply.handle ? [reply.handle] : [])
        expect(twitter.extractCashtags(post).length).toBeLessThanOrEqual(2) // one of the name, one of the words
        expect(post).toContain('1042')
        if (reply.link) expect(post.endsWith(` ${LINK}`)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('a thread is taken too, part by part', () => {
    fc.assert(
      fc.property(anyReply, (reply) => {
        const thread = asThread(reply)
        expect(thread.length).toBeLessThanOrEqual(6)
        expect(new Set(thread).size).toBe(thread.length)
        for (const part of thread) {
          expect(THREADED.measure(part)).toBeLessThanOrEqual(300)
          expect(part).not.toMatch(/\p{Surrogate}/u)
          expect(part).toContain('1042')
          expect(twitter.extractMentions(part)).toEqual([])
        }
        if (reply.link) expect(thread.at(-1)!.endsWith(` ${LINK}`)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test.each<[what: string, words: string]>([
    ['25,000 characters', 'warm '.repeat(5000)],
    ['one word of 5,000', 'x'.repeat(5000)],
    ['one word of 25,000', 'x'.repeat(25_000)],
    ['only emoji', '👨‍👩‍👧‍👦🔥🇹🇷'.repeat(1000)],
    ['right-to-left', 'تم إصلاح التدفئة في المكتبة. '.repeat(500)],
    ['right-to-left without spaces', 'שלום'.repeat(3000)],
    ['Chinese', '图书馆的暖气已经修好了。'.repeat(1000)],
    ['handles', '@someone '.repeat(2500)],
    ['tags', '#wifi '.repeat(3000)],
    ['links', 'https://a.example.edu/b '.repeat(1000)],
    ['links without spaces', 'https://a.example/'.repeat(1500)],
    ['one enormous link', `https://a.example.edu/${'b'.repeat(25_000)}`],
    ['cashtags', '$AAPL '.repeat(3000)],
    ['accents on accents', `a${'\u0301'.repeat(25_000)}`],
  ])('%s: taken whole or cut, and soon', (_, words) => {
    const began = performance.now()
    expect(measure(onX({ words, link: LINK }))).toBeLessThanOrEqual(LIMIT)
    const thread = asThread({ words, link: LINK })
    for (const part of thread) expect(THREADED.measure(part)).toBeLessThanOrEqual(300)
    expect(thread.at(-1)!.endsWith(` ${LINK}`)).toBe(true)
    expect(performance.now() - began).toBeLessThan(3000)
  })
})
