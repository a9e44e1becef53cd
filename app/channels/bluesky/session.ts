import { z } from 'zod'
import type { Renewal } from '#app/channels/channel.ts'
import type { Plain } from './client.server.ts'

const session = z.object({
  did: z.string().regex(/^did:[a-z]+:/),
  handle: z.string(),
  accessJwt: z.string().min(1),
  refreshJwt: z.string().min(1),
  /** Where the account's data lives, when the sign-in told; else all goes by way of the service. */
  home: z.string().nullable(),
})
export type Session = z.infer<typeof session>

const credentials = z.object({
  identifier: z
    .string()
    .transform((name) => name.trim().replace(/^@/, ''))
    .pipe(z.string().min(1)),
  /** An app password: one of the account's own would open far more than posts, and may ask for a code by mail. */
  password: z.string().min(1),
  session: session.nullish(),
})
export type Credentials = z.infer<typeof credentials>

export function readCredentials(text: string): Credentials | null {
  try {
    return credentials.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

const opened = z.object({
  did: z.string(),
  handle: z.string(),
  accessJwt: z.string(),
  refreshJwt: z.string(),
  didDoc: z
    .object({ service: z.array(z.object({ id: z.string(), serviceEndpoint: z.string() })) })
    .nullish()
    .catch(null),
})

/**
 * A session in place of the one that ran out. Bluesky allows few sign-ins (30 in five minutes, 300 a day), so the
 * password is only used where there is no session to refresh.
 * @param spent the access token that was refused, or null when there was none
 */
export async function exchange(
  ask: Plain,
  kept: string,
  spent: string | null,
  mayLiveAt: (address: string) => boolean,
): Promise<Renewal & { at?: Date | null }> {
  const own = readCredentials(kept)
  if (!own) return { kind: 'signed-out', reason: UNREADABLE }
  if (own.session && own.session.accessJwt !== spent) return { kind: 'renewed', credentials: kept }

  if (own.session) {
    const { refreshJwt } = own.session
    const answer = await ask((agent, options) =>
      agent.com.atproto.server.refreshSession(undefined, {
        ...options,
        headers: { authorization: `Bearer ${refreshJwt}` },
      }),
    )
    if (answer.kind === 'answered') return renewed(answer.body)
    if (answer.kind !== 'refused' || answer.status >= 500)
      return { kind: 'later', reason: answer.reason, at: answer.kind === 'later' ? answer.at : null }
    if (answer.error === 'AccountTakedown') return { kind: 'signed-out', reason: answer.reason }
  }

  const { identifier, password } = own
  const answer = await ask((agent, options) =>
    agent.com.atproto.server.createSession({ identifier, password }, options),
  )
  if (answer.kind === 'answered') return renewed(answer.body)
  if (answer.kind !== 'refused' || answer.status >= 500)
    return { kind: 'later', reason: answer.reason, at: answer.kind === 'later' ? answer.at : null }
  return {
    kind: 'signed-out',
    reason: answer.error === 'AuthFactorTokenRequired' ? NEEDS_APP_PASSWORD : answer.reason,
  }

  function renewed(body: unknown): Renewal {
    const { data } = opened.safeParse(body)
    if (!data) return { kind: 'later', reason: 'Bluesky gave a session that we could not read.' }
    const { didDoc, ...fresh } = data
    const home = didDoc?.service.find(({ id }) => id.endsWith('#atproto_pds'))?.serviceEndpoint ?? null
    return {
      kind: 'renewed',
      credentials: JSON.stringify({
        ...own,
        session: { ...fresh, home: home !== null && mayLiveAt(home) ? home : null },
      }),
    }
  }
}

export const UNREADABLE = 'The stored sign-in for Bluesky cannot be read.'
const NEEDS_APP_PASSWORD =
  'Bluesky asks for a code from a mail. Use an app password, made in the settings of the account.'
