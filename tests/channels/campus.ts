import type { Renew } from '#app/channels/channel.ts'
import { xNetwork } from '#app/channels/x/index.server.ts'
import type { World } from '#sandbox/x/world.ts'

export const APP = {
  key: 'app-key',
  secret: 'app-secret',
  bearerToken: 'app-bearer',
  clientId: 'client-id',
  clientSecret: 'client-secret',
}
export const IT = { id: '1001', handle: 'NorthfieldIT', name: 'Northfield IT' }
export const IT_TOKENS = { accessToken: 'it-token', accessSecret: 'it-secret' }
export const SAM = { id: '2001', handle: 'sam_reads', name: 'Sam' }
export const ALEX = { id: '2002', handle: 'alexvisits', name: 'Alex' }

/** A department with an account, and two people. */
export const campus: World = {
  apps: [APP],
  users: [{ ...IT, ...IT_TOKENS }, SAM, ALEX],
  posts: [],
}

/** The department's channel to a stand-in for X. */
export function itsChannel(
  apiUrl: string,
  options: { timeoutMs?: number; credentials?: string; now?: Date } = {},
) {
  const { timeoutMs, credentials = JSON.stringify(IT_TOKENS), now } = options
  const network = xNetwork({
    appKey: APP.key,
    appSecret: APP.secret,
    apiUrl,
    clock: { now: () => now ?? new Date() },
    timeoutMs,
  })
  return network.open({ externalId: IT.id, handle: IT.handle, credentials, renew: neverRenewed })
}

/** For credentials that never run out. */
export const neverRenewed: Renew = () => Promise.reject(new Error('Nobody renews these'))

export function aReply(inReplyTo: string, text = 'We are looking into it.') {
  return { key: '1', text, more: [], inReplyTo, conversationId: inReplyTo, attemptedAt: new Date() }
}
