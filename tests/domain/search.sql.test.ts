import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { MOST_COUNTED, openBoard, readBoard, type BoardQuery } from '#app/domain/tickets/board.server.ts'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import { tickets } from '#db/schema/index.ts'
import { indexAnew, speak, speaks } from '#db/language.server.ts'
import { run } from '#db/statement.ts'
import type { Piece } from '#app/domain/tickets/views.ts'
import { readKey } from '#app/domain/tickets/page-key.ts'
import { SORTS, type SearchLanguage, type Status } from '#app/vocabulary.ts'
import { aCampus, MONDAY, onPostgres } from './campus.ts'

const here = aCampus()
const everything: BoardQuery = {
  sort: 'newest',
  status: 'all',
  departmentId: null,
  source: null,
  search: '',
  from: null,
}
const look = (search: string, more: Partial<BoardQuery> = {}) =>
  openBoard(here.campus, { ...everything, search, ...more }, null)
const titles = async (search: string) => (await look(search)).rows.map((row) => row.title).sort()

async function tableOf(...rows: Array<Partial<typeof tickets.$inferInsert>>) {
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

async function speakNow(language: SearchLanguage) {
  await speak(here.campus.db, language)
  await indexAnew(here.campus.db)
}

beforeEach(() => speakNow('en'))

describe('in the language of the campus', () => {
  test.each<[language: SearchLanguage, title: string, searches: Array<string>]>([
    ['de', 'Die Heizungen sind kaputt', ['heizung', 'Heizungen', 'KAPUTTE heizung']],
    ['fr', 'Les fenêtres restent fermées', ['fenetre', 'fermé', 'fenêtres fermées']],
    ['es', 'Los ascensores no funcionan', ['ascensor', 'funcionar']],
    ['ru', 'Отопление не работает в читальных залах', ['читальный зал', 'работать']],
    ['tr', 'Kütüphanede ısıtma çalışmıyor', ['kütüphane', 'kutuphane']],
    ['simple', 'Szkło w bibliotece', ['szkło', 'szklo', 'bibl']],
  ])('%s: %s', async (language, title, searches) => {
    await tableOf({ title })
    await speakNow(language)
    expect(await speaks(here.campus.db, language)).toBe(true)
    for (const search of searches) expect(await titles(search), search).toEqual([title])
  })

  test('a ticket raised afterwards is indexed in it, and names are found as they are written', async () => {
    await speakNow('de')
    await tableOf({ title: 'Frau Müllers Büro' }, { title: 'Lisa liest' })
    expect(await titles('muller')).toEqual(['Frau Müllers Büro'])
    expect(await titles('müllers')).toEqual(['Frau Müllers Büro'])
    expect(await titles('"lisa"')).toEqual(['Lisa liest'])
  })

  test('changing it indexes every ticket anew, two at once included', async () => {
    await tableOf(
      ...Array.from({ length: 450 }, (_, index) => ({ title: `Fenster ${index}`, body: 'Die Heizungen' })),
    )
    await speak(here.campus.db, 'de')
    const stale = () =>
      run<{ count: number }>(
        here.campus.db,
        sql`select count(*)::int as count from ticket_search where language <> quad_language()::text`,
      )
    expect((await stale())[0]!.count).toBe(450)
    // Not reached yet, and found as it is written all the same.
    expect((await look('heizungen')).counts?.found).toBe(450)
    await Promise.all([indexAnew(here.campus.db), indexAnew(here.campus.db)])
    expect((await stale())[0]!.count).toBe(0)
    expect((await look('heizung')).counts?.found).toBe(450)
  })
})

describe('spelling', () => {
  beforeEach(() =>
    tableOf(
      { title: 'Library seats' },
      { title: 'Wi-Fi drops' },
      { title: 'Accommodation fees' },
      { title: 'Wi Fi at home' },
      { title: 'The dean', body: 'The who and the what.' },
    ),
  )

  test('says when nothing was found exactly', async () => {
    expect(await look('library')).toMatchObject({ respelt: false })
    expect(await look('lirbary seets')).toMatchObject({ respelt: true, counts: { found: 1 } })
    expect(await look('acomodation')).toMatchObject({ respelt: true, counts: { found: 1 } })
    expect(await look('xylophone')).toMatchObject({ respelt: false, rows: [], counts: { found: 0 } })
  })

  test.each<[search: string, found: Array<string>]>([
    ['Wi Fi', ['Wi Fi at home', 'Wi-Fi drops']],
    ['wi-fi', ['Wi Fi at home', 'Wi-Fi drops']],
    ['wifi', ['Wi Fi at home', 'Wi-Fi drops']],
    ['accomm', ['Accommodation fees']],
    ['sea', ['Library seats']],
    ['the', ['The dean']],
    ['the library', ['Library seats']],
    ['"the who"', ['The dean']],
  ])('for %s', async (search, found) => expect(await titles(search)).toEqual(found))
})

describe('one word or two', () => {
  beforeEach(() =>
    tableOf(
      ...['Email is slow', 'E-mail bounces', 'My e mail is full'].map((title) => ({ title })),
      ...['Login fails', 'I cannot log in', 'The log-in page'].map((title) => ({ title })),
      ...['The data projector hums', 'A data-projector is dark'].map((title) => ({ title })),
      ...[
        'A lesson in the dark',
        'Less on Mondays',
        'Less and less seats',
        'Do less',
        'Less light',
        'Less is enough',
      ].map((title) => ({ title })),
    ),
  )
  const EMAIL = ['E-mail bounces', 'Email is slow', 'My e mail is full']
  const LOGIN = ['I cannot log in', 'Login fails', 'The log-in page']
  const PROJECTOR = ['A data-projector is dark', 'The data projector hums']

  test.each<[search: string, found: Array<string>]>([
    ['email', EMAIL],
    ['e-mail', EMAIL],
    ['e mail', EMAIL],
    ['EMAIL', EMAIL],
    ['email slow', ['Email is slow']],
    ['email full', ['My e mail is full']],
    ['full -email', []],
    ['login', LOGIN],
    ['log-in', LOGIN],
    ['log in', LOGIN],
    ['dataprojector', PROJECTOR],
    ['data-projector', PROJECTOR],
    ['data projector', PROJECTOR],
    ['dataprojector hums', ['The data projector hums']],
    ['"email"', ['E-mail bounces', 'Email is slow']],
    // Also written in one, and "less" is seldom followed by "on".
    ['lesson', ['A lesson in the dark']],
    ['mymail', []],
    ['infull', []],
  ])('%s', async (search, found) => {
    expect(await titles(search)).toEqual(found)
    expect((await look(search)).respelt).toBe(false)
  })

  test('are hit as one, and not each by itself', async () => {
    await tableOf({ title: 'Log in', body: 'Stuck in the lobby: cannot log  in.' })
    const { rows } = await look('login')
    const { hit } = rows.find((row) => row.title === 'Log in')!
    const hits = (pieces: Array<Piece>) => pieces.filter((piece) => piece.hit).map((piece) => piece.text)
    expect(hits(hit!.title)).toEqual(['Log in'])
    expect(hits(hit!.snippet!)).toEqual(['log in'])
  })
})

describe('what nobody should have typed', () => {
  beforeEach(() =>
    tableOf({ title: 'Wi-Fi drops 🔥' }, { title: 'המזגן בספרייה מקולקל' }, { title: '100% off_by_one' }),
  )

  test.each<[what: string, search: string, found: Array<string>]>([
    ['a word without end', 'x'.repeat(200), []],
    ['a known word without end', 'wifi'.repeat(50), []],
    ['punctuation', '?!… -- .,;:', []],
    ['wildcards', '%', []],
    ['a wildcard', '_____', []],
    ['a word with a wildcard', 'dr%', []],
    ['ten thousand bytes', 'drops '.repeat(1700), ['Wi-Fi drops 🔥']],
    ['ten thousand bytes of one word', 'drops'.repeat(2000), []],
    ['a NUL, which is a space', 'dro\u0000ps', ['Wi-Fi drops 🔥']],
    ['a NUL beside a word', '\u0000drops\u0000', ['Wi-Fi drops 🔥']],
    ['a picture', '🔥', []],
    ['a picture beside a word', '🔥 drops', ['Wi-Fi drops 🔥']],
    ['letters from right to left', 'בספרייה', ['המזגן בספרייה מקולקל']],
    ['with an override', '\u202Edrops', ['Wi-Fi drops 🔥']],
    ['half a quotation', '"wi-fi drops', ['Wi-Fi drops 🔥']],
    ['half a quotation behind', 'wi-fi drops"', ['Wi-Fi drops 🔥']],
    ['quotes in quotes', `"'drops'"`, ['Wi-Fi drops 🔥']],
    ['a tsquery', "drops' | 'x':* & !(", []],
    ['half a character', 'drops \uD83D', ['Wi-Fi drops 🔥']],
  ])('%s', async (_what, search, found) => {
    const page = await look(search)
    expect(page.rows.map((row) => row.title)).toEqual(found)
    expect(page).toMatchObject({ previous: null, next: null, counts: { found: found.length } })
    // A filter that leaves nothing does not change what kind of nothing it is.
    expect((await look(search, { departmentId: here.it, source: 'x', status: 'open' })).rows).toEqual([])
  })
})

describe('a database that takes too long', () => {
  const slowly = (work: string) =>
    sql.raw(`create or replace function quad_query(words text, prefix boolean, exact boolean) returns tsquery
             language plpgsql as $$ begin ${work}; return 'heating'; end $$`)

  test('ends a search with a sentence, and the next one is answered', async () => {
    await tableOf({ title: 'heating' })
    const { db } = here.campus
    await db
      .transaction(async (tx) => {
        await tx.execute(slowly("raise exception 'too long' using errcode = 'query_canceled'"))
        await openBoard({ ...here.campus, db: tx }, { ...everything, search: 'heating' }, null)
      })
      .then(
        () => expect.unreachable(),
        (error: unknown) => expect(error).toMatchObject({ kind: 'too-slow', reason: 'search-too-slow' }),
      )
    expect((await look('heating')).counts.found).toBe(1)
  })

  if (onPostgres)
    test('and is not waited for', async () => {
      const began = Date.now()
      const work = here.campus.db.transaction(async (tx) => {
        await tx.execute(slowly('perform pg_sleep(3)'))
        await tx.execute(sql`set local statement_timeout = 200`)
        await openBoard({ ...here.campus, db: tx }, { ...everything, search: 'heating' }, null)
      })
      await expect(work).rejects.toMatchObject({ reason: 'search-too-slow' })
      expect(Date.now() - began).toBeLessThan(2500)
    })
})

test('hits are marked in the title and around the first one in the text', async () => {
  await tableOf({ title: 'Café prices', body: `${'Nothing. '.repeat(40)}The cafés are <b>dear</b>.` })
  const { hit } = (await look('cafe')).rows[0]!
  expect(hit!.title).toEqual([
    { text: 'Café', hit: true },
    { text: ' prices', hit: false },
  ])
  expect(hit!.snippet!.filter((piece) => piece.hit).map((piece) => piece.text)).toEqual(['cafés'])
  expect(hit!.snippet!.map((piece) => piece.text).join('')).toContain('<b>dear</b>')
})

describe('the numbers beside the filters', () => {
  beforeEach(async () => {
    const { library, it } = here
    await tableOf(
      { title: 'heating one', departmentId: library },
      { title: 'heating two', departmentId: library, source: 'x' },
      { title: 'heating three', departmentId: it, status: 'resolved', answeredAt: MONDAY },
      { title: 'parking', departmentId: it },
    )
    await tableOf({ title: 'heating again', status: 'merged', mergedInto: 1001 })
  })

  test.each<[what: string, search: string]>([
    ['with a search', 'heating'],
    ['without', ''],
  ])('%s are what the links show', async (_what, search) => {
    const query: Partial<BoardQuery> = { departmentId: here.library, status: 'all' }
    const { counts } = await look(search, query)
    const shown = async (more: Partial<BoardQuery>) =>
      (await readBoard(here.campus, { ...everything, search, ...query, ...more }, null)).rows.length
    expect(counts.found).toBe(await shown({}))
    for (const id of [here.library, here.it])
      expect(counts.departments[id] ?? 0).toBe(await shown({ departmentId: id }))
    for (const status of ['open', 'all', 'received', 'resolved'] as const)
      expect(counts.statuses[status], status).toBe(await shown({ status }))
    for (const source of ['web', 'x'] as const) expect(counts.sources[source]).toBe(await shown({ source }))
    expect(counts.anyDepartment).toBe(await shown({ departmentId: null }))
  })

  test('follow a ticket that changes its status or department', async () => {
    const { db } = here.campus
    await run(db, sql`update tickets set status = 'declined', department_id = ${here.it} where number = 1001`)
    const { counts } = await look('heating')
    expect(counts).toMatchObject({ found: 3, statuses: { declined: 1, received: 1 } })
    expect(counts.departments).toEqual({ [here.library]: 1, [here.it]: 2 })
    expect((await look('heating', { sort: 'recently-answered' })).counts?.found).toBe(1)
  })
})

describe('very many', () => {
  const MANY = 3000
  beforeEach(async () => {
    const { library, it } = here
    await run(
      here.campus.db,
      sql`insert into tickets (slug, title, body, source, created_at, votes, department_id, status, answered_at)
          select 'x', 'heating ' || case when i <= 1200 then 'old' else 'new' end, '', case when i % 10 = 0 then 'x' else 'web' end,
            ${MONDAY.toISOString()}::timestamptz + i * interval '1 minute', i % 7, case when i % 2 = 0 then ${library}::int else ${it}::int end,
            case when i % 100 = 0 then 'waiting' else 'resolved' end, ${MONDAY.toISOString()}::timestamptz
          from generate_series(1, ${MANY}::int) as i`,
    )
  })

  test('are counted in part, and it says so', async () => {
    const { counts } = await look('heating')
    expect(counts.atLeast).toEqual({ found: true, departments: true, statuses: true, sources: true })
    expect(counts.found).toBeGreaterThanOrEqual(MOST_COUNTED)
    expect(counts.departments[here.library]).toBeGreaterThan(0)
    expect(counts.departments[here.library]).toBeLessThanOrEqual(MANY / 2)
  })

  test('under a filter are counted to the end, save beside that filter', async () => {
    const { counts, rows } = await look('heating', { status: 'waiting' })
    expect(counts).toMatchObject({
      found: 30,
      departments: { [here.library]: 30 },
      sources: { x: 30, web: 0 },
    })
    expect(counts.atLeast).toEqual({ found: false, departments: false, statuses: true, sources: false })
    expect(rows.every((row) => row.status === 'waiting')).toBe(true)
    const two = await look('heating', { departmentId: here.it, source: 'web' })
    expect(two.counts).toMatchObject({ found: 1500, statuses: { resolved: 1500, waiting: 0 } })
    expect(two.counts.atLeast).toEqual({ found: false, departments: true, statuses: false, sources: false })
  })

  test.each(SORTS)('by %s begin with the same page that a walk through all would', async (sort) => {
    for (const filter of [{}, { status: 'resolved' as const }, { status: 'waiting' as const }]) {
      const [found, all] = [await look('heating', { sort, ...filter }), await look('', { sort, ...filter })]
      expect(found.rows.map((row) => row.number)).toEqual(all.rows.map((row) => row.number))
    }
  })

  test('that all lie at the other end of the order are found all the same', async () => {
    const seen: Array<number> = []
    let page = await look('old')
    for (; page.next !== null; page = await look('old', { from: { after: readKey(page.next)! } }))
      seen.push(...page.rows.map((row) => row.number))
    expect(new Set([...seen, ...page.rows.map((row) => row.number)]).size).toBe(1200)
  })
})

describe('similar tickets', () => {
  const similar = async (title: string) =>
    (await findSimilar(here.campus, title)).map((ticket) => ticket.title)
  beforeEach(() =>
    tableOf(
      { title: 'The heating in the reading room is broken', votes: 4 },
      { title: 'Heating broken in reading room', votes: 9, status: 'resolved' },
      { title: 'Wi-Fi drops in Maple Court every evening' },
      { title: 'No vegan meals in the canteen' },
      { title: 'المكتبة باردة جدا في الصباح' },
    ),
  )

  test.each<[title: string, first: string]>([
    // Two say it in the same words: the more backed one comes first.
    ['Heating is broken in the reading room', 'Heating broken in reading room'],
    ['heatng broken reading room', 'Heating broken in reading room'],
    ['wifi drops in maple court', 'Wi-Fi drops in Maple Court every evening'],
    ['Vegan meals in canteen', 'No vegan meals in the canteen'],
    ['المكتبة باردة', 'المكتبة باردة جدا في الصباح'],
  ])('%s', async (title, first) => expect((await similar(title))[0]).toBe(first))

  test('a word spelt like one that only holds sentences together is looked for by itself', async () => {
    await tableOf({ title: 'We can see the barrier of the gate, and can you' })
    // Unknown, and spelt nearly like "can".
    expect(await similar('See barrier gate cann')).toEqual([
      'We can see the barrier of the gate, and can you',
    ])
  })

  test('are open and resolved ones, but none that was merged, and none that is about something else', async () => {
    const { db } = here.campus
    const found = await findSimilar(here.campus, 'Heating broken in the reading room')
    expect(found.map((ticket) => ticket.status).sort()).toEqual([
      'received',
      'resolved',
    ] satisfies Array<Status>)
    await run(db, sql`update tickets set status = 'merged', merged_into = 1001 where number = 1002`)
    expect(await similar('Heating broken in the reading room')).toEqual([
      'The heating in the reading room is broken',
    ])
    expect(await similar('The bicycle cellar is flooded')).toEqual([])
    expect(await similar('The printer in the hall')).toEqual([])
  })

  test.each([
    '',
    '   ',
    'the',
    'x'.repeat(200),
    '🔥🔥',
    '"; --',
    ':* & | !',
    '\u0000',
    'a '.repeat(300),
    '\uD83D',
  ])('take %j', async (title) => expect(await similar(title)).toEqual([]))

  test('are at most five', async () => {
    await tableOf(...Array.from({ length: 9 }, (_, index) => ({ title: `Lift ${index} out of order` })))
    expect(await similar('Lift out of order')).toHaveLength(5)
  })
})
