import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { DAY } from '#app/platform/clock.ts'
import { emptyFolder, endAll, runToEnd, SECRET_KEY, startWeb } from './processes.ts'

afterEach(endAll)

async function read(set: Record<string, string>) {
  const env = {
    DATA_DIR: join(emptyFolder(), 'data'),
    SECRET_KEY,
    PUBLIC_URL: 'https://quad.example.edu',
    ...set,
  }
  expect((await runToEnd('migrate', env)).code).toBe(0)
  const web = await startWeb(env, '/health')
  return fetch(`${web.url}/.well-known/security.txt`, { signal: AbortSignal.timeout(5_000) })
}

it('names whom to tell of a weakness, for less than a year', async () => {
  const response = await read({
    CAMPUS_CONTACT: 'us@example.edu',
    SECURITY_CONTACT: 'https://example.edu/security',
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  const [contact, expires, ...others] = (await response.text()).split('\n')
  expect(contact).toBe('Contact: https://example.edu/security')
  expect(expires).toMatch(/^Expires: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  const left = Date.parse(expires!.slice('Expires: '.length)) - Date.now()
  expect(left).toBeGreaterThan(DAY)
  expect(left).toBeLessThan(365 * DAY)
  expect(others).toEqual([
    'Canonical: https://quad.example.edu/.well-known/security.txt',
    'Preferred-Languages: en',
    '',
  ])
})

it('names the contact of the campus where there is no other', async () => {
  expect(await (await read({ CAMPUS_CONTACT: 'us@example.edu' })).text()).toContain(
    'Contact: mailto:us@example.edu\n',
  )
})

it('is not there where nobody is named', async () => {
  expect((await read({})).status).toBe(404)
})
