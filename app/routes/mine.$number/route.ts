import { redirect } from '@remix-run/node'
import { keepDraft } from '#app/domain/people/drafts.server.ts'
import { numberIn } from '#app/domain/tickets/slug.ts'
import { can } from '#app/domain/people/can.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { castVote } from '#app/domain/votes/cast.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import type { Actor } from '#app/domain/campus.ts'
import { notAllowed, notFound } from '#app/platform/errors.ts'
import { open, seeOther, signInFirst, type Door } from '#app/web/door.server.ts'
import { clean } from '#app/web/forms.ts'
import { passGate } from '#app/web/gate.server.ts'
import { forgetMine, isMine, mineCookie } from '#app/web/mine.server.ts'

/** As much as a comment takes: that is where what was written goes. */
const LONGEST_COMMENT = 2000

/** "This is mine too", instead of a new ticket: backs and follows this one. */
export const action = open('visit', async (door) => {
  const { campus, request, params, viewer } = door
  const number = numberOf(params)
  // Of a ticket that there is: for any other, nothing is kept.
  await readTicket(campus, number, viewer)
  const form = await request.formData()
  const written = ['title', 'text'].map((name) => clean(String(form.get(name) ?? ''))).filter(Boolean)
  const body = [...written.join('\n\n')].slice(0, LONGEST_COMMENT).join('')
  const draft = body === '' ? null : await keepDraft(campus, { body })
  if (viewer) throw await backAndFollow(door, number, viewer, form, draft)
  const response = signInFirst(`/mine/${number}${draft ? `?draft=${draft}` : ''}`)
  response.headers.append('Set-Cookie', mineCookie(number))
  throw response
})

/** Where signing in leads back to. Only who pressed the button in this browser has the cookie for it. */
export const loader = open('visit', async (door) => {
  const { app, request, url, params, viewer } = door
  const number = numberOf(params)
  const https = app.env.publicUrl.startsWith('https:')
  const draft = url.searchParams.get('draft')
  if (viewer === null || !isMine(request, number, https)) throw redirect(hrefOf(number, draft))
  const response = await backAndFollow(door, number, viewer, new FormData(), draft)
  response.headers.append('Set-Cookie', forgetMine)
  throw response
})

const SAID = {
  counted: null,
  closed: 'vote-closed',
  'no-voter': 'no-voter',
  'taken-out': 'vote-taken-out',
} as const

async function backAndFollow(
  door: Door,
  number: number,
  viewer: Actor,
  form: FormData,
  draft: string | null,
) {
  const { campus } = door
  const found = await readTicket(campus, number, viewer)
  if (found.kind === 'merged') return redirect(hrefOf(found.into.number, draft))
  const { personId } = viewer
  if (!can(viewer, 'follow')) throw notAllowed('not-yours')
  const votes = can(viewer, 'vote', campus)
  if (votes) await passGate(door, 'vote', `/mine/${number}`, form, `/tickets/${number}`)
  const kind = votes ? (await castVote(campus, { number, personId, origin: door.origin() })).kind : 'no-voter'
  // A vote follows the first time; whoever stopped following since asks for it anew.
  await setFollow(campus, { number, personId, active: true })
  const said = SAID[kind] ?? (draft ? 'mine' : 'voted')
  return seeOther(hrefOf(number, draft), said)
}

/** What was written waits where a comment is written. */
const hrefOf = (number: number, draft: string | null) =>
  `/tickets/${number}${draft ? `?draft=${encodeURIComponent(draft)}` : ''}`

function numberOf(params: Door['params']): number {
  const number = numberIn(params.number)
  if (number === null) throw notFound('no-such-ticket')
  return number
}
