import { createHash, randomBytes } from 'node:crypto'
import type { Reply } from './api.ts'
import { framed } from './frame.ts'
import { html } from './html.ts'
import type { World, WorldUser } from './world.ts'

/** As long as X's own live. */
const CODE_LIVES_MS = 30_000
const ACCESS_LIVES_MS = 2 * 60 * 60_000

const SCOPES = new Set(['tweet.read', 'tweet.write', 'users.read', 'offline.access'])

/** One sign-in of one app in the name of one person: each refresh takes the tokens before it back. */
export type Grant = {
  userId: string
  clientId: string
  scope: string
  access: string
  accessUntil: number
  refresh: string | null
  at: string
}

type Code = {
  clientId: string
  userId: string
  callback: string
  challenge: string
  scope: string
  until: number
}

type Asked = { clientId: string; callback: string; state: string; challenge: string; scope: string }

/** Signing apps in, as OAuth 2 with PKCE has it: a page to allow it, and tokens for what was allowed. */
export function oauth2(options: {
  world: World
  now: () => Date
  saved: Array<Grant> | null
  changed: (grants: Array<Grant>) => void
}) {
  const { world, now, changed } = options
  let grants: Array<Grant> = options.saved ?? []
  const codes = new Map<string, Code>()
  const token = () => randomBytes(32).toString('base64url')
  const keep = (next: Array<Grant>) => {
    grants = next
    changed(grants)
  }

  /** What an app asks for by the address of the page, or why it is refused. */
  function asked(query: URLSearchParams): Asked | string {
    const get = (name: string) => query.get(name) ?? ''
    const app = world.apps.find(({ clientId }) => clientId !== undefined && clientId === get('client_id'))
    if (!app) return 'No app here has this client_id.'
    const callback = get('redirect_uri')
    const loopback =
      URL.canParse(callback) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(callback).hostname)
    if (!loopback) return 'The redirect_uri must lead to this machine.'
    if (get('response_type') !== 'code') return 'The response_type must be code.'
    if (get('state') === '') return 'The state is missing.'
    if (get('code_challenge') === '' || get('code_challenge_method').toUpperCase() !== 'S256')
      return 'A code_challenge of the method S256 is missing.'
    const scopes = get('scope').split(' ').filter(Boolean)
    const strange = scopes.filter((scope) => !SCOPES.has(scope))
    if (scopes.length === 0 || strange.length > 0)
      return `Not a scope: ${strange.join(', ') || 'none given'}.`
    return {
      clientId: get('client_id'),
      callback,
      state: get('state'),
      challenge: get('code_challenge'),
      scope: scopes.join(' '),
    }
  }

  /** @returns where the browser goes */
  function decide(wish: Asked, user: WorldUser | null): string {
    const to = new URL(wish.callback)
    to.searchParams.set('state', wish.state)
    if (!user) {
      to.searchParams.set('error', 'access_denied')
      return to.href
    }
    const code = token()
    codes.set(code, { ...wish, userId: user.id, until: now().getTime() + CODE_LIVES_MS })
    to.searchParams.set('code', code)
    return to.href
  }

  function issue(from: { clientId: string; userId: string; scope: string }): Reply {
    const grant: Grant = {
      clientId: from.clientId,
      userId: from.userId,
      scope: from.scope,
      access: token(),
      accessUntil: now().getTime() + ACCESS_LIVES_MS,
      refresh: from.scope.split(' ').includes('offline.access') ? token() : null,
      at: now().toISOString(),
    }
    keep([...grants.filter((one) => one.userId !== from.userId || one.clientId !== from.clientId), grant])
    return {
      status: 200,
      body: {
        token_type: 'bearer',
        expires_in: ACCESS_LIVES_MS / 1000,
        access_token: grant.access,
        scope: grant.scope,
        ...(grant.refresh && { refresh_token: grant.refresh }),
      },
    }
  }

  /** The answer of `POST /2/oauth2/token`. */
  function exchange(authorization: string | undefined, contentType: string, body: string): Reply {
    const app = world.apps.find(
      ({ clientId, clientSecret }) =>
        clientId !== undefined &&
        clientSecret !== undefined &&
        authorization === `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
    )
    if (!app?.clientId) return refusal(401, 'unauthorized_client', 'Missing valid authorization header')
    if (!contentType.startsWith('application/x-www-form-urlencoded'))
      return refusal(400, 'invalid_request', 'Missing required parameter [grant_type].')
    const form = new URLSearchParams(body)
    const get = (name: string) => form.get(name) ?? ''
    switch (get('grant_type')) {
      case 'authorization_code': {
        const code = codes.get(get('code'))
        codes.delete(get('code'))
        const proof = createHash('sha256').update(get('code_verifier')).digest('base64url')
        const good =
          code &&
          code.clientId === app.clientId &&
          code.until >= now().getTime() &&
          code.callback === get('redirect_uri') &&
          code.challenge === proof
        return good
          ? issue(code)
          : refusal(400, 'invalid_request', 'Value passed for the authorization code was invalid.')
      }
      case 'refresh_token': {
        const grant = grants.find(
          ({ refresh, clientId }) => refresh === get('refresh_token') && clientId === app.clientId,
        )
        return grant?.refresh
          ? issue(grant)
          : refusal(400, 'invalid_request', 'Value passed for the token was invalid.')
      }
      default:
        return refusal(400, 'unsupported_grant_type', 'Unsupported grant_type.')
    }
  }

  return {
    asked,
    decide,
    exchange,
    grants: (): ReadonlyArray<Grant> => grants,
    /** Whose access token it is, while it is good. */
    holder(access: string): { user: WorldUser; scopes: Array<string>; key: string } | null {
      const grant = grants.find((one) => one.access === access && one.accessUntil > now().getTime())
      const user = grant && world.users.find(({ id }) => id === grant.userId)
      const app = world.apps.find(({ clientId }) => clientId === grant?.clientId)
      return grant && user && app ? { user, scopes: grant.scope.split(' '), key: app.key } : null
    },
    /** Two hours pass for an account's access token. */
    expire(user: WorldUser) {
      keep(grants.map((one) => (one.userId === user.id ? { ...one, accessUntil: 0 } : one)))
    },
    /** The account takes back what it allowed. */
    revoke(user: WorldUser) {
      keep(grants.filter(({ userId }) => userId !== user.id))
    },
  }
}

export type OAuth2 = ReturnType<typeof oauth2>

/** As the token endpoint of OAuth 2 words it, which is not how the rest of the API does. */
function refusal(status: number, error: string, error_description: string): Reply {
  return { status, body: { error, error_description } }
}

/** The page on which a person lets an app speak for one of their accounts. */
export function renderAuthorise(world: World, query: URLSearchParams, wish: Asked | string): string {
  const fields = [...query].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
  )
  return framed({
    title: 'Let an app in? Practice network',
    main: html`<div class="side">
      ${
        typeof wish === 'string'
          ? html`<p class="trouble" role="alert">This app may not ask. ${wish}</p>`
          : html`<form class="card" method="post" action="/i/oauth2/authorize">
              <h1>Let this app use an account?</h1>
              <p class="hint">It may read what the account sees, and post as it, until you take that back.</p>
              ${fields}
              <label for="as">Account</label>
              <select id="as" name="as" required>
                ${world.users.map(
                  ({ handle, name }) => html`<option value="${handle}">${name} (@${handle})</option>`,
                )}
              </select>
              <button name="decision" value="allow">Allow</button>
              <button class="quiet" name="decision" value="refuse">Refuse</button>
            </form>`
      }
    </div>`,
  })
}
