import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { together, type Actor } from '#app/domain/campus.ts'
import { readSheets, saveDepartment } from '#app/domain/departments/edit.server.ts'
import { findActor } from '#app/domain/people/actor.server.ts'
import { findAdmin, listAdmins, makeAdmin } from '#app/domain/people/admins.server.ts'
import { readLog } from '#app/domain/people/audit-log.server.ts'
import { record } from '#app/domain/people/audit.server.ts'
import { listPeople, readPerson } from '#app/domain/people/directory.server.ts'
import { makeRecoveryCodes, readFactors } from '#app/domain/people/factors.server.ts'
import { forgetExpired } from '#app/domain/people/housekeeping.server.ts'
import { arrive, personWith } from '#app/domain/people/identity.server.ts'
import {
  acceptInvitation,
  invite,
  inviteAgain,
  listInvitations,
  readInvitation,
  withdrawInvitation,
} from '#app/domain/people/invite.server.ts'
import { changeRole, disable, enable, resetFactors } from '#app/domain/people/look-after.server.ts'
import { erase } from '#app/domain/privacy/erase.server.ts'
import { DAY, HOUR } from '#app/platform/clock.ts'
import { auditLog, invitations, people, sessions } from '#db/schema/index.ts'
import { aCampus, anAdmin, aStudent, onPostgres, refusalOf, staffOf } from './campus.ts'

const here = aCampus()

let ada: Actor
let ben: Actor
let sam: Actor
beforeEach(async () => {
  ada = await anAdmin(here.campus)
  ben = await staffOf(here.campus, here.library)
  sam = await aStudent(here.campus)
})

async function aSession(who: Actor, id: string) {
  const now = here.clock.now()
  const later = new Date(now.getTime() + HOUR)
  await here.campus.db.insert(sessions).values({
    id,
    userId: who.personId,
    provider: 'mail',
    device: 'A browser',
    createdAt: now,
    seenAt: now,
    expiresAt: later,
    endsAt: later,
  })
}
const sessionIds = async () => (await here.campus.db.select().from(sessions)).map(({ id }) => id).sort()
const roleOf = async (who: Actor) => (await findActor(here.campus, who.personId)).role
/** What the log says of the newest things done to somebody. */
const logOf = async (subject: string) =>
  (
    await here.campus.db.select().from(auditLog).where(eq(auditLog.subject, subject)).orderBy(auditLog.id)
  ).map(({ actorId, event, details }) => ({ actorId, event, details }))

