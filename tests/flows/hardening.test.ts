import { connect } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { emptyFolder, endAll, eventually, runToEnd, SECRET_KEY, startWeb, type Web } from './processes.ts'

const ORIGIN = 'https://quad.example.edu'
let web: Web

beforeAll(async () => {
  const env = { DATA_DIR: join(emptyFolder(), 'data'), SECRET_KEY, PUBLIC_URL: ORIGIN, LOG_LEVEL: 'info' }
  expect((await runToEnd('migrate', env)).code).toBe(0)
  web = await startWeb(env)
})
afterAll(endAll)

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${web.url}${path}`, { redirect: 'manual', signal: AbortSignal.timeout(10_000), ...init })

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  ask(path, {
    method: 'POST',
    body,
    headers: { origin: web.url, 'content-type': 'application/x-www-form-urlencoded', ...headers },
  })

/** Sends bytes as they are. @returns the first line of the answer, and after how many seconds the line was cut */
function send(bytes: string): Promise<{ answer: string; seconds: number }> {
  const began = performance.now()
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(web.port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => (answer += String(data)))
    socket.on('error', () => undefined)
    socket.on('close', () =>
      resolve({ answer: answer.split('\r\n')[0]!, seconds: (performance.now() - began) / 1000 }),
    )
  })
}

const HEAD = `POST /theme HTTP/1.1\r\nHost: quad.example.edu\r\nOrigin: ${ORIGIN}\r\nContent-Type: application/x-www-form-urlencoded\r\n`

it.each(['/health', '/ready', '/', '/nowhere', '/favicon.svg', '/robots.txt', '/.git/config'])(
  'says how it may be used in every answer: %s',
  async (path) => {
    const { headers, body, status } = await ask(path)
    await body?.cancel()
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toMatch(
      /object-src 'none'.*frame-ancestors .*base-uri 'none'/,
    )
    if (status !== 204) expect(headers.get('content-type')).not.toBeNull()
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('server')).toBeNull()
  },
)

it.each([
  '/.git/config',
  '/.env',
  '/package.json',
  '/assets/',
  '/enhance/',
  '/%2e%2e/package.json',
  '/..%2fserver.js',
])('gives out no file but its own, and lists none: %s', async (path) =>
  expect((await ask(path)).status).toBe(404),
)

it('answers no method that nothing here is done by', async () => {
  for (const method of ['TRACE', 'PUT', 'DELETE', 'PATCH'])
    expect(
      (await send(`${method} / HTTP/1.1\r\nHost: quad.example.edu\r\nConnection: close\r\n\r\n`)).answer,
    ).toMatch(/^HTTP\/1\.1 4\d\d /)
})

it('reads no request whose end can be read in two ways', async () => {
  const body = '0\r\n\r\n'
  const both = await send(`${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body}`)
  expect(both.answer).toMatch(/^HTTP\/1\.1 400 /)
  const twice = await send(`${HEAD}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${body}`)
  expect(twice.answer).toMatch(/^HTTP\/1\.1 400 /)
  const without = await send(`${HEAD}Transfer-Encoding: chunked\r\n\r\n${body}`)
  expect(without.answer).toMatch(/^HTTP\/1\.1 400 /)
})

it('does not wait for who sends too slowly', async () => {
  const [head, body] = await Promise.all([
    send('GET / HTTP/1.1\r\nHost: quad.example.edu\r\nX-Slow: '),
    send(`${HEAD}Content-Length: 1000\r\n\r\ntheme=`),
  ])
  expect(head.seconds).toBeLessThan(16)
  expect(body.seconds).toBeLessThan(40)
  expect((await ask('/health')).status).toBe(200)
}, 60_000)

it('unpacks nothing that it is sent', async () => {
  const bomb = gzipSync(`theme=dark&back=/&more=${'0'.repeat(50_000_000)}`)
  const answer = await post('/theme', bomb, { 'content-encoding': 'gzip' })
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.status).toBeLessThan(500)
})

it('takes the names of prototypes for fields like any other', async () => {
  for (const name of [
    '__proto__.email',
    'constructor.prototype.email',
    '__proto__[email]',
    'email.__proto__.x',
  ]) {
    const answer = await post(
      '/sign-in?index',
      new URLSearchParams({ [name]: 'polluted@example.edu' }).toString(),
    )
    expect(answer.status, name).toBe(400)
    expect(await answer.text(), name).not.toContain('polluted@example.edu')
  }
  expect((await post('/sign-in?index', 'email=')).status).toBe(400)
})

it('takes the one value of a field that comes twice, or none', async () => {
  const answer = await post('/sign-in?index', 'email=a%40example.edu&email=b%40example.edu')
  expect(answer.status).toBe(400)
})

it('binds every cookie to this host by its name, and believes no other', async () => {
  const chosen = await post('/theme', 'theme=dark&back=/')
  const out = await post('/sign-out', '')
  const vote = await post('/votes/1001', 'intent=vote')
  const mine = vote.headers.getSetCookie().find((cookie) => cookie.includes('mine='))
  expect(mine).toMatch(/^__Host-mine=1001;/)
  const cookies = [chosen, out, vote].flatMap(({ headers }) => headers.getSetCookie())
  expect(cookies.map((cookie) => cookie.split('=')[0])).toEqual(
    expect.arrayContaining(['__Host-theme', '__Host-said']),
  )
  for (const cookie of cookies)
    expect(cookie).toMatch(/^__Host-(?=.*; Path=\/(;|$))(?=.*; Secure)(?=.*; HttpOnly)(?!.*; Domain)/i)
  const themeFor = async (cookie: string, path = '/') =>
    /data-theme="(\w+)"/.exec(await (await ask(path, { headers: { cookie } })).text())?.[1]
  for (const path of ['/', '/?once=1']) {
    expect(await themeFor('__Host-theme=dark', path)).toBe('dark')
    expect(await themeFor('theme=dark', path)).toBeUndefined()
  }
})

it('says in its log what it refused, and nothing of who asked', async () => {
  await post('/theme', 'theme=dark', { origin: 'https://evil.example' })
  await post('/sign-in/code', 'id=unknown&code=123456')
  const lines = web.output().split('\n').filter(Boolean)
  const said = (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message)
  expect(said('a request was turned away').at(-1)).toMatchObject({ status: 403, method: 'POST' })
  expect(said('a sign-in was refused').at(-1)).toMatchObject({ provider: 'mail', fault: 'over' })
  expect(said('a sign-in was refused').at(-1).time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

it.each([
  ['a concern without a title', '/tickets/new', 'title=&text=Buy+this+wonderful+thing'],
  ['an address that is none', '/sign-in?index', 'email=lee-at-home&back=/'],
  ['a code that is none', '/sign-in/code', 'id=unknown&code=abcdef'],
  ['a vote for nothing', '/votes/1001', 'intent=chancellor'],
])('%s is sent back, and logged by its form, without what was written', async (_what, path, form) => {
  const from = web.output().length
  expect((await post(path, form)).status).toBe(400)
  const lines = await eventually(() => {
    const found = web.output().slice(from).split('\n').filter(Boolean)
    return found.length > 0 ? found : null
  }, 'the line in the log')
  expect(lines).toHaveLength(1)
  const line = JSON.parse(lines[0]!) as Record<string, unknown>
  expect(line).toMatchObject({ msg: 'a form was not good', method: 'POST', path: path.split('?')[0] })
  expect(Object.keys(line).sort()).toEqual(
    ['action', 'level', 'method', 'msg', 'path', ...('role' in line ? ['role'] : []), 'time'].sort(),
  )
  for (const value of new URLSearchParams(form).values())
    if (value.length > 2) expect(lines[0]).not.toContain(value)
})

it('cannot be made to write a line of its log', async () => {
  await ask(`/nowhere%0a{"level":50,"msg":"forged"}`)
  await post('/sign-in/code', 'id=%0A%7B%22msg%22%3A%22forged%22%7D&code=123456')
  for (const line of web.output().split('\n').filter(Boolean))
    expect(JSON.parse(line)).not.toMatchObject({ msg: 'forged' })
})

it('lets a browser forget what a session showed when it ends', async () => {
  const answer = await post('/sign-out', '')
  expect(answer.status).toBe(303)
  expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"')
})
