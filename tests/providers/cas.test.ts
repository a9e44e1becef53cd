import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { casProvider } from '#app/providers/cas/index.server.ts'
import { casSettings } from '#app/providers/cas/settings.ts'
import { readAnswer } from '#app/providers/cas/answer.ts'

const CALLBACK = 'https://quad.northfield.example/sign-in/with/cas/done'
const FLOW = { id: 'flow-1', callback: CALLBACK, strong: false, begunAt: new Date(), kept: '' }

const around = (inside: string) =>
  `<cas:serviceResponse xmlns:cas="http://www.yale.edu/tp/cas">${inside}</cas:serviceResponse>`
const success = (attributes: string, more = '') =>
  around(
    `<cas:authenticationSuccess><cas:user>sam</cas:user><cas:attributes>${attributes}</cas:attributes>${more}</cas:authenticationSuccess>`,
  )
const failure = (code: string) =>
  around(`<cas:authenticationFailure code="${code}">Sorry</cas:authenticationFailure>`)
const SAM = success(
  '<cas:eduPersonUniqueId>7f3a@northfield.example</cas:eduPersonUniqueId><cas:mail>sam@northfield.example</cas:mail><cas:eduPersonScopedAffiliation>student@northfield.example</cas:eduPersonScopedAffiliation><cas:eduPersonScopedAffiliation>staff@elsewhere.example</cas:eduPersonScopedAffiliation>',
)

/** A server as the protocol describes it: each ticket is for one service, and good once. */
let server: Server
let tickets: Map<string, { service: string; says: string }>
let hangs = false
let asked: Array<URL> = []

