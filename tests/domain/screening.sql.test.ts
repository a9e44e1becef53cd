import { eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Mail, Mailer } from '#app/channels/mail.ts'
import { together, type Actor } from '#app/domain/campus.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import { forgetPost } from '#app/domain/intake/gone.server.ts'
import { receivePost } from '#app/domain/intake/receive.server.ts'
import { release, releaseExpired } from '#app/domain/intake/release.server.ts'
import { submitComment, submitConcern } from '#app/domain/intake/submit.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { readHeld, readSelf } from '#app/domain/privacy/held.server.ts'
import {
  closeCareHold,
  countCare,
  leaveCareNote,
  openCareHold,
  readCareQueue,
  refer,
  referHold,
} from '#app/domain/screening/care.server.ts'
import {
  disputeHold,
  forgetDecided,
  hold,
  readOwnHold,
  readOwnHolds,
  withdrawHold,
} from '#app/domain/screening/hold.server.ts'
import { countHeld, readHeldQueue, refuse } from '#app/domain/screening/queue.server.ts'
import { learnAuthor } from '#app/domain/screening/emergency.server.ts'
import { readRules, saveList, saveSettings } from '#app/domain/screening/rules.server.ts'
import { lookThrough } from '#app/domain/screening/screen.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { tellCare } from '#app/jobs/tell-care.server.ts'
import { after, DAY, HOUR, MINUTE } from '#app/platform/clock.ts'
import type { Role } from '#app/vocabulary.ts'
import { auditLog, careNotes, entries, holds, posts, referrals, tickets } from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import {
  aCampus,
  aConcern,
  aKey,
  anAccount,
  anAdmin,
  aPostAbout,
  aReplyTo,
  aStudent,
  aTicket,
  quiet,
  refusalOf,
  staffOf,
  theTicket,
} from './campus.ts'

const here = aCampus()
const PHONE = 'Call me at 212-555-0187, the heating is broken.'
const DISCLOSURE = 'I want to kill myself because of this.'

const somebody = async (role: Role, name = role): Promise<Actor> => ({
  ...(await aStudent(here.campus, name)),
  role,
})

const look = async (fields: Record<string, string>, chosen = '') =>
  lookThrough(fields, await readRules(here.campus), chosen)

async function submit(from: Actor, text: string, { chosen = '', key = aKey() } = {}) {
  const concern = aConcern('heating', from, { text, submissionKey: key })
  const first = await look({ title: concern.title, text })
  return submitConcern(
    here.campus,
    concern,
    await look({ title: concern.title, text }, chosen === 'all' ? first.marks : ''),
  )
}

async function heldOf(from: Actor, text: string): Promise<bigint> {
  const became = await submit(from, text, { chosen: 'all' })
  if (became.kind !== 'held') throw new Error('it was not held')
  return became.id
}

const receive = (account: number, post: IncomingPost) =>
  together(here.campus, (campus) => receivePost(campus, account, post))
const newer = (post: IncomingPost, text: string): IncomingPost => ({
  ...aPostAbout(''),
  ...post,
  externalId: String(Number(post.externalId) + 50_000),
  text,
})
const libraryAccount = () => anAccount(here.campus, 'northfieldlib', here.library)
const setting = async (more: Partial<Awaited<ReturnType<typeof readRules>>>) => {
  const { lists: _, ...settings } = await readRules(here.campus)
  await saveSettings(here.campus, await anAdmin(here.campus), { ...settings, ...more })
}

/** Everything that is kept anywhere in the clear. */
async function everythingKept(): Promise<string> {
  const { db } = here.campus
  const rows = await run<{ name: string }>(
    db,
    sql`select table_name as name from information_schema.tables where table_schema = current_schema() and table_type = 'BASE TABLE'`,
  )
  const all = await Promise.all(
    rows.map(({ name }) =>
      run<Record<string, unknown>>(db, sql`select to_jsonb(t)::text as row from ${sql.identifier(name)} t`),
    ),
  )
  return all
    .flat()
    .map(({ row }) => String(row))
    .join('\n')
    .toLowerCase()
}

