import { and, desc, eq, gt, isNull } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { gone, notFound } from '#app/platform/errors.ts'
import type { Role } from '#app/vocabulary.ts'
import { departments, invitations, people, staff } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from './audit.server.ts'
import { aToken, countAsEmployee } from './identity.server.ts'
import { keepAnAdmin } from './look-after.server.ts'
import { endAllSessions } from './sessions.server.ts'
import type { InvitationView } from './views.ts'

const LASTS = 7 * DAY

/** What is needed to write the mail: the token stands in it and nowhere else. */
export type Invited = { id: string; token: string; email: string; role: Role; department: string | null }

/** Offers a role. Who accepts it is whoever opens the link and signs in. */
export async function invite(
  campus: Campus,
  by: Actor,
  { email, role, departmentId }: { email: string; role: Role; departmentId: number | null },
): Promise<Invited> {
  const id = aToken()
  return together(campus, async (campus) => {
    const now = campus.clock.now()
    const token = aToken()
    const department = await nameOf(campus, departmentId)
    await campus.db.insert(invitations).values({
      id,
      tokenHash: tokenMark(campus, token),
      email,
      role,
      departmentId,
      invitedBy: by.personId,
      createdAt: now,
      expiresAt: after(now, LASTS),
    })
    await record(campus, {
      actorId: by.personId,
      event: 'invitation.made',
      subject: `invitation:${id}`,
      details: { role },
    })
    return { id, token, email, role, department }
  })
}

/** A new link for another seven days. The one before is worth nothing then. */
export function inviteAgain(campus: Campus, by: Actor, id: string): Promise<Invited> {
  return together(campus, async (campus) => {
    const token = aToken()
    const [row] = await campus.db
      .update(invitations)
      .set({ tokenHash: tokenMark(campus, token), expiresAt: after(campus.clock.now(), LASTS) })
      .where(and(eq(invitations.id, id), isNull(invitations.usedAt)))
      .returning()
    if (!row) throw notFound('no-such-invitation')
    await record(campus, {
      actorId: by.personId,
      event: 'invitation.sent-again',
      subject: `invitation:${id}`,
      details: {},
    })
    return { id, token, email: row.email, role: row.role, department: await nameOf(campus, row.departmentId) }
  })
}

export function withdrawInvitation(campus: Campus, by: Actor, id: string): Promise<void> {
  return together(campus, async (campus) => {
    const rows = await campus.db
      .delete(invitations)
      .where(and(eq(invitations.id, id), isNull(invitations.usedAt)))
      .returning({ id: invitations.id })
    if (rows.length === 0) throw notFound('no-such-invitation')
    await record(campus, {
      actorId: by.personId,
      event: 'invitation.withdrawn',
      subject: `invitation:${id}`,
      details: {},
    })
  })
}

/** Those nobody accepted yet, the newest first. */
export async function listInvitations(campus: Campus): Promise<Array<InvitationView>> {
  const rows = await campus.db
    .select({ invitation: invitations, department: departments.name })
    .from(invitations)
    .leftJoin(departments, eq(departments.id, invitations.departmentId))
    .where(isNull(invitations.usedAt))
    .orderBy(desc(invitations.createdAt))
    .limit(200)
  const now = campus.clock.now()
  return rows.map(({ invitation: { id, email, role, createdAt, expiresAt }, department }) => ({
    id,
    email,
    role,
    department,
    createdAt,
    expiresAt,
    expired: expiresAt <= now,
  }))
}

/** What a link offers; null when it is used, too old, withdrawn or none. Looking changes nothing: scanners open every link. */
export async function readInvitation(
  campus: Campus,
  token: string,
): Promise<{ role: Role; department: string | null } | null> {
  const [row] = await campus.db
    .select({ role: invitations.role, department: departments.name })
    .from(invitations)
    .leftJoin(departments, eq(departments.id, invitations.departmentId))
    .where(open(campus, token))
  return row ?? null
}

/**
 * Gives whoever is signed in what was offered, beside what they have: nobody loses a role by helping a department too.
 * Their other sessions end.
 * @throws {Refusal} `old-invitation`, `last-admin`
 */
export function acceptInvitation(
  campus: Campus,
  actor: Actor,
  sessionId: string,
  token: string,
): Promise<void> {
  return together(campus, async (campus) => {
    const { personId } = actor
    const [taken] = await campus.db
      .update(invitations)
      .set({ usedAt: campus.clock.now(), usedBy: personId })
      .where(open(campus, token))
      .returning()
    if (!taken) throw gone('old-invitation')
    const { id, departmentId } = taken
    const [before] = await campus.db
      .select({ role: people.role })
      .from(people)
      .where(eq(people.id, personId))
      .for('update')
    const role = taken.role === 'responder' && before!.role !== 'student' ? before!.role : taken.role
    if (role !== 'admin') await keepAnAdmin(campus, personId)
    await campus.db.update(people).set({ role }).where(eq(people.id, personId))
    if (role !== 'student') await countAsEmployee(campus, personId)
    if (departmentId !== null)
      await campus.db.insert(staff).values({ personId, departmentId }).onConflictDoNothing()
    await endAllSessions(campus, personId, sessionId)
    await record(campus, {
      actorId: personId,
      event: 'invitation.accepted',
      subject: `invitation:${id}`,
      details: { from: before!.role, to: role, department: departmentId },
    })
  })
}

function open(campus: Campus, token: string) {
  return and(
    eq(invitations.tokenHash, tokenMark(campus, token)),
    isNull(invitations.usedAt),
    gt(invitations.expiresAt, campus.clock.now()),
  )
}

function tokenMark(campus: Campus, token: string): string {
  return campus.seal.mark('invitation', token)
}

async function nameOf(campus: Campus, departmentId: number | null): Promise<string | null> {
  if (departmentId === null) return null
  const [row] = await campus.db
    .select({ name: departments.name })
    .from(departments)
    .where(eq(departments.id, departmentId))
  if (!row) throw notFound('no-such-department')
  return row.name
}
