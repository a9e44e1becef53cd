import { MINUTE } from '#app/platform/clock.ts'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import type { Actor } from '../campus.ts'

/** Something that a department owns; null: nobody yet, or the whole campus. */
type Owned = { departmentId: number | null }

/** Everything that can be asked of Quad, and what the answer depends on beside who asks. */
export type Asked = {
  /** See a public page, search, sign in and out, keep a draft. */
  visit: void
  raise: void
  comment: void
  follow: void
  /** Say whether a resolution solved it. The ticket itself knows who raised or backed it. */
  'say-verdict': void
  /** `voters`: whose affiliation counts as a member's here. */
  vote: { voters: ReadonlyArray<Affiliation> }
  /** See, export and erase what is held about oneself, and end one's sessions. */
  'manage-self': void
  /** Set up the second factor that the desk asks for. */
  'secure-self': void
  'open-desk': void
  'read-notes': Owned
  'leave-note': Owned
  /** Say something in the department's name. */
  speak: Owned
  'hand-over': Owned
  merge: Owned
  /** Connect and direct accounts on networks; send again what failed. */
  'manage-accounts': Owned
  'manage-departments': void
  'manage-people': void
  'manage-providers': void
  'read-audit-log': void
  /** Ask who stands behind a pseudonym. */
  'ask-unmasking': Owned
  'decide-unmasking': { askedBy: string | null }
  /** Pass something to the office that is there for it. */
  refer: void
  /** Read and decide what may be about somebody's safety. */
  'handle-care': void
  /** Learn who wrote it, because somebody may be in danger. */
  'learn-author': void
  /** Know how many of these wait, and for how long. */
  'count-care': void
  /** Release or refuse what else is held before it is public. */
  'decide-held': void
  'manage-screening': void
  /** Say that something breaks the rules. */
  report: void
  /** See reports, appeals, and what was hidden. */
  'read-moderation': void
  /** Hide what somebody said, or block them. */
  moderate: { authorId: string | null }
  /** Against what was decided about oneself. */
  appeal: { personId: string | null }
  /** `decidedBy`: who hid it, or blocked them. */
  'decide-appeal': { personId: string | null; decidedBy: string | null }
  'publish-policy': void
  /** See which votes came in an odd way. */
  'read-vote-flags': void
  /** Say that votes are not counted, or counted again. */
  'invalidate-votes': void
}
export type Action = keyof Asked

const ONCE = Infinity
/** How long what was proven counts where it must be fresh. */
export const FRESH_FOR = 30 * MINUTE

/**
 * How long ago, in milliseconds, a second factor may have been proven for an action; null where signing in is enough.
 * What changes people or the campus, or tells who somebody is, asks anew after a while.
 */
export const PROVEN_WITHIN: Record<Action, number | null> = {
  visit: null,
  raise: null,
  comment: null,
  follow: null,
  'say-verdict': null,
  vote: null,
  'manage-self': null,
  // The first factor is set up before there is one to prove; changing them asks by itself.
  'secure-self': null,
  'open-desk': ONCE,
  'read-notes': ONCE,
  'leave-note': ONCE,
  speak: ONCE,
  'hand-over': ONCE,
  merge: ONCE,
  'manage-accounts': ONCE,
  'manage-departments': FRESH_FOR,
  'manage-people': FRESH_FOR,
  'manage-providers': FRESH_FOR,
  'read-audit-log': ONCE,
  'ask-unmasking': ONCE,
  'decide-unmasking': FRESH_FOR,
  refer: ONCE,
  'handle-care': ONCE,
  'learn-author': FRESH_FOR,
  'count-care': ONCE,
  'decide-held': ONCE,
  'manage-screening': FRESH_FOR,
  report: null,
  'read-moderation': ONCE,
  moderate: ONCE,
  appeal: null,
  'decide-appeal': ONCE,
  'publish-policy': FRESH_FOR,
  'read-vote-flags': ONCE,
  'invalidate-votes': FRESH_FOR,
}

/** @param within as `PROVEN_WITHIN` says */
export function mustProve(within: number | null, provenAt: Date | null, now: Date): boolean {
  return within !== null && (provenAt === null || now.getTime() - provenAt.getTime() > within)
}

/** The same person once they have proven it. */
export function onceProven<A extends Actor | null>(actor: A): A {
  if (actor === null) return actor
  const { unproven: _, ...proven } = actor
  return proven as A
}

/** The one place that says who may do what. Pure, and closed: what no line allows is refused. */
export function can<A extends Action>(
  actor: Actor | null,
  action: A,
  ...[subject]: Asked[A] extends void ? [] : [subject: Asked[A]]
): boolean {
  if (actor?.unproven && PROVEN_WITHIN[action] !== null) return false
  return rules[action](actor, subject as Asked[A])
}

