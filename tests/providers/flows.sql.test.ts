import { eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { FLOW_LASTS } from '#app/domain/people/flows.server.ts'
import { forgetExpired } from '#app/domain/people/housekeeping.server.ts'
import { keptProviders } from '#app/domain/people/providers.server.ts'
import { HOUR } from '#app/platform/clock.ts'
import { refused, type Finished, type Provider, type Proven } from '#app/providers/provider.ts'
import type { Opened, Providers } from '#app/providers/registry.ts'
import { SIGN_IN_FAULTS } from '#app/vocabulary.ts'
import type { Door } from '#app/web/door.server.ts'
import { answerByForm, beginAt, checkProvider, endAt, readTest } from '#app/web/providers.server.ts'
import { createSessions } from '#app/web/session.server.ts'
import {
  assertionsSeen,
  identities,
  people,
  providers as providerRows,
  sessions,
  signInFlows,
} from '#db/schema/index.ts'
import { run } from '#db/statement.ts'
import { textIn } from '#app/catalogue/text.ts'
import { aCampus, anAdmin, aStudent, quiet, refusalOf } from '../domain/campus.ts'

const here = aCampus()
const PUBLIC_URL = 'https://quad.northfield.example'

/** Two providers that tell the same mail address, and one that answers by a form. */
let says: Record<string, Finished>
let asked: Array<{ slug: string; kept: string; strong: boolean }>
let enabled: Record<string, boolean>

const sam = (issuer: string, more: Partial<Proven> = {}): Proven => ({
  kind: 'proven',
  issuer,
  subject: 'sam',
  email: 'sam@northfield.example',
  affiliations: ['student'],
  strong: false,
  once: null,
  sent: { sub: ['sam'] },
  ignored: [],
  ...more,
})

function theProvider(slug: string, kind: Provider['kind']): Provider {
  return {
    slug,
    kind,
    name: `The ${slug}`,
    begin: (flow) =>
      Promise.resolve({
        kind: 'go',
        url: `https://idp.example/${slug}?state=${flow.id}&back=${encodeURIComponent(flow.callback)}`,
        kept: `kept for ${slug}`,
      }),
    finish(_, { kept, strong }) {
      asked.push({ slug, kept, strong })
      return Promise.resolve(says[slug]!)
    },
    check: () => Promise.resolve({ kind: 'well', facts: {} }),
    ours: () => ({ service: '' }),
  }
}

const opened = (slug: string, kind: Provider['kind']): Opened => ({
  configured: {
    slug,
    kind,
    name: `The ${slug}`,
    settings: {},
    secret: null,
    enabled: enabled[slug]!,
    from: 'file',
  },
  provider: theProvider(slug, kind),
})

const registry: Providers = {
  list: () => Promise.resolve([opened('east', 'oidc'), opened('west', 'oidc'), opened('south', 'saml')]),
  find: async (slug) => (await registry.list()).find(({ configured }) => configured.slug === slug) ?? null,
}

beforeEach(async () => {
  await run(here.campus.db, sql`truncate providers, sign_in_flows, assertions_seen`)
  says = {
    east: sam('oidc:east'),
    west: sam('oidc:west'),
    south: sam('saml:south', { once: { id: '_1', until: new Date('2030-01-01') } }),
  }
  asked = []
  enabled = { east: true, west: true, south: true }
})

const app = () =>
  ({
    campus: here.campus,
    providers: registry,
    log: quiet,
    env: { publicUrl: PUBLIC_URL, demo: false },
  }) as unknown as Door['app']

/** A browser with its cookies. */
class Browser {
  cookies = new Map<string, string>()
  viewer: Actor | null = null
  sessionId: string | null = null

  door(path: string, host = 'quad.northfield.example'): Door {
    const url = new URL(path, `https://${host}`)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const slug = url.pathname.split('/')[3]!
    return {
      app: app(),
      campus: here.campus,
      request: new Request(url, { headers: { Cookie: cookie } }),
      url,
      params: { slug },
      viewer: this.viewer,
      provenAt: null,
      provider: null,
      sessionId: this.sessionId,
      sessions: createSessions(here.campus.db, true),
      origin: () => '',
      shows: () => undefined,
      passSearch: () => Promise.resolve(),
    }
  }

  keep(response: Response): string {
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!
      this.cookies.set(name!, value!)
    }
    return response.headers.get('Location')!
  }

  /** @returns what is sent back to us: the state */
  async begin(
    slug: string,
    { next = '/tickets/1001', strong = false, test = false, host = undefined as string | undefined } = {},
  ) {
    const begun = await beginAt(this.door(`/sign-in/with/${slug}`, host), { next, strong, test })
    if (!(begun instanceof Response)) throw new Error(begun.fault)
    const there = new URL(this.keep(begun))
    return { state: there.searchParams.get('state')!, there }
  }

  async end(slug: string, state: string): Promise<string> {
    const ended = await endAt(this.door(`/sign-in/with/${slug}/done?state=${state}&code=c`))
    return ended instanceof Response ? this.keep(ended) : ended.fault
  }
}

