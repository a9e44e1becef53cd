import { expect, test } from 'vitest'
import { route, type RoutingRule } from '#app/domain/intake/route.ts'

const [LIBRARY, IT, HOUSING] = [1, 2, 3]

const rules: Array<RoutingRule> = [
  { kind: 'hashtag', term: 'wifi', departmentId: IT },
  { kind: 'hashtag', term: 'library', departmentId: LIBRARY },
  { kind: 'keyword', term: 'card', departmentId: HOUSING },
  { kind: 'keyword', term: 'student card', departmentId: LIBRARY },
  { kind: 'keyword', term: 'Wi-Fi', departmentId: IT },
  { kind: 'keyword', term: 'café', departmentId: HOUSING },
]

const nobody = { departmentId: null, addressed: [], hashtags: [], title: '', text: '' }

test.each<[what: string, concern: Partial<typeof nobody> | object, owner: number | null]>([
  ['what the person chose stands', { departmentId: HOUSING, addressed: [IT], hashtags: ['wifi'] }, HOUSING],
  ['the one account it names', { addressed: [HOUSING], hashtags: ['wifi'], text: 'student card' }, HOUSING],
  ['one account named twice', { addressed: [HOUSING, HOUSING], hashtags: ['wifi'] }, HOUSING],
  ['of two accounts, the one its hashtag means', { addressed: [LIBRARY, IT], hashtags: ['wifi'] }, IT],
  ['of two accounts, the one its keyword means', { addressed: [LIBRARY, IT], text: 'the wi-fi is down' }, IT],
  ['of two accounts, the first when words mean a third', { addressed: [IT, LIBRARY], text: 'card' }, IT],
  ['of two accounts, the first when words say nothing', { addressed: [LIBRARY, IT], text: 'help' }, LIBRARY],
  ['its hashtag', { hashtags: ['wifi'] }, IT],
  ['its first hashtag that means something', { hashtags: ['monday', 'library', 'wifi'] }, LIBRARY],
  ['its hashtag before its keyword', { hashtags: ['wifi'], text: 'my student card' }, IT],
  ['its keyword', { text: 'I lost my card.' }, HOUSING],
  ['the longest keyword', { text: 'I lost my student card.' }, LIBRARY],
  ['a keyword in its title', { title: 'My CARD!', text: 'It is gone.' }, HOUSING],
  ['a keyword whatever its hyphens', { text: 'wi fi' }, IT],
  ['a keyword whatever its accents', { text: 'The Cafe is closed' }, HOUSING],
  ['no part of a word', { text: 'cardboard discard' }, null],
  ['a hashtag is no keyword', { text: 'wifi' }, null],
  ['nothing', { text: 'It is cold.' }, null],
])('%s', (_what, concern, owner) => {
  expect(route({ ...nobody, ...concern }, rules)).toBe(owner)
})

test('the order of the rules decides nothing', () => {
  const concern = { ...nobody, text: 'student card and wi-fi and café' }
  expect(route(concern, [...rules].reverse())).toBe(route(concern, rules))
})

test('a campus without rules leaves the choice to the desk', () => {
  expect(route({ ...nobody, text: 'wifi', hashtags: ['wifi'] }, [])).toBeNull()
})
