import { expect, test } from 'vitest'
import { createSeal } from '#app/platform/seal.ts'
import { bound } from '#app/web/bound-cookie.ts'
import { connectingCookie, forgetConnecting, readConnecting } from '#app/web/connecting.server.ts'

const seal = createSeal('a secret of thirty-two characters or more')
const AT = new Date('2026-11-24T09:00:00Z')
const begun = {
  channel: 'x' as const,
  state: 'the-state',
  verifier: 'the-verifier',
  departmentId: 3,
  accountId: null,
  callback: 'https://quad.example.edu/desk/channels/x/callback',
  personId: 'dana',
  sessionId: 'session-1',
  at: AT.getTime(),
}
const back = { channel: 'x', state: 'the-state', personId: 'dana', sessionId: 'session-1', now: AT }
const cookie = bound(connectingCookie(seal, begun), true)
const request = (value: string) =>
  new Request('https://quad.example.edu/', { headers: { cookie: value.split(';')[0]! } })

test('whoever began it, in the same session, goes on', () => {
  expect(readConnecting(seal, request(cookie), back, true)).toEqual(begun)
})

test.each<[what: string, is: Partial<typeof back>]>([
  ['another state', { state: 'another' }],
  ['no state', { state: '' }],
  ['another person', { personId: 'lee' }],
  ['another session', { sessionId: 'session-2' }],
  ['another network', { channel: 'bluesky' }],
  ['ten minutes later', { now: new Date(AT.getTime() + 600_001) }],
])('%s does not', (_what, is) => {
  expect(readConnecting(seal, request(cookie), { ...back, ...is }, true)).toBeNull()
})

test.each<[what: string, cookie: string]>([
  ['none', 'said=voted'],
  ['forgotten', bound(forgetConnecting, true)],
  ['not bound to this host', connectingCookie(seal, begun)],
  ['made up', '__Host-connecting=1.abcdef'],
  ['changed', `${cookie.split(';')[0]!.slice(0, -4)}AAAA`],
  [
    'sealed by another server',
    bound(connectingCookie(createSeal('another secret of thirty-two characters'), begun), true),
  ],
])('a cookie that is %s does not', (_what, value) => {
  expect(readConnecting(seal, request(value), back, true)).toBeNull()
})

test('the cookie tells nothing, and no script and no other site reads it', () => {
  expect(cookie).not.toMatch(/the-state|the-verifier|dana|session-1/)
  for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=600', 'Secure'])
    expect(cookie).toContain(part)
  expect(cookie).toMatch(/^__Host-connecting=/)
})
