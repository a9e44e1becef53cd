import { createHash } from 'node:crypto'
import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { eq } from 'drizzle-orm'
import { generateIdFromEntropySize, Lucia, TimeSpan } from 'lucia'
import { endOf, isOver, isToBeNoted } from '#app/domain/people/session-limits.ts'
import { notAllowed } from '#app/platform/errors.ts'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { people, sessions } from '#db/schema/index.ts'

declare module 'lucia' {
  interface Register {
    Lucia: Lucia
    DatabaseUserAttributes: Pick<
      typeof people.$inferSelect,
      'role' | 'affiliations' | 'disabledAt' | 'erasedAt'
    >
    DatabaseSessionAttributes: Pick<
      typeof sessions.$inferSelect,
      'provider' | 'device' | 'createdAt' | 'seenAt' | 'endsAt' | 'strongAt'
    >
  }
}

export type Session = {
  id: string
  personId: string
  role: Role
  affiliations: ReadonlyArray<Affiliation>
  provider: string
  /** When a second factor was last proven in it. */
  strongAt: Date | null
}

/** What is noted with a session: by which provider it was begun and on what, and whether it asked for a second factor. */
export type Begun = { provider: string; device: string; strong?: boolean }

/**
 * Under which id a session is kept. Who reads the database, or a copy of it, has nothing to send: 200 random bits are not
 * guessed from their hash, so it needs neither key nor salt.
 * @param token what the browser holds
 */
export function sessionIdOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/** 200 bits. */
const aToken = () => generateIdFromEntropySize(25)

/** Sessions kept on the server; the browser holds a token and nothing else. The only file that knows lucia. */
export type Sessions = {
  /**
   * One statement; now and then a second that notes its use.
   * @returns the session, and a cookie to send when its time was prolonged or it is over
   */
  read(cookies: string | null): Promise<{ session: Session | null; setCookie: string | null }>
  /** A new session at each sign-in, so that a token known before is worth nothing after. @returns its cookie */
  begin(personId: string, begun: Begun): Promise<string>
  /** Goes on under a new token, as is due when it is worth more than before: a second factor was proven now, or a role won. @returns its cookie */
  renew(sessionId: string, change: { strong: boolean }): Promise<string>
  /** @returns the cookie that forgets it */
  end(sessionId: string): Promise<string>
}

/** @param secure true over HTTPS: the cookie is then bound to this host by its name */
export function createSessions(db: Database, secure: boolean): Sessions {
  const lucia = new Lucia(new DrizzlePostgreSQLAdapter(db, sessions, people), {
    // The longest that anybody's session rests; `session-limits` says how long whose does.
    sessionExpiresIn: new TimeSpan(30, 'd'),
    sessionCookie: {
      name: secure ? '__Host-session' : 'session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  })
  return {
    async read(cookies) {
      const token = lucia.readSessionCookie(cookies ?? '')
      // What is no token of ours asks no database.
      if (!token || !/^[a-z0-9]+$/.test(token)) return { session: null, setCookie: null }
      const id = sessionIdOf(token)
      const found = await lucia.validateSession(id)
      const over = { session: null, setCookie: lucia.createBlankSessionCookie().serialize() }
      if (!found.session) return over
      const now = new Date()
      const { session, user } = found as unknown as Found
      if (user.disabledAt || user.erasedAt || isOver(session, user.role, now)) {
        await lucia.invalidateSession(id)
        return over
      }
      if (isToBeNoted(session, now)) await db.update(sessions).set({ seenAt: now }).where(eq(sessions.id, id))
      return {
        session: {
          id,
          personId: user.id,
          role: user.role,
          affiliations: user.affiliations,
          provider: session.provider,
          strongAt: session.strongAt,
        },
        setCookie: session.fresh ? lucia.createSessionCookie(token).serialize() : null,
      }
    },
    async begin(personId, { provider, device, strong = false }) {
      const [person] = await db
        .select({ role: people.role, disabledAt: people.disabledAt })
        .from(people)
        .where(eq(people.id, personId))
      if (!person || person.disabledAt) throw notAllowed('account-disabled')
      const now = new Date()
      const token = aToken()
      const attributes = {
        provider,
        device,
        createdAt: now,
        seenAt: now,
        endsAt: endOf(person.role, now),
        strongAt: strong ? now : null,
      }
      await lucia.createSession(personId, attributes, { sessionId: sessionIdOf(token) })
      return lucia.createSessionCookie(token).serialize()
    },
    async renew(sessionId, { strong }) {
      const now = new Date()
      const token = aToken()
      const id = sessionIdOf(token)
      await db
        .update(sessions)
        .set({ id, seenAt: now, challenge: null, challengeAt: null, ...(strong ? { strongAt: now } : {}) })
        .where(eq(sessions.id, sessionId))
      return lucia.createSessionCookie(token).serialize()
    },
    async end(sessionId) {
      await lucia.invalidateSession(sessionId)
      return lucia.createBlankSessionCookie().serialize()
    },
  }
}

/** What lucia hands back, whose types do not follow the attributes it was told. */
type Found = {
  session: Pick<typeof sessions.$inferSelect, 'createdAt' | 'seenAt' | 'endsAt' | 'provider' | 'strongAt'> & {
    fresh: boolean
  }
  user: Pick<typeof people.$inferSelect, 'id' | 'role' | 'affiliations' | 'disabledAt' | 'erasedAt'>
}
