import { redirect } from '@remix-run/node'
import type { Campus } from '#app/domain/campus.ts'
import { countTry, type Limited } from '#app/domain/integrity/limits.server.ts'
import { SECOND } from '#app/platform/clock.ts'
import { Refusal } from '#app/platform/errors.ts'
import { TRAP } from '#app/vocabulary.ts'
import { seeOther, type Door } from './door.server.ts'
import { keepForm, takeKeptForm } from './kept-form.server.ts'
import { ageOf } from './stamp.ts'

/** How long whoever is challenged has to wait before they send it again. */
export const WAIT = 5 * SECOND

/** More than any form that comes through here takes, with everything that is sent along. Characters. */
const LONGEST_KEPT = 64 * 1024

type Sent = {
  what: Limited
  /** Where it was sent to, and is sent again. */
  action: string
  form: Iterable<[string, FormDataEntryValue]>
  personId: string | null
  origin: string
}

/** `challenge`: where to wait. `too-often`: for how many seconds nothing more is taken from this person. */
export type Passage =
  { kind: 'open' } | { kind: 'challenge'; href: string } | { kind: 'too-often'; seconds: number }

/**
 * Whether a form is taken now. Nobody is challenged who did nothing odd: only past the limit of an address range, when a
 * field was filled in that people do not see, or when the form came back sooner than anybody types.
 * @param fillTime how long a form takes at least, in milliseconds; null: this one may come at once
 * @throws {Refusal} when it cannot be told how often something was done
 */
export async function judge(campus: Campus, sent: Sent, fillTime: number | null): Promise<Passage> {
  const { what, action, personId, origin } = sent
  const fields = [...sent.form].flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as [string, string]] : [],
  )
  const field = (name: string) => fields.find(([known]) => known === name)?.[1] ?? ''
  const pass = field('pass')
  if (pass !== '') {
    const taken = await takeKeptForm(campus, { key: pass, personId, action }, WAIT)
    if (taken === 'early')
      return { kind: 'challenge', href: `/challenge?${new URLSearchParams({ kept: pass, early: '' })}` }
    // Who has waited is not counted against their neighbours; what one person may do is not undone by waiting.
    if (taken === 'taken') {
      const allowed = await countTry(campus, what, { personId, origin: '' })
      return allowed.kind === 'yes' ? { kind: 'open' } : { kind: 'too-often', seconds: allowed.seconds }
    }
  }
  const allowed = await countTry(campus, what, { personId, origin })
  if (allowed.kind === 'person') return { kind: 'too-often', seconds: allowed.seconds }
  const age = fillTime === null ? null : ageOf(campus.seal, field('made'), campus.clock.now())
  const hasty = fillTime !== null && fillTime > 0 && (age === null || age < fillTime)
  if (allowed.kind === 'yes' && field(TRAP) === '' && !hasty) return { kind: 'open' }
  const kept = fields.filter(([name]) => name !== TRAP && name !== 'pass')
  if (kept.reduce((size, [name, value]) => size + name.length + value.length, 0) > LONGEST_KEPT)
    throw new Refusal('invalid', 'bad-form')
  const key = await keepForm(campus, personId, action, kept)
  return { kind: 'challenge', href: `/challenge?${new URLSearchParams({ kept: key })}` }
}

/**
 * The same for a route: leads to the challenge where there is one, and back where it is done too often.
 * @param back the page that the form stands on
 */
export async function passGate(
  door: Door,
  what: Limited,
  action: string,
  form: FormData,
  back = action,
): Promise<void> {
  const { app, campus, viewer, origin } = door
  const personId = viewer?.personId ?? null
  const seconds = fillTimeOf(what, personId, app.env.formSeconds)
  const passage = await judge(
    campus,
    { what, action, form: form.entries(), personId, origin: origin() },
    seconds === null ? null : seconds * SECOND,
  )
  if (passage.kind === 'challenge') throw redirect(passage.href, 303)
  if (passage.kind === 'open') return
  const response = seeOther(back, 'too-often')
  response.headers.set('Retry-After', String(passage.seconds))
  throw response
}

function fillTimeOf(what: Limited, personId: string | null, formSeconds: number): number | null {
  switch (what) {
    // One press, and a list to choose from.
    case 'vote':
    case 'press':
    case 'report':
      return null
    // Browsers fill an address in.
    case 'sign-in':
      return formSeconds / 2
    // A visitor's page is the same for all of them, so it says no time. They send it again when they are signed in.
    case 'raise':
    case 'comment':
      return personId === null ? null : formSeconds
  }
}