describe('a concern from the form', () => {
  test('with nothing in it is a ticket', async () => {
    const became = await submit(await aStudent(here.campus), 'The damn heating is broken again, you idiots.')
    expect(became.kind).toBe('public')
    expect(await here.campus.db.$count(holds)).toBe(0)
  })

  test('with a phone number is no ticket before its author has said so', async () => {
    const sam = await aStudent(here.campus)
    await expect(submit(sam, PHONE)).rejects.toThrow('decided by its author')
    expect(await here.campus.db.$count(tickets)).toBe(0)
    expect((await submit(sam, PHONE, { chosen: 'all' })).kind).toBe('public')
    const [line] = await here.campus.db.select().from(auditLog)
    expect(line).toMatchObject({
      event: 'personal-data.kept-by-author',
      actorId: null,
      details: { kinds: 'phone' },
    })
  })

  test('is asked about anew when something else was written into it', async () => {
    const { marks } = await look({ text: PHONE })
    expect((await look({ text: `Hello. ${PHONE}` }, marks)).asks).toBe(false)
    expect((await look({ text: `${PHONE} Or 212-555-0199.` }, marks)).asks).toBe(true)
  })

  test('with a student number waits for a person, whatever its author chose', async () => {
    await setting({ studentNumbers: ['S#######'] })
    const sam = await aStudent(here.campus)
    const id = await heldOf(sam, 'I am S1234567 and the heating is broken.')
    expect(await here.campus.db.$count(tickets)).toBe(0)
    expect(await readHeldQueue(here.campus)).toMatchObject([
      { id: String(id), kind: 'personal-data', what: 'concern', found: ['student-number'] },
    ])
    expect(await everythingKept()).not.toContain('s1234567')
    const number = await release(here.campus, await somebody('moderator'), id)
    expect(await theTicket(here.campus, number)).toMatchObject({ authorId: sam.personId, votes: 1 })
    expect(await refusalOf(release(here.campus, await somebody('admin'), id))).toBe('already-decided')
    expect(await here.campus.db.$count(tickets)).toBe(1)
  })

  test('that is about somebody’s safety goes to the care team and nowhere else', async () => {
    const sam = await aStudent(here.campus)
    const id = await heldOf(sam, DISCLOSURE)
    expect(await here.campus.db.$count(tickets)).toBe(0)
    expect(await here.campus.db.$count(entries)).toBe(0)
    expect(await readHeldQueue(here.campus)).toEqual([])
    expect(await readCareQueue(here.campus)).toMatchObject([{ id: String(id), kinds: ['self-harm'] }])
    expect(await everythingKept()).not.toContain('because of this')
    for (const role of ['moderator', 'admin'] as const)
      expect(await refusalOf(release(here.campus, await somebody(role), id))).toBe('not-yours')
    expect(await refusalOf(refuse(here.campus, await somebody('care'), { id, reason: 'spam' }))).toBe(
      'no-such-hold',
    )
    here.clock.pass(365 * DAY)
    await releaseExpired(here.campus)
    expect(await here.campus.db.$count(tickets)).toBe(0)
    // A false alarm: one press.
    const number = await release(here.campus, await somebody('care'), id)
    expect(await theTicket(here.campus, number)).toMatchObject({ body: DISCLOSURE, authorId: sam.personId })
  })

  test('no clock can publish what is about somebody’s safety: the database itself refuses', async () => {
    const id = await heldOf(await aStudent(here.campus), DISCLOSURE)
    const { db } = here.campus
    const now = here.clock.now()
    await expect(
      db.update(holds).set({ outcome: 'expired', decidedAt: now }).where(eq(holds.id, id)),
    ).rejects.toThrow()
    await expect(db.update(holds).set({ expiresAt: now }).where(eq(holds.id, id))).rejects.toThrow()
  })

  test('pressed twice is held once, and sent anew in other words is the newer', async () => {
    const sam = await aStudent(here.campus)
    const key = aKey()
    const first = await submit(sam, DISCLOSURE, { key })
    const again = await submit(sam, `${DISCLOSURE} Really.`, { key })
    expect(again).toEqual(first)
    const [own] = await readOwnHolds(here.campus, sam.personId)
    expect(own!.words!.text).toBe(`${DISCLOSURE} Really.`)
    // Without the words it is a concern like any other, and both stay.
    expect((await submit(sam, 'The heating makes me sad.', { key })).kind).toBe('public')
    await release(here.campus, await somebody('care'), BigInt(own!.id))
    expect(await here.campus.db.$count(tickets)).toBe(2)
  })

  test('is one of ten in an hour', async () => {
    const sam = await aStudent(here.campus)
    for (let sent = 0; sent < 10; sent += 1) await submit(sam, DISCLOSURE)
    expect(await refusalOf(submit(sam, DISCLOSURE))).toBe('too-many-tickets')
    here.clock.pass(61 * MINUTE)
    expect((await submit(sam, DISCLOSURE)).kind).toBe('held')
  })
})