describe('looking after people', () => {
  test('a role is changed with its departments, and ends every session', async () => {
    await aSession(sam, 'a')
    await changeRole(here.campus, ada, {
      personId: sam.personId,
      role: 'responder',
      departmentIds: [here.library, here.it],
    })
    expect(await findActor(here.campus, sam.personId)).toMatchObject({
      role: 'responder',
      departmentIds: [here.library, here.it],
    })
    expect(await sessionIds()).toEqual([])
    expect(await logOf(`person:${sam.personId}`)).toEqual([
      {
        actorId: ada.personId,
        event: 'person.role-changed',
        details: { from: 'student', to: 'responder', departments: `${here.library},${here.it}` },
      },
    ])
    await changeRole(here.campus, ada, { personId: sam.personId, role: 'student', departmentIds: [here.it] })
    expect((await findActor(here.campus, sam.personId)).departmentIds).toEqual([])
  })

  test('who is disabled is signed out everywhere, gets nowhere in, and comes back when enabled', async () => {
    await aSession(sam, 'a')
    await aSession(sam, 'b')
    await aSession(ben, 'c')
    await disable(here.campus, ada, sam.personId)
    expect(await sessionIds()).toEqual(['c'])
    expect(await refusalOf(personWith(here.campus, 'sam@northfield.example'))).toBe('account-disabled')
    await enable(here.campus, ada, sam.personId)
    expect(await personWith(here.campus, 'sam@northfield.example')).toBe(sam.personId)
  })

  test('nobody does it to themselves, and one administrator is always left', async () => {
    const own = { personId: ada.personId, role: 'student' as const, departmentIds: [] }
    expect(await refusalOf(disable(here.campus, ada, ada.personId))).toBe('not-yourself')
    expect(await refusalOf(changeRole(here.campus, ada, own))).toBe('not-yourself')
    expect(await refusalOf(resetFactors(here.campus, ada, { personId: ada.personId, reason: 'lost' }))).toBe(
      'not-yourself',
    )
    expect(await refusalOf(disable(here.campus, null, ada.personId))).toBe('last-admin')
    expect(await refusalOf(changeRole(here.campus, ben, own))).toBe('last-admin')
    await makeAdmin(here.campus, 'bea@northfield.example')
    await disable(here.campus, null, ada.personId)
    expect(
      await refusalOf(disable(here.campus, null, await findAdmin(here.campus, 'bea@northfield.example'))),
    ).toBe('last-admin')
  })

  if (onPostgres)
    test('two administrators who disable each other at once leave one', async () => {
      await makeAdmin(here.campus, 'bea@northfield.example')
      const bea = await findActor(here.campus, await findAdmin(here.campus, 'bea@northfield.example'))
      const both = await Promise.all([
        refusalOf(disable(here.campus, ada, bea.personId)),
        refusalOf(disable(here.campus, bea, ada.personId)),
      ])
      expect(both.sort()).toEqual(['last-admin', 'nothing was refused'])
    })

  test('a reset takes every factor and every session, and the log says why', async () => {
    await makeRecoveryCodes(here.campus, ben.personId)
    await aSession(ben, 'a')
    await resetFactors(here.campus, ada, { personId: ben.personId, reason: 'lost' })
    expect((await readFactors(here.campus, ben.personId)).codesLeft).toBe(0)
    expect(await sessionIds()).toEqual([])
    expect((await logOf(`person:${ben.personId}`)).at(-1)).toEqual({
      actorId: ada.personId,
      event: 'person.factors-reset',
      details: { reason: 'lost' },
    })
  })

  test('nobody is looked after who is not there', async () => {
    expect(await refusalOf(disable(here.campus, ada, 'nobody'))).toBe('no-such-person')
    expect(await refusalOf(enable(here.campus, ada, 'nobody'))).toBe('no-such-person')
    expect(await refusalOf(readPerson(here.campus, 'nobody'))).toBe('no-such-person')
  })
})

