import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { EnvError } from '#app/platform/env.server.ts'
import { readBrand, sendLogo } from '#app/web/brand.server.ts'
import { hashOf, securityHeaders } from '#app/web/guard.server.ts'

const folder = mkdtempSync(join(tmpdir(), 'quad-brand-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const brandOf = (name: string, bytes: string | Buffer) => {
  const logo = join(folder, name)
  writeFileSync(logo, bytes)
  return readBrand({ brand: { colour: null, logo } })
}
const refusal = (make: () => unknown) => {
  try {
    make()
  } catch (error) {
    if (error instanceof EnvError) return error.message
    throw error
  }
  return 'nothing was refused'
}
const png = Buffer.concat([
  Buffer.from('89504e470d0a1a0a0000000d494844520000007800000028080600000000000000', 'hex'),
  deflateSync(Buffer.alloc(10)),
])

describe('the colour', () => {
  it('stands in the page, let in by its own hash only', () => {
    const { style } = readBrand({ brand: { colour: '#7a003c', logo: null } })
    expect(style).toBe(':root{--brand:#7a003c}')
    const hash = hashOf(style)
    const policy = securityHeaders('n', true, hash)['Content-Security-Policy']!
    expect(policy).toContain(`style-src 'self' ${hash};`)
    expect(policy).not.toContain('unsafe')
  })
  it('that nobody chose adds nothing', () => {
    expect(readBrand({ brand: { colour: null, logo: null } })).toEqual({
      style: '',
      logo: null,
    })
    expect(securityHeaders('n', true)['Content-Security-Policy']).toContain("style-src 'self';")
  })
})

describe('the logo', () => {
  it('is what it is, whatever its name, and says its size', () => {
    expect(brandOf('crest.svg', png).logo).toMatchObject({ type: 'image/png', width: 120, height: 40 })
    expect(brandOf('a.svg', '<?xml version="1.0"?>\n<svg viewBox="0 0 24 12"></svg>').logo).toMatchObject({
      type: 'image/svg+xml',
      width: 24,
      height: 12,
    })
    expect(brandOf('b.svg', '<svg width="60px" height="20" viewBox="0 0 6 2"/>').logo).toMatchObject({
      width: 60,
      height: 20,
    })
  })
  it('changes its address with its content', () => {
    const hrefs = ['1', '2'].map((n) => brandOf('a.svg', `<svg viewBox="0 0 ${n} 1"/>`).logo!.href)
    expect(new Set(hrefs).size).toBe(2)
  })
  it.each([
    ['page.svg', '<html><svg viewBox="0 0 1 1"></svg></html>', 'neither a PNG nor an SVG'],
    ['no-size.svg', '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'says its size'],
    ['photo.png', Buffer.from('ffd8ffe000104a46', 'hex'), 'neither a PNG nor an SVG'],
    ['large.svg', `<svg viewBox="0 0 1 1">${' '.repeat(9000)}</svg>`, 'the most is 8192'],
  ])('%s is refused', (name, bytes, what) => {
    const said = refusal(() => brandOf(name, bytes))
    expect(said).toContain('CAMPUS_LOGO')
    expect(said).toContain(what)
  })
  it('that is not there is named', () => {
    const logo = join(folder, 'nowhere.svg')
    expect(refusal(() => readBrand({ brand: { colour: null, logo } }))).toContain(
      `${logo} cannot be read (ENOENT)`,
    )
  })
  it('is sent with its type, kept for ever, and cannot run', async () => {
    const brand = brandOf('a.svg', '<svg viewBox="0 0 1 1"><script>alert(1)</script></svg>')
    const server = createServer((request, response) => {
      if (!sendLogo(brand, request, response)) response.writeHead(404).end()
    }).listen(0)
    const base = `http://localhost:${(server.address() as AddressInfo).port}`
    const answer = await fetch(`${base}${brand.logo!.href}`)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': expect.stringContaining('sandbox'),
    })
    const etag = answer.headers.get('etag')!
    expect((await fetch(`${base}${brand.logo!.href}`, { headers: { 'if-none-match': etag } })).status).toBe(
      304,
    )
    expect((await fetch(`${base}/brand/logo`)).headers.get('cache-control')).toBe('public, max-age=3600')
    expect((await fetch(`${base}/brand/logos`)).status).toBe(404)
    server.close()
  })
})
