import { randomUUID } from 'node:crypto'
import { getFormProps, useForm } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { keepDraft, NO_DRAFT, readDraft } from '#app/domain/people/drafts.server.ts'
import { comment } from '#app/domain/tickets/comment.server.ts'
import { numberIn } from '#app/domain/tickets/slug.ts'
import { isOpen } from '#app/domain/tickets/status.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { ticketHref } from '#app/ui/board.tsx'
import { Columns, Section } from '#app/ui/columns.tsx'
import { CommentForm as CommentFields } from '#app/ui/comment-form.tsx'
import { FollowButton } from '#app/ui/follow-button.tsx'
import { LiveNews } from '#app/ui/live-news.tsx'
import { OfficialAnswer } from '#app/ui/official-answer.tsx'
import { PostCard } from '#app/ui/post-card.tsx'
import { Stepper } from '#app/ui/stepper.tsx'
import { TicketHead } from '#app/ui/ticket-head.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Timeline } from '#app/ui/timeline.tsx'
import { VoteButton } from '#app/ui/vote-button.tsx'
import { open, seeOther, signInFirst, type Door } from '#app/web/door.server.ts'
import { sayErrors } from '#app/web/forms.ts'
import { CommentForm, INTENTS } from './form.ts'

export const handle: Handle = { here: 'board', enhance: ['vote', 'live', 'draft'] }

export const loader = open(async ({ app, campus, params, url, viewer, shows }) => {
  const before = url.searchParams.get('before')
  if (before !== null && !/^\d{1,18}$/.test(before)) throw new Refusal('invalid', 'bad-address')
  const number = numberOf(params)
  shows(`ticket:${number}`)
  const found = await readTicket(campus, number, viewer, before === null ? null : BigInt(before))
  // A merged ticket lives on in another one, for good.
  if (found.kind === 'merged') throw redirect(ticketHref(found.into), 301)
  const { ticket } = found
  const draftId = url.searchParams.get('draft')
  const draft = draftId === null ? NO_DRAFT : await readDraft(campus, draftId)
  const entries = ticket.entries.filter((entry) => entry.audience === 'public')
  return {
    ticket: { ...ticket, entries },
    older: found.older,
    // An older page is not the place to hear of news.
    newest: before === null ? (entries.at(-1)?.id ?? '0') : null,
    signedIn: viewer !== null,
    draft,
    key: draft.key ?? randomUUID(),
    canonical: `${app.env.publicUrl}${ticketHref(ticket)}`,
  }
})

export const meta: MetaFunction<typeof loader> = ({ data }) => {
  if (!data) return [{ title: textIn('en')('product') }]
  const { ticket, canonical } = data
  return [
    { title: textIn('en')('ticket.title', { number: String(ticket.number), title: ticket.title }) },
    { name: 'description', content: ticket.body.replace(/\s+/g, ' ').slice(0, 160) },
    { tagName: 'link', rel: 'canonical', href: canonical },
  ]
}

export const action = open(async (door) => {
  const { campus, request, viewer } = door
  const number = numberOf(door.params)
  const form = await request.formData()
  const intent = INTENTS.find((known) => known === form.get('intent'))
  if (!intent) throw new Refusal('invalid', 'bad-form')
  if (intent === 'comment') return takeComment(door, number, form)
  const back = String(form.get('back') ?? `/tickets/${number}`)
  if (viewer === null) throw signInFirst(back)
  const { personId } = viewer
  switch (intent) {
    case 'follow':
    case 'unfollow':
      await readTicket(campus, number, viewer)
      await setFollow(campus, { number, personId, active: intent === 'follow' })
      throw seeOther(back, intent === 'follow' ? 'followed' : 'unfollowed')
  }
})

async function takeComment({ campus, viewer }: Door, number: number, form: FormData) {
  const submission = parseWithZod(form, { schema: CommentForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const { body, key } = submission.value
  if (viewer === null) {
    const draft = await keepDraft(campus, { body, key })
    throw signInFirst(`/tickets/${number}?draft=${draft}#comment`)
  }
  try {
    await comment(campus, { number, personId: viewer.personId, body, key })
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === 'too-many-comments')) throw error
    return data(submission.reply({ fieldErrors: { body: ['tooManyComments'] } }), { status: 429 })
  }
  throw seeOther(`/tickets/${number}#comment`, 'commented')
}

function numberOf(params: Door['params']): number {
  const number = numberIn(params.number)
  if (number === null) throw notFound('no-such-ticket')
  return number
}

export default function Ticket() {
  const { ticket, older, newest, signedIn, draft, key } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const here = ticketHref(ticket)
  const [form, fields] = useForm({
    id: 'comment-form',
    lastResult: lastResult ?? null,
    defaultValue: { body: draft.body, key: draft.key },
  })
  const [raisedBy, ...others] = ticket.posts
  return (
    <Columns
      head={<TicketHead ticket={ticket} now={now} />}
      aside={
        <>
          <VoteButton
            number={ticket.number}
            title={ticket.title}
            votes={ticket.votes}
            voted={ticket.voted}
            status={ticket.status}
            back={here}
          />
          <Section title={t('ticket.progress')} id="progress">
            <Stepper steps={ticket.steps} promise={ticket.promise} now={now} />
          </Section>
          {signedIn && <FollowButton number={ticket.number} followed={ticket.followed} back={here} />}
        </>
      }
    >
      {isOpen(ticket.status) && newest !== null && (
        <LiveNews number={ticket.number} status={ticket.status} newest={newest} href={here} />
      )}
      {ticket.official && <OfficialAnswer entry={ticket.official} />}
      <Section title={t('ticket.concern')} id="concern">
        {ticket.source !== 'web' && raisedBy ? (
          <PostCard post={raisedBy} />
        ) : (
          <TicketText text={ticket.body} />
        )}
      </Section>
      {(ticket.source === 'web' ? ticket.posts : others).length > 0 && (
        <Section title={t('ticket.posts')} id="posts">
          {(ticket.source === 'web' ? ticket.posts : others).map((post) => (
            <PostCard key={post.url} post={post} />
          ))}
        </Section>
      )}
      <Section title={t('ticket.timeline')} id="timeline">
        {older && (
          <p>
            <a href={`${here}?before=${older}#timeline`}>{t('timeline.older')}</a>
          </p>
        )}
        <Timeline entries={ticket.entries} now={now} pinned={ticket.official?.id ?? null} />
      </Section>
      <Section title={t('comment.title')} id="comment-title">
        {!isOpen(ticket.status) && <p className="hint">{t('comment.afterClosing')}</p>}
        <CommentFields
          number={ticket.number}
          signedIn={signedIn}
          errors={sayErrors(t, fields.body.errors)}
          form={getFormProps(form)}
          {...(fields.body.initialValue ? { defaultValue: fields.body.initialValue } : {})}
          submissionKey={fields.key.initialValue ?? key}
        />
      </Section>
    </Columns>
  )
}