describe('an invitation', () => {
  const offer = (more: Partial<Parameters<typeof invite>[2]> = {}) =>
    invite(here.campus, ada, {
      email: 'kim@elsewhere.example',
      role: 'responder',
      departmentId: here.it,
      ...more,
    })
  const accept = (who: Actor, token: string, session = 'here') =>
    acceptInvitation(here.campus, who, session, token)

  test('gives its role to whoever accepts it, once, and is not used up by looking', async () => {
    const { token } = await offer()
    for (let looks = 0; looks < 3; looks += 1)
      expect(await readInvitation(here.campus, token)).toEqual({ role: 'responder', department: 'IT' })
    await aSession(sam, 'here')
    await aSession(sam, 'elsewhere')
    await accept(sam, token)
    expect(await findActor(here.campus, sam.personId)).toMatchObject({
      role: 'responder',
      departmentIds: [here.it],
    })
    expect(await sessionIds()).toEqual(['here'])
    expect(await readInvitation(here.campus, token)).toBeNull()
    expect(await refusalOf(accept(sam, token))).toBe('old-invitation')
    expect(await refusalOf(accept(await aStudent(here.campus, 'alex'), token))).toBe('old-invitation')
  })

  test('sent to two at once is taken by one', async () => {
    const { token } = await offer()
    const alex = await aStudent(here.campus, 'alex')
    const both = await Promise.all([refusalOf(accept(sam, token)), refusalOf(accept(alex, token))])
    expect(both.sort()).toEqual(['nothing was refused', 'old-invitation'])
  })

  test('runs out after seven days; sent again it is good for seven more, and the old link is worth nothing', async () => {
    const { id, token } = await offer()
    here.clock.pass(7 * DAY)
    expect(await refusalOf(accept(sam, token))).toBe('old-invitation')
    expect((await listInvitations(here.campus))[0]).toMatchObject({ id, expired: true })
    const again = await inviteAgain(here.campus, ada, id)
    expect(await refusalOf(accept(sam, token))).toBe('old-invitation')
    await accept(sam, again.token)
    expect(await roleOf(sam)).toBe('responder')
    expect(await refusalOf(inviteAgain(here.campus, ada, id))).toBe('no-such-invitation')
  })

  test.each([
    ['is erased', (bea: Actor) => erase(here.campus, bea.personId, { words: 'keep', votes: 'keep' })],
    ['is disabled', (bea: Actor) => disable(here.campus, ada, bea.personId)],
    [
      'is no administrator any more',
      ({ personId }: Actor) => changeRole(here.campus, ada, { personId, role: 'care', departmentIds: [] }),
    ],
  ])(
    'by an administrator who %s lets nobody in, until somebody else sends it again',
    async (_what, loses) => {
      const bea = await findActor(
        here.campus,
        await together(here.campus, (campus) => personWith(campus, 'bea@northfield.example', 'admin')),
      )
      const { id, token } = await invite(here.campus, bea, {
        email: 'bea@elsewhere.example',
        role: 'admin',
        departmentId: null,
      })
      await loses(bea)
      expect(await readInvitation(here.campus, token)).toBeNull()
      expect(await refusalOf(acceptInvitation(here.campus, sam, 'a', token))).toBe('old-invitation')
      expect(await roleOf(sam)).toBe('student')
      const again = await inviteAgain(here.campus, ada, id)
      expect(await readInvitation(here.campus, again.token)).not.toBeNull()
    },
  )

  test('that nobody took is forgotten a month after it ran out', async () => {
    await offer()
    await accept(sam, (await offer()).token)
    here.clock.pass(37 * DAY)
    await forgetExpired(here.campus)
    expect(await here.campus.db.$count(invitations)).toBe(2)
    here.clock.pass(1)
    await forgetExpired(here.campus)
    expect((await here.campus.db.select().from(invitations)).map(({ usedBy }) => usedBy)).toEqual([
      sam.personId,
    ])
  })

  test('withdrawn, its link opens nothing', async () => {
    const { id, token } = await offer()
    await withdrawInvitation(here.campus, ada, id)
    expect(await refusalOf(accept(sam, token))).toBe('old-invitation')
    expect(await refusalOf(withdrawInvitation(here.campus, ada, id))).toBe('no-such-invitation')
    expect(await listInvitations(here.campus)).toEqual([])
  })

  test('makes no student of who works here, but for whom the university calls one', async () => {
    const affiliationsOf = async (personId: string) => {
      const [row] = await here.campus.db.select().from(people).where(eq(people.id, personId))
      return row!.affiliations
    }
    const known = await arrive(here.campus, {
      issuer: 'oidc:https://login.example',
      subject: 'tutor',
      email: null,
      affiliations: ['student', 'staff'],
    })
    for (const [personId, afterwards] of [
      [await together(here.campus, (campus) => personWith(campus, 'new@northfield.example')), ['employee']],
      [known, ['student', 'staff']],
    ] as const) {
      const { token } = await invite(here.campus, ada, {
        email: 'new@northfield.example',
        role: 'responder',
        departmentId: here.library,
      })
      await acceptInvitation(here.campus, await findActor(here.campus, personId), 'none', token)
      expect(await affiliationsOf(personId)).toEqual(afterwards)
    }
  })

  test('to help a department takes no role away', async () => {
    await makeAdmin(here.campus, 'bea@northfield.example')
    const { token } = await offer()
    await accept(ada, token)
    expect(await findActor(here.campus, ada.personId)).toMatchObject({
      role: 'admin',
      departmentIds: [here.it],
    })
  })

  test('to another role does not take the last administrator away', async () => {
    const { token } = await offer({ role: 'auditor', departmentId: null })
    expect(await refusalOf(accept(ada, token))).toBe('last-admin')
    expect(await readInvitation(here.campus, token)).not.toBeNull()
  })

  test('keeps its token and its address out of the log, and its token out of the table', async () => {
    const { id, token } = await offer()
    await accept(sam, token)
    const dump = JSON.stringify(
      await here.campus.db.select({ event: auditLog.event, details: auditLog.details }).from(auditLog),
    )
    expect(dump).not.toMatch(/elsewhere|northfield/)
    expect(JSON.stringify(await here.campus.db.select().from(invitations))).not.toContain(token)
    expect((await logOf(`invitation:${id}`)).map(({ event }) => event)).toEqual([
      'invitation.made',
      'invitation.accepted',
    ])
  })
})

