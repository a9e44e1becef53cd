import * as oidc from 'openid-client'
import { z } from 'zod'
import { MINUTE, SECOND, type Clock } from '#app/platform/clock.ts'
import { isLoopback } from '#app/platform/env.server.ts'
import { affiliationsOf, emailOf } from '../affiliations.ts'
import {
  PATIENCE,
  refused,
  SKEW,
  type Answer,
  type BegunFlow,
  type Finished,
  type Flow,
  type Provider,
  type Refused,
  type Sent,
} from '../provider.ts'
import { faultOf } from './faults.ts'
import type { OidcSettings } from './settings.ts'

/** Discovery is read again after this time: endpoints move seldom, and seldom without notice. */
const DISCOVERED_FOR = 10 * MINUTE

/** After this time keys are read again in any case; sooner, when one signed that is not among them. In seconds. */
const KEYS_KEPT = 300
const ASKED_AGAIN_AFTER = 60

/** How old a sign-in with a second factor may be where one is asked for, in seconds; `provenBy` asks for less. */
const STRONG_WITHIN = '60'

const kept = z.object({ verifier: z.string(), nonce: z.string() })

export type OidcOptions = {
  slug: string
  name: string
  settings: OidcSettings
  /** Null: a public client, held by PKCE alone. */
  secret: string | null
  clock: Clock
  patience?: number
}

