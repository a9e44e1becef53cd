import { data, redirect } from '@remix-run/node'
import { numberIn } from '#app/domain/tickets/slug.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { castVote, withdrawVote } from '#app/domain/votes/cast.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { open, seeOther, signInFirst } from '#app/web/door.server.ts'

/** Nothing to see here: the vote stands on the ticket. */
export const loader = open(async ({ params }) => redirect(`/tickets/${numberIn(params.number) ?? ''}`))

/** Backs a ticket or takes that back. A form is led to where it came from; a script is told the new count. */
export const action = open(async ({ campus, request, params, viewer }) => {
  const number = numberIn(params.number)
  if (number === null) throw notFound('no-such-ticket')
  const form = await request.formData()
  const intent = form.get('intent')
  if (intent !== 'vote' && intent !== 'unvote') throw new Refusal('invalid', 'bad-form')
  const back = String(form.get('back') ?? `/tickets/${number}`)
  const told = request.headers.get('Accept') === 'application/json'
  if (viewer === null) throw told ? data(null, { status: 401 }) : signInFirst(back)
  const change = intent === 'vote' ? castVote : withdrawVote
  const result = await change(campus, { number, personId: viewer.personId })
  // Closed, merged or never there: the page itself says which.
  if (result.kind === 'closed') await readTicket(campus, number, viewer)
  if (told) {
    const voted = intent === 'vote'
    return result.kind === 'closed' ? data(null, { status: 409 }) : data({ voted, votes: result.votes })
  }
  throw seeOther(back, result.kind === 'closed' ? 'vote-closed' : intent === 'vote' ? 'voted' : 'unvoted')
})
