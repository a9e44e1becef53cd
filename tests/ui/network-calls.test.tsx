import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { LocaleProvider } from '#app/catalogue/text.ts'
import type { CallsView } from '#app/inbound/views.ts'
import { NetworkCalls } from '#app/ui/network-calls.tsx'

const valid: CallsView = {
  channel: 'x',
  url: 'https://quad.example.edu/hooks/x',
  state: 'valid',
  reason: null,
  others: [],
  accounts: [
    { handle: 'quad_it', told: true },
    { handle: 'quad_library', told: false },
  ],
  mayRegister: true,
}
const draw = (calls: Partial<CallsView>, problems: Array<string> = []) =>
  renderToStaticMarkup(
    <LocaleProvider value={{ language: 'en', zone: 'Europe/London' }}>
      <NetworkCalls calls={{ ...valid, ...calls }} action="/desk/channels" problems={problems} />
    </LocaleProvider>,
  )

test('says where it calls, that it does, and about whom', () => {
  const html = draw({})
  for (const words of [
    'https://quad.example.edu/hooks/x',
    'X has made sure that it is us',
    'We are told of @quad_it.',
    'We are not told of @quad_library yet.',
    'Check again, and add what is missing',
  ])
    expect(html).toContain(words)
})

test.each<[what: string, calls: Partial<CallsView>, words: Array<string>]>([
  ['not registered', { state: 'unregistered' }, ['X does not call us', 'Have X call us']],
  ['given up on', { state: 'invalid' }, ['X has stopped calling', 'Check again']],
  ['called elsewhere', { state: 'unregistered', others: ['https://a.example'] }, ['https://a.example']],
  ['unknown', { state: 'unknown', reason: 'Service Unavailable' }, ['Service Unavailable']],
  ['registered for nobody', { accounts: [] }, ['No account is connected that we could be told of']],
])('says in words when it is %s', (_, calls, words) => {
  const html = draw(calls)
  for (const some of words) expect(html).toContain(some)
})

test('has no button where the keys for it are missing', () => {
  expect(draw({ state: 'unknown', reason: 'Set X_APP_KEY', mayRegister: false })).not.toContain('<button')
})

test('says what did not succeed', () => {
  const html = draw({}, ['@quad_it: CrcValidationFailed: no answer'])
  expect(html).toContain('X did not do all of it: @quad_it: CrcValidationFailed: no answer')
})
