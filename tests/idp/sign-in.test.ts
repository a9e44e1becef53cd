import { describe, expect, test } from 'vitest'

const SITE = process.env.TEST_SITE!
const IDP = process.env.TEST_IDP!

/** A browser without a screen: keeps cookies for each host, follows, and sends the forms it is shown. */
class Browser {
  private jars = new Map<string, Map<string, string>>()
  /** Every address it was at. */
  readonly way: Array<string> = []
  /** The last form it was made to send to us. */
  sent: { to: string; fields: URLSearchParams } | null = null

  async fetch(url: URL, init: RequestInit = {}): Promise<Response> {
    const jar = this.jars.get(url.host) ?? new Map<string, string>()
    this.jars.set(url.host, jar)
    const headers = new Headers(init.headers)
    headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('Accept', 'text/html')
    const response = await fetch(url, {
      ...init,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(60_000),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value = ''] = /^([^=]+)=([^;]*)/.exec(cookie)!
      if (value === '' || /Max-Age=0/i.test(cookie)) jar.delete(name!)
      else jar.set(name!, value)
    }
    this.way.push(url.href)
    return response
  }

  /** Goes on as a person would, who signs in at the provider as `who`, until a page of ours shows. */
  async go(to: string, who: string): Promise<{ url: URL; status: number; html: string }> {
    let url = new URL(to, SITE)
    let response = await this.fetch(url)
    for (let step = 0; step < 25; step += 1) {
      const location = response.headers.get('Location')
      if (location) {
        await response.body?.cancel()
        url = new URL(location, url)
        response = await this.fetch(url)
        continue
      }
      const html = await response.text()
      if (url.origin === SITE) return { url, status: response.status, html }
      const form = formIn(html, url)
      if (!form) throw new Error(`The provider shows no form: ${html.slice(0, 2000)}`)
      if (form.fields.has('user') || /name="password"/.test(html)) {
        form.fields.set('user', who)
        form.fields.set('password', who)
      }
      if (form.to.origin === SITE) this.sent = { to: form.to.href, fields: form.fields }
      const get = form.method === 'get'
      const from = url.origin
      url = form.to
      if (get) url.search = form.fields.toString()
      response = await this.fetch(
        url,
        get ? {} : { method: 'POST', body: form.fields, headers: { Origin: from } },
      )
    }
    throw new Error(`It leads on and on: ${this.way.join(' ')}`)
  }
}

function formIn(html: string, at: URL) {
  const form = /<form\b([^>]*)>([\s\S]*?)<\/form>/.exec(html)
  if (!form) return null
  const attribute = (text: string, name: string) =>
    plain(new RegExp(`\\b${name}\\s*=\\s*"([^"]*)"`, 'i').exec(text)?.[1] ?? '')
  const fields = new URLSearchParams()
  for (const [input] of form[2]!.matchAll(/<input\b[^>]*>/g))
    if (attribute(input, 'name') && !/type="(?:submit|checkbox|radio)"/.test(input))
      fields.set(attribute(input, 'name'), attribute(input, 'value'))
  return {
    to: new URL(attribute(form[1]!, 'action') || at.href, at),
    method: attribute(form[1]!, 'method').toLowerCase(),
    fields,
  }
}

const plain = (text: string) =>
  text
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')

describe.each(['oidc', 'saml', 'cas'])('LemonLDAP::NG by %s', (slug) => {
  test('signs a person in, who goes on where they were going, and lets them out again', async () => {
    const browser = new Browser()
    const { url, status, html } = await browser.go(`/sign-in/with/${slug}?back=/departments`, 'dwho')
    expect(html, browser.way.join('\n')).toContain('Sign out')
    expect({ path: url.pathname, status }).toEqual({ path: '/departments', status: 200 })
    expect(browser.way.some((address) => address.startsWith(IDP))).toBe(true)
    expect(html).not.toMatch(/dwho/i)
  })

  test('a second person is another one', async () => {
    const { html } = await new Browser().go(`/sign-in/with/${slug}?back=/departments`, 'rtyler')
    expect(html).toContain('Sign out')
  })

  test('an answer counts once', async () => {
    const browser = new Browser()
    await browser.go(`/sign-in/with/${slug}?back=/departments`, 'msmith')
    const done = browser.way.findLast((address) => address.includes(`/with/${slug}/done?`))!
    const again = await browser.go(done, 'msmith')
    expect(again.status).toBe(400)
    expect(again.html).toContain('was used before')
    if (browser.sent) {
      const replayed = await fetch(browser.sent.to, {
        method: 'POST',
        body: browser.sent.fields,
        headers: { Origin: IDP },
      })
      expect(replayed.status).toBe(400)
    }
  })

  test('an answer signs nobody in who did not ask for it', async () => {
    const browser = new Browser()
    await browser.go(`/sign-in/with/${slug}?back=/departments`, 'dwho')
    const done = browser.way.findLast((address) => address.includes(`/with/${slug}/done?`))!
    const stranger = new Browser()
    const forced = await stranger.go(done, 'nobody')
    expect(forced.status).toBe(400)
    expect((await stranger.go('/departments', 'nobody')).html).not.toContain('Sign out')
  })
})

test('a second factor that it does not prove is not believed', async () => {
  const { status, html } = await new Browser().go('/sign-in/with/cas?strong&back=/desk', 'dwho')
  expect(status).toBe(400)
  expect(html).toContain('did not ask you for a second factor')
})
