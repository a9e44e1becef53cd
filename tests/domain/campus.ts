import { afterAll, beforeAll, beforeEach, inject } from 'vitest'
import { eq, sql } from 'drizzle-orm'
import type { Actor, Campus } from '#app/domain/campus.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { createLog } from '#app/platform/log.ts'
import { createSeal } from '#app/platform/seal.ts'
import type { Role } from '#app/vocabulary.ts'
import { accounts, departments, staff, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { withoutRules } from '../support/rules.ts'

/** A Monday morning in term. */
export const MONDAY = new Date('2026-03-02T10:00:00Z')

/** Only PostgreSQL lets two transactions be open at once. */
export const onPostgres = inject('template')?.kind === 'postgres'

export const quiet = createLog('silent')

export type SettableClock = { at: Date; now(): Date; pass(milliseconds: number): void }

export function aClock(at: Date = MONDAY): SettableClock {
  return {
    at,
    now() {
      return this.at
    },
    pass(milliseconds) {
      this.at = new Date(this.at.getTime() + milliseconds)
    },
  }
}

export type Here = {
  campus: Campus
  clock: SettableClock
  database: TestDatabase
  /** Two departments: the library answers within three working days, IT within two. */
  library: number
  it: number
}

/** A campus for the tests of one file, empty again before each of them. */
export function aCampus(): Here {
  const here = {} as Here
  beforeAll(async () => {
    here.database = await createTestDatabase()
  })
  beforeEach(async () => {
    const { db } = here.database
    await run(
      db,
      sql`truncate departments, people, tickets, unmaskings, ticket_counts, ticket_search, search_words, limits, accounts, charges, reservations, stops, sign_out_mails, posts, announcements, deliveries, entries, sign_ins, drafts restart identity cascade`,
    )
    await withoutRules(db, sql`truncate audit_log restart identity`)
    await run(db, sql`delete from screening_settings`)
    await run(db, sql`insert into screening_settings default values`)
    here.clock = aClock()
    here.campus = {
      db,
      clock: here.clock,
      zone: 'Europe/London',
      seal: createSeal('a secret of thirty-two characters or more'),
      voters: ['student'],
    }
    here.library = await aDepartment(here.campus, 'Library', 3)
    here.it = await aDepartment(here.campus, 'IT', 2)
  })
  afterAll(() => here.database?.close())
  return here
}

export async function aDepartment(campus: Campus, name: string, answerWithin = 3): Promise<number> {
  const [row] = await campus.db
    .insert(departments)
    .values({ slug: name.toLowerCase(), name, purpose: `What ${name} does.`, answerWithin })
    .returning({ id: departments.id })
  return row!.id
}

async function aPerson(campus: Campus, name: string, role: Role, works: Array<number>): Promise<Actor> {
  const id = await personWith(campus, `${name}@northfield.example`, role)
  for (const departmentId of works) await campus.db.insert(staff).values({ personId: id, departmentId })
  return findActor(campus, id)
}

export const aStudent = (campus: Campus, name = 'sam') => aPerson(campus, name, 'student', [])
export const staffOf = (campus: Campus, ...works: Array<number>) =>
  aPerson(campus, `staff-${works.join('-')}`, 'responder', works)
export const anAdmin = (campus: Campus) => aPerson(campus, 'ada', 'admin', [])

let forms = 0
/** What a form makes, new each time. */
export const aKey = () => `form-${(forms += 1)}`

/** A concern as our own form sends it. */
export function aConcern(about: string, from: Actor, more: Partial<Parameters<typeof raise>[1]> = {}) {
  return {
    source: 'web' as const,
    title: `About ${about}`,
    text: `Something is wrong with ${about}.`,
    personId: from.personId,
    backed: true,
    departmentId: null,
    addressed: [],
    hashtags: [],
    submissionKey: aKey(),
    ...more,
  }
}

/** A ticket raised with the form. @returns its number */
export async function aTicket(
  campus: Campus,
  about: string,
  more: Partial<Parameters<typeof raise>[1]> = {},
): Promise<number> {
  const author = await aStudent(campus, `author-of-${aKey()}`)
  return (await raise(campus, aConcern(about, author, more))).number
}

/** The ticket's row, as it is now. */
export async function theTicket(campus: Campus, number: number) {
  const [row] = await campus.db.select().from(tickets).where(eq(tickets.number, number))
  return row!
}

/** An account of ours on X. @returns its id */
export async function anAccount(
  campus: Campus,
  handle: string,
  departmentId: number | null,
): Promise<number> {
  const [row] = await campus.db
    .insert(accounts)
    .values({
      channel: 'x',
      externalId: `account-${handle}`,
      handle,
      name: handle,
      url: `https://x.example/${handle}`,
      departmentId,
      credentials: campus.seal.seal('{}'),
    })
    .returning({ id: accounts.id })
  return row!.id
}

let ids = 5000
/** A mention of our library by somebody on X, its id greater than that of any post before. */
export function aPostAbout(about: string, more: Partial<IncomingPost> = {}): IncomingPost {
  const id = String((ids += 1))
  return {
    channel: 'x',
    externalId: id,
    firstId: id,
    author: { id: 'alex', handle: 'alexvisits', name: 'Alex' },
    text: `@northfieldlib the ${about} is broken`,
    url: `https://x.example/alexvisits/status/${id}`,
    postedAt: MONDAY,
    conversationId: id,
    inReplyTo: null,
    mentions: ['northfieldlib'],
    hashtags: [],
    summons: 'mentioned',
    repost: false,
    parent: null,
    images: [],
    ...more,
  }
}

/** A reply in the conversation of another post. */
export function aReplyTo(post: IncomingPost, text: string, more: Partial<IncomingPost> = {}): IncomingPost {
  return aPostAbout('', {
    text,
    inReplyTo: post.externalId,
    conversationId: post.conversationId,
    author: { id: 'kim', handle: 'kim', name: 'Kim' },
    ...more,
  })
}

/** What the rule said no for. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'nothing was refused'
  } catch (error) {
    return (error as { reason?: string }).reason ?? String(error)
  }
}