describe('a comment', () => {
  test('is held, and released to where its ticket went on', async () => {
    const { campus } = here
    const [first, second] = [await aTicket(campus, 'heating'), await aTicket(campus, 'cold')]
    const sam = await aStudent(campus)
    const said = { number: first, personId: sam.personId, body: DISCLOSURE, key: aKey() }
    const became = await submitComment(campus, said, await look({ body: said.body }))
    expect(became.kind).toBe('held')
    expect((await theTicket(campus, first)).comments).toBe(0)
    await merge(campus, await anAdmin(campus), {
      number: first,
      into: second,
      sentence: 'The same.',
      key: aKey(),
    })
    const id = (became as { id: bigint }).id
    expect(await release(campus, await somebody('care'), id)).toBe(second)
    const [entry] = await campus.db.select().from(entries).where(eq(entries.kind, 'comment'))
    expect(entry).toMatchObject({ ticketNumber: second, authorId: sam.personId, body: DISCLOSURE })
  })

  test('with nothing in it is said', async () => {
    const number = await aTicket(here.campus, 'heating')
    const sam = await aStudent(here.campus)
    const said = { number, personId: sam.personId, body: 'Mine too', key: aKey() }
    expect(await submitComment(here.campus, said, await look({ body: said.body }))).toEqual({
      kind: 'public',
      made: number,
    })
  })
})

