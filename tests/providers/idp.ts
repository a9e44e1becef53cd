import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import Provider from 'oidc-provider'

export const CLIENT = { id: 'quad', secret: 'a-secret-of-the-client' }
export const MFA = 'https://refeds.org/profile/mfa'

/** What a university knows of somebody. */
export type Account = {
  sub: string
  email?: string
  affiliation?: Array<string>
  more?: Record<string, unknown>
}

export type Idp = {
  issuer: string
  /** Who signs in at the page of the provider, without being asked; null: the page asks. */
  signsIn: Account | null
  /** Says that a second factor was used, when it is asked for one. */
  hasSecondFactor: boolean
  /** Answers nothing any more, until it is told to go on. */
  hangs: boolean
  rotateKeys(): void
  close(): Promise<void>
}

/** `oidc-provider`, an identity provider that nobody here wrote, in this process and over real HTTP. */
export async function startIdp(
  redirectUris: Array<string>,
  accounts: Array<Account> = [],
  client: Record<string, unknown> = {},
): Promise<Idp> {
  let provider: Provider
  const known = new Map(accounts.map((account) => [account.sub, account]))
  const server: Server = createServer((request, response) => {
    if (idp.hangs) return
    const uid = /^\/interaction\/([\w-]+)/.exec(request.url ?? '')?.[1]
    if (!uid) return provider.callback()(request, response)
    const finish = (sub: string) =>
      void provider.interactionFinished(request, response, {
        login: {
          accountId: sub,
          remember: false,
          ...(idp.hasSecondFactor ? { acr: MFA, amr: ['pwd', 'mfa'] } : {}),
        },
      })
    if (idp.signsIn) return finish(idp.signsIn.sub)
    if (request.method === 'GET') {
      response.setHeader('Content-Type', 'text/html; charset=utf-8')
      return void response.end(
        `<!doctype html><html lang="en"><title>Campus sign-in</title><form method="post"><label>Name <input name="name"></label><button>Continue</button></form>`,
      )
    }
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => finish(new URLSearchParams(body).get('name') ?? ''))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const make = () =>
    new Provider(issuer, {
      clients: [
        { client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: redirectUris, ...client },
      ],
      jwks: { keys: [aKey()] },
      cookies: { keys: ['cookies of a test'] },
      acrValues: [MFA],
      scopes: ['openid', 'email', 'campus'],
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        campus: ['eduperson_scoped_affiliation', 'tid', 'oid'],
        acr: null,
        amr: null,
        auth_time: null,
      },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      findAccount: (_: unknown, sub: string) => {
        const account =
          idp.signsIn?.sub === sub
            ? idp.signsIn
            : (known.get(sub) ?? { sub, email: `${sub}@northfield.example` })
        return {
          accountId: sub,
          claims: () => ({
            sub,
            email: account.email,
            email_verified: account.email !== undefined,
            eduperson_scoped_affiliation: account.affiliation,
            ...account.more,
          }),
        }
      },
      // What a campus agreed to for everybody is not asked again.
      async loadExistingGrant(ctx: {
        oidc: { client: { clientId: string }; session: { accountId: string }; params: { scope: string } }
      }) {
        const grant = new provider.Grant({
          clientId: ctx.oidc.client.clientId,
          accountId: ctx.oidc.session.accountId,
        })
        grant.addOIDCScope(ctx.oidc.params.scope)
        await grant.save()
        return grant
      },
    })
  provider = make()
  const idp: Idp = {
    issuer,
    signsIn: null,
    hasSecondFactor: false,
    hangs: false,
    rotateKeys() {
      provider = make()
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return idp
}

function aKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' }
}

/** Walks as a browser does from the provider's address until it is led back to us. @returns where it is led */
export async function walk(from: string, until: string): Promise<URL> {
  const jars = new Map<string, Map<string, string>>()
  let url = new URL(from)
  for (let step = 0; step < 12; step += 1) {
    if (url.href.startsWith(until)) return url
    const jar = jars.get(url.host) ?? new Map<string, string>()
    jars.set(url.host, jar)
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value) jar.set(name!, value)
      else jar.delete(name!)
    }
    const location = response.headers.get('Location')
    if (!location) throw new Error(`${url.href} leads nowhere: ${response.status} ${await response.text()}`)
    await response.body?.cancel()
    url = new URL(location, url)
  }
  throw new Error('It leads on and on')
}
