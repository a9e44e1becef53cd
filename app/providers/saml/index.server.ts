import { SAML, ValidateInResponseTo, type SamlConfig } from '@node-saml/node-saml'
import { decryptXml } from '@node-saml/node-saml/lib/xml.js'
import { HOUR, MINUTE, type Clock } from '#app/platform/clock.ts'
import { reasonOf } from '#app/platform/errors.ts'
import { affiliationsOf, emailOf } from '../affiliations.ts'
import { fetchText } from '../fetch-text.ts'
import {
  ourAddress,
  PATIENCE,
  refused,
  SKEW,
  type Answer,
  type BegunFlow,
  type Finished,
  type Flow,
  type Provider,
  type Refused,
} from '../provider.ts'
import { parseXml } from '../xml.ts'
import { readAssertion } from './assertion.ts'
import { judgeOpened, judgeResponse } from './guard.ts'
import { readMetadata, type IdpMetadata } from './metadata.ts'
import type { SamlSettings } from './settings.ts'

const READ_AGAIN_AFTER = HOUR
/** A signature by a key we do not know is the sign to look, but not for everybody who sends one. */
const LOOKED_AGAIN_AFTER = MINUTE

export type SamlOptions = {
  slug: string
  name: string
  settings: SamlSettings
  /** The private key of `settings.certificate`, as PEM. */
  secret: string | null
  clock: Clock
  patience?: number
}

type Known = { kind: 'known'; metadata: IdpMetadata; readAt: Date } | Refused