describe('a post of a network', () => {
  test('that holds personal data waits, and its words are nowhere', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating', { text: `@northfieldlib ${PHONE}` })
    expect(await receive(account, post)).toBe('held')
    expect(await receive(account, post)).toBe('seen')
    expect(await here.campus.db.$count(tickets)).toBe(0)
    const kept = await everythingKept()
    expect(kept).not.toContain('555-0187')
    expect(kept).not.toContain('alexvisits')
    const [held] = await readHeldQueue(here.campus)
    expect(held).toMatchObject({
      kind: 'personal-data',
      what: 'post',
      author: 'alexvisits',
      found: ['phone'],
    })
    const number = await release(here.campus, await somebody('moderator'), BigInt(held!.id))
    expect(await theTicket(here.campus, number)).toMatchObject({
      source: 'x',
      body: post.text,
      departmentId: here.library,
    })
    const [row] = await here.campus.db.select().from(posts)
    expect(row).toMatchObject({
      authorHandle: 'alexvisits',
      text: post.text,
      ticketNumber: number,
      summons: 'mentioned',
    })
    // From then on it is known as any other.
    expect(await receive(account, aReplyTo(post, 'Mine too!'))).toBe('comment')
  })

  test('that only names somebody is public at once, and so is harsh criticism', async () => {
    const account = await libraryAccount()
    const text = '@northfieldlib Prof. Miller is a damn joke and the library is shit'
    expect(await receive(account, aPostAbout('', { text }))).toBe('ticket')
  })

  test('is refused as a whole', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('', { text: PHONE })
    await receive(account, post)
    const [held] = await readHeldQueue(here.campus)
    await refuse(here.campus, await somebody('moderator'), { id: BigInt(held!.id), reason: 'personal-data' })
    expect(await readHeldQueue(here.campus)).toEqual([])
    expect(await receive(account, post)).toBe('seen')
    expect(await here.campus.db.$count(tickets)).toBe(0)
  })

  test('leaves the queue when it is deleted there', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('', { text: PHONE })
    await receive(account, post)
    const gone = { channel: 'x' as const, externalId: post.externalId, authorId: 'alex' }
    expect(await together(here.campus, (campus) => forgetPost(campus, gone))).toBe('forgotten')
    expect(await readHeldQueue(here.campus)).toEqual([])
    const [row] = await here.campus.db.select().from(holds)
    expect(row).toMatchObject({ outcome: 'gone', content: null })
    expect(await receive(account, newer(post, 'The heating is broken'))).toBe('seen')
  })

  test('is public once its author took it out there', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('', { text: PHONE })
    await receive(account, post)
    expect(await receive(account, newer(post, 'The heating is broken again'))).toBe('edited')
    const [ticket] = await here.campus.db.select().from(tickets)
    expect(ticket).toMatchObject({ body: 'The heating is broken again', status: 'received' })
    expect(await readHeldQueue(here.campus)).toEqual([])
  })

  test('about somebody’s safety stays with the care team, whatever a later version says', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('', { text: DISCLOSURE })
    expect(await receive(account, post)).toBe('held')
    expect(await receive(account, newer(post, 'Never mind.'))).toBe('held')
    const [waiting] = await readCareQueue(here.campus)
    expect(waiting).toMatchObject({ kinds: ['self-harm'], source: 'x' })
    expect(await openCareHold(here.campus, await somebody('care'), BigInt(waiting!.id))).toMatchObject({
      words: { text: 'Never mind.' },
      url: post.url,
    })
    expect(await here.campus.db.$count(tickets)).toBe(0)
  })

  test('that is public is screened anew when it is edited', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    await receive(account, post)
    const edit = newer(post, `The heating. ${PHONE}`)
    expect(await receive(account, edit)).toBe('held')
    expect(await receive(account, edit)).toBe('seen')
    const [before] = await here.campus.db.select().from(tickets)
    expect(before!.body).toBe(post.text)
    const [held] = await readHeldQueue(here.campus)
    expect(await release(here.campus, await somebody('moderator'), BigInt(held!.id))).toBe(before!.number)
    expect((await theTicket(here.campus, before!.number)).body).toBe(edit.text)
  })

  test('is looked through with what it answers and how its pictures are described', async () => {
    const account = await libraryAccount()
    const parent = { authorName: 'Kim', authorHandle: 'kim', text: PHONE, url: 'https://x.example/kim/1' }
    expect(await receive(account, aPostAbout('heating', { parent }))).toBe('held')
    const images = [{ url: 'https://x.example/a.png', alt: 'A card: sam@mail.example' }]
    expect(await receive(account, aPostAbout('heating', { images }))).toBe('held')
  })

  test('is reviewed first where the campus says so, replies too', async () => {
    const account = await libraryAccount()
    const post = aPostAbout('heating')
    await receive(account, post)
    await setting({ reviewImports: true })
    expect(await receive(account, aReplyTo(post, 'Mine too!'))).toBe('held')
    const [held] = await readHeldQueue(here.campus)
    expect(held).toMatchObject({ kind: 'review', found: [] })
    const [ticket] = await here.campus.db.select().from(tickets)
    expect(await release(here.campus, await somebody('moderator'), BigInt(held!.id))).toBe(ticket!.number)
    expect((await theTicket(here.campus, ticket!.number)).comments).toBe(1)
  })
})

describe('perhaps spam', () => {
  const aSpamHold = async (from: Actor) => {
    const concern = aConcern('heating', from)
    return hold(here.campus, {
      kind: 'spam',
      what: 'concern',
      personId: from.personId,
      submissionKey: concern.submissionKey,
      held: {
        title: concern.title,
        text: concern.text,
        source: 'web',
        author: null,
        url: null,
        lists: [],
        found: [],
        taken: concern,
      },
    })
  }

  test('is published when nobody decides in the time that was set', async () => {
    await setting({ spamHours: 6 })
    await aSpamHold(await aStudent(here.campus))
    expect((await readHeldQueue(here.campus))[0]).toMatchObject({
      expiresAt: after(here.clock.now(), 6 * HOUR),
    })
    here.clock.pass(6 * HOUR - 1)
    await releaseExpired(here.campus)
    expect(await here.campus.db.$count(tickets)).toBe(0)
    here.clock.pass(1)
    await Promise.all([releaseExpired(here.campus), releaseExpired(here.campus)])
    expect(await here.campus.db.$count(tickets)).toBe(1)
    const [row] = await here.campus.db.select().from(holds)
    expect(row).toMatchObject({ outcome: 'expired', content: null, decidedBy: null })
  })

  test('is not published once it was refused', async () => {
    const id = await aSpamHold(await aStudent(here.campus))
    await refuse(here.campus, await somebody('moderator'), { id, reason: 'spam' })
    here.clock.pass(30 * DAY)
    await releaseExpired(here.campus)
    expect(await here.campus.db.$count(tickets)).toBe(0)
  })
})

