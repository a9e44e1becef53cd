import { z } from 'zod'
import type { Seal } from '#app/platform/seal.ts'
import { MINUTE, SECOND } from '#app/platform/clock.ts'
import { CHANNELS } from '#app/vocabulary.ts'
import { cookieIn } from './bound-cookie.ts'

/** A sign-in that was begun here and goes on at a network's page: what is needed when the browser is back. */
const begun = z.object({
  channel: z.enum(CHANNELS),
  state: z.string(),
  verifier: z.string(),
  departmentId: z.number().nullable(),
  accountId: z.number().nullable(),
  callback: z.string(),
  /** Who began it: nobody else, and no other session, may end it. */
  personId: z.string(),
  sessionId: z.string(),
  at: z.number(),
})
export type Connecting = z.infer<typeof begun>

const LASTS = 10 * MINUTE
const name = 'connecting'
const attributes = 'Path=/; HttpOnly; SameSite=Lax'

/** Sealed: the verifier in it is a secret until it is used. */
export function connectingCookie(seal: Seal, connecting: Connecting): string {
  const value = seal.seal(JSON.stringify(connecting))
  return `${name}=${value}; ${attributes}; Max-Age=${LASTS / SECOND}`
}

export const forgetConnecting = `${name}=; ${attributes}; Max-Age=0`

/** What this browser began, if this is the person and session who did, and the state is the one that was sent. */
export function readConnecting(
  seal: Seal,
  request: Request,
  is: { channel: string; state: string; personId: string; sessionId: string | null; now: Date },
  https: boolean,
): Connecting | null {
  const sealed = cookieIn(request.headers.get('Cookie'), name, '[\\w.-]+', https)
  if (!sealed) return null
  let known: Connecting | undefined
  try {
    known = begun.safeParse(JSON.parse(seal.open(sealed))).data
  } catch {
    return null
  }
  const good =
    known &&
    known.channel === is.channel &&
    seal.sameMark(known.state, is.state) &&
    known.personId === is.personId &&
    known.sessionId === is.sessionId &&
    is.now.getTime() - known.at <= LASTS
  return good && known ? known : null
}
