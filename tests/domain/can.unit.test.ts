import { describe, expect, test } from 'vitest'
import type { Actor } from '#app/domain/campus.ts'
import { can, mustProve, onceProven, PROVEN_WITHIN, reach, type Action } from '#app/domain/people/can.ts'
import { ROLES, type Affiliation, type Role } from '#app/vocabulary.ts'

const LIBRARY = 1
const IT = 2
const someone = (role: Role, ...departmentIds: Array<number>): Actor => ({
  personId: role,
  role,
  affiliations: role === 'student' ? ['student'] : ['employee'],
  departmentIds,
})

const owned = (departmentId: number | null) => ({ departmentId })
const OWNERS = [LIBRARY, IT, null].map(owned)

/** For a ticket of the library, of IT and of nobody. */
const OF_A_TICKET = [
  'read-notes',
  'leave-note',
  'speak',
  'hand-over',
  'merge',
  'ask-unmasking',
  'manage-accounts',
] as const
const WITHOUT = [
  'visit',
  'raise',
  'comment',
  'follow',
  'say-verdict',
  'manage-self',
  'open-desk',
  'manage-departments',
  'manage-people',
  'manage-providers',
  'read-audit-log',
  'secure-self',
  'refer',
  'handle-care',
  'learn-author',
  'count-care',
  'decide-held',
  'manage-screening',
  'report',
  'read-moderation',
  'publish-policy',
  'read-vote-flags',
  'invalidate-votes',
] as const

// In the order above: each action on the library's, on IT's and on nobody's; then what needs no subject.
test.each<[who: string, actor: Actor | null, onTickets: string, without: string]>([
  ['a visitor', null, '--- --- --- --- --- --- ---', 'y----------------------'],
  ['a student', someone('student'), '--- --- --- --- --- --- ---', 'yyyyyy------------y----'],
  [
    'a student with a stale row',
    someone('student', LIBRARY),
    '--- --- --- --- --- --- ---',
    'yyyyyy------------y----',
  ],
  [
    'a responder of the library',
    someone('responder', LIBRARY),
    'y-y y-y y-- y-y y-y y-- y--',
    'yyyyyyy----yy-----y----',
  ],
  [
    'a responder of both',
    someone('responder', LIBRARY, IT),
    'yyy yyy yy- yyy yyy yy- yy-',
    'yyyyyyy----yy-----y----',
  ],
  ['a responder of none', someone('responder'), '--- --- --- --- --- --- ---', 'yyyyyy-----y------y----'],
  ['a moderator', someone('moderator'), 'yyy yyy --- yyy yyy yyy ---', 'yyyyyyy----yy---y-yy-yy'],
  [
    'a moderator of the library',
    someone('moderator', LIBRARY),
    'yyy yyy y-- yyy yyy yyy y--',
    'yyyyyyy----yy---y-yy-yy',
  ],
  ['the care team', someone('care'), 'yyy yyy --- --- --- yyy ---', 'yyyyyyy----yyyyy-yyy---'],
  ['an alert officer', someone('alert-officer'), '--- --- --- --- --- --- ---', 'yyyyyyy----yy-----y----'],
  ['an auditor', someone('auditor'), 'yyy --- --- --- --- --- ---', 'y----yy---yy-------y-y-'],
  [
    'an auditor with a stale row',
    someone('auditor', LIBRARY),
    'yyy --- --- --- --- --- ---',
    'y----yy---yy-------y-y-',
  ],
  ['an admin', someone('admin'), 'yyy yyy yy- yyy yyy yyy yyy', 'yyyyyyyyyyyyy--yyyyyyyy'],
])('%s', (_who, actor, onTickets, without) => {
  const row = OF_A_TICKET.map((action) =>
    OWNERS.map((owner) => (can(actor, action, owner) ? 'y' : '-')).join(''),
  )
  expect(row.join(' ')).toBe(onTickets)
  expect(WITHOUT.map((action) => (can(actor, action) ? 'y' : '-')).join('')).toBe(without)
})

