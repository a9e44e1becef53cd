import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import { people, providers, sessions } from '#db/schema/index.ts'
import { together, type Campus, type InTransaction } from '../campus.ts'
import { record } from './audit.server.ts'
import { isOver } from './session-limits.ts'
import type { SessionView } from './views.ts'

/** The sessions of a person that are not over, the last used first. @param hereId the one that asks */
export async function listSessions(
  campus: Campus,
  personId: string,
  hereId: string | null,
): Promise<Array<SessionView>> {
  const rows = await campus.db
    .select({ session: sessions, role: people.role, name: providers.name })
    .from(sessions)
    .innerJoin(people, eq(people.id, sessions.userId))
    .leftJoin(providers, eq(providers.slug, sessions.provider))
    .where(eq(sessions.userId, personId))
    .orderBy(desc(sessions.seenAt))
  const now = campus.clock.now()
  return rows
    .filter(({ session, role }) => !isOver(session, role, now))
    .map(({ session: { id, device, provider, createdAt, seenAt, strongAt }, name }) => ({
      handle: handleOf(campus, id),
      device,
      provider: name ?? provider,
      createdAt,
      seenAt,
      strongAt,
      here: id === hereId,
    }))
}

/**
 * Ends sessions of one person: the one with a handle, all, or all but one.
 * @param by who ends them, for the log
 * @throws {Refusal} `no-such-session` also for a session of somebody else
 */
export function endSessions(
  campus: Campus,
  personId: string,
  which: { handle: string } | { allBut: string } | 'all',
  by: string | null,
): Promise<void> {
  return together(campus, async (campus) => {
    const own = await campus.db
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.userId, personId))
    const ids = own
      .map(({ id }) => id)
      .filter(
        (id) =>
          which === 'all' ||
          ('handle' in which
            ? campus.seal.sameMark(handleOf(campus, id), which.handle)
            : id !== which.allBut),
      )
    if (ids.length === 0 && which !== 'all' && 'handle' in which) throw notFound('no-such-session')
    if (ids.length > 0) await campus.db.delete(sessions).where(inArray(sessions.id, ids))
    await record(campus, {
      actorId: by,
      event: 'person.sessions-ended',
      subject: `person:${personId}`,
      details: { count: ids.length },
    })
  })
}

/**
 * Ends the sessions of everybody, as is due when somebody may have read or changed the database.
 * @returns how many there were
 */
export function endEverySession(campus: Campus): Promise<number> {
  return together(campus, async (campus) => {
    const ended = await campus.db.delete(sessions).returning({ id: sessions.id })
    await record(campus, {
      actorId: null,
      event: 'sessions.all-ended',
      subject: 'campus',
      details: { count: ended.length },
    })
    return ended.length
  })
}

/** Within the change that makes them worthless. */
export async function endAllSessions(
  campus: InTransaction,
  personId: string,
  but: string | null = null,
): Promise<void> {
  await campus.db
    .delete(sessions)
    .where(and(eq(sessions.userId, personId), but === null ? undefined : ne(sessions.id, but)))
}

function handleOf(campus: Campus, id: string): string {
  return campus.seal.mark('session handle', id)
}
