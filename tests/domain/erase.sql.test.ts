import { and, eq, is, sql } from 'drizzle-orm'
import { getTableConfig, PgTable, type PgColumn } from 'drizzle-orm/pg-core'
import { describe, expect, test } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { raise } from '#app/domain/intake/raise.server.ts'
import { arrive, personWith } from '#app/domain/people/identity.server.ts'
import { requestSignIn } from '#app/domain/people/sign-in.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { HELD, readHeld, readSelf } from '#app/domain/privacy/held.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { readBoard } from '#app/domain/tickets/board.server.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { readTally, sayVerdict } from '#app/domain/tickets/verdict.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { after, DAY } from '#app/platform/clock.ts'
import * as schema from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import {
  aCampus,
  aConcern,
  aKey,
  anAdmin,
  anAccount,
  aStudent,
  aTicket,
  onPostgres,
  refusalOf,
  staffOf,
  theTicket,
} from './campus.ts'

const here = aCampus()
const tables = Object.values(schema).filter((each) => is(each, PgTable))

/** Somebody of whom every table has a row. */
async function somebody(): Promise<{ sam: Actor; number: number; other: number }> {
  const { campus } = here
  const { db } = campus
  const now = campus.clock.now()
  const sam = await aStudent(campus, 'sam')
  const { personId } = sam
  await together(campus, (campus) =>
    arrive(campus, {
      issuer: 'oidc:https://login.northfield.example',
      subject: 'x7Kd',
      email: null,
      affiliations: [],
    }),
  )
  await db.insert(schema.identities).values({
    issuer: 'saml:https://idp.northfield.example',
    subject: 'pairwise-of-sam',
    personId,
    createdAt: now,
    seenAt: now,
  })
  const { number } = await raise(campus, aConcern('heating', sam, { departmentId: here.library }))
  const other = await aTicket(campus, 'parking', { departmentId: here.library })
  await comment(campus, { number: other, personId, body: 'Sam wrote this of the parking.', key: aKey() })
  const [said] = await db
    .select({ id: schema.entries.id })
    .from(schema.entries)
    .where(and(eq(schema.entries.authorId, personId), eq(schema.entries.kind, 'comment')))
  await db.insert(schema.photos).values({
    id: 'photo-of-sam',
    entryId: said!.id,
    ticketNumber: other,
    authorId: personId,
    description: 'Sam photographed the full car park.',
    width: 1,
    height: 1,
    image: new Uint8Array([1]),
    digest: 'digest',
    createdAt: now,
  })
  await castVote(campus, { number: other, personId })
  const librarian = await staffOf(campus, here.library)
  await changeStatus(campus, librarian, { number: other, to: 'resolved', sentence: 'New places.' })
  await sayVerdict(campus, { number: other, personId, solved: false, reason: 'Sam still circles.' })
  await setFollow(campus, { number: other, personId, active: true })
  await requestSignIn(campus, { email: 'sam@northfield.example', next: '/' })
  const later = after(now, DAY)
  await db.insert(schema.sessions).values({
    id: 'session-of-sam',
    userId: personId,
    expiresAt: later,
    endsAt: later,
    createdAt: now,
    seenAt: now,
    provider: 'mail',
    device: 'A browser',
  })
  await db
    .insert(schema.passkeys)
    .values({ id: 'passkey-of-sam', personId, name: 'Phone', publicKey: 'key', counter: 1, createdAt: now })
  await db
    .insert(schema.authenticatorApps)
    .values({ personId, secret: campus.seal.seal('a secret'), createdAt: now })
  await db.insert(schema.recoveryCodes).values({ personId, codeHash: 'code-of-sam' })
  await db.insert(schema.factorTries).values({ personId, tries: 2, lastAt: now })
  await db.insert(schema.staff).values({ personId, departmentId: here.it })
  const invitation = { role: 'responder' as const, createdAt: now, expiresAt: later }
  await db.insert(schema.invitations).values([
    { ...invitation, id: 'one', tokenHash: 'one', email: 'sam@northfield.example' },
    { ...invitation, id: 'two', tokenHash: 'two', email: 'elsewhere@northfield.example', usedBy: personId },
    { ...invitation, id: 'three', tokenHash: 'three', email: 'kim@northfield.example', invitedBy: personId },
  ])
  const accountId = await anAccount(campus, 'northfieldlib', here.library)
  await db.insert(schema.signOutMails).values({ accountId, personId, signedOutAt: now })
  const [name] = await db.select().from(schema.pseudonyms).where(eq(schema.pseudonyms.personId, personId))
  const asking = { ticketNumber: name!.ticketNumber, name: name!.name, reason: 'A threat.', askedAt: now }
  const ada = await anAdmin(campus)
  await db.insert(schema.unmaskings).values([
    {
      ...asking,
      personId,
      askedBy: librarian.personId,
      decidedBy: ada.personId,
      decidedAt: now,
      granted: true,
    },
    { ...asking, askedBy: personId },
    { ...asking, askedBy: librarian.personId, decidedBy: personId, decidedAt: now, granted: false },
  ])
  const content = campus.seal.seal(
    JSON.stringify({ title: null, text: 'Sam wrote this in need.', source: 'web', lists: [], found: [] }),
  )
  const aHold = { kind: 'safety' as const, what: 'comment' as const, createdAt: now, content }
  const [held] = await db
    .insert(schema.holds)
    .values([
      { ...aHold, personId },
      {
        ...aHold,
        openedBy: personId,
        learnedBy: personId,
        learnedAt: now,
        outcome: 'closed' as const,
        decidedAt: now,
        decidedBy: personId,
      },
    ])
    .returning({ id: schema.holds.id })
  await db.insert(schema.careNotes).values({ holdId: held!.id, authorId: personId, body: content, at: now })
  const [list] = await db.select({ id: schema.wordLists.id }).from(schema.wordLists)
  await db
    .insert(schema.referrals)
    .values({ holdId: held!.id, listId: list!.id, referredBy: personId, at: now })
  await decideAbout(personId, ada.personId, other)
  const measures = {
    votes: 20,
    usual: 1,
    young: 20,
    single: 20,
    oneRange: 0,
    ring: 0,
    others: 9,
    othersYoung: 0,
  }
  const [flag] = await db
    .insert(schema.voteFlags)
    .values({
      ticketNumber: number,
      since: now,
      until: later,
      signs: ['burst', 'young'],
      measures,
      foundAt: now,
      settledAt: now,
      settledBy: personId,
    })
    .returning()
  const [taken] = await db
    .insert(schema.invalidations)
    .values({
      at: now,
      madeBy: personId,
      madeByRole: 'moderator',
      reason: 'automated',
      flagId: flag!.id,
      pattern: { conditions: ['young'], everywhere: false },
      undoneAt: now,
      undoneBy: personId,
      undoneByRole: 'moderator',
      restored: 1,
    })
    .returning()
  await db.insert(schema.invalidationMails).values({ invalidationId: taken!.id, personId })
  await db.insert(schema.auditLog).values([
    { at: now, actorId: personId, event: 'a.test', subject: 'nothing' },
    { at: now, actorId: ada.personId, event: 'a.test', subject: `person:${personId}` },
  ])
  return { sam, number, other }
}

