import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { openBoard, readBoard, ROWS_A_PAGE, type BoardQuery } from '#app/domain/tickets/board.server.ts'
import { readKey } from '#app/domain/tickets/page-key.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { MINUTE } from '#app/platform/clock.ts'
import { SORTS, type Sort, type Status } from '#app/vocabulary.ts'
import { tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { aCampus, aStudent, MONDAY } from './campus.ts'

const here = aCampus()

const everything: BoardQuery = {
  sort: 'most-backed',
  status: 'all',
  departmentId: null,
  source: null,
  search: '',
  from: null,
}
const read = (query: Partial<BoardQuery> = {}) => readBoard(here.campus, { ...everything, ...query }, null)
const count = async (query: Partial<BoardQuery>) =>
  (await openBoard(here.campus, { ...everything, ...query }, null)).counts?.found
const titles = async (query: Partial<BoardQuery>) => (await read(query)).rows.map((row) => row.title).sort()

/** Rows as they lie in the table: what made them is no matter here. */
async function tableOf(rows: Array<Partial<typeof tickets.$inferInsert>>) {
  await here.campus.db.insert(tickets).values(
    rows.map((row) => ({
      slug: 'x',
      title: 'x',
      body: '',
      source: 'web' as const,
      createdAt: MONDAY,
      ...row,
    })),
  )
}

const after = (minutes: number) => new Date(MONDAY.getTime() + minutes * MINUTE)

describe('its order', () => {
  beforeEach(() =>
    tableOf([
      { title: 'old and backed', votes: 9, createdAt: after(0), answeredAt: after(10) },
      { title: 'new', votes: 1, createdAt: after(3), answeredAt: null },
      { title: 'middling', votes: 5, createdAt: after(1), answeredAt: after(30) },
      { title: 'middling too', votes: 5, createdAt: after(2), answeredAt: after(20) },
    ]),
  )

  test.each<[sort: Sort, order: Array<string>]>([
    ['most-backed', ['old and backed', 'middling too', 'middling', 'new']],
    ['newest', ['new', 'middling too', 'middling', 'old and backed']],
    ['recently-answered', ['middling', 'middling too', 'old and backed']],
  ])('%s', async (sort, order) => {
    expect((await read({ sort })).rows.map((row) => row.title)).toEqual(order)
    expect(await count({ sort })).toBe(order.length)
  })

  test.each<[sort: Sort, index: string]>([
    ['most-backed', 'tickets_most_backed'],
    ['newest', 'tickets_newest'],
    ['recently-answered', 'tickets_recently_answered'],
  ])('%s is read from its index, without sorting', async (sort, index) => {
    const column = { 'most-backed': 'votes', newest: 'created_at', 'recently-answered': 'answered_at' }[sort]
    const plan = await here.campus.db.transaction(async (tx) => {
      // So that four rows are planned as a million would be.
      await run(tx, sql`set local enable_seqscan = off`)
      await run(tx, sql`set local enable_bitmapscan = off`)
      return run<{ 'QUERY PLAN': string }>(
        tx,
        sql`explain select * from tickets where status <> 'merged' order by ${sql.identifier(column)} desc, number desc limit 26`,
      )
    })
    const steps = plan.map((row) => row['QUERY PLAN']).join('\n')
    expect(steps).toContain(`Index Scan using ${index}`)
    expect(steps).not.toContain('Sort')
  })
})

test.each<[what: string, query: Partial<BoardQuery>, found: Array<string>]>([
  ['all but the merged', { status: 'all' }, ['declined', 'ours on x', 'planned', 'received', 'resolved']],
  ['the open', { status: 'open' }, ['ours on x', 'planned', 'received']],
  ['one status', { status: 'resolved' }, ['resolved']],
  ['one department', { departmentId: 1 }, ['ours on x', 'resolved']],
  ['one source', { source: 'x' }, ['ours on x']],
  ['all of it together', { departmentId: 1, source: 'web', status: 'resolved' }, ['resolved']],
  ['nothing', { departmentId: 2, source: 'x' }, []],
])('a filter for %s', async (_what, query, found) => {
  const { library } = here
  const of = (status: Status) => ({ title: status, status })
  await tableOf([
    of('received'),
    of('planned'),
    of('declined'),
    { ...of('resolved'), departmentId: library },
    { title: 'ours on x', departmentId: library, source: 'x' },
  ])
  await tableOf([{ ...of('merged'), mergedInto: 1001 }])
  expect(await titles(query)).toEqual(found)
  expect(await count(query)).toBe(found.length)
})

test('marks what the reader has backed, and nobody else’s', async () => {
  const { campus } = here
  await tableOf([{ title: 'mine' }, { title: 'theirs' }])
  const [sam, kim] = [await aStudent(campus, 'sam'), await aStudent(campus, 'kim')]
  await castVote(campus, { number: 1001, personId: sam.personId })
  await castVote(campus, { number: 1002, personId: kim.personId })
  const { rows } = await readBoard(campus, everything, sam.personId)
  expect(Object.fromEntries(rows.map((row) => [row.title, row.voted]))).toEqual({ mine: true, theirs: false })
  expect((await read()).rows.some((row) => row.voted)).toBe(false)
})

describe('its pages', () => {
  const COUNT = ROWS_A_PAGE * 3 + 5

  // Three kinds of value only, so that most rows are equal to their neighbours.
  beforeEach(() =>
    tableOf(
      Array.from({ length: COUNT }, (_, index) => ({
        title: `heating ${index}`,
        votes: index % 3,
        createdAt: after(index % 3),
        answeredAt: after(index % 3),
      })),
    ),
  )

  const walks = SORTS.flatMap((sort) => ['', 'heating', 'heatng'].map((search) => ({ sort, search })))

  test.each(walks)(
    'by $sort, searching "$search", show every row once, there and back',
    async ({ sort, search }) => {
      const there: Array<Array<number>> = []
      let page = await read({ sort, search })
      expect(page.previous).toBeNull()
      for (;;) {
        there.push(page.rows.map((row) => row.number))
        if (page.next === null) break
        page = await read({ sort, search, from: { after: readKey(page.next)! } })
      }
      expect(there.map((numbers) => numbers.length)).toEqual([25, 25, 25, 5])
      expect(new Set(there.flat()).size).toBe(COUNT)
      const back: Array<Array<number>> = [page.rows.map((row) => row.number)]
      while (page.previous !== null) {
        page = await read({ sort, search, from: { before: readKey(page.previous)! } })
        back.unshift(page.rows.map((row) => row.number))
      }
      expect(back).toEqual(there)
      expect(await count({ sort, search })).toBe(COUNT)
    },
  )

  test('a key of another order is taken for what it says, and breaks nothing', async () => {
    const { next } = await read({ sort: 'newest' })
    expect((await read({ sort: 'most-backed', from: { after: readKey(next!)! } })).rows).toHaveLength(25)
    const few = (await read({ sort: 'most-backed' })).next
    expect((await read({ sort: 'newest', from: { after: readKey(few!)! } })).rows).toEqual([])
    expect(
      (await read({ sort: 'newest', from: { before: { value: Date.UTC(9999, 0), number: 1 } } })).rows,
    ).toEqual([])
  })

  test('after the last row there is nothing, and the words are not guessed at', async () => {
    const end = { after: { value: 0, number: 1 } }
    expect(await read({ search: 'heating', from: end })).toEqual({ rows: [], previous: null, next: null })
  })
})

describe('its search', () => {
  beforeEach(() =>
    tableOf([
      { title: 'Wi-Fi in the library', body: 'It drops every hour.' },
      { title: 'wifi at home', body: 'Slow.' },
      { title: 'Café prices', body: 'A coffee costs too much.' },
      { title: 'Heating is broken', body: 'The radiators in the reading room are cold.' },
      { title: "The dean's office", body: 'Never open.' },
      { title: 'Überfüllte Hörsäle', body: 'ÉCOLE naïve' },
      { title: 'المكتبة باردة', body: '' },
      { title: '100% off_by_one', body: 'C++ & <b>bold</b>' },
    ]),
  )

  const WIFI = ['Wi-Fi in the library', 'wifi at home']

  test.each<[search: string, found: Array<string>]>([
    ['wi-fi', WIFI],
    ['wifi', WIFI],
    ['"wi-fi"', WIFI],
    ['WIFI', WIFI],
    ['wi-fi library', ['Wi-Fi in the library']],
    ['library -wi-fi', []],
    ['wifi -library', ['wifi at home']],
    ['café', ['Café prices']],
    ['cafe', ['Café prices']],
    ['CAFÉ', ['Café prices']],
    ['cafe\u0301', ['Café prices']],
    ['ecole', ['Überfüllte Hörsäle']],
    ['uberfullte horsale', ['Überfüllte Hörsäle']],
    ['radiator', ['Heating is broken']],
    ['heat', ['Heating is broken']],
    ['libary', ['Wi-Fi in the library']],
    ['heatng', ['Heating is broken']],
    ['raditors', ['Heating is broken']],
    ['brokn heatng', ['Heating is broken']],
    ["dean's", ["The dean's office"]],
    ['deans', ["The dean's office"]],
    ['dean’s', ["The dean's office"]],
    ['"reading room"', ['Heating is broken']],
    ['"room reading"', []],
    ['"readng room"', []],
    ['broken -readng', ['Heating is broken']],
    ['coffee or radiators', ['Café prices', 'Heating is broken']],
    ['المكتبة', ['المكتبة باردة']],
    ['off_by_one', ['100% off_by_one']],
    ['xylophone', []],
    ['   ', []],
    ['?!', []],
  ])('for %s', async (search, found) => {
    expect(await titles({ search })).toEqual(found)
    expect(await count({ search })).toBe(found.length)
  })

  test('keeps to the filters', async () => {
    expect(await titles({ search: 'wifi', status: 'resolved' })).toEqual([])
    expect(await titles({ search: 'libary', departmentId: here.it })).toEqual([])
  })

  test('takes whatever is typed', async () => {
    for (const search of [
      "'; drop table tickets; --",
      '"unclosed',
      '\\',
      '\\\\\'"',
      '((((',
      '& | ! <-> :*',
      'a & | b',
      '-',
      '- - -',
      '--x',
      'or or or',
      '%',
      '_',
      '$1',
      '\u0000',
      'wi\u0000fi',
      '\uD83D',
      '🔥',
      '\u202E',
      'x'.repeat(5000),
      'word '.repeat(5000),
      '-'.repeat(5000),
      `${'-'.repeat(500)}wifi`,
      '- '.repeat(500),
      '-"'.repeat(500),
      '-"a" '.repeat(500),
      '-a '.repeat(500),
      '-a-b-c-d'.repeat(200),
      'a or '.repeat(500),
      '"a b" '.repeat(500),
      '"'.repeat(999),
      'é'.repeat(3000),
    ])
      await expect(read({ search }), search.slice(0, 40)).resolves.toBeDefined()
    expect(await here.campus.db.$count(tickets)).toBe(8)
  })

  test('takes anything else too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (search) => {
        await read({ search })
        await count({ search })
      }),
      { numRuns: 60 },
    )
  })
})