describe('its author', () => {
  test('sees what is held and where help is, says that it is not about that, and takes it back', async () => {
    const { campus } = here
    const sam = await aStudent(campus)
    const id = await heldOf(sam, DISCLOSURE)
    const { hold: own, offices } = await readOwnHold(campus, sam.personId, id)
    expect(own).toMatchObject({ kind: 'safety', words: { text: DISCLOSURE }, disputed: false, outcome: null })
    expect(offices).toMatchObject([{ kind: 'self-harm' }])
    const kim = await aStudent(campus, 'kim')
    for (const work of [readOwnHold, withdrawHold, disputeHold])
      expect(await refusalOf(work(campus, kim.personId, id))).toBe('no-such-hold')
    await disputeHold(campus, sam.personId, id)
    expect(await readCareQueue(campus)).toMatchObject([{ disputed: true }])
    expect(await campus.db.$count(tickets)).toBe(0)
    await withdrawHold(campus, sam.personId, id)
    expect(await readCareQueue(campus)).toEqual([])
    const [row] = await campus.db.select().from(holds)
    expect(row).toMatchObject({ outcome: 'withdrawn', content: null })
    expect(await refusalOf(release(campus, await somebody('care'), id))).toBe('already-decided')
  })

  test('reads why it was refused, and has the words for a month', async () => {
    const { campus } = here
    await setting({ studentNumbers: ['S#######'] })
    const sam = await aStudent(campus)
    const id = await heldOf(sam, 'I am S1234567, it is cold.')
    await refuse(campus, await somebody('moderator'), { id, reason: 'personal-data' })
    const own = async () => (await readOwnHolds(campus, sam.personId))[0]
    expect(await own()).toMatchObject({
      outcome: 'refused',
      reason: 'personal-data',
      words: { text: expect.any(String) },
    })
    here.clock.pass(31 * DAY)
    await forgetDecided(campus)
    expect((await own())!.words).toBeNull()
  })

  test('takes it all along, and is forgotten with it', async () => {
    const { campus } = here
    const sam = await aStudent(campus)
    const id = await heldOf(sam, DISCLOSURE)
    const care = await somebody('care')
    await leaveCareNote(campus, care, id, 'Called the office.')
    expect((await readHeld(campus, sam.personId)).holds).toMatchObject([{ words: { text: DISCLOSURE } }])
    expect((await readSelf(campus, sam.personId)).held).toMatchObject([{ id: String(id) }])
    expect((await readHeld(campus, care.personId)).careNotes).toMatchObject([{ holdId: id }])
    await erase(campus, sam.personId, { words: 'keep', votes: 'keep' })
    expect(await campus.db.$count(holds)).toBe(0)
    expect(await campus.db.$count(careNotes)).toBe(0)
  })
})

