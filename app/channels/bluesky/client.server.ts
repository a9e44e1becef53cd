import { Agent, XRPCError } from '@atproto/api'
import type { Allowance, Allowances, OpenAccount } from '#app/channels/channel.ts'
import { exchange, readCredentials, UNREADABLE, type Session } from './session.ts'

/** The longest answer we read. A page of 100 notifications is well under 1 MB. */
const LARGEST_ANSWER = 5 * 1024 * 1024

/** Bluesky's windows last five minutes; used when a refusal does not say when it ends. */
const WINDOW_MS = 5 * 60_000

/** Sending and looking, with all their requests, have to end before a claim on a delivery does. */
export const WHOLE_MS = 18_000

/** What came of a request. 5xx is `refused`: whether it was done all the same, only a look can tell. */
export type Answer =
  /** `body` is undefined when it could not be read. */
  | { kind: 'answered'; body: unknown }
  | { kind: 'refused'; status: number; error: string; reason: string }
  /** Not done. */
  | { kind: 'later'; reason: string; at: Date | null }
  | { kind: 'signed-out'; reason: string }
  /** Bluesky said nothing, and our request may have reached it. */
  | { kind: 'silent'; reason: string }

type Options = { signal: AbortSignal; headers?: Record<string, string> }
type Request = (
  agent: Agent,
  options: Options,
) => Promise<{ data: unknown; headers: Record<string, string | undefined> }>

/** A request as it is, without a session. */
export type Plain = (request: Request) => Promise<Answer>

/** Requests of one account. Nothing here throws, and nothing but a refused session makes a request go out again. */
export type BlueskyClient = {
  /** The account's permanent name; null until it has a session. */
  did(): string | null
  handle(): string | null
  ask(request: Request): Promise<Answer>
  allowances(): Allowances
  /** The same, but all that is asked by way of it has to end by then. */
  within(ms: number): BlueskyClient
}

