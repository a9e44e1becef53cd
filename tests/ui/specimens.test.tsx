import { readdirSync } from 'node:fs'
import { renderToStaticMarkup } from 'react-dom/server'
import { expect, test } from 'vitest'
import { textIn } from '#app/catalogue/text.ts'
import { AROUND, specimens } from '#app/ui/specimens.tsx'

const folder = new URL('../../app/ui/', import.meta.url)
const shown = specimens(textIn('en'))

test('every part that is exported is shown, once', async () => {
  const exported: Array<string> = []
  for (const file of readdirSync(folder)) {
    // The drawings are shown all together, as the file exports them. A slot is seen only by what fills it.
    if (!file.endsWith('.tsx') || file === 'icons.tsx' || file === 'slots.tsx') continue
    const found = (await import(new URL(file, folder).href)) as Record<string, unknown>
    exported.push(
      ...Object.keys(found).filter((name) => /^[A-Z][a-z]/.test(name) && typeof found[name] === 'function'),
    )
  }
  expect(exported.length).toBeGreaterThan(40)
  expect([...shown.map(({ part }) => part).filter((part) => part !== 'icons'), ...AROUND].toSorted()).toEqual(
    exported.toSorted(),
  )
})

test.each(shown)('$part says which state is which, and draws each differently', ({ states }) => {
  const drawn = states.map(([, element]) => renderToStaticMarkup(<>{element}</>))
  expect(drawn.every(Boolean)).toBe(true)
  expect(new Set(drawn).size).toBe(states.length)
  expect(new Set(states.map(([state]) => state)).size).toBe(states.length)
})