type Rule<A extends Action> = (actor: Actor | null, subject: Asked[A]) => boolean

const rules: { [A in Action]: Rule<A> } = {
  visit: () => true,
  raise: takesPart,
  comment: takesPart,
  follow: takesPart,
  'say-verdict': takesPart,
  vote: (actor, { voters }) =>
    takesPart(actor) && actor!.affiliations.some((affiliation) => voters.includes(affiliation)),
  'manage-self': (actor) => actor !== null,
  'secure-self': (actor) => actor !== null && !has(actor, 'student'),
  'open-desk': works,
  'read-notes': (actor, { departmentId }) =>
    has(actor, 'moderator', 'care', 'auditor') || ownsOrNobody(actor, departmentId),
  'leave-note': (actor, { departmentId }) =>
    has(actor, 'moderator', 'care') || ownsOrNobody(actor, departmentId),
  speak: (actor, { departmentId }) => departmentId !== null && owns(actor, departmentId),
  'hand-over': (actor, { departmentId }) => has(actor, 'moderator') || ownsOrNobody(actor, departmentId),
  merge: (actor, { departmentId }) => has(actor, 'moderator') || ownsOrNobody(actor, departmentId),
  'manage-accounts': (actor, { departmentId }) => owns(actor, departmentId),
  'manage-departments': (actor) => has(actor, 'admin'),
  'manage-people': (actor) => has(actor, 'admin'),
  'manage-providers': (actor) => has(actor, 'admin'),
  'read-audit-log': (actor) => has(actor, 'auditor', 'admin'),
  'ask-unmasking': (actor, { departmentId }) => has(actor, 'moderator', 'care') || owns(actor, departmentId),
  'decide-unmasking': (actor, { askedBy }) => has(actor, 'care', 'admin') && actor!.personId !== askedBy,
  // Whoever works here and learns of something has to be able to pass it on.
  refer: (actor) => works(actor) && !has(actor, 'auditor'),
  'handle-care': (actor) => has(actor, 'care'),
  'learn-author': (actor) => has(actor, 'care'),
  'count-care': (actor) => has(actor, 'care', 'admin'),
  'decide-held': (actor) => has(actor, 'moderator', 'admin'),
  'manage-screening': (actor) => has(actor, 'care', 'admin'),
  report: takesPart,
  'read-moderation': (actor) => has(actor, 'moderator', 'care', 'auditor', 'admin'),
  moderate: (actor, { authorId }) => has(actor, 'moderator', 'admin') && actor!.personId !== authorId,
  appeal: (actor, { personId }) => actor !== null && actor.personId === personId,
  'decide-appeal': (actor, { personId, decidedBy }) =>
    has(actor, 'moderator', 'admin') && actor!.personId !== personId && actor!.personId !== decidedBy,
  'publish-policy': (actor) => has(actor, 'admin'),
  'read-vote-flags': (actor) => has(actor, 'moderator', 'auditor', 'admin'),
  'invalidate-votes': (actor) => has(actor, 'moderator', 'admin'),
}

/** Which departments' work somebody sees at the desk. */
export function reach(actor: Actor): 'everywhere' | ReadonlyArray<number> {
  return has(actor, 'admin', 'moderator', 'care', 'auditor') ? 'everywhere' : departmentsOf(actor)
}

/** A student answers for nobody, whatever a stale row says; an auditor changes nothing. */
function departmentsOf(actor: Actor | null): ReadonlyArray<number> {
  return actor === null || has(actor, 'student', 'auditor') ? [] : actor.departmentIds
}

function has(actor: Actor | null, ...roles: Array<Role>): boolean {
  return actor !== null && roles.includes(actor.role)
}

function takesPart(actor: Actor | null): boolean {
  return actor !== null && !has(actor, 'auditor')
}

/** A responder without a department has nothing to do here. */
function works(actor: Actor | null): boolean {
  return (
    has(actor, 'moderator', 'care', 'alert-officer', 'auditor', 'admin') || departmentsOf(actor).length > 0
  )
}

/** What belongs to the whole campus is the admin's. */
function owns(actor: Actor | null, departmentId: number | null): boolean {
  return has(actor, 'admin') || (departmentId !== null && departmentsOf(actor).includes(departmentId))
}

/** While nobody owns a ticket, any department may take it up. */
function ownsOrNobody(actor: Actor | null, departmentId: number | null): boolean {
  return owns(actor, departmentId) || (departmentId === null && departmentsOf(actor).length > 0)
}
