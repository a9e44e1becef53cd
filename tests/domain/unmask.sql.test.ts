import { and, eq, sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { personWith } from '#app/domain/people/identity.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import {
  askUnmasking,
  countUnmaskings,
  decideUnmasking,
  lookBehind,
  readRequests,
} from '#app/domain/privacy/unmask.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { tellUnmasked } from '#app/jobs/tell-unmasked.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import type { Mail } from '#app/channels/mail.ts'
import type { Role } from '#app/vocabulary.ts'
import { auditLog, people, pseudonyms, unmaskings } from '#db/schema/index.ts'
import { aCampus, anAdmin, aTicket, quiet, refusalOf, staffOf, theTicket } from './campus.ts'

const here = aCampus()

const aPersonAs = async (role: Role) =>
  findActor(here.campus, await personWith(here.campus, `${role}@northfield.example`, role))

/** A ticket of the library, whoever raised it, and what they are called on it. */
async function aThreat() {
  const number = await aTicket(here.campus, 'heating', { departmentId: here.library })
  const authorId = (await theTicket(here.campus, number)).authorId!
  const [name] = await here.campus.db
    .select()
    .from(pseudonyms)
    .where(and(eq(pseudonyms.ticketNumber, number), eq(pseudonyms.personId, authorId)))
  return { number, authorId, name: name!.name, author: await findActor(here.campus, authorId) }
}
const reason = 'They write that they will burn the library down.'
const ask = (actor: Actor, { number, name }: { number: number; name: string }) =>
  askUnmasking(here.campus, actor, { number, name, reason })
const newest = async () =>
  (
    await here.campus.db
      .select()
      .from(unmaskings)
      .orderBy(sql`id desc`)
      .limit(1)
  )[0]!
const decide = async (actor: Actor, granted: boolean, barredWhy: string | null = null) =>
  decideUnmasking(here.campus, actor, { id: (await newest()).id, granted, barredWhy })
const look = async (actor: Actor) => lookBehind(here.campus, actor, (await newest()).id)

/** Asked by the library, agreed to by the care team. */
async function granted(barredWhy: string | null = null) {
  const threat = await aThreat()
  const [librarian, care] = [await staffOf(here.campus, here.library), await aPersonAs('care')]
  await ask(librarian, threat)
  await decide(care, true, barredWhy)
  return { ...threat, librarian, care }
}