/** Sign-in by OpenID Connect: the code flow with PKCE, nonce and state. The only folder that knows openid-client. */
export function oidcProvider({
  slug,
  name,
  settings,
  secret,
  clock,
  patience = PATIENCE,
}: OidcOptions): Provider {
  let discovered: { metadata: oidc.ServerMetadata; at: Date } | null = null
  let keys: NonNullable<ReturnType<typeof oidc.getJwksCache>> | null = null

  /** One for each use, because the library keeps its keys for good with a configuration once used. */
  async function configuration(): Promise<oidc.Configuration> {
    const now = clock.now()
    if (!discovered || now.getTime() - discovered.at.getTime() > DISCOVERED_FOR) {
      const found = await oidc.discovery(new URL(settings.issuer), settings.clientId, undefined, undefined, {
        timeout: patience / SECOND,
        execute: isLoopback(settings.issuer) ? [oidc.allowInsecureRequests] : [],
      })
      discovered = { metadata: { ...found.serverMetadata() }, at: now }
    }
    const { metadata } = discovered
    const config = new oidc.Configuration(
      metadata,
      settings.clientId,
      { [oidc.clockTolerance]: SKEW / SECOND },
      authentication(metadata),
    )
    config.timeout = patience / SECOND
    if (isLoopback(settings.issuer)) oidc.allowInsecureRequests(config)
    oidc.enableNonRepudiationChecks(config)
    const seconds = now.getTime() / SECOND
    if (keys && seconds - keys.uat < KEYS_KEPT)
      // Said to be old enough to be asked for again: a provider that changed its keys just now is not refused.
      oidc.setJwksCache(config, { ...keys, uat: Math.min(keys.uat, Math.floor(seconds) - ASKED_AGAIN_AFTER) })
    return config
  }

  function authentication({
    token_endpoint_auth_methods_supported: ways,
  }: oidc.ServerMetadata): oidc.ClientAuth {
    if (secret === null) return oidc.None()
    const takesBasic = ways === undefined || ways.includes('client_secret_basic')
    return takesBasic ? basic(settings.clientId, secret) : oidc.ClientSecretPost(secret)
  }

  async function begin(flow: Flow) {
    try {
      const config = await configuration()
      if (!config.serverMetadata().authorization_endpoint)
        return refused('half-configured', 'Discovery names no authorization endpoint.', { trouble: true })
      const verifier = oidc.randomPKCECodeVerifier()
      const nonce = oidc.randomNonce()
      const url = oidc.buildAuthorizationUrl(config, {
        redirect_uri: flow.callback,
        scope: settings.scope,
        response_type: 'code',
        state: flow.id,
        nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        // An age makes the provider say when it was (OpenID Connect Core, 3.1.2.1). `prompt` alone could be taken off on the way.
        ...(flow.strong
          ? { acr_values: settings.mfa.join(' '), prompt: 'login', max_age: STRONG_WITHIN }
          : {}),
      })
      return { kind: 'go' as const, url: url.href, kept: JSON.stringify({ verifier, nonce }) }
    } catch (error) {
      return faultOf(error)
    }
  }

  async function finish({ query }: Answer, flow: BegunFlow): Promise<Finished> {
    const { verifier, nonce } = kept.parse(JSON.parse(flow.kept))
    const url = new URL(flow.callback)
    url.search = query.toString()
    let said: Sent = {}
    try {
      const config = await configuration()
      const iss = query.get('iss')
      if (iss !== null && iss !== config.serverMetadata().issuer)
        return refused('other-provider', 'Its iss is another provider.')
      const before = keys
      const tokens = await oidc.authorizationCodeGrant(config, url, {
        pkceCodeVerifier: verifier,
        expectedNonce: nonce,
        expectedState: flow.id,
        idTokenExpected: true,
      })
      const fresh = oidc.getJwksCache(config)
      // What was said to be older than it is keeps its true age.
      if (fresh && fresh.uat > (before?.uat ?? 0)) keys = { jwks: fresh.jwks, uat: fresh.uat }
      const token = tokens.claims()!
      const user = config.serverMetadata().userinfo_endpoint
        ? await oidc.fetchUserInfo(config, tokens.access_token, token.sub)
        : {}
      // What was signed counts before what was only asked for.
      const claims: Record<string, unknown> = { ...user, ...token }
      said = sentOf(claims)
      if (token.iat * SECOND > clock.now().getTime() + SKEW)
        return refused('early', 'Its token is from the future: the clocks differ.', {
          trouble: true,
          sent: said,
        })
      return provenBy(claims, said, flow)
    } catch (error) {
      return { ...faultOf(error), sent: said }
    }
  }

  function provenBy(claims: Record<string, unknown>, sent: Sent, flow: Flow): Finished {
    const subject = subjectOf(claims, sent)
    if (typeof subject !== 'string') return subject
    const authTime = typeof claims.auth_time === 'number' ? claims.auth_time * SECOND : null
    // What does not say when it was may be of this morning.
    const now = authTime !== null && authTime >= flow.begunAt.getTime() - SKEW
    const second =
      settings.mfa.includes(String(claims.acr)) || (sent.amr ?? []).some((way) => settings.amr.includes(way))
    const strong = second && now
    if (flow.strong && !strong)
      return refused(
        'no-second-factor',
        `acr is ${sent.acr?.[0] ?? 'missing'}, amr ${sent.amr?.join(' ') ?? 'missing'}${authTime === null ? ', auth_time missing' : ''}.`,
        {
          sent,
        },
      )
    return {
      kind: 'proven',
      issuer: `oidc:${String(claims.iss)}`,
      subject,
      email: claims.email_verified === false ? null : emailOf(sent, settings),
      ...affiliationsOf(sent, settings),
      strong,
      once: null,
      sent,
    }
  }

  function subjectOf(claims: Record<string, unknown>, sent: Sent): string | Refused {
    if (settings.subject === 'sub') return String(claims.sub)
    const { tid, oid } = claims
    if (typeof tid === 'string' && typeof oid === 'string' && tid && oid) return `${tid}:${oid}`
    return refused('no-subject', 'The claims tid and oid are not both there.', { trouble: true, sent })
  }

  return {
    slug,
    kind: 'oidc',
    name,
    begin,
    finish,
    async check() {
      discovered = null
      try {
        const metadata = (await configuration()).serverMetadata()
        return {
          kind: 'well',
          facts: {
            issuer: metadata.issuer,
            authorization: metadata.authorization_endpoint ?? '',
            token: metadata.token_endpoint ?? '',
            keys: metadata.jwks_uri ?? '',
          },
        }
      } catch (error) {
        return faultOf(error)
      }
    },
    ours: (at) => ({ redirect: `${at}/done` }),
  }
}

/**
 * The library also encodes signs that a form leaves as they are (`-` and `.`), and LemonLDAP::NG for one does not read
 * that back: so the name and the secret are encoded exactly as RFC 6749 says in 2.3.1, and no more.
 */
function basic(clientId: string, secret: string): oidc.ClientAuth {
  const encoded = [clientId, secret].map((text) => new URLSearchParams({ '': text }).toString().slice(1))
  const credentials = Buffer.from(encoded.join(':')).toString('base64')
  return (_server, _client, _body, headers) => headers.set('Authorization', `Basic ${credentials}`)
}

/** Claims as lists of text, which is all that is read of them. */
function sentOf(claims: Record<string, unknown>): Sent {
  const told = Object.entries(claims).flatMap(([name, value]) => {
    const values = (Array.isArray(value) ? value : [value]).filter(
      (one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean',
    )
    return values.length > 0 ? [[name, values.map(String)] as const] : []
  })
  return Object.fromEntries(told)
}