const counts = async () => ({
  people: await here.campus.db.$count(people),
  sessions: await here.campus.db.$count(sessions),
})

test('signs in, goes on where they were going, and is known again', async () => {
  const browser = new Browser()
  const { state } = await browser.begin('east', { next: '/tickets/1001?draft=x' })
  expect(await browser.end('east', state)).toBe(
    `/sign-in/done?back=${encodeURIComponent('/tickets/1001?draft=x')}`,
  )
  expect(browser.cookies.has('__Host-session')).toBe(true)
  const again = new Browser()
  await again.end('east', (await again.begin('east')).state)
  expect(await counts()).toEqual({ people: 1, sessions: 2 })
})

test('what a provider proved beside is kept with the session', async () => {
  says.east = sam('oidc:east', { strong: true })
  const browser = new Browser()
  await browser.end('east', (await browser.begin('east', { strong: true })).state)
  const [session] = await here.campus.db.select().from(sessions)
  expect(session).toMatchObject({ provider: 'east' })
  expect(session!.strongAt).not.toBeNull()
  expect(asked[0]).toMatchObject({ strong: true, kept: 'kept for east' })
})

describe('who comes with what is not theirs', () => {
  test('another browser: nothing is changed, and the first may still go on', async () => {
    const sams = new Browser()
    const { state } = await sams.begin('east')
    const mallory = new Browser()
    await mallory.begin('east')
    expect(await mallory.end('east', state)).toBe('other-browser')
    expect(await new Browser().end('east', state)).toBe('other-browser')
    expect(asked).toEqual([])
    expect(await counts()).toEqual({ people: 0, sessions: 0 })
    expect(await sams.end('east', state)).toMatch(/^\/sign-in\/done/)
  })

  test('an answer that nobody asked for', async () => {
    expect(await new Browser().end('east', 'made-up')).toBe('not-begun')
    expect(await new Browser().end('east', '')).toBe('not-begun')
  })

  test('the answer of another provider', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('east')
    expect(await browser.end('west', state)).toBe('other-provider')
    expect(asked).toEqual([])
    expect(await browser.end('east', state)).toMatch(/^\/sign-in\/done/)
  })

  test('an answer twice', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('east')
    await browser.end('east', state)
    expect(await browser.end('east', state)).toBe('used')
    expect(asked).toHaveLength(1)
  })

  test('an answer too late, and much too late', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('east')
    here.clock.pass(FLOW_LASTS)
    await forgetExpired(here.campus)
    expect(await browser.end('east', state)).toBe('expired')
    here.clock.pass(2 * HOUR)
    await forgetExpired(here.campus)
    expect(await browser.end('east', state)).toBe('not-begun')
    expect(await here.campus.db.$count(signInFlows)).toBe(0)
  })

  test('an answer that the provider gave to two flows', async () => {
    const browser = new Browser()
    says.east = sam('oidc:east', { once: { id: 'ST-1', until: new Date('2030-01-01') } })
    expect(await browser.end('east', (await browser.begin('east')).state)).toMatch(/^\/sign-in\/done/)
    expect(await browser.end('east', (await browser.begin('east')).state)).toBe('used')
    expect(await counts()).toEqual({ people: 1, sessions: 1 })
    here.clock.pass(5 * 365 * 24 * HOUR)
    await forgetExpired(here.campus)
    expect(await here.campus.db.$count(assertionsSeen)).toBe(0)
  })
})