describe('a vote', () => {
  const votes = (role: Role, affiliations: Array<Affiliation>, voters: Array<Affiliation>) =>
    can({ ...someone(role), affiliations }, 'vote', { voters })

  test('is given by who belongs to the campus as it says', () => {
    expect(votes('student', ['student'], ['student'])).toBe(true)
    expect(votes('student', ['alum'], ['student'])).toBe(false)
    expect(votes('student', ['alum', 'student'], ['student'])).toBe(true)
    expect(votes('student', [], ['student'])).toBe(false)
    expect(votes('responder', ['employee'], ['student'])).toBe(false)
    expect(votes('responder', ['employee', 'student'], ['student'])).toBe(true)
    expect(votes('responder', ['employee'], ['student', 'employee'])).toBe(true)
  })

  test('is never an auditor’s, nor a visitor’s', () => {
    expect(votes('auditor', ['student'], ['student'])).toBe(false)
    expect(can(null, 'vote', { voters: ['student'] })).toBe(false)
  })
})

test('who asks for a name does not decide it', () => {
  const decides = (role: Role, askedBy: string | null) => can(someone(role), 'decide-unmasking', { askedBy })
  expect(ROLES.filter((role) => decides(role, 'somebody else'))).toEqual(['care', 'admin'])
  expect(ROLES.filter((role) => decides(role, role))).toEqual([])
})

test('nobody judges their own words, nor what they decided', () => {
  const roles = (allowed: (role: Role) => boolean) => ROLES.filter(allowed)
  expect(roles((role) => can(someone(role), 'moderate', { authorId: 'somebody else' }))).toEqual([
    'moderator',
    'admin',
  ])
  expect(roles((role) => can(someone(role), 'moderate', { authorId: role }))).toEqual([])
  const decides = (role: Role, personId: string, decidedBy: string) =>
    can(someone(role), 'decide-appeal', { personId, decidedBy })
  expect(roles((role) => decides(role, 'an author', 'a moderator'))).toEqual(['moderator', 'admin'])
  expect(roles((role) => decides(role, role, 'a moderator') || decides(role, 'an author', role))).toEqual([])
  expect(roles((role) => can(someone(role), 'appeal', { personId: role }))).toEqual([...ROLES])
  expect(roles((role) => can(someone(role), 'appeal', { personId: 'an author' }))).toEqual([])
})

test('each sees the work of their own departments, and some that of all', () => {
  expect(reach(someone('responder', IT))).toEqual([IT])
  expect(reach(someone('student', IT))).toEqual([])
  for (const role of ['moderator', 'care', 'auditor', 'admin'] as const)
    expect(reach(someone(role))).toBe('everywhere')
  expect(reach(someone('alert-officer'))).toEqual([])
})

describe('a second factor', () => {
  const now = new Date('2026-03-02T10:00:00Z')
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
  const OFTEN = [
    'manage-departments',
    'manage-people',
    'manage-providers',
    'decide-unmasking',
    'manage-screening',
    'publish-policy',
    'learn-author',
    'invalidate-votes',
  ] satisfies Array<Action>
  const ONCE = [
    'open-desk',
    'read-notes',
    'leave-note',
    'speak',
    'hand-over',
    'merge',
    'manage-accounts',
    'read-audit-log',
    'ask-unmasking',
    'refer',
    'handle-care',
    'count-care',
    'decide-held',
    'read-moderation',
    'moderate',
    'decide-appeal',
    'read-vote-flags',
  ] satisfies Array<Action>
  const asked = (provenAt: Date | null) =>
    (Object.keys(PROVEN_WITHIN) as Array<Action>)
      .filter((action) => mustProve(PROVEN_WITHIN[action], provenAt, now))
      .sort()

  test('is asked for at the desk once, and anew after half an hour for what changes people or the campus', () => {
    expect(asked(null)).toEqual([...OFTEN, ...ONCE].sort())
    expect(asked(ago(0))).toEqual([])
    expect(asked(ago(30))).toEqual([])
    expect(asked(ago(31))).toEqual([...OFTEN].sort())
    expect(asked(ago(60 * 24 * 6))).toEqual([...OFTEN].sort())
  })

  test('not proven, nobody may do what asks for one, and everything that asks for none', () => {
    const admin = someone('admin', LIBRARY)
    const unproven = { ...admin, unproven: true } as const
    for (const action of [...OF_A_TICKET, 'decide-unmasking'] as const) {
      const subject = { departmentId: LIBRARY, askedBy: null }
      expect(can(unproven, action, subject as never), action).toBe(false)
      expect(can(onceProven(unproven), action, subject as never), action).toBe(true)
    }
    expect(WITHOUT.filter((action) => can(unproven, action))).toEqual([
      'visit',
      'raise',
      'comment',
      'follow',
      'say-verdict',
      'manage-self',
      'secure-self',
      'report',
    ])
    expect(onceProven(null)).toBeNull()
  })
})
