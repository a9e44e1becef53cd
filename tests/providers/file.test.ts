import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '#app/platform/clock.ts'
import { readProvidersFile } from '#app/providers/file.server.ts'
import { registry, type Configured } from '#app/providers/registry.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quad-providers-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function read(contents: unknown, env: Record<string, string> = {}) {
  const path = join(folder, 'providers.json')
  await writeFile(path, typeof contents === 'string' ? contents : JSON.stringify(contents))
  return readProvidersFile(path, env)
}

const OIDC = {
  slug: 'campus',
  kind: 'oidc',
  name: 'Campus',
  issuer: 'https://login.northfield.example',
  clientId: 'quad',
  secret: 'env:CAMPUS_SECRET',
}

test('any number of providers, their secrets from elsewhere', async () => {
  await writeFile(join(folder, 'idp.xml'), '<EntityDescriptor/>\n')
  await writeFile(join(folder, 'key.pem'), 'a key\n')
  const saml = { slug: 'old', kind: 'saml', name: 'Old', metadata: 'file:idp.xml', secret: 'file:key.pem' }
  const cas = {
    slug: 'cas',
    kind: 'cas',
    name: 'CAS',
    server: 'https://cas.northfield.example/cas/',
    enabled: false,
  }
  const file = await read({ mail: false, providers: [OIDC, saml, cas] }, { CAMPUS_SECRET: 'hush' })
  expect(file).toMatchObject({
    mail: false,
    providers: [
      { slug: 'campus', secret: 'hush', enabled: true, from: 'file', settings: { clientId: 'quad' } },
      { slug: 'old', secret: 'a key', settings: { metadata: '<EntityDescriptor/>' } },
      { slug: 'cas', secret: null, enabled: false },
    ],
  })
  expect(file.providers[0]!.settings).not.toHaveProperty('secret')
})

test('no file means no providers, and the desk decides about mail', () => {
  expect(readProvidersFile(null)).toEqual({ mail: null, providers: [] })
})

test.each<[string, unknown, RegExp]>([
  ['is not there', null, /ENOENT/],
  ['is no JSON', '{ providers', /JSON/],
  ['names what is unknown', { providers: [], provider: [] }, /provider/],
  ['holds a secret itself', { providers: [{ ...OIDC, secret: 'hush' }] }, /env:NAME or file:PATH/],
  ['names a variable that is empty', { providers: [OIDC] }, /campus: env:CAMPUS_SECRET is empty/],
  ['names a file that is not there', { providers: [{ ...OIDC, secret: 'file:none' }] }, /campus: .*ENOENT/],
  [
    'asks without TLS',
    { providers: [{ ...OIDC, secret: undefined, issuer: 'http://login.example' }] },
    /campus: issuer: must begin with https/,
  ],
  ['misspells a setting', { providers: [{ ...OIDC, secret: undefined, clientID: 'x' }] }, /clientID/],
  ['leaves a setting out', { providers: [{ ...OIDC, secret: undefined, clientId: undefined }] }, /clientId/],
  [
    'names an affiliation that is none',
    { providers: [{ ...OIDC, secret: undefined, everyone: ['pupil'] }] },
    /everyone/,
  ],
  [
    'has two of one slug',
    {
      providers: [
        { ...OIDC, secret: undefined },
        { ...OIDC, secret: undefined },
      ],
    },
    /campus: there are two/,
  ],
  ['takes a slug that is taken', { providers: [{ ...OIDC, secret: undefined, slug: 'mail' }] }, /is taken/],
  [
    'has a slug that is no part of an address',
    { providers: [{ ...OIDC, secret: undefined, slug: 'a/b' }] },
    /small letters/,
  ],
  [
    'lets nobody in',
    { mail: false, providers: [{ ...OIDC, secret: undefined, enabled: false }] },
    /nobody could sign in/,
  ],
])('the start stops when it %s', async (_, contents, said) => {
  const reading =
    contents === null ? async () => readProvidersFile(join(folder, 'none.json')) : () => read(contents)
  await expect(reading()).rejects.toThrow(said)
})

describe('the registry', () => {
  const configured = (more: Partial<Configured> = {}): Configured => ({
    slug: 'campus',
    kind: 'oidc',
    name: 'Campus',
    settings: { issuer: 'https://login.northfield.example', clientId: 'quad' },
    secret: null,
    enabled: true,
    from: 'desk',
    ...more,
  })

  test('keeps what it opened until it is changed, so that keys and metadata are remembered', async () => {
    let all = [configured()]
    const providers = registry(() => Promise.resolve(all), systemClock)
    const first = (await providers.find('campus'))!.provider
    all = [configured({ enabled: false })]
    expect((await providers.find('campus'))!.provider).toBe(first)
    all = [configured({ secret: 'new' })]
    expect((await providers.find('campus'))!.provider).not.toBe(first)
  })

  test('says of one that is half configured what is missing', async () => {
    const providers = registry(() => Promise.resolve([configured({ settings: {} })]), systemClock)
    expect((await providers.find('campus'))!.provider).toMatchObject({
      kind: 'refused',
      fault: 'half-configured',
      detail: expect.stringContaining('issuer') as string,
    })
  })

  test('lets the file count before the desk, and knows no mail', async () => {
    const all = [
      configured({ name: 'Of the file', from: 'file' }),
      configured(),
      configured({ slug: 'mail', kind: 'mail', settings: {} }),
    ]
    const listed = await registry(() => Promise.resolve(all), systemClock).list()
    expect(listed.map(({ configured }) => configured.name)).toEqual(['Of the file'])
    expect(await registry(() => Promise.resolve(all), systemClock).find('constructor')).toBeNull()
  })
})