test('two providers that tell the same address mean two people', async () => {
  for (const slug of ['east', 'west']) {
    const browser = new Browser()
    await browser.end(slug, (await browser.begin(slug)).state)
  }
  const known = await here.campus.db.select().from(identities)
  expect(new Set(known.map(({ personId }) => personId)).size).toBe(2)
  const rows = await here.campus.db.select({ email: people.email }).from(people)
  expect(rows).toEqual([{ email: 'sam@northfield.example' }, { email: 'sam@northfield.example' }])
})

test('an address that a provider tells makes nobody the administrator with that address', async () => {
  const ada = await anAdmin(here.campus)
  says.east = sam('oidc:east', { subject: 'mallory', email: 'ada@northfield.example' })
  const browser = new Browser()
  await browser.end('east', (await browser.begin('east')).state)
  const [session] = await here.campus.db.select().from(sessions)
  expect(session!.userId).not.toBe(ada.personId)
  const [person] = await here.campus.db.select().from(people).where(eq(people.id, session!.userId))
  expect(person!.role).toBe('student')
})

test('who is disabled is told so, and not signed in', async () => {
  const browser = new Browser()
  await browser.end('east', (await browser.begin('east')).state)
  await here.campus.db.update(people).set({ disabledAt: here.clock.now() })
  const { state } = await browser.begin('east')
  expect(await refusalOf(browser.end('east', state))).toBe('account-disabled')
  expect(await here.campus.db.$count(sessions)).toBe(1)
})

test('a session known before is worth nothing after (fixation)', async () => {
  const kim = await aStudent(here.campus, 'kim')
  const kept = createSessions(here.campus.db, true)
  await kept.begin(kim.personId, { provider: 'mail', device: 'A browser' })
  const [before] = await here.campus.db.select().from(sessions)
  const browser = new Browser()
  browser.sessionId = before!.id
  browser.viewer = kim
  await browser.end('east', (await browser.begin('east')).state)
  const after = await here.campus.db.select().from(sessions)
  expect(after).toHaveLength(1)
  expect(after[0]!.id).not.toBe(before!.id)
})

test('the Host header leads nobody astray', async () => {
  const { there } = await new Browser().begin('east', { host: 'evil.example' })
  expect(there.searchParams.get('back')).toBe(`${PUBLIC_URL}/sign-in/with/east/done`)
})

test('the cookie of a browser is bound to this host, and no script reads it', async () => {
  const begun = (await beginAt(new Browser().door('/sign-in/with/east'), {
    next: '/',
    strong: false,
    test: false,
  })) as Response
  expect(begun.headers.get('Set-Cookie')).toMatch(
    /^__Host-browser=[\w-]{22}; Path=\/; Max-Age=1800; HttpOnly; SameSite=Lax; Secure$/,
  )
})

describe('an answer by a form of another site', () => {
  const post = (slug: string, state: string) =>
    answerByForm(app(), slug, new URLSearchParams({ RelayState: state, SAMLResponse: 'x' }))

  test('is kept until the browser that asked is back by itself', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('south')
    const path = await post('south', state)
    expect(path).toBe(`/sign-in/with/south/done?state=${state}`)
    expect(await counts()).toEqual({ people: 0, sessions: 0 })
    expect(await browser.end('south', state)).toMatch(/^\/sign-in\/done/)
    expect(asked).toHaveLength(1)
    const [flow] = await here.campus.db.select().from(signInFlows)
    expect(here.campus.seal.open(flow!.kept), 'nothing of it stays').toBe('')
  })

  test('signs nobody in who did not ask (somebody’s own answer, forced on a stranger)', async () => {
    const mallory = new Browser()
    const { state } = await mallory.begin('south')
    await post('south', state)
    const victim = new Browser()
    expect(await victim.end('south', state)).toBe('other-browser')
    expect(await counts()).toEqual({ people: 0, sessions: 0 })
  })

  test('counts once, whoever sends a second', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('south')
    says.south = refused('bad-signature', 'No.')
    await post('south', state)
    says.south = sam('saml:south')
    await post('south', state)
    expect(asked).toHaveLength(1)
    expect(await browser.end('south', state)).toBe('bad-signature')
  })

  test('to no flow, or to a provider that answers otherwise, changes nothing', async () => {
    const made = 'made-up-and-22-letters'
    expect(await post('south', made)).toBe(`/sign-in/with/south/done?state=${made}`)
    expect(await post('south', '"><script>')).toBe('/sign-in/with/south/done?state=')
    expect(await post('east', 'x')).toBeNull()
    expect(await post('nowhere', 'x')).toBeNull()
    expect(asked).toEqual([])
  })
})