/** What was decided about and by somebody, all of it over. */
async function decideAbout(personId: string, ada: string, ticketNumber: number) {
  const { db, clock } = here.campus
  const at = clock.now()
  const [entry] = await db.select().from(schema.entries).where(eq(schema.entries.ticketNumber, ticketNumber))
  const decided = { ticketNumber, explanation: 'An advert.', policyVersion: 1, role: 'admin' } as const
  const hiding = { ...decided, entryId: entry!.id, reason: 'spam', hiddenAt: at, restoredAt: at } as const
  const block = { ...decided, name: 'Amber Heron', reason: 'spam', blockedAt: at, until: at } as const
  const hidden = await db
    .insert(schema.hidings)
    .values([
      { ...hiding, authorId: personId, hiddenBy: ada },
      { ...hiding, authorId: ada, hiddenBy: personId },
    ])
    .returning({ id: schema.hidings.id })
  await db.insert(schema.blocks).values([
    { ...block, personId, blockedBy: ada },
    { ...block, personId: ada, blockedBy: personId },
  ])
  const answered = { dueAt: at, filedAt: at, decidedAt: at, upheld: true, sentence: 'It stands.' }
  await db.insert(schema.appeals).values([
    { ...answered, hidingId: hidden[0]!.id, body: 'Sam appeals.', personId, decidedBy: ada },
    { ...answered, hidingId: hidden[1]!.id, body: 'Another appeals.', personId: ada, decidedBy: personId },
  ])
  await db.insert(schema.reports).values({ entryId: entry!.id, personId, reason: 'spam', reportedAt: at })
}

