import { expect, test } from 'vitest'
import { writeKey } from '#app/domain/tickets/page-key.ts'
import { Refusal } from '#app/platform/errors.ts'
import { pageHref, readBoardAddress } from '#app/routes/_index/address.ts'

const read = (query: string, fixed?: Parameters<typeof readBoardAddress>[1]) =>
  readBoardAddress(new URLSearchParams(query), fixed)

test('an address without anything is the open tickets, the most backed first', () => {
  expect(read('')).toEqual({
    q: '',
    department: null,
    status: 'open',
    source: null,
    sort: 'most-backed',
    from: null,
  })
})

test('what a form leaves empty is not asked for', () => {
  expect(read('q=&department=&status=&source=&sort=&after=')).toEqual(read(''))
})

test('everything an address may name is read', () => {
  expect(read('q=+Wi-Fi+&department=library&status=planned&source=x&sort=newest')).toEqual({
    q: 'Wi-Fi',
    department: 'library',
    status: 'planned',
    source: 'x',
    sort: 'newest',
    from: null,
  })
})

test('who searches, or asks what was answered, also sees what is closed', () => {
  expect(read('q=heating').status).toBe('all')
  expect(read('sort=recently-answered').status).toBe('all')
  expect(read('q=heating&status=open').status).toBe('open')
  expect(read('q=+++').status).toBe('open')
})

test('the page of what is resolved stays with that', () => {
  expect(read('status=open', { status: 'resolved' })).toMatchObject({
    status: 'resolved',
    sort: 'recently-answered',
  })
})

test('a place is read from its key', () => {
  const key = { value: 12, number: 1016 }
  expect(read(`after=${writeKey(key)}`).from).toEqual({ after: key })
  expect(read(`before=${writeKey(key)}`).from).toEqual({ before: key })
})

test.each([
  'status=merged',
  'status=lost',
  'sort=oldest',
  'source=letter',
  'after=nonsense',
  'before=W10',
  `q=${'x'.repeat(201)}`,
  `department=${'x'.repeat(81)}`,
  `after=${'x'.repeat(101)}`,
])('%s does not exist', (query) => {
  expect(() => read(query)).toThrow(Refusal)
})

test('the page beside this one keeps everything else of its address', () => {
  const url = new URL('https://quad.example.edu/resolved?department=library&before=old')
  expect(pageHref(url, 'after', 'new')).toBe('/resolved?department=library&after=new')
  expect(pageHref(url, 'after', null)).toBeNull()
})

test('a department is named as addresses name it, and by no characters that a database does not take', () => {
  expect(read('department=it-services').department).toBe('it-services')
  expect(read('department=βιβλιοθηκη').department).toBe('βιβλιοθηκη')
  expect(() => read('department=%2Fe%00')).toThrow(Refusal)
})