describe('a provider in trouble', () => {
  test('is remembered for the desk, and well again after', async () => {
    says.east = refused('not-reached', 'connect ECONNREFUSED', { trouble: true })
    const browser = new Browser()
    expect(await browser.end('east', (await browser.begin('east')).state)).toBe('not-reached')
    const health = async () => (await here.campus.db.select().from(providerRows))[0]!
    expect(await health()).toMatchObject({ slug: 'east', trouble: 'not-reached connect ECONNREFUSED' })
    says.east = sam('oidc:east')
    await browser.end('east', (await browser.begin('east')).state)
    expect(await health()).toMatchObject({ trouble: null, checkedAt: here.clock.now() })
    expect(await keptProviders(here.campus), 'it is still the file’s').toEqual([])
    expect(await checkProvider(app(), 'west')).toMatchObject({ kind: 'well' })
  })

  test('what an outsider can bring about is no trouble', async () => {
    says.south = refused('bad-signature', 'No key signed it.')
    const browser = new Browser()
    await browser.end('south', (await browser.begin('south')).state)
    expect(await here.campus.db.select().from(providerRows)).toEqual([])
  })

  test('switched off: nobody begins there, and nobody who began ends', async () => {
    const browser = new Browser()
    const { state } = await browser.begin('east')
    enabled.east = false
    expect(await refusalOf(browser.begin('east'))).toBe('no-such-page')
    expect(await refusalOf(browser.end('east', state))).toBe('no-such-page')
    expect(await counts()).toEqual({ people: 0, sessions: 0 })
  })
})

describe('a test sign-in', () => {
  test('signs nobody in, and shows the administrator what came', async () => {
    const browser = new Browser()
    browser.viewer = await anAdmin(here.campus)
    enabled.east = false
    const before = await counts()
    const { state } = await browser.begin('east', { test: true })
    expect(await browser.end('east', state)).toBe(`/desk/sign-in?test=${state}#test`)
    expect(await counts()).toEqual(before)
    const shown = await readTest(browser.door(`/desk/sign-in?test=${state}`))
    expect(shown).toMatchObject({
      slug: 'east',
      finished: { kind: 'proven', subject: 'sam', sent: { sub: ['sam'] } },
    })
    const other = new Browser()
    other.viewer = browser.viewer
    expect(await readTest(other.door(`/desk/sign-in?test=${state}`)), 'in another browser').toBeNull()
    browser.viewer = await aStudent(here.campus)
    expect(await readTest(browser.door(`/desk/sign-in?test=${state}`)), 'to somebody else').toBeNull()
  })

  test('shows what was refused and why', async () => {
    const browser = new Browser()
    browser.viewer = await anAdmin(here.campus)
    says.east = refused('no-subject', 'No pairwise-id.', { sent: { mail: ['a@b'] }, trouble: true })
    const { state } = await browser.begin('east', { test: true })
    await browser.end('east', state)
    expect(await readTest(browser.door(`/desk/sign-in?test=${state}`))).toMatchObject({
      finished: { fault: 'no-subject', sent: { mail: ['a@b'] } },
    })
  })

  test('is for administrators', async () => {
    const browser = new Browser()
    expect(await refusalOf(browser.begin('east', { test: true }))).toBe('admin-only')
    browser.viewer = await aStudent(here.campus)
    expect(await refusalOf(browser.begin('east', { test: true }))).toBe('admin-only')
  })
})

test('each fault has a sentence of its own', () => {
  const t = textIn('en')
  const sentences = SIGN_IN_FAULTS.map((fault) => t(`signInFault.${fault}`, { provider: 'The campus' }))
  expect(new Set(sentences).size).toBe(SIGN_IN_FAULTS.length)
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].{30,}\.$/)
})
