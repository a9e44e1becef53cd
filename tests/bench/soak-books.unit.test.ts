import { expect, test } from 'vitest'
import { disagreements, type Books } from '#bench/soak/books.ts'

/** Two concerns and a comment on the first; the first was answered twice, the second once. */
const agreeing = (): Books => ({
  said: ['x 1', 'x 2', 'bluesky 1'],
  promised: new Map([
    ['x 1', ['first-answer', 'final']],
    ['bluesky 1', ['final']],
  ]),
  posts: [
    { id: 1n, key: 'x 1', kind: 'concern', ticket: 1001 },
    { id: 2n, key: 'x 2', kind: 'comment', ticket: 1001 },
    { id: 3n, key: 'bluesky 1', kind: 'concern', ticket: 1002 },
  ],
  lines: [
    { postId: 1n, kind: 'raised' },
    { postId: 2n, kind: 'comment' },
    { postId: 3n, kind: 'raised' },
  ],
  counted: new Map([
    [1001, 1],
    [1002, 0],
  ]),
  deliveries: [
    { postId: 1n, slot: 'first-answer', state: 'sent', key: 'x 10', parts: 1 },
    { postId: 1n, slot: 'final', state: 'sent', key: 'x 11', parts: 1 },
    { postId: 3n, slot: 'final', state: 'sent', key: 'bluesky 10', parts: 1 },
  ],
  kept: ['x 10', 'x 11', 'bluesky 10'],
  out: [
    { key: 'x 10', inReplyTo: 'x 1', parts: 1 },
    { key: 'x 11', inReplyTo: 'x 1', parts: 1 },
    { key: 'bluesky 10', inReplyTo: 'bluesky 1', parts: 1 },
  ],
  unaddressed: 0,
  doubles: 0,
})

test('books that agree have nothing to say', () => {
  expect(disagreements(agreeing())).toEqual([])
})

test.each<[what: string, spoil: (books: Books) => void, told: RegExp]>([
  ['a lost post', (books) => void books.posts.splice(1, 1), /post x 2 was not taken in/],
  [
    'a post taken in twice',
    (books) => {
      books.posts.push({ id: 4n, key: 'bluesky 1', kind: 'concern', ticket: 1003 })
      books.lines.push({ postId: 4n, kind: 'raised' })
    },
    /post bluesky 1 was taken in 2 times/,
  ],
  ['a post nobody said', (books) => void books.said.pop(), /taken in and never said/],
  ['one id for two posts', (books) => void books.said.push('x 1'), /one id to two posts/],
  ['a post without its line', (books) => void books.lines.pop(), /post bluesky 1 has the lines none/],
  [
    'a post with two lines',
    (books) => void books.lines.push({ postId: 2n, kind: 'comment' }),
    /comment,comment/,
  ],
  ['a post without a ticket', (books) => void (books.posts[2]!.ticket = null), /has no ticket/],
  ['two posts that raised one ticket', (books) => void (books.posts[2]!.ticket = 1001), /raised twice/],
  ['a comment counted twice', (books) => void books.counted.set(1001, 2), /counts 2 comments and has 1/],
  ['a comment not counted', (books) => void books.counted.set(1001, 0), /counts 0 comments and has 1/],
  ['an announcement left over', (books) => void (books.unaddressed = 1), /never addressed/],
  [
    'a promise that was never made',
    (books) => void books.deliveries.pop(),
    /was promised final and has nothing/,
  ],
  [
    'a promise nobody gave',
    (books) => void books.promised.delete('bluesky 1'),
    /promised nothing and has final/,
  ],
  [
    'an answer that waits',
    (books) => void (books.deliveries[1]!.state = 'checking'),
    /final to post x 1 is checking/,
  ],
  [
    'an answer that is out twice',
    (books) => void books.out.push({ key: 'x 12', inReplyTo: 'x 1', parts: 1 }),
    /stands x 10,x 11,x 12/,
  ],
  ['an answer that lacks a part', (books) => void (books.deliveries[2]!.parts = 2), /in 1 parts, not 2/],
  ['an answer with a part twice', (books) => void (books.out[1]!.parts = 2), /x 11 stands there in 2 parts/],
  ['an answer that is not out', (books) => void books.out.pop(), /below post bluesky 1 stands nothing/],
  [
    'an answer under the wrong post',
    (books) => void (books.out[0]!.inReplyTo = 'x 2'),
    /below post x 2 stands x 10/,
  ],
  [
    'an answer to nobody',
    (books) => void (books.out[2]!.inReplyTo = 'x 99'),
    /answers x 99, which nobody said/,
  ],
  ['an answer kept twice', (books) => void books.kept.push('x 10'), /our post x 10 is kept 2 times/],
  ['an answer not kept', (books) => void books.kept.pop(), /our post bluesky 10 is kept 0 times/],
  [
    'an answer kept that is not there',
    (books) => void books.kept.push('x 77'),
    /3 posts of ours stand there, and 4/,
  ],
  ['a second sending', (books) => void (books.doubles = 1), /1 sendings were second ones/],
])('books tell %s', (_, spoil, told) => {
  const books = agreeing()
  spoil(books)
  expect(disagreements(books).join('\n')).toMatch(told)
})
