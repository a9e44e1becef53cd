import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '#app/platform/clock.ts'
import { oidcProvider } from '#app/providers/oidc/index.server.ts'
import { oidcSettings } from '#app/providers/oidc/settings.ts'
import type { BegunFlow, Flow, Provider } from '#app/providers/provider.ts'
import { CLIENT, startIdp, walk, type Idp } from './idp.ts'

const CALLBACK = 'https://quad.northfield.example/sign-in/with/campus/done'
const SAM = {
  sub: 'sam-7f3a',
  email: 'Sam@Northfield.example',
  affiliation: ['student@northfield.example', 'faculty@elsewhere.example', 'member'],
}

let idp: Idp
let campus: Provider

beforeAll(async () => {
  idp = await startIdp([CALLBACK])
})
afterAll(() => idp.close())
beforeEach(() => {
  Object.assign(idp, { signsIn: SAM, hasSecondFactor: false, hangs: false })
  campus = theProvider()
})

function theProvider(settings: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Provider {
  return oidcProvider({
    slug: 'campus',
    name: 'Campus',
    settings: oidcSettings.parse({
      issuer: idp.issuer,
      clientId: CLIENT.id,
      scope: 'openid email campus',
      scopes: ['northfield.example'],
      ...settings,
    }),
    secret: CLIENT.secret,
    clock: { now: () => new Date(Date.now()) },
    patience: 2000,
    ...more,
  })
}

let flows = 0
const aFlow = (more: Partial<Flow> = {}): Flow => ({
  id: `flow-${(flows += 1)}`,
  callback: CALLBACK,
  strong: false,
  begunAt: new Date(),
  ...more,
})

/** What a browser does: it is sent there, and comes back. @param changed what somebody does to the question on its way */
async function there(
  provider = campus,
  more: Partial<Flow> = {},
  changed: (question: URL) => void = () => undefined,
) {
  const flow = aFlow(more)
  const begun = await provider.begin(flow)
  if (begun.kind === 'refused') throw new Error(`${begun.fault}: ${begun.detail}`)
  const question = new URL(begun.url)
  changed(question)
  const url = await walk(question.href, CALLBACK)
  return {
    flow: { ...flow, kept: begun.kept } satisfies BegunFlow,
    query: url.searchParams,
    asked: new URL(begun.url),
  }
}

async function signIn(provider = campus, more: Partial<Flow> = {}) {
  const { flow, query } = await there(provider, more)
  return provider.finish({ query, form: null }, flow)
}

describe('who is proven', () => {
  test('issuer and subject, mail and the affiliations of its own scope', async () => {
    expect(await signIn()).toMatchObject({
      kind: 'proven',
      issuer: `oidc:${idp.issuer}`,
      subject: 'sam-7f3a',
      email: 'sam@northfield.example',
      affiliations: ['student'],
      ignored: ['faculty@elsewhere.example', 'member'],
      strong: false,
    })
  })

  test('a bare value means what the campus says it means', async () => {
    const provider = theProvider({ values: { member: ['member'] }, everyone: ['affiliate'] })
    expect(await signIn(provider)).toMatchObject({ affiliations: ['student', 'member', 'affiliate'] })
  })

  test('an address that is not verified is not kept', async () => {
    idp.signsIn = { sub: 'kim', more: { email: 'kim@northfield.example', email_verified: false } }
    expect(await signIn()).toMatchObject({ kind: 'proven', subject: 'kim', email: null })
  })

  test('Entra is known by tenant and object, and by nothing less', async () => {
    const entra = theProvider({ subject: 'tid+oid' })
    idp.signsIn = { sub: 'pairwise', more: { tid: 'tenant', oid: 'object' } }
    expect(await signIn(entra)).toMatchObject({ kind: 'proven', subject: 'tenant:object' })
    idp.signsIn = { sub: 'pairwise', more: { tid: 'tenant' } }
    expect(await signIn(entra)).toMatchObject({ kind: 'refused', fault: 'no-subject', trouble: true })
  })

  test('the question carries PKCE, a nonce and a state of its own', async () => {
    const first = (await there()).asked.searchParams
    const second = (await there()).asked.searchParams
    expect(first.get('code_challenge_method')).toBe('S256')
    expect(first.get('acr_values')).toBeNull()
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(first.get(name), name).not.toBe(second.get(name))
  })
})

describe('a second factor', () => {
  test('is asked for and believed when the provider says so', async () => {
    idp.hasSecondFactor = true
    const { asked } = await there(campus, { strong: true })
    expect(asked.searchParams.get('acr_values')).toBe('https://refeds.org/profile/mfa')
    expect(await signIn(campus, { strong: true })).toMatchObject({ kind: 'proven', strong: true })
  })

  test('is missed when the provider does not say so', async () => {
    expect(await signIn(campus, { strong: true })).toMatchObject({
      kind: 'refused',
      fault: 'no-second-factor',
    })
  })

  test('is not believed when it is older than the question', async () => {
    idp.hasSecondFactor = true
    const later = new Date(Date.now() + 10 * MINUTE)
    expect(await signIn(campus, { begunAt: later })).toMatchObject({ kind: 'proven', strong: false })
  })

  test('is not believed when the provider does not say when that was', async () => {
    idp.hasSecondFactor = true
    const { flow, query } = await there(campus, {}, (question) => {
      question.searchParams.delete('max_age')
      question.searchParams.delete('prompt')
    })
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ kind: 'proven', strong: false })
    const asked = await there(campus, { strong: true }, (question) => {
      question.searchParams.delete('max_age')
      question.searchParams.delete('prompt')
    })
    expect(await campus.finish({ query: asked.query, form: null }, asked.flow)).toMatchObject({
      kind: 'refused',
      fault: 'no-second-factor',
      detail: expect.stringContaining('auth_time missing') as string,
    })
  })
})