export function blueskyClient(
  account: OpenAccount,
  options: { service: string; timeoutMs: number; clock: { now(): Date } },
): BlueskyClient {
  const { service, timeoutMs, clock } = options
  let session: Session | null = readCredentials(account.credentials)?.session ?? null
  let known: Agent | null = null
  const allowances: Allowances = {}

  // The one place where requests leave. Sessions are opened and refreshed at the service, all else where the account
  // lives: a request that brings its own token is one of the former.
  const agent = () =>
    (known ??= new Agent({
      did: undefined,
      async fetchHandler(path, init) {
        const headers = new Headers(init.headers)
        const opens = path.startsWith('/xrpc/com.atproto.server.')
        if (!headers.has('authorization') && session && !path.endsWith('.createSession'))
          headers.set('authorization', `Bearer ${session.accessJwt}`)
        const base = opens ? service : (session?.home ?? service)
        const response = await fetch(new URL(path, base), { ...init, headers, redirect: 'error' })
        return new Response(await readAll(response), { status: response.status, headers: response.headers })
      },
    }))

  async function once(request: Request, whole: AbortSignal | null): Promise<Answer> {
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = whole ? AbortSignal.any([limit, whole]) : limit
    try {
      const { data, headers } = await request(agent(), { signal })
      note(headers)
      return { kind: 'answered', body: data }
    } catch (error) {
      return failed(error, signal)
    }
  }

  function failed(error: unknown, signal: AbortSignal): Answer {
    if (!(error instanceof XRPCError))
      return { kind: 'silent', reason: 'The connection to Bluesky broke off.' }
    note(error.headers ?? {})
    const status: number = error.status
    // The library holds the answer against the protocol's description; we read what we need of it.
    if (status === 2) return { kind: 'answered', body: (error as { responseBody?: unknown }).responseBody }
    if (status === 1) {
      if (signal.aborted)
        return { kind: 'silent', reason: `Bluesky did not finish its answer within ${timeoutMs / 1000} s.` }
      return neverLeft(error)
        ? { kind: 'later', reason: 'Bluesky could not be reached.', at: null }
        : { kind: 'silent', reason: 'The connection to Bluesky broke off.' }
    }
    if (status === 429)
      return {
        kind: 'later',
        reason: 'Bluesky asks us to wait: its limit is used up.',
        at: resetAt(error.headers, clock.now()),
      }
    return { kind: 'refused', status, error: error.error, reason: error.message }
  }

  function note(headers: Record<string, string | undefined>): void {
    const [of, left, reset] = ['limit', 'remaining', 'reset'].map((name) =>
      Number(headers[`ratelimit-${name}`]),
    )
    if (!Number.isFinite(of) || !Number.isFinite(left) || !Number.isFinite(reset)) return
    const told: Allowance = { of: of!, left: left!, until: new Date(reset! * 1000) }
    // Requests are counted over five minutes by address, writing over an hour and a day by account.
    const writes = /w=(?:3600|86400)\b/.test(headers['ratelimit-policy'] ?? '')
    allowances[writes ? 'send' : 'read'] = told
  }

  /** @returns what stands in the way, or null when there is a session again */
  async function signIn(spent: string | null): Promise<Answer | null> {
    let at: Date | null = null
    const plain: Plain = (request) => once(request, null)
    const renewal = await account.renew(async (kept) => {
      const { at: told, ...result } = await exchange(plain, kept, spent, (home) => mayLiveAt(home, service))
      at = told ?? null
      return result
    })
    if (renewal.kind === 'later') return { ...renewal, at }
    if (renewal.kind === 'signed-out') return renewal
    session = readCredentials(renewal.credentials)?.session ?? null
    if (!session) return { kind: 'signed-out', reason: UNREADABLE }
    if (account.externalId !== '' && session.did !== account.externalId)
      return { kind: 'signed-out', reason: `The sign-in belongs to another account, @${session.handle}.` }
    return null
  }

  const bounded = (whole: AbortSignal | null): BlueskyClient => ({
    did: () => session?.did ?? null,
    handle: () => session?.handle ?? null,
    allowances: () => allowances,
    within: (ms) => bounded(AbortSignal.timeout(ms)),
    async ask(request) {
      if (!session) {
        const trouble = await signIn(null)
        if (trouble) return trouble
      }
      const answer = await once(request, whole)
      if (!isSpent(answer)) return answer
      const trouble = await signIn(session!.accessJwt)
      if (trouble) return trouble
      const again = await once(request, whole)
      // A new session that is refused as well: asking for another each minute would use up the day's sign-ins.
      return isSpent(again) ? { kind: 'signed-out', reason: again.reason } : again
    },
  })
  return bounded(null)
}

/** The session is no longer taken, and the request was not looked at. */
function isSpent(answer: Answer): answer is Extract<Answer, { kind: 'refused' }> {
  return (
    answer.kind === 'refused' &&
    (answer.status === 401 ||
      (answer.status === 400 && ['ExpiredToken', 'InvalidToken', 'AuthMissing'].includes(answer.error)))
  )
}

function resetAt(headers: Record<string, string | undefined> | undefined, now: Date): Date {
  const seconds = Number(headers?.['ratelimit-reset'])
  const wait = Number(headers?.['retry-after'])
  if (Number.isFinite(seconds) && seconds * 1000 > now.getTime() - WINDOW_MS && seconds < 1e11)
    return new Date(seconds * 1000)
  return new Date(now.getTime() + (wait > 0 && wait <= 86_400 ? wait * 1000 : WINDOW_MS))
}

const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function neverLeft(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // Of several addresses tried, each has its own.
    const tried = cause instanceof AggregateError ? cause.errors : [cause]
    if (tried.some((one) => NEVER_LEFT.has(String((one as NodeJS.ErrnoException).code)))) return true
  }
  return false
}

/** The whole of an answer, but never more than we would keep. */
async function readAll(response: Response): Promise<Buffer<ArrayBuffer> | null> {
  if (!response.body || [204, 205, 304].includes(response.status)) return null
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > LARGEST_ANSWER) throw new Error('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Passwords and tokens only go out encrypted, but for a network on this machine. */
export function isSafe(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere(url))
}

/** A local network's accounts live on this machine, others never do. */
function mayLiveAt(home: string, service: string): boolean {
  return isSafe(home) && isHere(new URL(home)) === isHere(new URL(service))
}

const isHere = ({ hostname }: URL) =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname)
