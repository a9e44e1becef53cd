import { randomUUID } from 'node:crypto'
import { getFormProps, useForm } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { can } from '#app/domain/people/can.ts'
import { keepDraft, NO_DRAFT, readDraft } from '#app/domain/people/drafts.server.ts'
import { submitComment } from '#app/domain/intake/submit.server.ts'
import { readRules } from '#app/domain/screening/rules.server.ts'
import { lookThrough, takenOut } from '#app/domain/screening/screen.ts'
import { numberIn } from '#app/domain/tickets/slug.ts'
import { isOpen } from '#app/domain/tickets/status.ts'
import { readTicket, type Place } from '#app/domain/tickets/ticket.server.ts'
import { sayVerdict } from '#app/domain/tickets/verdict.server.ts'
import { setFollow } from '#app/domain/votes/follow.server.ts'
import { after, HOUR } from '#app/platform/clock.ts'
import { notAllowed, notFound, Refusal } from '#app/platform/errors.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { ticketHref } from '#app/ui/board.tsx'
import { Columns, Section } from '#app/ui/columns.tsx'
import { CommentForm as CommentFields, type CommentStep } from '#app/ui/comment-form.tsx'
import { FollowButton } from '#app/ui/follow-button.tsx'
import { LiveNews } from '#app/ui/live-news.tsx'
import { HiddenNote } from '#app/ui/hidden-note.tsx'
import { OfficialAnswer } from '#app/ui/official-answer.tsx'
import { Photos } from '#app/ui/photos.tsx'
import { PostCard } from '#app/ui/post-card.tsx'
import { Responsible } from '#app/ui/responsible.tsx'
import { Share } from '#app/ui/share.tsx'
import { SolvedQuestion, SolvedTally } from '#app/ui/solved-question.tsx'
import { Stepper } from '#app/ui/stepper.tsx'
import { Support } from '#app/ui/support.tsx'
import { TicketHead } from '#app/ui/ticket-head.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Timeline, TimelinePages } from '#app/ui/timeline.tsx'
import { VoteButton } from '#app/ui/vote-button.tsx'
import { open, seeOther, signInFirst, type Door } from '#app/web/door.server.ts'
import { passGate } from '#app/web/gate.server.ts'
import { pageTitle } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { stampOf } from '#app/web/stamp.ts'
import { CommentForm, INTENTS, ReasonForm } from './form.ts'

export const handle: Handle = { here: 'board', enhance: ['vote', 'ticket'] }

export const loader = open('visit', async ({ app, campus, params, url, viewer, shows }) => {
  const number = numberOf(params)
  shows(`ticket:${number}`)
  const place = placeIn(url.searchParams)
  const found = await readTicket(campus, number, viewer, place)
  // A merged ticket lives on in another one, for good.
  if (found.kind === 'merged') throw redirect(ticketHref(found.into), 301)
  const { ticket } = found
  const draftId = url.searchParams.get('draft')
  const draft = draftId === null ? NO_DRAFT : await readDraft(campus, draftId)
  const entries = ticket.entries.filter((entry) => entry.audience === 'public')
  return {
    ticket: { ...ticket, entries },
    older: found.older,
    newer: found.newer,
    // An older page is not the place to hear of news.
    newest: place === null ? (entries.at(-1)?.id ?? '0') : null,
    asking: ticket.askedUntil !== null && app.clock.now() <= ticket.askedUntil,
    signedIn: viewer !== null,
    draft,
    key: draft.key ?? randomUUID(),
    // What was written earlier is sent at once, and was not written at once.
    made: stampOf(campus.seal, draftId === null ? campus.clock.now() : after(campus.clock.now(), -HOUR)),
    canonical: `${app.env.publicUrl}${ticketHref(ticket)}`,
    permanent: `${app.env.publicUrl}/tickets/${ticket.number}`,
  }
})

export const meta: MetaFunction<typeof loader> = (args) => {
  if (!args.data) return []
  const { ticket, canonical } = args.data
  return [
    pageTitle(args, textIn('en')('ticket.title', { number: String(ticket.number), title: ticket.title })),
    { name: 'description', content: ticket.body.replace(/\s+/g, ' ').slice(0, 160) },
    { tagName: 'link', rel: 'canonical', href: canonical },
  ]
}

export const action = open('visit', async (door) => {
  const { campus, request, viewer } = door
  const number = numberOf(door.params)
  const form = await request.formData()
  const intent = INTENTS.find((known) => known === form.get('intent'))
  if (!intent) throw new Refusal('invalid', 'bad-form')
  if (intent === 'comment') return takeComment(door, number, form)
  const back = String(form.get('back') ?? `/tickets/${number}`)
  if (viewer === null) throw signInFirst(back)
  const { personId } = viewer
  if (!can(viewer, WHAT[intent])) throw notAllowed('not-yours')
  await passGate(door, 'press', `/tickets/${number}`, form)
  switch (intent) {
    case 'follow':
    case 'unfollow':
      await readTicket(campus, number, viewer)
      await setFollow(campus, { number, personId, active: intent === 'follow' })
      throw seeOther(back, intent === 'follow' ? 'followed' : 'unfollowed')
    case 'solved':
    case 'not-solved': {
      const words = ReasonForm.safeParse({ reason: String(form.get('reason') ?? '').trim() || undefined })
      if (!words.success) throw new Refusal('invalid', 'bad-form')
      const taken = await sayVerdict(campus, {
        number,
        personId,
        solved: intent === 'solved',
        reason: words.data.reason,
      })
      if (taken === 'reopened') await door.app.queue.wake('deliver')
      throw seeOther(back, said[taken] ?? intent)
    }
  }
})

