import { expect, test } from 'vitest'
import { providerValues, readProviderForm } from '#app/web/provider-form.server.ts'

const OIDC = {
  kind: 'oidc',
  isNew: 'yes',
  slug: 'campus',
  name: 'Campus',
  issuer: 'https://login.northfield.example',
  clientId: 'quad',
  secret: 'hush',
  scopes: 'Northfield.example\n',
  values: 'Students = student, member\nAll staff = Employee',
  everyone: '',
  amr: 'mfa, otp',
}

function read(fields: Record<string, string>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return readProviderForm(form)
}

test('a form becomes settings, and settings the same form again', () => {
  const first = read(OIDC)
  if (first.kind === 'wrong') throw new Error(JSON.stringify(first.errors))
  const { secret, isNew, ...provider } = first.wish
  expect({ secret, isNew }).toEqual({ secret: 'hush', isNew: true })
  expect(provider.settings).toMatchObject({
    issuer: 'https://login.northfield.example',
    values: { Students: ['student', 'member'], 'All staff': ['employee'] },
    amr: ['mfa', 'otp'],
    everyone: [],
  })
  const shown = providerValues({ ...provider, secret: 'hush', enabled: true })
  expect(JSON.stringify(shown)).not.toContain('hush')
  const again = read({ ...shown, isNew: 'no' })
  expect(again).toMatchObject({ kind: 'read', wish: { settings: provider.settings, secret: undefined } })
})

test.each<[string, Record<string, string>, string, RegExp]>([
  ['no TLS', { issuer: 'http://login.northfield.example' }, 'issuer', /must\+begin\+with\+https/],
  ['no address', { issuer: 'login' }, 'issuer', /setting/],
  ['nothing', { clientId: '' }, 'clientId', /required/],
  ['a slug with a slash', { slug: 'a/b' }, 'slug', /small\+letters/],
  ['a slug that is taken', { slug: 'mail' }, 'slug', /taken/],
  ['a meaning without a value', { values: 'Students' }, 'values', /meanings/],
  ['an affiliation that is none', { values: 'Students = pupil' }, 'values', /setting/],
  ['no name', { name: ' ' }, 'name', /required/],
])('%s is told at its field, and the secret is not sent back', (_, change, field, said) => {
  const result = read({ ...OIDC, ...change })
  if (result.kind === 'read') throw new Error('It was taken')
  expect(Object.keys(result.errors)).toEqual([field])
  expect(result.errors[field]![0]).toMatch(said)
  expect(JSON.stringify(result.values)).not.toContain('hush')
})

test('CAS may be told to know people by the name they sign in with', () => {
  const cas = {
    kind: 'cas',
    isNew: 'yes',
    slug: 'cas',
    name: 'CAS',
    server: 'https://cas.northfield.example/cas/',
  }
  expect(read({ ...cas, subject: '' })).toMatchObject({ wish: { settings: { subject: '' } } })
  expect(read({ ...cas, subject: 'uid' })).toMatchObject({ wish: { settings: { subject: 'uid' } } })
})
