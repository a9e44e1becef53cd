import { sql } from 'drizzle-orm'
import { slugOf } from '#app/domain/tickets/slug.ts'
import { DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import type { Status } from '#app/vocabulary.ts'
import { sessionIdOf } from '#app/web/session.server.ts'
import type { Database } from '#db/client.server.ts'
import { nameAllAuthors } from '#db/pseudonyms.server.ts'
import { run } from '#db/statement.ts'
import { ANSWERS, DEPARTMENTS, MATTERS, PLACES, REMARKS, SENTENCES, TIMES } from './words.ts'

export type Size = { tickets: number; votes: number; comments: number; people: number }

/** The size that everything was compared at; other sizes keep its proportions. */
export function sizeFor(tickets: number): Size {
  return { tickets, votes: tickets * 20, comments: tickets * 5, people: tickets * 2 }
}

/** What the load needs to know of the data. */
export type Campus = {
  /** Of students, valid for a month. */
  sessions: Array<string>
  /** Open tickets, the most backed first. */
  open: Array<number>
}

/** What the browser of a made-up person holds. */
const tokenOf = (personId: string) => personId.padEnd(40, 's')

/** Most people are not signed in at once. */
const MOST_SESSIONS = 8000

const FIRST_NUMBER = 1001
const OPENING_DAYS = 400
/** Of every hundred tickets. */
const STATUSES: ReadonlyArray<[Status, number]> = [
  ['resolved', 48],
  ['received', 14],
  ['under-review', 12],
  ['in-progress', 12],
  ['planned', 8],
  ['declined', 4],
  ['waiting', 2],
]
/** How steeply the votes fall from the most backed ticket to the next: by 1 / rank ^ steepness. */
const STEEPNESS = 0.8
const ROWS_AT_ONCE = 5000

/** Fills an empty, migrated database: the same rows every time, save that the newest ticket is of `now`. */
export async function generate(db: Database, size: Size, now: Date): Promise<Campus> {
  const random = randomNumbers(20_260_101)
  const pick = <T>(from: ReadonlyArray<T>): T => from[Math.floor(random() * from.length)]!
  const people = Array.from({ length: size.people }, (_, index) => `p${String(index).padStart(19, '0')}`)
  const epoch = now.getTime() - OPENING_DAYS * DAY
  const iso = (at: number) => new Date(Math.min(at, now.getTime())).toISOString()

  await insert(db, 'departments (slug, name, purpose)', 'slug text, name text, purpose text', [
    ...DEPARTMENTS.map((name) => ({
      slug: slugOf(name),
      name,
      purpose: `Everything about ${name.toLowerCase()}.`,
    })),
  ])
  await insert(
    db,
    'people (id, email, created_at, affiliations)',
    'id text, email text, created_at timestamptz, affiliations text[]',
    people.map((id) => ({
      id,
      email: `${id}@bench.quad.example`,
      created_at: iso(epoch),
      affiliations: ['student'],
    })),
  )
  const sessions = people.slice(0, MOST_SESSIONS).map((id) => ({
    id: sessionIdOf(tokenOf(id)),
    user_id: id,
    provider: 'bench',
    device: 'bench',
    created_at: now.toISOString(),
    seen_at: now.toISOString(),
    expires_at: new Date(now.getTime() + 29 * DAY).toISOString(),
    ends_at: new Date(now.getTime() + 90 * DAY).toISOString(),
  }))
  await insert(
    db,
    'sessions (id, user_id, provider, device, created_at, seen_at, expires_at, ends_at)',
    'id text, user_id text, provider text, device text, created_at timestamptz, seen_at timestamptz, expires_at timestamptz, ends_at timestamptz',
    sessions,
  )

  const statuses = STATUSES.flatMap(([status, share]) => Array<Status>(share).fill(status))
  const votesByRank = shares(size.tickets, size.votes, size.people)
  const ranks = shuffled(size.tickets, random)
  const tickets = Array.from({ length: size.tickets }, (_, index) => {
    const createdAt = epoch + (OPENING_DAYS * DAY * (index + random() / 2)) / size.tickets
    const status = pick(statuses)
    const answered = status !== 'received'
    const closed = status === 'resolved' || status === 'declined'
    const fromNetwork = random() < 0.1
    const title = `${pick(MATTERS)} in ${pick(PLACES)} ${pick(TIMES)}`
    const answeredAt = createdAt + HOUR * (2 + random() * 70)
    return {
      number: FIRST_NUMBER + index,
      slug: slugOf(title),
      title,
      body: Array.from({ length: 3 + Math.floor(random() * 6) }, () => pick(SENTENCES)).join(' '),
      status,
      department_id: random() < 0.02 ? null : 1 + Math.floor(random() * DEPARTMENTS.length),
      author_id: fromNetwork ? null : pick(people),
      source: fromNetwork ? 'x' : 'web',
      created_at: iso(createdAt),
      votes: votesByRank[ranks[index]!]!,
      comments: 0,
      answers: answered ? 1 : 0,
      first_response_at: answered ? iso(answeredAt) : null,
      answered_at: answered ? iso(answeredAt) : null,
      closed_at: closed ? iso(answeredAt) : null,
      promised_at: closed ? null : new Date((answered ? answeredAt : createdAt) + 14 * DAY).toISOString(),
    }
  })
  const open = tickets.filter(({ closed_at }) => closed_at === null)

  // Talk goes where the votes are, and to open and closed alike.
  const comments = Array.from({ length: size.comments }, () => {
    const ticket = tickets[Math.floor(random() ** 1.5 * tickets.length)]!
    ticket.comments += 1
    return {
      ticket_number: ticket.number,
      kind: 'comment',
      author_id: pick(people),
      department_id: null,
      post_id: null,
      body: `${pick(REMARKS)} ${pick(SENTENCES)}`,
      from_status: null,
      to_status: null,
      created_at: iso(Date.parse(ticket.created_at) + MINUTE + random() * 20 * DAY),
    }
  })
  await insert(
    db,
    'tickets (number, slug, title, body, status, department_id, author_id, source, created_at, votes, comments, answers, first_response_at, answered_at, closed_at, promised_at)',
    'number int, slug text, title text, body text, status text, department_id int, author_id text, source text, created_at timestamptz, votes int, comments int, answers int, first_response_at timestamptz, answered_at timestamptz, closed_at timestamptz, promised_at timestamptz',
    tickets,
  )

  const posts = tickets
    .filter(({ source }) => source === 'x')
    .map((ticket, index) => ({
      id: index + 1,
      first_id: `17${String(index).padStart(17, '0')}`,
      ticket_number: ticket.number,
      text: ticket.body.slice(0, 280),
      posted_at: ticket.created_at,
    }))
  await insert(
    db,
    'posts (id, channel, first_id, external_id, kind, ticket_number, author_id, author_handle, author_name, text, url, posted_at, conversation_id, summons)',
    'id bigint, first_id text, ticket_number int, text text, posted_at timestamptz',
    posts,
    "id, 'x', first_id, first_id, 'concern', ticket_number, '1', 'made_up', 'Made Up', text, 'https://x.com/made_up/status/' || first_id, posted_at, first_id, 'mentioned'",
  )
  const postOf = new Map(posts.map(({ id, ticket_number }) => [ticket_number, id]))

  const raised = tickets.map((ticket) => ({
    ticket_number: ticket.number,
    kind: 'raised',
    author_id: ticket.author_id,
    department_id: ticket.department_id,
    post_id: postOf.get(ticket.number) ?? null,
    body: null,
    from_status: null,
    to_status: 'received',
    created_at: ticket.created_at,
  }))
  const answers = tickets
    .filter(({ answers }) => answers > 0)
    .map((ticket) => ({
      ticket_number: ticket.number,
      kind: 'answer',
      author_id: null,
      department_id: ticket.department_id,
      post_id: null,
      body: pick(ANSWERS),
      from_status: 'received',
      to_status: ticket.status,
      created_at: ticket.answered_at!,
    }))
  await insert(
    db,
    'entries (ticket_number, kind, author_id, department_id, post_id, body, from_status, to_status, created_at)',
    'ticket_number int, kind text, author_id text, department_id int, post_id bigint, body text, from_status text, to_status text, created_at timestamptz',
    // As they would have been written: those of one ticket lie far apart.
    [...raised, ...comments, ...answers].sort((a, b) => (a.created_at < b.created_at ? -1 : 1)),
  )

  await insertSupport(db, tickets, people, now)
  await nameAllAuthors(db)
  await run(
    db,
    sql`select setval(pg_get_serial_sequence('tickets', 'number'), ${tickets.at(-1)!.number}::int)`,
  )
  await run(db, sql`select setval(pg_get_serial_sequence('posts', 'id'), ${Math.max(posts.length, 1)}::int)`)
  await run(db, sql`vacuum analyze`)
  return {
    sessions: sessions.map(({ user_id }) => tokenOf(user_id)),
    open: open.toSorted((a, b) => b.votes - a.votes).map(({ number }) => number),
  }
}

/** Votes and follows, in parts, because there are too many to be held at once. */
async function insertSupport(
  db: Database,
  tickets: ReadonlyArray<{ number: number; votes: number }>,
  people: ReadonlyArray<string>,
  now: Date,
) {
  // A large prime: stepping by it through the people, nobody comes twice to one ticket.
  const stride = 7919
  let rows: Array<{ ticket_number: number; person_id: string }> = []
  const flush = async () => {
    await insert(
      db,
      'votes (ticket_number, person_id, created_at)',
      'ticket_number int, person_id text',
      rows,
      `ticket_number, person_id, '${now.toISOString()}'::timestamptz`,
    )
    await insert(db, 'follows (ticket_number, person_id)', 'ticket_number int, person_id text', rows)
    rows = []
  }
  for (const { number, votes } of tickets) {
    for (let turn = 0; turn < votes; turn++) {
      rows.push({ ticket_number: number, person_id: people[(number * 31 + turn * stride) % people.length]! })
    }
    if (rows.length > 4 * ROWS_AT_ONCE) await flush()
  }
  await flush()
}

/** Multi-row inserts, as one JSON text each: the same on both drivers, and fast on both. */
async function insert(
  db: Database,
  into: string,
  columns: string,
  rows: ReadonlyArray<object>,
  values = into.slice(into.indexOf('(') + 1, -1),
) {
  for (let start = 0; start < rows.length; start += ROWS_AT_ONCE) {
    const text = JSON.stringify(rows.slice(start, start + ROWS_AT_ONCE))
    await run(
      db,
      sql`insert into ${sql.raw(into)} overriding system value
          select ${sql.raw(values)} from json_to_recordset(${text}::text::json) as row (${sql.raw(columns)})`,
    )
  }
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Zipf: how many of `total` fall to each rank, in whole numbers that add up, none above `most`. */
export function shares(ranks: number, total: number, most: number): Array<number> {
  const weights = Array.from({ length: ranks }, (_, rank) => 1 / (rank + 1) ** STEEPNESS)
  const sum = weights.reduce((all, weight) => all + weight, 0)
  let due = 0
  let given = 0
  return weights.map((weight) => {
    due += (weight * total) / sum
    const share = Math.min(most, Math.round(due) - given)
    given += share
    return share
  })
}

function shuffled(length: number, random: () => number): Array<number> {
  const order = Array.from({ length }, (_, index) => index)
  for (let last = length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1))
    ;[order[last], order[other]] = [order[other]!, order[last]!]
  }
  return order
}
