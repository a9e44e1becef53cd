import { expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { mayHandOver, maySpeakFor, worksHere } from '#app/domain/people/permission.ts'

const LIBRARY = 1
const IT = 2
const student: Actor = { personId: 'sam', role: 'student', departmentIds: [] }
const librarian: Actor = { personId: 'lee', role: 'staff', departmentIds: [LIBRARY] }
const both: Actor = { personId: 'bo', role: 'staff', departmentIds: [LIBRARY, IT] }
const idle: Actor = { personId: 'ira', role: 'staff', departmentIds: [] }
const admin: Actor = { personId: 'ada', role: 'admin', departmentIds: [] }

// May speak, may hand over; for the library's ticket, for IT's, for nobody's.
test.each<[who: string, actor: Actor, speaks: string, handsOver: string, works: boolean]>([
  ['a student', student, '- - -', '- - -', false],
  ['a librarian', librarian, 'y - -', 'y - y', true],
  ['staff of two departments', both, 'y y -', 'y y y', true],
  ['staff of no department', idle, '- - -', '- - -', false],
  ['an admin', admin, 'y y -', 'y y y', true],
])('%s', (_who, actor, speaks, handsOver, works) => {
  const row = (may: (actor: Actor, departmentId: number | null) => boolean) =>
    [LIBRARY, IT, null].map((owner) => (may(actor, owner) ? 'y' : '-')).join(' ')
  expect(row(maySpeakFor)).toBe(speaks)
  expect(row(mayHandOver)).toBe(handsOver)
  expect(worksHere(actor)).toBe(works)
})