/** Sign-in by SAML 2.0: asked by a redirect, answered by a form. The only folder that knows node-saml. */
export function samlProvider({
  slug,
  name,
  settings,
  secret,
  clock,
  patience = PATIENCE,
}: SamlOptions): Provider {
  const pasted = settings.metadata.startsWith('<')
  let known: Extract<Known, { kind: 'known' }> | null = null

  const valid = (now: Date) =>
    known !== null && !(known.metadata.validUntil && known.metadata.validUntil <= now)

  /** @param freshFor how old what is known may be, in milliseconds */
  async function metadata(freshFor = READ_AGAIN_AFTER): Promise<Known> {
    const now = clock.now()
    if (known && valid(now) && (pasted || now.getTime() - known.readAt.getTime() < freshFor)) return known
    const read = await readNow(now)
    // What was read before is good for as long as it says, whatever stands there now.
    return read.kind === 'refused' && known && valid(now) ? known : read
  }

  async function readNow(now: Date): Promise<Known> {
    const found = pasted
      ? { kind: 'fetched' as const, text: settings.metadata }
      : await fetchText(settings.metadata, 'application/samlmetadata+xml, application/xml', patience)
    const read = found.kind === 'fetched' ? readMetadata(found.text, settings.entity, now) : found
    if (read.kind === 'read') return (known = { kind: 'known', metadata: read.metadata, readAt: now })
    return refused(read.kind === 'failed' ? 'not-reached' : 'half-configured', read.reason, { trouble: true })
  }

  const entityOf = (at: string) => settings.ourEntity ?? `${at}/metadata`

  /** One for each use: what it keeps of a question is kept with the flow. */
  function library({ entityId: _, ssoUrl, certificates }: IdpMetadata, flow: Flow, asked: Asked): SAML {
    return new SAML({
      callbackUrl: flow.callback,
      issuer: entityOf(ourAddress(flow)),
      entryPoint: ssoUrl,
      idpCert: certificates,
      wantAssertionsSigned: true,
      // The assertion is what counts, and all that is read.
      wantAuthnResponseSigned: false,
      validateInResponseTo: ValidateInResponseTo.always,
      cacheProvider: asked,
      identifierFormat: settings.persistent ? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' : null,
      disableRequestedAuthnContext: !flow.strong,
      authnContext: settings.mfa,
      racComparison: 'exact',
      forceAuthn: flow.strong,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
      // Audience and times are judged in `assertion.ts`, by our clock and with a reason for each.
      audience: false,
      acceptedClockSkewMs: -1,
      ...ownKey(),
    })
  }

  function ownKey(): Pick<SamlConfig, 'privateKey' | 'publicCert' | 'decryptionPvk'> {
    if (secret === null) return {}
    return {
      privateKey: secret,
      decryptionPvk: secret,
      ...(settings.certificate ? { publicCert: settings.certificate } : {}),
    }
  }

  async function begin(flow: Flow) {
    const found = await metadata()
    if (found.kind === 'refused') return found
    const asked = remembering()
    try {
      const url = await library(found.metadata, flow, asked).getAuthorizeUrlAsync(flow.id, undefined, {})
      return { kind: 'go' as const, url, kept: asked.id ?? '' }
    } catch (error) {
      return refused('half-configured', reasonOf(error), { trouble: true })
    }
  }

  async function finish({ form }: Answer, flow: BegunFlow): Promise<Finished> {
    const encoded = form?.getAll('SAMLResponse') ?? []
    if (encoded.length !== 1) return refused('tampered', 'It came without a response.')
    const xml = Buffer.from(encoded[0]!, 'base64').toString('utf8')
    const found = await metadata()
    if (found.kind === 'refused') return found
    const requestId = flow.kept
    const expected = { callback: flow.callback, entityId: found.metadata.entityId, requestId }
    const judged = judgeResponse(xml, expected)
    if (judged.kind === 'bad') return refused(judged.fault, judged.reason)
    if (judged.kind === 'encrypted') {
      const opened = await judgeInside(xml)
      if (opened) return opened
    }
    const signed =
      (await signedAssertion(found.metadata, encoded[0]!, flow)) ??
      (await afterNewKeys(found, encoded[0]!, flow))
    if (signed === null) return refused('bad-signature', 'No key of the provider signed it.')
    return read(signed, found.metadata, flow)
  }

  /** What is encrypted is judged like the rest. Why it is refused is not told: that would help to guess at it. */
  async function judgeInside(xml: string): Promise<Refused | null> {
    if (secret === null)
      return refused('half-configured', 'It encrypts what it sends, and we have no key to open it.', {
        trouble: true,
      })
    const closed = Array.from(parseXml(xml).getElementsByTagNameNS('*', 'EncryptedAssertion'))[0]
    const opened = await decryptXml(String(closed), secret).catch(() => '')
    return judgeOpened(opened).kind === 'good'
      ? null
      : refused('tampered', 'What is encrypted cannot be taken.')
  }

  /** The bytes that were signed, by the library; null when no key we know signed any. */
  async function signedAssertion(idp: IdpMetadata, encoded: string, flow: BegunFlow): Promise<string | null> {
    try {
      const { profile } = await library(idp, flow, remembering(flow.kept)).validatePostResponseAsync({
        SAMLResponse: encoded,
      })
      return profile?.getAssertionXml?.() ?? null
    } catch {
      return null
    }
  }

  /** A provider that changed its keys says so in its metadata. */
  async function afterNewKeys(before: Extract<Known, { kind: 'known' }>, encoded: string, flow: BegunFlow) {
    const found = await metadata(LOOKED_AGAIN_AFTER)
    const changed = found.kind === 'known' && found.readAt > before.readAt
    return changed ? signedAssertion(found.metadata, encoded, flow) : null
  }

  function read(signed: string, { entityId }: IdpMetadata, flow: BegunFlow): Finished {
    const assertion = readAssertion(signed, {
      entityId,
      audience: entityOf(ourAddress(flow)),
      callback: flow.callback,
      requestId: flow.kept,
      scopes: settings.scopes,
      now: clock.now(),
    })
    if (assertion.kind === 'bad')
      return refused(assertion.fault, assertion.reason, { trouble: assertion.trouble })
    const { id, subject, until, context, authenticatedAt, sent } = assertion
    if (subject === null)
      return refused('no-subject', 'It sent no pairwise-id, subject-id or persistent name.', {
        trouble: true,
        sent,
      })
    const now = authenticatedAt !== null && authenticatedAt.getTime() >= flow.begunAt.getTime() - SKEW
    const strong = context !== null && settings.mfa.includes(context) && now
    if (flow.strong && !strong)
      return refused('no-second-factor', `AuthnContextClassRef is ${context ?? 'missing'}.`, { sent })
    return {
      kind: 'proven',
      issuer: `saml:${entityId}`,
      subject,
      email: emailOf(sent, settings),
      ...affiliationsOf(sent, settings),
      strong,
      once: { id, until },
      sent,
    }
  }

  return {
    slug,
    kind: 'saml',
    name,
    begin,
    finish,
    async check() {
      const found = await readNow(clock.now())
      if (found.kind === 'refused') return found
      const { entityId, ssoUrl, certificates, validUntil } = found.metadata
      return {
        kind: 'well',
        facts: {
          entity: entityId,
          login: ssoUrl,
          certificates: String(certificates.length),
          ...(validUntil ? { until: validUntil.toISOString() } : {}),
        },
      }
    },
    ours: (at) => ({ entity: entityOf(at), acs: `${at}/done`, metadata: `${at}/metadata` }),
    metadata(at) {
      const ours = new SAML({
        callbackUrl: `${at}/done`,
        issuer: entityOf(at),
        // Asked for by the library, and not a part of what is written here.
        idpCert: 'none',
        wantAssertionsSigned: true,
        identifierFormat: settings.persistent ? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent' : null,
        ...ownKey(),
      })
      const certificate = secret === null ? null : (settings.certificate ?? null)
      return (
        ours
          .generateServiceProviderMetadata(certificate, certificate)
          // The library could open these too; we do not: see `guard.ts`.
          .replace(/\s*<EncryptionMethod Algorithm="[^"]*-cbc"\/>/g, '')
      )
    },
  }
}

/** What the library keeps of the questions it asked: here, of the one of this flow. */
type Asked = NonNullable<SamlConfig['cacheProvider']> & { id: string | null }

function remembering(id: string | null = null): Asked {
  const at = new Date().toISOString()
  return {
    id,
    saveAsync(key, value) {
      this.id = key
      return Promise.resolve({ value, createdAt: Date.now() })
    },
    getAsync(key) {
      return Promise.resolve(key === this.id ? at : null)
    },
    removeAsync: (key) => Promise.resolve(key),
  }
}
