import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLIENT, startIdp, walk, type Idp } from '../providers/idp.ts'
import {
  emptyFolder,
  endAll,
  eventually,
  freePort,
  runToEnd,
  SECRET_KEY,
  startWeb,
  type Web,
} from './processes.ts'

let web: Web
let idp: Idp

beforeAll(async () => {
  const port = await freePort()
  idp = await startIdp([`http://127.0.0.1:${port}/sign-in/with/campus/done`])
  idp.signsIn = { sub: 'wren', affiliation: ['student@northfield.example'] }
  const folder = emptyFolder()
  const campus = {
    slug: 'campus', kind: 'oidc', name: 'Northfield', issuer: idp.issuer, scopes: ['northfield.example'],
    clientId: CLIENT.id, secret: 'env:OIDC_SECRET', scope: 'openid campus',
  } // prettier-ignore
  const away = { ...campus, slug: 'away', name: 'Away', issuer: 'http://127.0.0.1:1' }
  writeFileSync(join(folder, 'providers.json'), JSON.stringify({ mail: true, providers: [campus, away] }))
  const env = {
    DATA_DIR: join(folder, 'data'),
    PROVIDERS_FILE: join(folder, 'providers.json'),
    OIDC_SECRET: CLIENT.secret,
    FRAMED_BY: 'https://www.northfield.example',
    SECRET_KEY,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
  }
  expect((await runToEnd('migrate', env)).code).toBe(0)
  web = await startWeb(env)
}, 60_000)
afterAll(async () => {
  await endAll()
  await idp?.close()
})

/** One browser: keeps our cookies and stops at every redirect. */
function aBrowser() {
  const jar = new Map<string, string>()
  return async (path: string, init: RequestInit = {}) => {
    const response = await fetch(new URL(path, web.url), {
      redirect: 'manual',
      ...init,
      headers: { cookie: [...jar].map((pair) => pair.join('=')).join('; '), ...init.headers },
    })
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!
      jar.set(name!, value!)
    }
    return { response, to: response.headers.get('location'), text: await response.text(), jar }
  }
}

/** Signs in at the university and goes on as the browser is led, to the end. @returns every place it was led to */
async function signInFrom(back: string) {
  const go = aBrowser()
  const begun = await go(`/sign-in/with/campus?back=${encodeURIComponent(back)}`)
  expect(begun.response.status).toBe(303)
  const answered = await walk(begun.to!, web.url)
  const places: Array<string> = []
  let next: string | null = answered.href
  while (next !== null) {
    expect(new URL(next, web.url).origin, `led away by ${back}`).toBe(web.url)
    const { to, response } = await go(next)
    if (to !== null) places.push(to)
    else expect(response.status).toBe(200)
    next = to
    expect(places.length).toBeLessThan(5)
  }
  const { jar } = await go('/health')
  return { end: places.at(-1)!, signedIn: jar.has('session') }
}

describe('a sign-in at the university, followed to its end', () => {
  it.each([
    ['a page of ours', '/resolved?sort=newest', '/resolved?sort=newest'],
    ['another site', '//evil.example', '/'],
    ['another site, whole', 'https://evil.example/a', '/'],
    ['another site behind dots', '/.//evil.example', '/'],
    ['another site by backslash', '/\\evil.example', '/'],
    ['the end of a header', '/a\r\nSet-Cookie: session=mine', '/'],
    ['a line end in the words of a link', '/?q=a%0d%0aSet-Cookie:%20x=y', '/?q=a%0d%0aSet-Cookie:%20x=y'],
  ])('goes back to where it began: %s', async (_what, back, end) => {
    expect(await signInFrom(back)).toEqual({ end, signedIn: true })
  })
})