beforeAll(async () => {
  server = createServer((request, response) => {
    if (hangs) return
    const url = new URL(request.url!, 'http://cas')
    asked.push(url)
    if (url.pathname === '/moved/p3/serviceValidate')
      return void response.writeHead(302, { Location: 'http://127.0.0.1:9/' }).end()
    if (url.pathname !== '/cas/p3/serviceValidate') return void response.writeHead(404).end()
    const id = url.searchParams.get('ticket') ?? ''
    const ticket = tickets.get(id)
    tickets.delete(id)
    if (!ticket) return void response.end(failure('INVALID_TICKET'))
    response.end(
      ticket.service === url.searchParams.get('service') ? ticket.says : failure('INVALID_SERVICE'),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  hangs = false
  asked = []
  tickets = new Map([['ST-1', { service: `${CALLBACK}?state=flow-1`, says: SAM }]])
})

const theProvider = (settings: Record<string, unknown> = {}, path = '/cas') =>
  casProvider({
    slug: 'cas',
    name: 'Campus',
    settings: casSettings.parse({
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      scopes: ['northfield.example'],
      ...settings,
    }),
    clock: { now: () => new Date() },
    patience: 400,
  })

const finish = (query: string, provider = theProvider(), more = {}) =>
  provider.finish({ query: new URLSearchParams(query), form: null }, { ...FLOW, ...more })

test('a ticket for exactly our address proves who somebody is', async () => {
  const begun = await theProvider().begin(FLOW)
  expect(begun.kind === 'go' && new URL(begun.url).searchParams.get('service')).toBe(
    `${CALLBACK}?state=flow-1`,
  )
  expect(await finish('state=flow-1&ticket=ST-1')).toMatchObject({
    kind: 'proven',
    subject: '7f3a@northfield.example',
    email: 'sam@northfield.example',
    affiliations: ['student'],
    ignored: ['staff@elsewhere.example'],
    once: { id: 'ST-1' },
  })
})

describe('what is refused', () => {
  test('a ticket that was used', async () => {
    expect(await finish('ticket=ST-1')).toMatchObject({ kind: 'proven' })
    expect(await finish('ticket=ST-1')).toMatchObject({ fault: 'used', trouble: false })
  })
  test('a ticket for another site or another sign-in', async () => {
    expect(await finish('ticket=ST-1', theProvider(), { id: 'flow-2' })).toMatchObject({
      fault: 'not-for-us',
    })
  })
  test.each([
    ['no ticket', '', 'denied'],
    ['a proxy ticket', 'ticket=PT-1', 'tampered'],
    ['two tickets', 'ticket=ST-1&ticket=ST-2', 'tampered'],
    ['a ticket with a line end', 'ticket=ST-1%0d%0aX', 'tampered'],
    ['a ticket without end', `ticket=ST-${'1'.repeat(300)}`, 'tampered'],
  ])('%s, and the server is not even asked', async (_, query, fault) => {
    expect(await finish(query)).toMatchObject({ kind: 'refused', fault })
    expect(asked).toEqual([])
  })
  test('somebody without the attribute that lasts', async () => {
    tickets.get('ST-1')!.says = success('<cas:mail>sam@northfield.example</cas:mail>')
    expect(await finish('ticket=ST-1')).toMatchObject({ fault: 'no-subject', trouble: true })
  })
  test('two values of it', async () => {
    tickets.get('ST-1')!.says = success('<cas:eduPersonUniqueId>a</cas:eduPersonUniqueId>'.repeat(2))
    expect(await finish('ticket=ST-1')).toMatchObject({ fault: 'no-subject' })
  })
  test('a sign-in without the second factor that was asked for', async () => {
    expect(await finish('ticket=ST-1', theProvider(), { strong: true })).toMatchObject({
      fault: 'no-second-factor',
    })
    expect(asked[0]!.searchParams.get('renew')).toBe('true')
  })
})

test('a campus that never gives a name out twice may say so', async () => {
  expect(await finish('ticket=ST-1', theProvider({ subject: '' }))).toMatchObject({ subject: 'sam' })
})

test('such a name is the same in whatever case it was typed', async () => {
  tickets.get('ST-1')!.says = SAM.replace('>sam<', '>SAM<')
  expect(await finish('ticket=ST-1', theProvider({ subject: '' }))).toMatchObject({ subject: 'sam' })
})

test('a second factor, where the server tells of it', async () => {
  tickets.get('ST-1')!.says = success(
    '<cas:eduPersonUniqueId>a</cas:eduPersonUniqueId><cas:authnContextClass>https://refeds.org/profile/mfa</cas:authnContextClass>',
  )
  expect(await finish('ticket=ST-1', theProvider(), { strong: true })).toMatchObject({ strong: true })
})

describe('a server in trouble', () => {
  test('is down: nobody waits longer than the time limit', async () => {
    hangs = true
    expect(await finish('ticket=ST-1')).toMatchObject({ fault: 'not-reached', trouble: true })
  })
  test('leads elsewhere: we do not follow', async () => {
    expect(await finish('ticket=ST-1', theProvider({}, '/moved'))).toMatchObject({ fault: 'not-reached' })
  })
  test('is none', async () => {
    expect(await theProvider({}, '/elsewhere').check()).toMatchObject({ kind: 'refused', trouble: true })
    expect(await theProvider().check()).toMatchObject({ kind: 'well' })
  })
})

describe('answers that are not read', () => {
  test.each([
    [
      'both yes and no',
      around(
        `<cas:authenticationSuccess><cas:user>sam</cas:user></cas:authenticationSuccess><cas:authenticationFailure code="X"/>`,
      ),
    ],
    [
      'yes twice',
      around('<cas:authenticationSuccess><cas:user>sam</cas:user></cas:authenticationSuccess>'.repeat(2)),
    ],
    ['two users', success('').replace('<cas:user>', '<cas:user>admin</cas:user><cas:user>')],
    ['a user within a user', success('').replace('>sam<', '><cas:user>admin</cas:user><')],
    ['another namespace', SAM.replace('http://www.yale.edu/tp/cas', 'urn:evil')],
    [
      'a document type',
      `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${SAM.replace('>sam<', '>&e;<')}`,
    ],
    [
      'entities that grow',
      `<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${SAM.replace('>sam<', '>&b;<')}`,
    ],
    [
      'one that came by a proxy',
      success('', '<cas:proxies><cas:proxy>https://other.example</cas:proxy></cas:proxies>'),
    ],
    ['no XML', 'yes\nsam\n'],
    ['nothing', ''],
  ])('%s', (_, text) => {
    expect(readAnswer(text)).toMatchObject({ kind: 'unreadable' })
  })
  test('a comment in the name cuts nothing off', () => {
    expect(readAnswer(SAM.replace('>sam<', '>sam<!-- -->.other<'))).toMatchObject({ user: 'sam.other' })
  })
})