describe('the care team', () => {
  const OFFICE = 'care@northfield.example'
  const withOffice = async () => {
    const [list] = (await readRules(here.campus)).lists
    const office = { ...list!, email: OFFICE, office: 'Counselling' }
    await saveList(here.campus, await anAdmin(here.campus), office)
    return office.id
  }
  const mails: Array<Mail> = []
  const post = (mailer: Partial<Mailer> = {}) =>
    tellCare({
      campus: here.campus,
      mailer: { send: async (mail) => void mails.push(mail), close: () => {}, ...mailer },
      publicUrl: 'https://quad.example',
      campusName: 'Northfield',
      log: quiet,
    })
  const told = () => mails.splice(0).map(({ to, subject }) => `${to}: ${subject}`)

  test('opens one, which is written down, refers it with one press, and closes it', async () => {
    const { campus } = here
    const office = await withOffice()
    const care = await somebody('care')
    const id = await heldOf(await aStudent(campus), DISCLOSURE)
    here.clock.pass(25 * MINUTE)
    expect(await openCareHold(campus, care, id)).toMatchObject({ words: { text: DISCLOSURE }, referrals: [] })
    await referHold(campus, care, id, office)
    await leaveCareNote(campus, care, id, 'They have it now.')
    const opened = await openCareHold(campus, care, id)
    expect(opened.referrals).toMatchObject([{ office: 'Counselling', minutes: 25, mailedAt: null }])
    expect(opened.notes).toMatchObject([{ body: 'They have it now.', mine: true }])
    expect(await everythingKept()).not.toContain('they have it now')
    await closeCareHold(campus, care, id)
    expect(await readCareQueue(campus)).toEqual([])
    expect(await campus.db.$count(tickets)).toBe(0)
    const lines = await campus.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.subject, `hold:${id}`))
    expect(lines.map(({ event }) => event)).toEqual([
      'hold.read',
      'hold.referred',
      'hold.noted',
      'hold.read',
      'hold.closed',
    ])
    expect(lines[1]!.details).toEqual({ office, minutes: 25 })
  })

  test('learns who wrote it where somebody is in danger: with a reason, for a day, and its author is told', async () => {
    const { campus } = here
    const care = await somebody('care')
    const kit = { ...(await aStudent(campus, 'kit')), role: 'care' as const }
    const sam = await aStudent(campus)
    const id = await heldOf(sam, DISCLOSURE)
    expect(await openCareHold(campus, care, id)).toMatchObject({ author: null, hasAuthor: true })
    const reason = 'They say that they will jump tonight.'
    for (const role of ['student', 'moderator', 'admin', 'auditor'] as const)
      expect(await refusalOf(learnAuthor(campus, { ...care, role }, { id, reason }))).toBe('not-yours')
    await learnAuthor(campus, care, { id, reason })
    // The whole team can act on it.
    for (const one of [care, kit])
      expect((await openCareHold(campus, one, id)).author).toMatchObject({ email: 'sam@northfield.example' })
    expect((await openCareHold(campus, kit, id)).notes).toMatchObject([{ body: reason, mine: false }])
    expect(await everythingKept()).not.toContain('jump tonight')
    const lines = await campus.db.select().from(auditLog).where(eq(auditLog.event, 'hold.author-learned'))
    expect(lines).toMatchObject([{ actorId: care.personId, subject: `hold:${id}` }])
    expect((await readOwnHold(campus, sam.personId, id)).hold.learnedAt).toEqual(here.clock.now())
    here.clock.pass(DAY)
    expect((await openCareHold(campus, care, id)).author).toBeNull()
    await learnAuthor(campus, care, { id, reason })
    await closeCareHold(campus, care, id)
    expect((await openCareHold(campus, care, id)).author).toBeNull()
    expect(await refusalOf(learnAuthor(campus, care, { id, reason }))).toBe('already-decided')
  })

  test('learns nobody of a network, nor of what is about something else', async () => {
    const { campus } = here
    const care = await somebody('care')
    const account = await anAccount(campus, 'northfieldlib', here.library)
    await receive(account, aPostAbout('', { text: DISCLOSURE }))
    const [post] = await readCareQueue(campus)
    const reason = 'They say that they will jump tonight.'
    expect(await refusalOf(learnAuthor(campus, care, { id: BigInt(post!.id), reason }))).toBe('nobody-behind')
    await setting({ studentNumbers: ['S#######'] })
    const other = await heldOf(await aStudent(campus), 'I am S1234567, it is cold.')
    expect(await refusalOf(learnAuthor(campus, care, { id: other, reason }))).toBe('no-such-hold')
  })

  test('an office is written to with a number and no words', async () => {
    const { campus } = here
    const office = await withOffice()
    const care = await somebody('care')
    const id = await heldOf(await aStudent(campus), DISCLOSURE)
    await openCareHold(campus, care, id)
    await referHold(campus, care, id, office)
    const number = await aTicket(campus, 'heating')
    await refer(campus, await staffOf(campus, here.it), { number, listId: office })
    await post({ send: async () => Promise.reject(new Error('away')) })
    expect(await campus.db.$count(referrals, sql`mailed_at is null`)).toBe(2)
    here.clock.pass(6 * MINUTE)
    await post()
    await post()
    expect(mails.map(({ to }) => to)).toEqual([OFFICE, OFFICE])
    const text = mails.map(({ subject, text }) => subject + text).join()
    expect(text).toContain(`https://quad.example/desk/care/${id}`)
    expect(text).toContain(`https://quad.example/tickets/${number}`)
    for (const secret of ['kill', 'sam', 'heating']) expect(text.toLowerCase()).not.toContain(secret)
    mails.length = 0
  })

  test('no office without an address is referred to', async () => {
    const { campus } = here
    const id = await heldOf(await aStudent(campus), DISCLOSURE)
    expect(await refusalOf(referHold(campus, await somebody('care'), id, 99))).toBe('no-such-office')
  })

  test('is told when something comes, and again with administrators while nobody opens it', async () => {
    const { campus } = here
    const care = await somebody('care')
    await anAdmin(campus)
    await run(campus.db, sql`update people set role = 'care' where id = ${care.personId}`)
    const id = await heldOf(await aStudent(campus), DISCLOSURE)
    await post()
    expect(told()).toEqual(['care@northfield.example: Care: something came on Northfield'])
    here.clock.pass(60 * MINUTE)
    await post()
    expect(told()).toEqual([])
    expect(await countCare(campus)).toEqual({ waiting: 1, unopened: 1, overdue: 0 })
    here.clock.pass(2 * MINUTE)
    await post()
    const both = [
      'care@northfield.example: Care: overdue on Northfield',
      'ada@northfield.example: Care: overdue on Northfield',
    ]
    expect(told().sort()).toEqual(both.sort())
    expect(await countCare(campus)).toEqual({ waiting: 1, unopened: 1, overdue: 1 })
    await post()
    expect(told()).toEqual([])
    here.clock.pass(61 * MINUTE)
    await post()
    expect(told().sort()).toEqual(both.sort())
    await openCareHold(campus, care, id)
    here.clock.pass(DAY)
    await post()
    expect(told()).toEqual([])
  })

  test('is told again when nobody could be reached', async () => {
    const { campus } = here
    await heldOf(await aStudent(campus), DISCLOSURE)
    await post()
    expect(told()).toEqual([])
    const care = await somebody('care')
    await run(campus.db, sql`update people set role = 'care' where id = ${care.personId}`)
    await post()
    expect(told()).toHaveLength(1)
  })
})

