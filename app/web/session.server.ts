import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { Lucia, TimeSpan } from 'lucia'
import type { Role } from '#app/vocabulary.ts'
import type { Database } from '#db/client.server.ts'
import { people, sessions } from '#db/schema/index.ts'

declare module 'lucia' {
  interface Register {
    Lucia: Lucia
    DatabaseUserAttributes: { role: Role }
  }
}

export type Session = { id: string; personId: string; role: Role }

/** Sessions kept on the server; the browser holds an id and nothing else. The only file that knows lucia. */
export type Sessions = {
  /** @returns the session, and a cookie to send when its time was prolonged or it is over */
  read(cookies: string | null): Promise<{ session: Session | null; setCookie: string | null }>
  /** A new session at each sign-in, so that an id known before is worth nothing after. @returns its cookie */
  begin(personId: string): Promise<string>
  /** @returns the cookie that forgets it */
  end(sessionId: string): Promise<string>
}

/** @param secure true over HTTPS: the cookie is then bound to this host by its name */
export function createSessions(db: Database, secure: boolean): Sessions {
  const lucia = new Lucia(new DrizzlePostgreSQLAdapter(db, sessions, people), {
    sessionExpiresIn: new TimeSpan(30, 'd'),
    sessionCookie: {
      name: secure ? '__Host-session' : 'session',
      attributes: { secure, sameSite: 'lax', path: '/' },
    },
    getUserAttributes: ({ role }) => ({ role }),
  })
  return {
    async read(cookies) {
      const id = lucia.readSessionCookie(cookies ?? '')
      if (!id) return { session: null, setCookie: null }
      const { session, user } = await lucia.validateSession(id)
      if (!session) return { session: null, setCookie: lucia.createBlankSessionCookie().serialize() }
      return {
        session: { id: session.id, personId: user.id, role: (user as unknown as { role: Role }).role },
        setCookie: session.fresh ? lucia.createSessionCookie(session.id).serialize() : null,
      }
    },
    async begin(personId) {
      const session = await lucia.createSession(personId, {})
      return lucia.createSessionCookie(session.id).serialize()
    },
    async end(sessionId) {
      await lucia.invalidateSession(sessionId)
      return lucia.createBlankSessionCookie().serialize()
    },
  }
}