describe('what is refused', () => {
  test('a state that is not the one sent', async () => {
    const { flow, query } = await there()
    query.set('state', 'another')
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ fault: 'tampered' })
  })

  test('the answer of another provider (mix-up)', async () => {
    const { flow, query } = await there()
    query.set('iss', 'https://evil.example')
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ fault: 'other-provider' })
  })

  test('an answer without iss from a provider that always says it', async () => {
    const { flow, query } = await there()
    query.delete('iss')
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ kind: 'refused' })
  })

  test("a code with another flow's verifier", async () => {
    const { query } = await there()
    const { flow } = await there()
    query.set('state', flow.id)
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ fault: 'used' })
  })

  test('a token made for another nonce', async () => {
    const { flow, query } = await there()
    const kept = JSON.parse(flow.kept) as Record<string, string>
    const other = { ...flow, kept: JSON.stringify({ ...kept, nonce: 'another' }) }
    expect(await campus.finish({ query, form: null }, other)).toMatchObject({ fault: 'tampered' })
  })

  test('a code that was used', async () => {
    const { flow, query } = await there()
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ kind: 'proven' })
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ fault: 'used' })
  })

  test('somebody who changed their mind', async () => {
    const { flow, query } = await there()
    query.delete('code')
    query.set('error', 'access_denied')
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({
      fault: 'denied',
      trouble: false,
    })
  })

  test('an answer with two codes', async () => {
    const { flow, query } = await there()
    query.append('code', 'another')
    expect(await campus.finish({ query, form: null }, flow)).toMatchObject({ fault: 'tampered' })
  })
})

describe('a provider in trouble', () => {
  test('is half configured: its client secret is wrong', async () => {
    const wrong = theProvider({}, { secret: 'a-wrong-secret-of-the-client' })
    expect(await signIn(wrong)).toMatchObject({ fault: 'half-configured', trouble: true })
  })

  test('is another one than its address says', async () => {
    const wrong = theProvider({ issuer: `${idp.issuer}/other` })
    expect(await wrong.begin(aFlow())).toMatchObject({ kind: 'refused', trouble: true })
    expect(await wrong.check()).toMatchObject({ kind: 'refused', trouble: true })
  })

  test('is down: nobody waits longer than the time limit', async () => {
    idp.hangs = true
    const began = Date.now()
    expect(await theProvider({}, { patience: 300 }).begin(aFlow())).toMatchObject({
      fault: 'not-reached',
      trouble: true,
    })
    expect(Date.now() - began).toBeLessThan(2000)
  })

  test('is gone', async () => {
    const gone = theProvider({ issuer: 'http://127.0.0.1:9' })
    expect(await gone.begin(aFlow())).toMatchObject({ fault: 'not-reached', trouble: true })
  })

  test('goes down between question and answer', async () => {
    const impatient = theProvider({}, { patience: 500 })
    const { flow, query } = await there(impatient)
    idp.hangs = true
    expect(await impatient.finish({ query, form: null }, flow)).toMatchObject({ fault: 'not-reached' })
  })

  test('changed its keys a moment ago: nobody notices', async () => {
    expect(await signIn()).toMatchObject({ kind: 'proven' })
    idp.rotateKeys()
    expect(await signIn()).toMatchObject({ kind: 'proven' })
    expect(await signIn()).toMatchObject({ kind: 'proven' })
  })

  test('is well when it is asked', async () => {
    expect(await campus.check()).toMatchObject({ kind: 'well', facts: { issuer: idp.issuer } })
  })
})

describe('clocks that differ', () => {
  afterEach(() => {
    Date.now = realNow
  })
  const realNow = Date.now
  test.each([
    ['one minute behind us', -MINUTE, { kind: 'proven' }],
    ['one minute ahead of us', MINUTE, { kind: 'proven' }],
    ['a day ahead of us', 24 * 60 * MINUTE, { kind: 'refused', fault: 'early', trouble: true }],
    ['a day behind us', -24 * 60 * MINUTE, { kind: 'refused', fault: 'expired' }],
  ])('the provider is %s', async (_, by, outcome) => {
    const { flow, query } = await there()
    // Only our side of the exchange reads the clock again: the token is made by the provider's.
    const plain = globalThis.fetch
    globalThis.fetch = async (...args) => {
      Date.now = realNow
      const response = await plain(...args)
      Date.now = () => realNow() - by
      return response
    }
    try {
      expect(await campus.finish({ query, form: null }, flow)).toMatchObject(outcome)
    } finally {
      globalThis.fetch = plain
    }
  })
})
