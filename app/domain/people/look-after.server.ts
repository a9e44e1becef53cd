import { and, eq, gt, isNull } from 'drizzle-orm'
import { conflict, notFound } from '#app/platform/errors.ts'
import type { ResetReason, Role } from '#app/vocabulary.ts'
import { invitations, people, staff } from '#db/schema/index.ts'
import { together, type Actor, type Campus, type InTransaction } from '../campus.ts'
import { record } from './audit.server.ts'
import { forgetFactors } from './factors.server.ts'
import { endAllSessions } from './sessions.server.ts'

/** Who looks after people: an admin at the desk, or nobody, at the command line. */
type Caretaker = Pick<Actor, 'personId'> | null

/**
 * What somebody may do here from now on. They sign in anew, for a session is only worth what it was begun with.
 * @throws {Refusal} `not-yourself`, `last-admin`, `no-such-person`
 */
export function changeRole(
  campus: Campus,
  by: Caretaker,
  { personId, role, departmentIds }: { personId: string; role: Role; departmentIds: ReadonlyArray<number> },
): Promise<void> {
  return together(campus, async (campus) => {
    const before = await hold(campus, by, personId)
    if (role !== 'admin') {
      await keepAnAdmin(campus, personId)
      await endInvitationsBy(campus, personId)
    }
    await campus.db.update(people).set({ role }).where(eq(people.id, personId))
    await campus.db.delete(staff).where(eq(staff.personId, personId))
    const works = role === 'student' ? [] : departmentIds
    if (works.length > 0)
      await campus.db.insert(staff).values(works.map((departmentId) => ({ personId, departmentId })))
    await endAllSessions(campus, personId)
    await note(campus, by, personId, 'person.role-changed', {
      from: before.role,
      to: role,
      departments: works.join(','),
    })
  })
}

/**
 * Somebody may not sign in any more, and is signed out everywhere.
 * @throws {Refusal} `not-yourself`, `last-admin`, `no-such-person`
 */
export function disable(campus: Campus, by: Caretaker, personId: string): Promise<void> {
  return together(campus, async (campus) => {
    await hold(campus, by, personId)
    await keepAnAdmin(campus, personId)
    await campus.db.update(people).set({ disabledAt: campus.clock.now() }).where(eq(people.id, personId))
    await endInvitationsBy(campus, personId)
    await endAllSessions(campus, personId)
    await note(campus, by, personId, 'person.disabled', {})
  })
}

/** @throws {Refusal} `no-such-person` */
export function enable(campus: Campus, by: Caretaker, personId: string): Promise<void> {
  return together(campus, async (campus) => {
    await hold(campus, null, personId)
    await campus.db.update(people).set({ disabledAt: null }).where(eq(people.id, personId))
    await note(campus, by, personId, 'person.enabled', {})
  })
}

/**
 * For whoever lost what they prove: all of it ends, also what a finder may hold, and is set up anew.
 * @throws {Refusal} `not-yourself`: who is here has theirs, and changes it at `/me/security`
 */
export function resetFactors(
  campus: Campus,
  by: Caretaker,
  { personId, reason }: { personId: string; reason: ResetReason },
): Promise<void> {
  return together(campus, async (campus) => {
    await hold(campus, by, personId)
    await forgetFactors(campus, personId)
    await endAllSessions(campus, personId)
    await note(campus, by, personId, 'person.factors-reset', { reason })
  })
}

/** Nobody comes back by a link that they sent themselves. Whoever invites now may send it again. */
export async function endInvitationsBy(campus: InTransaction, personId: string): Promise<void> {
  const now = campus.clock.now()
  await campus.db
    .update(invitations)
    .set({ expiresAt: now })
    .where(
      and(eq(invitations.invitedBy, personId), isNull(invitations.usedAt), gt(invitations.expiresAt, now)),
    )
}

async function hold(campus: InTransaction, by: Caretaker, personId: string) {
  if (by?.personId === personId) throw conflict('not-yourself')
  const [person] = await campus.db
    .select({ role: people.role })
    .from(people)
    .where(and(eq(people.id, personId), isNull(people.erasedAt)))
    .for('update')
  if (!person) throw notFound('no-such-person')
  return person
}

/** Somebody must be left who can let others in. Admins are held, so that two do not take each other's place away. */
export async function keepAnAdmin(campus: InTransaction, personId: string): Promise<void> {
  const admins = await campus.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.role, 'admin'), isNull(people.disabledAt), isNull(people.erasedAt)))
    .orderBy(people.id)
    .for('update')
  if (admins.length === 1 && admins[0]!.id === personId) throw conflict('last-admin')
}

function note(
  campus: InTransaction,
  by: Caretaker,
  personId: string,
  event: string,
  details: Record<string, string>,
) {
  return record(campus, { actorId: by?.personId ?? null, event, subject: `person:${personId}`, details })
}