describe('the directory', () => {
  const all = { text: '', role: null, departmentId: null, after: null }
  const found = async (query: Partial<Parameters<typeof listPeople>[1]>) =>
    (await listPeople(here.campus, { ...all, ...query })).people.map(({ email }) => email?.split('@')[0])

  test('names those who work here first, and finds by address, role and department', async () => {
    expect(await found({})).toEqual(['ada', `staff-${here.library}`, 'sam'])
    expect(await found({ text: 'SA' })).toEqual(['sam'])
    expect(await found({ text: '%' })).toEqual([])
    expect(await found({ role: 'admin' })).toEqual(['ada'])
    expect(await found({ departmentId: here.library })).toEqual([`staff-${here.library}`])
    expect(await found({ departmentId: here.it })).toEqual([])
    expect((await readPerson(here.campus, ben.personId)).departments).toEqual([
      { id: here.library, name: 'Library' },
    ])
  })

  test('goes on page by page, each person once, also those without an address', async () => {
    for (let n = 0; n < 60; n += 1)
      await arrive(here.campus, {
        issuer: 'oidc:https://login.example',
        subject: `s${n}`,
        email: n % 2 === 0 ? null : 'shared@northfield.example',
        affiliations: null,
      })
    const seen: Array<string> = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listPeople>> = await listPeople(here.campus, { ...all, after })
      seen.push(...page.people.map(({ id }) => id))
      after = page.next
    } while (after !== null)
    expect(seen).toHaveLength(63)
    expect(new Set(seen).size).toBe(63)
    expect((await listPeople(here.campus, { ...all, after: 'nonsense' })).people).toHaveLength(50)
  })

  test('forgets who was erased', async () => {
    await here.campus.db
      .update(people)
      .set({ erasedAt: here.clock.now(), email: null })
      .where(eq(people.id, sam.personId))
    expect(await found({})).not.toContain('sam')
    expect(await refusalOf(readPerson(here.campus, sam.personId))).toBe('no-such-person')
  })
})

describe('the staff of a department', () => {
  const sheetOf = async (id: number) => (await readSheets(here.campus)).find((sheet) => sheet.id === id)!
  const save = async (emails: Array<string>) =>
    saveDepartment(here.campus, { ...(await sheetOf(here.library)), staff: emails })

  test('is whoever has proven an address at once; a stranger has to be invited', async () => {
    const saved = await save([
      `staff-${here.library}@northfield.example`,
      'sam@northfield.example',
      'new@x.example',
    ])
    expect(saved).toEqual({ kind: 'saved', id: here.library, strangers: ['new@x.example'] })
    expect(await roleOf(sam)).toBe('responder')
    expect(await roleOf(ben)).toBe('responder')
    await save(['sam@northfield.example'])
    expect(await roleOf(ben)).toBe('student')
    expect((await sheetOf(here.library)).staff).toEqual(['sam@northfield.example'])
  })

  test('an address that a provider tells makes nobody staff, but keeps who is', async () => {
    const id = await arrive(here.campus, {
      issuer: 'oidc:https://login.example',
      subject: 'kim',
      email: 'kim@northfield.example',
      affiliations: null,
    })
    expect(await save(['kim@northfield.example'])).toMatchObject({ strangers: ['kim@northfield.example'] })
    await changeRole(here.campus, ada, {
      personId: id,
      role: 'responder',
      departmentIds: [here.library],
    })
    expect(await save(['kim@northfield.example'])).toMatchObject({ strangers: [] })
    expect((await findActor(here.campus, id)).departmentIds).toEqual([here.library])
  })
})

describe('the log', () => {
  test('is read newest first, by event, page by page', async () => {
    const mine = `test.${here.library}-${Math.floor(performance.now())}`
    for (let n = 0; n < 120; n += 1)
      await record(here.campus, { actorId: null, event: mine, subject: 'person:a', details: { n } })
    const first = await readLog(here.campus, { event: mine, before: null })
    expect(first.lines).toHaveLength(100)
    expect(first.lines[0]!.details).toEqual({ n: 119 })
    const second = await readLog(here.campus, { event: mine, before: BigInt(first.next!) })
    expect(second.lines.map(({ details }) => details.n)).toEqual([...Array(20).keys()].reverse())
    expect(second.next).toBeNull()
  })
})

test('administrators are made once, found by their address and listed', async () => {
  expect(await makeAdmin(here.campus, 'bea@northfield.example')).toBe(true)
  expect(await makeAdmin(here.campus, 'bea@northfield.example')).toBe(false)
  expect(await refusalOf(findAdmin(here.campus, 'sam@northfield.example'))).toBe('no-such-person')
  expect((await listAdmins(here.campus)).map(({ email, factor }) => [email, factor])).toEqual([
    ['ada@northfield.example', false],
    ['bea@northfield.example', false],
  ])
})
