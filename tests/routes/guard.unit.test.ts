import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { LARGEST_BODY, securityHeaders, turnAway } from '#app/web/guard.server.ts'

const campus = { publicUrl: 'https://quad.example.edu', demo: false }
const demo = { publicUrl: 'http://localhost:3000', demo: true }

type Sent = {
  method?: string
  host?: string
  origin?: string
  length?: string | null
  url?: string
  type?: string
}

function judge(
  site: typeof campus,
  { method = 'POST', host = 'quad.example.edu', origin, length = '10', url = '/', type }: Sent,
) {
  const headers = {
    host,
    ...(origin === undefined ? {} : { origin }),
    ...(length ? { 'content-length': length } : {}),
    ...(type ? { 'content-type': type } : {}),
  }
  return turnAway({ method, headers, url } as unknown as IncomingMessage, site)
}

test('a form of our own is let in', () => {
  expect(judge(campus, { origin: 'https://quad.example.edu' })).toBeNull()
  expect(judge(demo, { host: 'localhost:3000', origin: 'http://localhost:3000' })).toBeNull()
  expect(judge(demo, { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' })).toBeNull()
})

test.each([
  undefined,
  'null',
  '',
  'https://evil.example',
  'http://quad.example.edu',
  'https://quad.example.edu:444',
  'https://quad.example.edu.evil.example',
  'https://evil.quad.example.edu',
])('a form from %j is not', (origin) => {
  expect(judge(campus, { origin })).toBe(403)
})

test('the host a request names opens nothing, except on this machine', () => {
  expect(judge(campus, { host: 'evil.example', origin: 'http://evil.example' })).toBe(403)
  expect(judge(campus, { host: 'evil.example', origin: 'https://evil.example' })).toBe(403)
})

test('a demonstration answers to this machine only, even when it is only read', () => {
  for (const host of [
    'quad.example.edu',
    'localhost.evil.example',
    'evil.example:3000',
    '192.168.0.7:3000',
    '',
  ])
    expect(judge(demo, { method: 'GET', host }), host).toBe(403)
  for (const host of ['localhost', 'localhost:3000', '127.0.0.1:3000', '[::1]:3000'])
    expect(judge(demo, { method: 'GET', host }), host).toBeNull()
  expect(judge(campus, { method: 'GET', host: 'anything.example' })).toBeNull()
})

test('reading needs no origin; every other method does', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS']) expect(judge(campus, { method, length: null })).toBeNull()
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'QUERY'])
    expect(judge(campus, { method })).toBe(403)
})

test('a body says its length, and is not too large', () => {
  const origin = 'https://quad.example.edu'
  expect(judge(campus, { origin, length: '0' })).toBeNull()
  expect(judge(campus, { origin, length: String(LARGEST_BODY) })).toBeNull()
  expect(judge(campus, { origin, length: String(LARGEST_BODY + 1) })).toBe(413)
  for (const length of [null, 'many', '-1'])
    expect(judge(campus, { origin, length }), String(length)).toBe(400)
})

test('a provider may send its answer as a form from its own site, and nothing else may', () => {
  const from = {
    origin: 'https://login.example.edu',
    type: 'application/x-www-form-urlencoded; charset=utf-8',
  }
  const done = '/sign-in/with/campus-2/done'
  expect(judge(campus, { ...from, url: done })).toBeNull()
  expect(judge(campus, { ...from, url: done, origin: 'null' })).toBeNull()
  for (const url of [
    `${done}/`,
    `${done}?x=1`,
    `${done}.data`,
    '/sign-in/with/campus/../../../desk/sign-in',
    '/sign-in/with//done',
    '/sign-in/with/campus',
    '/SIGN-IN/with/campus/done',
    '/sign-in/code',
    '//sign-in/with/campus/done',
    '/desk/sign-in',
  ])
    expect(judge(campus, { ...from, url }), url).toBe(403)
  for (const method of ['PUT', 'DELETE', 'PATCH'])
    expect(judge(campus, { ...from, url: done, method })).toBe(403)
  expect(judge(campus, { ...from, url: done, type: 'multipart/form-data; boundary=x' })).toBe(400)
  expect(judge(campus, { ...from, url: done, type: 'text/plain' })).toBe(400)
  expect(judge(campus, { ...from, url: done, length: null })).toBe(400)
  expect(judge(campus, { ...from, url: done, length: String(1024 * 1024) })).toBe(413)
})

test('only over HTTPS is a browser told to stay with it', () => {
  expect(securityHeaders('abc', true)).toHaveProperty('Strict-Transport-Security')
  expect(securityHeaders('abc', false)).not.toHaveProperty('Strict-Transport-Security')
  expect(securityHeaders('abc', true)['Content-Security-Policy']).toContain("script-src 'self' 'nonce-abc'")
})

test('a page is framed by nobody who is not named', () => {
  const policyFor = (...framedBy: Array<string>) =>
    securityHeaders('abc', true, null, framedBy)['Content-Security-Policy']
  expect(policyFor()).toContain("frame-ancestors 'none'")
  expect(policyFor('https://www.quad.example', 'https://news.quad.example')).toContain(
    'frame-ancestors https://www.quad.example https://news.quad.example;',
  )
})