/** Columns that are about a network's authors, who are nobody of ours. */
const OF_NETWORKS = ['posts.author_id', 'stops.author_id']
/** And one that is an office's. */
const OF_OFFICES = ['word_lists.email']

const nameOf = (column: PgColumn) => `${getTableConfig(column.table).name}.${column.name}`

/** Every column by which a row can be about a person. */
function personColumns(): Array<string> {
  return tables.flatMap((table) => {
    const { foreignKeys, columns } = getTableConfig(table)
    const referring = foreignKeys.flatMap((key) => {
      const { columns, foreignColumns } = key.reference()
      return columns.filter((_, index) => nameOf(foreignColumns[index]!) === 'people.id')
    })
    const telling = columns.filter(({ name }) =>
      /^(email|subject|(actor|author|person|user)_id|(asked|decided|invited|used)_by)$/.test(name),
    )
    return [...new Set([...referring, ...telling])].map(nameOf)
  })
}

describe('what is held about somebody', () => {
  test('is found by every column that can be about a person', () => {
    const covered = Object.values(HELD).flatMap(({ by }) => by.map(nameOf))
    // With the person's own rows these come along.
    const along = ['people.email', 'identities.subject']
    expect(
      personColumns().filter(
        (column) => ![...covered, ...along, ...OF_NETWORKS, ...OF_OFFICES].includes(column),
      ),
    ).toEqual([])
    expect(covered.filter((column) => !['people.id', ...personColumns()].includes(column))).toEqual([])
  })

  test('is all there, of every kind, and nothing of anybody else', async () => {
    const { sam } = await somebody()
    const held = await readHeld(here.campus, sam.personId)
    for (const [kind, rows] of Object.entries(held)) expect(rows.length, kind).toBeGreaterThan(0)
    const told = JSON.stringify(held, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    for (const word of [
      'sam@northfield.example',
      'pairwise-of-sam',
      'Sam wrote this of the parking.',
      'Sam still circles.',
      'Sam photographed the full car park.',
      'Sam wrote this in need.',
    ])
      expect(told).toContain(word)
    for (const secret of ['session-of-sam', 'code-of-sam', 'kim@', 'staff-', 'ada@', 'About parking'])
      expect(told).not.toContain(secret)
    expect(held.unmaskings).toHaveLength(1)
  })

  test('tells who asked who they are, unless that is barred or not decided', async () => {
    const { sam } = await somebody()
    const { db } = here.campus
    const about = eq(schema.unmaskings.personId, sam.personId)
    const { askings } = await readSelf(here.campus, sam.personId)
    expect(askings).toMatchObject([
      { askedBy: 'responder', decidedBy: 'admin', reason: 'A threat.', granted: true },
    ])
    await db.update(schema.unmaskings).set({ barred: true, barredWhy: 'An order.' }).where(about)
    expect((await readSelf(here.campus, sam.personId)).askings).toEqual([])
    expect((await readHeld(here.campus, sam.personId)).unmaskings).toEqual([])
    await db
      .update(schema.unmaskings)
      .set({ barred: false, granted: null, decidedAt: null, decidedBy: null })
      .where(about)
    expect((await readSelf(here.campus, sam.personId)).askings).toEqual([])
  })
})

/** Everything in the database, as one text. */
async function everything(): Promise<string> {
  const parts = await Promise.all(
    tables.map(async (table) => {
      const { name } = getTableConfig(table)
      const rows = await run<{ row: string }>(here.campus.db, sql`select t::text as row from ${table} as t`)
      return rows.map(({ row }) => `${name}: ${row}`)
    }),
  )
  return parts.flat().join('\n')
}
const viewOf = async (number: number) => {
  const found = await readTicket(here.campus, number, await anAdmin(here.campus))
  if (found.kind !== 'found') throw new Error('it was merged')
  return found.ticket
}
const keep = { words: 'keep', votes: 'keep' } as const
const takeBack = { words: 'take-back', votes: 'take-back' } as const

describe('who is erased', () => {
  test('leaves words and votes, and nothing that leads to them', async () => {
    const { sam, number, other } = await somebody()
    const before = [await theTicket(here.campus, number), await theTicket(here.campus, other)]
    await erase(here.campus, sam.personId, keep)
    const left = await everything()
    for (const trace of [
      'sam@',
      'pairwise-of-sam',
      'session-of-sam',
      'passkey-of-sam',
      'code-of-sam',
      'elsewhere@',
    ])
      expect(left).not.toContain(trace)
    const lines = left.split('\n').filter((line) => line.includes(sam.personId))
    expect(
      lines.map((line) => line.split(':')[0]),
      'only the log knows that there was such a number',
    ).toEqual(lines.map(() => 'audit_log'))
    expect([await theTicket(here.campus, number), await theTicket(here.campus, other)]).toEqual([
      { ...before[0], authorId: null },
      before[1],
    ])
    const view = await viewOf(other)
    expect(
      view.entries.filter(({ voice }) => voice === 'former').map(({ body, pseudonym }) => [body, pseudonym]),
    ).toEqual([
      ['Sam wrote this of the parking.', null],
      ['Sam still circles.', null],
    ])
    expect(await readTally(here.campus, other)).toEqual({ solved: 0, answered: 1 })
    expect((await viewOf(number)).raisedBy).toBe('former')
  })

  test('may take words and votes back, and the counts fall', async () => {
    const { sam, number, other } = await somebody()
    const votesBefore = (await theTicket(here.campus, other)).votes
    await erase(here.campus, sam.personId, takeBack)
    const left = await everything()
    for (const trace of [
      'sam@',
      'Sam wrote',
      'Sam still',
      'Sam appeals',
      'About heating',
      'Something is wrong with heating',
      'heat',
    ])
      expect(left).not.toContain(trace)
    expect(await here.campus.db.$count(schema.people, sql`erased_at is not null`)).toBe(0)
    expect((await theTicket(here.campus, other)).votes).toBe(votesBefore - 1)
    expect((await theTicket(here.campus, other)).comments, 'its place stays').toBe(1)
    expect(await readTally(here.campus, other)).toEqual({ solved: 0, answered: 0 })
    expect((await viewOf(other)).entries.find(({ kind }) => kind === 'comment')).toMatchObject({
      voice: 'former',
      body: null,
    })
    // Nobody else stood behind it.
    expect((await theTicket(here.campus, number)).status).toBe('withdrawn')
    expect(await refusalOf(readTicket(here.campus, number, null))).toBe('withdrawn')
  })

  test('takes their words from a ticket others stand behind, which stays', async () => {
    const { campus } = here
    const sam = await aStudent(campus)
    const mine = async () =>
      (await raise(campus, aConcern('zeppelins', sam, { departmentId: here.library }))).number
    const [backed, answered, commented, alone, survivor] = [
      await mine(),
      await mine(),
      await mine(),
      await mine(),
      await aTicket(campus, 'balloons'),
    ]
    const merged = await mine()
    await castVote(campus, { number: backed, personId: (await aStudent(campus, 'kim')).personId })
    await answer(campus, await staffOf(campus, here.library), { number: answered, body: 'We look.' })
    await comment(campus, {
      number: commented,
      personId: (await aStudent(campus, 'bo')).personId,
      body: 'Mine too.',
      key: aKey(),
    })
    await comment(campus, { number: alone, personId: sam.personId, body: 'Only I say so.', key: aKey() })
    await merge(campus, await anAdmin(campus), { number: merged, into: survivor, sentence: 'The same.' })
    await erase(campus, sam.personId, { words: 'take-back', votes: 'keep' })
    for (const number of [backed, answered, commented]) {
      const view = await viewOf(number)
      expect(view).toMatchObject({
        title: 'A concern that was taken back',
        raisedBy: 'former',
        votes: number === backed ? 2 : 1,
      })
      expect(view.entries.at(-1)).toMatchObject({ kind: 'gone', voice: 'quad', post: null })
    }
    expect((await theTicket(campus, alone)).status).toBe('withdrawn')
    const view = await viewOf(survivor)
    expect(view.title).toBe('About balloons')
    expect(JSON.stringify(view.entries)).not.toContain('zeppelins')
    const query = { sort: 'newest', status: 'all', departmentId: null, source: null, from: null } as const
    expect((await readBoard(campus, { ...query, search: 'zeppelins' }, null)).rows).toEqual([])
    expect(await campus.db.$count(schema.searchWords, sql`word like 'zeppelin%'`)).toBe(0)
  })

  test('and comes again begins anew, and cannot vote a second time', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating')
    const sam = await aStudent(campus)
    await castVote(campus, { number, personId: sam.personId })
    const { votes } = await theTicket(campus, number)
    await erase(campus, sam.personId, keep)
    await erase(campus, sam.personId, takeBack)
    expect((await theTicket(campus, number)).votes, 'a second time does nothing').toBe(votes)

    const [again, too] = await Promise.all([
      together(campus, (campus) => personWith(campus, 'sam@northfield.example', 'student')),
      together(campus, (campus) => personWith(campus, 'sam@northfield.example', 'student')),
    ])
    expect(again).toBe(too)
    expect(again).not.toBe(sam.personId)
    await castVote(campus, { number, personId: again })
    expect((await theTicket(campus, number)).votes).toBe(votes)
    expect(await readSelf(campus, again)).toMatchObject({
      identities: [{ issuer: 'mail', subject: 'sam@northfield.example' }],
      raised: [],
      counts: { votes: 1, comments: 0 },
    })
    expect(await campus.db.$count(schema.identities, eq(schema.identities.issuer, 'erased'))).toBe(0)

    // Whoever took the votes back may give them again.
    await erase(campus, again, takeBack)
    expect((await theTicket(campus, number)).votes).toBe(votes - 1)
    const third = await personWith(campus, 'sam@northfield.example', 'student')
    await castVote(campus, { number, personId: third })
    expect((await theTicket(campus, number)).votes).toBe(votes)
  })

  test('is no longer staff, and what the department said stays', async () => {
    const { campus } = here
    const number = await aTicket(campus, 'heating', { departmentId: here.library })
    const dana = await staffOf(campus, here.library)
    await answer(campus, dana, { number, body: 'We are on it.' })
    await erase(campus, dana.personId, takeBack)
    expect((await viewOf(number)).official).toMatchObject({
      voice: 'department',
      body: 'We are on it.',
      department: { name: 'Library' },
    })
  })

  test('is not the last administrator, nor are the last two at once', async () => {
    const { campus } = here
    const ada = await anAdmin(campus)
    expect(await refusalOf(erase(campus, ada.personId, keep))).toBe('last-admin')
    const bea = await findActor(campus, await personWith(campus, 'bea@northfield.example', 'admin'))
    const both = await Promise.all([ada, bea].map(({ personId }) => refusalOf(erase(campus, personId, keep))))
    expect(both.sort()).toEqual(['last-admin', 'nothing was refused'])
  })

  test('is erased whole, or not at all', async () => {
    const { sam } = await somebody()
    const before = await everything()
    // The last thing that is written fails.
    await run(
      here.campus.db,
      sql`alter table audit_log add constraint no_more check (event <> 'person.erased')`,
    )
    await expect(erase(here.campus, sam.personId, takeBack)).rejects.toThrow()
    expect(await everything()).toBe(before)
    await run(here.campus.db, sql`alter table audit_log drop constraint no_more`)
    await erase(here.campus, sam.personId, takeBack)
    expect(await everything()).not.toContain('sam@')
  })

  if (onPostgres)
    test('while they write and vote elsewhere leaves nothing behind', async () => {
      const { campus } = here
      const number = await aTicket(campus, 'heating')
      for (let turn = 0; turn < 8; turn++) {
        const { personId } = await aStudent(campus, `sam-${turn}`)
        await castVote(campus, { number, personId })
        const elsewhere = await aTicket(campus, 'parking')
        await Promise.allSettled([
          comment(campus, { number, personId, body: 'At the same moment.', key: aKey() }),
          erase(campus, personId, turn % 2 ? keep : takeBack),
          castVote(campus, { number: elsewhere, personId }),
        ])
        await erase(campus, personId, keep)
        expect(
          (await everything())
            .split('\n')
            .filter((line) => line.includes(personId) && !line.startsWith('audit_log')),
        ).toEqual([])
      }
      const counted = await campus.db.$count(schema.votes, eq(schema.votes.ticketNumber, number))
      expect((await theTicket(campus, number)).votes).toBe(counted)
    })
})