describe('who stands behind a name', () => {
  test('is told to the one who asked, when a second person agrees, for a day', async () => {
    const { librarian, care, authorId } = await granted()
    const [author] = await here.campus.db.select().from(people).where(eq(people.id, authorId))
    expect(await look(librarian)).toMatchObject({
      email: author!.email,
      identities: [{ issuer: 'mail', subject: author!.email }],
    })
    expect((await newest()).readAt).toEqual(here.clock.now())
    for (const other of [care, await anAdmin(here.campus), await aPersonAs('moderator')])
      expect(await refusalOf(look(other))).toBe('look-over')
    here.clock.pass(DAY - HOUR)
    await look(librarian)
    here.clock.pass(HOUR)
    expect(await refusalOf(look(librarian))).toBe('look-over')
    const log = await here.campus.db.select().from(auditLog).orderBy(auditLog.id)
    expect(log.map(({ event, actorId }) => [event, actorId])).toEqual([
      ['unmasking.asked', librarian.personId],
      ['unmasking.granted', care.personId],
      ['unmasking.read', librarian.personId],
      ['unmasking.read', librarian.personId],
    ])
    for (const line of log) {
      const text = JSON.stringify(line, (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      )
      expect(text).not.toContain(authorId)
      expect(text).not.toContain('@')
      expect(text).not.toContain('burn')
    }
  })

  test('is not told before that, nor when it was refused', async () => {
    const threat = await aThreat()
    const librarian = await staffOf(here.campus, here.library)
    await ask(librarian, threat)
    expect(await refusalOf(look(librarian))).toBe('look-over')
    expect(await refusalOf(ask(librarian, threat))).toBe('already-asked')
    await decide(await aPersonAs('care'), false)
    expect(await refusalOf(look(librarian))).toBe('look-over')
    expect(await refusalOf(decide(await anAdmin(here.campus), true))).toBe('already-decided')
  })

  test('is asked by staff of the ticket’s department, moderators and the care team alone', async () => {
    const threat = await aThreat()
    const refused = [
      threat.author,
      await staffOf(here.campus, here.it),
      await aPersonAs('auditor'),
      await aPersonAs('alert-officer'),
    ]
    for (const actor of refused) expect(await refusalOf(ask(actor, threat))).toBe('other-department')
    for (const actor of [await aPersonAs('moderator'), await aPersonAs('care')]) await ask(actor, threat)
    expect(await refusalOf(ask(await aPersonAs('care'), { ...threat, name: 'No Such Bird' }))).toBe(
      'nobody-behind',
    )
  })

  test('is decided by a second person, whom the database asks for too', async () => {
    const threat = await aThreat()
    const care = await aPersonAs('care')
    await ask(care, threat)
    const refused = [
      care,
      await staffOf(here.campus, here.library),
      await aPersonAs('moderator'),
      await aPersonAs('auditor'),
    ]
    for (const actor of refused) expect(await refusalOf(decide(actor, true))).toBe('two-people')
    const now = here.clock.now()
    const set = (row: object) =>
      here.campus.db.update(unmaskings).set(row).where(eq(unmaskings.name, threat.name))
    await expect(set({ decidedBy: care.personId, decidedAt: now, granted: true })).rejects.toThrow()
    await expect(set({ granted: true })).rejects.toThrow()
    await expect(set({ barred: true, barredWhy: 'An order.' })).rejects.toThrow()
    await expect(set({ reason: ' ' })).rejects.toThrow()
    const ada = await anAdmin(here.campus)
    await expect(
      set({ decidedBy: ada.personId, decidedAt: now, granted: true, barred: true, barredWhy: ' ' }),
    ).rejects.toThrow()
    await decide(ada, true)
  })

  test('is not decided by the one who is asked about', async () => {
    const threat = await aThreat()
    await ask(await staffOf(here.campus, here.library), threat)
    await here.campus.db.update(people).set({ role: 'care' }).where(eq(people.id, threat.authorId))
    expect(await refusalOf(decide(await findActor(here.campus, threat.authorId), false))).toBe('two-people')
  })

  test('is not told any more once the ticket is another department’s, or they are erased', async () => {
    const { librarian, number, authorId } = await granted()
    await handOver(here.campus, librarian, { number, departmentId: here.it, sentence: 'Theirs.' })
    expect(await refusalOf(look(librarian))).toBe('look-over')
    await handOver(here.campus, await anAdmin(here.campus), {
      number,
      departmentId: here.library,
      sentence: 'Ours.',
    })
    await erase(here.campus, authorId, { words: 'keep', votes: 'keep' })
    expect(await refusalOf(look(librarian))).toBe('nobody-behind')
    expect(await countUnmaskings(here.campus)).toEqual({ asked: 1, granted: 1 })
  })

  test('cannot be agreed to for somebody who is erased', async () => {
    const threat = await aThreat()
    await ask(await staffOf(here.campus, here.library), threat)
    await erase(here.campus, threat.authorId, { words: 'keep', votes: 'take-back' })
    expect(await refusalOf(decide(await aPersonAs('care'), true))).toBe('nobody-behind')
    await decide(await aPersonAs('care'), false)
  })

  test('stands on the desk of who asked, who decides and who audits', async () => {
    const { librarian, care } = await granted()
    const moderator = await aPersonAs('moderator')
    expect(await readRequests(here.campus, librarian)).toMatchObject({
      mine: [{ mine: true, granted: true }],
      all: null,
    })
    expect(await readRequests(here.campus, moderator)).toEqual({ mine: [], all: null })
    for (const actor of [care, await anAdmin(here.campus), await aPersonAs('auditor')])
      expect(await readRequests(here.campus, actor)).toMatchObject({
        mine: [],
        all: [{ mine: false, reason, askedBy: { role: 'responder' } }],
      })
  })
})

describe('whoever was unmasked', () => {
  function aMailer(failing = 0) {
    const sent: Array<Mail> = []
    let left = failing
    return {
      sent,
      close: () => undefined,
      async send(mail: Mail) {
        left -= 1
        if (left >= 0) throw new Error('the mail server is away')
        sent.push(mail)
      },
    }
  }
  const tell = (mailer: ReturnType<typeof aMailer>) =>
    tellUnmasked({
      campus: here.campus,
      mailer,
      publicUrl: 'https://quad.example',
      campusName: 'Northfield',
      log: quiet,
    })

  test('is told by mail, once, who asked by their role and why', async () => {
    const { name, authorId } = await granted()
    const mailer = aMailer()
    await Promise.all([tell(mailer), tell(mailer)])
    await tell(mailer)
    const [author] = await here.campus.db.select().from(people).where(eq(people.id, authorId))
    expect(mailer.sent).toHaveLength(1)
    const [mail] = mailer.sent
    expect(mail!.to).toBe(author!.email)
    for (const words of [name, reason, 'Responder', 'Care team', 'https://quad.example/me'])
      expect(mail!.text).toContain(words)
    expect(mail!.text).not.toContain('@')
    expect((await newest()).toldAt).toEqual(here.clock.now())
  })

  test('is told later where the mail server was away', async () => {
    await granted()
    const mailer = aMailer(1)
    await tell(mailer)
    await tell(mailer)
    expect(mailer.sent).toEqual([])
    here.clock.pass(HOUR)
    await tell(mailer)
    expect(mailer.sent).toHaveLength(1)
  })

  test('is not told where that is barred, or it was refused, or no address is known', async () => {
    await granted('Section 12 of an act.')
    const mailer = aMailer()
    await tell(mailer)
    expect(mailer.sent).toEqual([])
    const threat = await aThreat()
    await ask(await aPersonAs('moderator'), threat)
    await tell(mailer)
    await decide(await aPersonAs('care'), false)
    await tell(mailer)
    await here.campus.db.update(people).set({ email: null }).where(eq(people.id, threat.authorId))
    await ask(await aPersonAs('moderator'), threat)
    await decide(await aPersonAs('care'), true)
    await tell(mailer)
    expect(mailer.sent).toEqual([])
  })
})
