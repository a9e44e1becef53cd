import type { Text } from '#app/catalogue/text.ts'
import type { Network } from '#app/channels/channel.ts'
import type { Moment, Status } from '#app/vocabulary.ts'

export type Reply = {
  /** Empty when the network did not tell. */
  handle: string
  department: string
  /** Of the ticket this post raised, which after a merge is not the one that was answered: so no two replies read the same. */
  number: number
  moment: Moment
  to: Status | null
  words: string
  /** Where the ticket stands, or null where the account's policy has no links. Never cut. */
  link: string | null
  /** From 2: this post has got these words before, and X refuses the same words twice. */
  turn: number
}

/** A reply, and what did not fit, part by part. */
export type Rendered = { text: string; more: Array<string> }

export type Room = Pick<Network, 'limit' | 'measure' | 'threads' | 'addresses'>

/** Of one digit, so that a part's mark is as long however many there are. Nobody reads a longer thread. */
const LONGEST_THREAD = 6

/** In UTF-16 units to one counted character: longer than any emoji. What is longer is no character but a prank. */
const LONGEST_CHARACTER = 11

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wordsIn = new Intl.Segmenter('en', { granularity: 'word' })
const partsOf = (segmenter: Intl.Segmenter, text: string) =>
  Array.from(segmenter.segment(text), ({ segment }) => segment)

/**
 * The text of a reply: who speaks, about which ticket, then the words of the answer, then the link. What is too
 * long goes on in further posts where the network has threads, and is cut at a word where it has not.
 */
export function renderReply(text: Text, reply: Reply, network: Room): Rendered {
  const longest = network.limit * LONGEST_CHARACTER
  // Measuring a long text over and over takes seconds.
  const fits = (post: string) => post.length <= longest && network.measure(post) <= network.limit
  const opening = openingWithin(text, reply, network)
  const words = harmless(reply.words)
  const link = reply.link !== null && fits(`${opening} … ${reply.link}`) ? reply.link : null
  const tail = link === null ? '' : ` ${link}`

  const whole = `${opening} ${words}`.trim() + tail
  if (fits(whole)) return { text: whole, more: [] }
  if (!network.threads) {
    const post = (said: string) => `${opening} ${said}…${tail}`
    return {
      text: longestCut(
        unitsOf(words, longest, (word) => fits(post(word))),
        post,
        fits,
      ),
      more: [],
    }
  }

  const number = String(reply.number)
  const marked = (part: number, parts: number, said: string) => {
    const begun = parts > 1 ? text('mirror.begun', { parts: String(parts) }) : ''
    const continued = text('mirror.continued', { number, part: String(part), parts: String(parts) })
    return (part > 1 ? [continued, said] : [opening, said, begun]).filter(Boolean).join(' ')
  }
  const last = (said: string) => fits(marked(LONGEST_THREAD, LONGEST_THREAD, said))
  const all = unitsOf(words, longest * LONGEST_THREAD, last)
  const said: Array<string> = []
  let left = link === null ? all : [...all, { text: link, apart: true }]
  while (left.length > 0 && said.length < LONGEST_THREAD) {
    const here = (words: string) => fits(marked(said.length + 1, LONGEST_THREAD, words))
    const isLast = said.length === LONGEST_THREAD - 1
    if (here(joined(left)) || !isLast) {
      const taken = howManyFit(left, here)
      said.push(joined(left.slice(0, taken)))
      left = left.slice(taken)
    } else {
      said.push(longestCut(link === null ? left : left.slice(0, -1), (words) => `${words}…${tail}`, last))
    }
  }
  const [first = '', ...more] = said.map((words, index) =>
    // A cut inside a word may have brought a sign to the front that notified nobody where it stood.
    marked(index + 1, said.length, words.replace(/^[@＠]+/, '')),
  )
  return { text: first, more }
}

