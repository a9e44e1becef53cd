import { textIn } from '#app/catalogue/text.ts'
import { mailOf } from '#app/domain/people/actor.server.ts'
import { FRESH_FOR } from '#app/domain/people/can.ts'
import { holdsFactor, readFactors, type Factors } from '#app/domain/people/factors.server.ts'
import { relyingParty, type RelyingParty } from '#app/domain/people/passkey.server.ts'
import { askProof, seeOther, type OwnDoor } from './door.server.ts'
import type { FlashKey } from './flash.server.ts'

/**
 * The factors of somebody who may change them: the first is set up by whoever is signed in, and from then on only
 * who lately proved one, here or at their provider, may add or remove any.
 */
export async function factorsToChange(door: OwnDoor, form?: FormData): Promise<Factors> {
  const factors = await readFactors(door.campus, door.viewer.personId)
  if (holdsFactor(factors) || door.provenAt !== null) await askProof(door, FRESH_FOR, form)
  return factors
}

/** As whom passkeys and apps know this site and its person. */
export async function namesFor({ app, campus, viewer }: OwnDoor): Promise<{
  site: RelyingParty
  label: string
}> {
  const site = relyingParty(app.env.publicUrl, app.env.campus.name)
  const label = await mailOf(campus, viewer.personId)
  return { site, label: label ?? textIn('en')(`viewer.${viewer.role}`) }
}

/** A factor was proven in this session: it goes on under a new id. */
export async function strengthened(
  { sessions, sessionId }: OwnDoor,
  path: string,
  flash: FlashKey,
): Promise<Response> {
  const response = seeOther(path, flash)
  response.headers.append('Set-Cookie', await sessions.renew(sessionId, { strong: true }))
  return response
}

/** What a browser said of a passkey, as the form carries it. */
export function passkeyAnswer(form: FormData): unknown {
  try {
    return JSON.parse(String(form.get('answer') ?? ''))
  } catch {
    return null
  }
}