test('everybody may know how many were held, and how fast that was decided', async () => {
  const { campus } = here
  await setting({ studentNumbers: ['S#######'] })
  const moderator = await somebody('moderator')
  const sam = await aStudent(campus)
  const first = await heldOf(sam, 'I am S1234567, it is cold.')
  const second = await heldOf(sam, 'I am S1234568, it is cold.')
  await heldOf(sam, 'I am S1234569, it is cold.')
  await heldOf(sam, DISCLOSURE)
  here.clock.pass(30 * MINUTE)
  await release(campus, moderator, first)
  await refuse(campus, moderator, { id: second, reason: 'personal-data' })
  here.clock.pass(2 * DAY)
  expect(await countHeld(campus)).toEqual([
    {
      kind: 'personal-data',
      held: 3,
      waiting: 1,
      overdue: 1,
      outcomes: { released: 1, refused: 1 },
      medianMinutes: 30,
    },
    { kind: 'review', held: 0, waiting: 0, overdue: 0, outcomes: {}, medianMinutes: null },
    { kind: 'spam', held: 0, waiting: 0, overdue: 0, outcomes: {}, medianMinutes: null },
    { kind: 'safety', held: 1, waiting: 1, overdue: 1, outcomes: {}, medianMinutes: null },
  ])
})