describe('what comes back that nobody asked for', () => {
  const refusals = () =>
    web
      .output()
      .split('\n')
      .filter((line) => line.includes('a sign-in was refused'))
      .map(
        (line) =>
          JSON.parse(line) as { level: number | string; provider: string; fault: string; detail?: string },
      )

  it.each([
    ['a state made up', 'made-up'],
    ['a line end in the state', 'a\r\nSet-Cookie: session=mine'],
    ['a null in the state', 'a\u0000b'],
    ['a state of 8,000 letters', 'a'.repeat(8_000)],
  ])('is refused with a page, logged, and changes nothing: %s', async (_what, state) => {
    const before = refusals().length
    const go = aBrowser()
    const { response, text, jar } = await go(
      `/sign-in/with/campus/done?code=x&state=${encodeURIComponent(state)}`,
    )
    expect(response.status).toBe(400)
    expect(text.includes('You are not signed in')).toBe(true)
    expect(jar.has('session')).toBe(false)
    expect(text.includes('Set-Cookie: session=mine')).toBe(false)
    const line = await eventually(() => refusals()[before], 'the line in the log')
    expect(line).toMatchObject({ provider: 'campus', fault: 'not-begun' })
  })

  it.each(['made-up', 'a\r\nSet-Cookie: session=mine', 'a\u0000b'])(
    'a form of a provider that does not speak SAML is no page here: RelayState %j',
    async (RelayState) => {
      const { response, jar } = await aBrowser()('/sign-in/with/campus/done', {
        method: 'POST',
        body: new URLSearchParams({ SAMLResponse: 'none', RelayState }),
      })
      expect(response.status).toBe(404)
      expect(jar.size).toBe(0)
    },
  )

  it('an answer of the provider that was changed on the way is refused, logged with its cause, and begins no session', async () => {
    const before = refusals().length
    const go = aBrowser()
    const begun = await go('/sign-in/with/campus?back=/')
    const answered = await walk(begun.to!, web.url)
    answered.searchParams.set('code', 'another')
    const { response, jar } = await go(answered.href)
    expect(response.status).toBe(400)
    expect(jar.has('session')).toBe(false)
    const line = await eventually(() => refusals()[before], 'the line in the log')
    expect(line.provider).toBe('campus')
    expect(line.fault).toMatch(/^(denied|tampered|used)$/)
    expect(line.detail).toMatch(/\S/)
    // The right answer is worth nothing any more: it was used up.
    expect((await go(answered.href)).response.status).toBe(400)
    expect(await eventually(() => refusals()[before + 1], 'the second line')).toMatchObject({ fault: 'used' })
  })

  it('a provider that cannot be reached is said in a page and in the log', async () => {
    const before = refusals().length
    const { response, text } = await aBrowser()('/sign-in/with/away?back=/resolved')
    expect(response.status).toBe(503)
    expect(text.includes('href="/sign-in?choose&amp;back=%2Fresolved"')).toBe(true)
    expect(await eventually(() => refusals()[before], 'the line in the log')).toMatchObject({
      provider: 'away',
      fault: 'not-reached',
    })
  })
})

describe('the site that may hold our pages in a frame', () => {
  const framedBy = async (path: string, cookie = '') => {
    const policy = (await fetch(web.url + path, { headers: { cookie } })).headers.get(
      'content-security-policy',
    )
    return /frame-ancestors ([^;]+)/.exec(policy ?? '')?.[1]
  }

  it('holds what every visitor sees, and neither a sign-in nor the page of somebody signed in', async () => {
    expect(await framedBy('/')).toBe('https://www.northfield.example')
    expect(await framedBy('/departments')).toBe('https://www.northfield.example')
    for (const path of ['/sign-in', '/sign-in?back=/', '/me', '/desk', '/nowhere'])
      expect(await framedBy(path), path).toBe("'none'")
    const go = aBrowser()
    const begun = await go('/sign-in/with/campus?back=/')
    await go((await walk(begun.to!, web.url)).href)
    const { jar } = await go('/health')
    expect(await framedBy('/', `session=${jar.get('session')}`)).toBe("'none'")
  })
})
