import { renderToStaticMarkup, renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { cutIntoPieces, fillSlots, FormKey, Marked, SlotsProvider } from '#app/ui/slots.tsx'

const page = (is: '' | 'yes') => (
  <main>
    <Marked name="voted:1001" is={is} options={{ '': <b>no & no</b>, yes: <i>yes</i> }} />
    <FormKey value="made" />
    <p>{'<quad-slot name="voted:1001"> value="quad-slot-key"'}</p>
  </main>
)

test('a page for one is drawn with what is marked', () => {
  expect(renderToStaticMarkup(page('yes'))).toContain(
    '<main><i>yes</i><input type="hidden" name="key" value="made"/>',
  )
})

test('a page for many is the page of each, once it is filled', () => {
  const pieces = cutIntoPieces(renderToString(<SlotsProvider value>{page('')}</SlotsProvider>))
  const filled = (marks: Array<[string, string]>) =>
    fillSlots(pieces, new Map(marks), { key: 'made', made: 'then' })
  expect(filled([])).toBe(renderToString(page('')))
  expect(filled([['voted:1002', 'yes']])).toBe(renderToString(page('')))
  expect(filled([['voted:1001', 'yes']])).toBe(renderToString(page('yes')))
})

test('without a key, none is written', () => {
  const pieces = cutIntoPieces(renderToString(<SlotsProvider value>{page('')}</SlotsProvider>))
  expect(fillSlots(pieces, new Map(), null)).toContain('name="key" value=""')
})

test('what people write opens no slot', () => {
  const pieces = cutIntoPieces(renderToString(<SlotsProvider value>{page('')}</SlotsProvider>))
  expect(pieces.filter((piece) => typeof piece !== 'string')).toHaveLength(2)
})