test('the timeline gives up a reader’s words, and nothing else', async () => {
  const { sam, other } = await somebody()
  const { db } = here.campus
  await answer(here.campus, await anAdmin(here.campus), { number: other, body: 'Ours.' })
  const change = (set: object, where: ReturnType<typeof sql>) =>
    db.update(schema.entries).set(set).where(where)
  const refused = [
    change({ authorId: null, body: null }, sql`kind = 'answer'`),
    change({ body: null }, sql`kind = 'comment'`),
    change({ authorId: null, body: 'Other words.' }, sql`kind = 'comment'`),
    change({ authorId: null, body: null, kind: 'answer' }, sql`kind = 'comment'`),
  ]
  for (const each of refused) await expect(each).rejects.toThrow()
  await change({ authorId: null, body: null }, sql`kind = 'comment' and author_id = ${sam.personId}`)
})

test('an address that only a provider tells shows and takes nothing of whoever is known by it', async () => {
  const { campus } = here
  const { db } = campus
  await requestSignIn(campus, { email: 'sam@northfield.example', next: '/tickets/new?draft=a' })
  const now = campus.clock.now()
  await db.insert(schema.invitations).values({
    id: 'one',
    tokenHash: 'one',
    email: 'sam@northfield.example',
    role: 'care',
    createdAt: now,
    expiresAt: after(now, DAY),
  })
  const personId = await together(campus, (campus) =>
    arrive(campus, {
      issuer: 'oidc:https://login.elsewhere.example',
      subject: 'mallory',
      email: 'sam@northfield.example',
      affiliations: [],
    }),
  )
  const held = await readHeld(campus, personId)
  expect(held.person).toMatchObject([{ email: 'sam@northfield.example' }])
  expect([held.signIns, held.invitations]).toEqual([[], []])
  await erase(campus, personId, { words: 'keep', votes: 'keep' })
  expect(await db.$count(schema.signIns)).toBe(1)
  expect(await db.$count(schema.invitations)).toBe(1)
})