const WHAT = {
  follow: 'follow',
  unfollow: 'follow',
  solved: 'say-verdict',
  'not-solved': 'say-verdict',
} as const

const said = { counted: null, reopened: 'reopened', 'not-asked': 'no-longer-asked' } as const

/** @throws {Refusal} for what is no place in a conversation */
function placeIn(search: URLSearchParams): Place {
  const [before, after] = [search.get('before'), search.get('after')]
  const [given, ...more] = [before, after].filter((id) => id !== null)
  if (given === undefined) return null
  if (more.length > 0 || !/^\d{1,18}$/.test(given)) throw new Refusal('invalid', 'bad-address')
  return before === null ? { after: BigInt(given) } : { before: BigInt(given) }
}

async function takeComment(door: Door, number: number, form: FormData) {
  const { campus, viewer } = door
  let submission = parseWithZod(form, { schema: CommentForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const rules = await readRules(campus)
  const { takeOut } = submission.value
  if (takeOut !== undefined) {
    const left = takenOut({ body: submission.value.body }, rules, takeOut)
    form.set('body', left.body!)
    submission = parseWithZod(form, { schema: CommentForm })
    if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  }
  const { body, key, personal, support } = submission.value
  const look = lookThrough({ body }, rules, personal)
  const safety = look.offices.length > 0
  if (safety && viewer === null && support === undefined)
    return data({ ...submission.reply(), offices: look.offices })
  if (!safety && look.asks) return data({ ...submission.reply(), found: look.found, marks: look.marks })
  if (takeOut !== undefined) return data({ ...submission.reply(), takenOut: true as const })
  // Whoever may be in need is shown help at once, and waits for nothing.
  if (!safety) await passGate(door, 'comment', `/tickets/${number}`, form)
  if (viewer === null) {
    const draft = await keepDraft(campus, { body, key, personal })
    throw signInFirst(`/tickets/${number}?draft=${draft}#comment`)
  }
  if (!can(viewer, 'comment')) throw notAllowed('not-yours')
  try {
    const said = { number, personId: viewer.personId, body, key }
    const became = await submitComment(campus, said, look)
    if (became.kind === 'held') return seeOther(`/me/held/${became.id}`)
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
  const { ticket, older, newer, newest, asking, signedIn, draft, key, made, permanent } =
    useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const here = ticketHref(ticket)
  const [form, fields] = useForm({
    id: 'comment-form',
    lastResult: lastResult ?? null,
    defaultValue: { body: draft.body, key: draft.key, made, personal: draft.personal ?? '' },
  })
  const [raisedBy, ...others] = ticket.posts
  const { raisedEntry } = ticket
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
          {signedIn && <FollowButton number={ticket.number} followed={ticket.followed} back={here} />}
          <Section title={t('ticket.progress')} id="progress">
            <Stepper ticket={ticket} now={now} />
          </Section>
        </>
      }
      more={
        <>
          <Section title={t('ticket.responsible')} id="responsible">
            <Responsible responsible={ticket.responsible} />
          </Section>
          <Section title={t('ticket.counts')} id="support">
            <Support votes={ticket.votes} voices={ticket.voices} takenOut={ticket.takenOut} />
          </Section>
          <Share title={ticket.title} address={permanent} />
        </>
      }
    >
      {isOpen(ticket.status) && newest !== null && (
        <LiveNews number={ticket.number} status={ticket.status} newest={newest} href={here} />
      )}
      {ticket.official && <OfficialAnswer entry={ticket.official} />}
      {ticket.tally && ticket.askedUntil && (
        <Section title={t('verdict.title')} id="solved">
          <SolvedTally tally={ticket.tally} />
          {asking && (
            <SolvedQuestion
              number={ticket.number}
              asked={ticket.asked}
              signedIn={signedIn}
              until={ticket.askedUntil}
              back={here}
            />
          )}
        </Section>
      )}
      <Section title={t('ticket.concern')} id="concern">
        {ticket.hidden && <HiddenNote note={ticket.hidden} />}
        {ticket.source !== 'web' && raisedBy && !raisedBy.gone && !raisedBy.hidden ? (
          <PostCard post={raisedBy} />
        ) : (
          <TicketText text={ticket.body} />
        )}
        <Photos photos={ticket.photos} />
        {ticket.hidden === null && raisedEntry !== null && (
          <p className="hint entry-report">
            <a href={`/report/${raisedEntry}`} rel="nofollow">
              {t('hidden.reportConcern')}
            </a>
          </p>
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
        <div
          className="conversation"
          data-seen={ticket.number}
          data-divider={t('seen.divider')}
          data-jump={t('seen.jump', { number: '{n}' })}
          data-jump-many={t('seen.jumpMany', { number: '{n}' })}
        >
          {ticket.comments > 0 && (
            <p className="hint">{t('timeline.comments', { count: ticket.comments })}</p>
          )}
          <TimelinePages here={here} older={older} newer={newer} />
          <Timeline entries={ticket.entries} now={now} pinned={ticket.official?.id ?? null} here={here} />
          <TimelinePages here={here} older={older} newer={newer} />
        </div>
        <p className="on-paper">{t('share.print', { address: permanent })}</p>
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
          personal={fields.personal.initialValue ?? ''}
          step={(lastResult ?? {}) as CommentStep}
          made={fields.made.initialValue ?? made}
        />
        <p className="hint">
          {t('photos.offer')} <a href={`/photos/new?ticket=${ticket.number}`}>{t('photos.offerLink')}</a>
        </p>
      </Section>
    </Columns>
  )
}
