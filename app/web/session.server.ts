import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { Lucia, TimeSpan } from 'lucia'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { people, sessions } from '#db/schema/index.ts'

declare module 'lucia' {
  interface Register {
    Lucia: Lucia
    DatabaseUserAttributes: Pick<typeof people.$inferSelect, 'role' | 'affiliations'>
    DatabaseSessionAttributes: Pick<
      typeof sessions.$inferSelect,
      'provider' | 'device' | 'createdAt' | 'seenAt' | 'endsAt' | 'strongAt'
    >
  }
}

export type Session = { id: string; personId: string; role: Role; affiliations: ReadonlyArray<Affiliation> }

/** What is noted with a session: by which provider it was begun, on what, and whether with a second factor. */
export type Begun = { provider: string; device: string; strong?: boolean }

/** Sessions kept on the server; the browser holds an id and nothing else. The only file that knows lucia. */
export type Sessions = {
  /** @returns the session, and a cookie to send when its time was prolonged or it is over */
  read(cookies: string | null): Promise<{ session: Session | null; setCookie: string | null }>
  /** A new session at each sign-in, so that an id known before is worth nothing after. @returns its cookie */
  begin(personId: string, begun: Begun): Promise<string>
  /** @returns the cookie that forgets it */
  end(sessionId: string): Promise<string>
}

/** However often it is used. */
const ENDS_AFTER = new TimeSpan(90, 'd')

/** @param secure true over HTTPS: the cookie is then bound to this host by its name */
export function createSessions(db: Database, secure: boolean): Sessions {
  const lucia = new Lucia(new DrizzlePostgreSQLAdapter(db, sessions, people), {
    sessionExpiresIn: new TimeSpan(30, 'd'),
    sessionCookie: {
      name: secure ? '__Host-session' : 'session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: ({ role, affiliations }) => ({ role, affiliations }),
  })
  return {
    async read(cookies) {
      const id = lucia.readSessionCookie(cookies ?? '')
      if (!id) return { session: null, setCookie: null }
      const { session, user } = await lucia.validateSession(id)
      if (!session) return { session: null, setCookie: lucia.createBlankSessionCookie().serialize() }
      // Lucia's own type does not know them once the tables are ours.
      const { role, affiliations } = user as unknown as Pick<Session, 'role' | 'affiliations'>
      return {
        session: { id: session.id, personId: user.id, role, affiliations },
        setCookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null,
      }
    },
    async begin(personId, { provider, device, strong }) {
      const now = new Date()
      const endsAt = new Date(now.getTime() + ENDS_AFTER.milliseconds())
      const session = await lucia.createSession(personId, {
        provider,
        device,
        createdAt: now,
        seenAt: now,
        endsAt,
        strongAt: strong ? now : null,
      })
      return lucia.createSessionCookie(session.id).serialize()
    },
    async end(sessionId) {
      await lucia.invalidateSession(sessionId)
      return lucia.createBlankSessionCookie().serialize()
    },
  }
}