/** A name so long that nothing else would fit is shortened; the number of the ticket never is. */
function openingWithin(text: Text, reply: Reply, network: Room): string {
  // A handle comes from the network: one that is none would speak to somebody else.
  const named = network.addresses && /^[\w.-]+$/.test(reply.handle) ? `@${reply.handle} ` : ''
  const opening = (department: string) => `${named}${openingOf(text, reply, department)}`
  const short = (post: string) => network.measure(post) <= network.limit / 2
  const department = harmless(reply.department)
  if (short(opening(department))) return opening(department)
  return longestCut(
    unitsOf(department, network.limit, () => false),
    (name) => opening(`${name}…`),
    short,
  )
}

function openingOf(text: Text, reply: Reply, department: string): string {
  const ticket = String(reply.number)
  const number = reply.turn > 1 ? text('mirror.turn', { number: ticket, turn: String(reply.turn) }) : ticket
  if (reply.to === 'resolved') return text('mirror.resolved', { department, number })
  if (reply.to === 'declined') return text('mirror.declined', { department, number })
  return text('mirror.answer', { department, number })
}

/**
 * Words that speak to nobody but the author of the post and that no network refuses: on one line, without the
 * signs that would notify others by their handles, with one cashtag at most (X allows no more), and without
 * characters that X refuses or that would turn around the text after them.
 */
function harmless(words: string): string {
  let cashtags = 0
  return (
    words
      .replace(/[\uFEFF\uFFFE\uFFFF\u202A-\u202E\u2066-\u2069\p{Surrogate}]/gu, '')
      .replace(/[\s\p{Control}]+/gu, ' ')
      .trim()
      // An e-mail address keeps its sign, unless it reads as somebody's repost.
      .replace(/(?<![A-Za-z0-9_])[@＠]+(?=\w)|(?<=(?:^|[^\w+~.-])rt)[@＠]+(?=\w)/gi, '')
      .replace(/[$＄](?=[a-z])/gi, (sign) => (++cashtags > 1 ? '' : sign))
  )
}

/** What is never cut. `apart`: a space stands before it. */
type Unit = { text: string; apart: boolean }

/**
 * The words of a text, as far as anybody will see them. One too long for a post is cut where its language would
 * (Chinese and Thai write without spaces), else between what people see as characters; an address that long leaves
 * only a trace, because half an address leads nowhere.
 */
function unitsOf(text: string, reach: number, fits: (word: string) => boolean): Array<Unit> {
  let length = 0
  return text.split(' ').flatMap((word) => {
    if (length > reach) return []
    length += word.length
    if (fits(word)) return { text: word, apart: true }
    if (/^https?:\/\//i.test(word)) return { text: '…', apart: true }
    return partsOf(wordsIn, word.slice(0, reach))
      .flatMap((piece) => (piece.length > LONGEST_PIECE ? partsOf(graphemes, piece) : piece))
      .map((piece, index) => ({ text: piece.length > LONGEST_PIECE ? '…' : piece, apart: index === 0 }))
  })
}

/** In UTF-16 units: longer than any emoji of many parts, shorter than what is worth keeping whole. */
const LONGEST_PIECE = 30

function joined(units: Array<Unit>): string {
  return units
    .map(({ text, apart }) => (apart ? ` ${text}` : text))
    .join('')
    .trimStart()
}

/** How many units fit together, found by halving: measuring a long text over and over takes seconds. */
function howManyFit(units: Array<Unit>, fits: (words: string) => boolean): number {
  let [fitting, tooMany] = [0, units.length + 1]
  while (tooMany - fitting > 1) {
    const middle = (fitting + tooMany) >> 1
    if (fits(joined(units.slice(0, middle)))) fitting = middle
    else tooMany = middle
  }
  return fitting
}

function longestCut(
  units: Array<Unit>,
  post: (words: string) => string,
  fits: (post: string) => boolean,
): string {
  const cut = (words: string) => post(words.replace(/[\s,;:.–-]+$/, ''))
  return cut(
    joined(
      units.slice(
        0,
        howManyFit(units, (words) => fits(cut(words))),
      ),
    ),
  )
}
