import { randomUUID } from 'node:crypto'
import { useForm, type SubmissionResult } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data, redirect, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import type { ReactNode } from 'react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { can } from '#app/domain/people/can.ts'
import { countReferrals, listOffices, refer } from '#app/domain/screening/care.server.ts'
import { handOver } from '#app/domain/tickets/hand-over.server.ts'
import { merge } from '#app/domain/tickets/merge.server.ts'
import { leaveNote } from '#app/domain/tickets/note.server.ts'
import { numberIn } from '#app/domain/tickets/slug.ts'
import { answer, changeStatus } from '#app/domain/tickets/speak.server.ts'
import { nextStatuses } from '#app/domain/tickets/status.ts'
import { askUnmasking } from '#app/domain/privacy/unmask.server.ts'
import { readTicket } from '#app/domain/tickets/ticket.server.ts'
import type { TicketView } from '#app/domain/tickets/views.ts'
import { readMirrors } from '#app/outbound/overview.server.ts'
import { notAllowed, notFound, Refusal } from '#app/platform/errors.ts'
import { useNow } from '#app/web/frame.ts'
import { AnswerPanel } from '#app/ui/answer-panel.tsx'
import { ticketHref } from '#app/ui/board.tsx'
import { Button } from '#app/ui/button.tsx'
import { Columns, Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextArea, TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { HiddenNote } from '#app/ui/hidden-note.tsx'
import { OfficialAnswer } from '#app/ui/official-answer.tsx'
import { PostCard } from '#app/ui/post-card.tsx'
import { ReplyReason } from '#app/ui/reply-reason.tsx'
import { Stepper } from '#app/ui/stepper.tsx'
import { TicketHead } from '#app/ui/ticket-head.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Timeline, TimelinePages } from '#app/ui/timeline.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open, seeOther, type Door } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { DeskForm, type DeskIntent } from './form.ts'

export const meta: MetaFunction<typeof loader> = (args) => [
  pageTitle(
    args,
    args.data
      ? textIn('en')('pageTitle.deskTicket', { number: String(args.data.ticket.number) })
      : textIn('en')('pageTitle.queue'),
  ),
]

export const loader = open('open-desk', async (door) => {
  const actor = door.viewer
  const { campus } = door
  const found = await readTicket(campus, numberOf(door), actor)
  if (found.kind === 'merged') throw redirect(`/desk/tickets/${found.into.number}`)
  const { ticket, departmentId } = found
  const [desk, departments, mirrors, offices, referred] = await Promise.all([
    readDesk(door, actor),
    listDepartments(campus),
    readMirrors(campus, ticket.number),
    listOffices(campus),
    countReferrals(campus, ticket.number),
  ])
  return {
    desk,
    ticket,
    mirrors,
    offices,
    referred,
    may: {
      speak: can(actor, 'speak', { departmentId }),
      handOver: can(actor, 'hand-over', { departmentId }),
      note: can(actor, 'leave-note', { departmentId }),
      unmask: can(actor, 'ask-unmasking', { departmentId }),
      refer: can(actor, 'refer'),
      // Whose words they are, the page that hides them asks.
      moderate: can(actor, 'moderate', { authorId: null }),
    },
    names: namesOn(ticket),
    asked: door.url.searchParams.get('ask'),
    next: nextStatuses(ticket.status),
    others: departments.filter(({ id }) => id !== departmentId),
    older: found.older,
    key: randomUUID(),
  }
})

export const action = open('open-desk', async (door) => {
  const actor = door.viewer
  const { campus, app } = door
  const number = numberOf(door)
  const submission = parseWithZod(await door.request.formData(), { schema: DeskForm })
  if (submission.status !== 'success') {
    // No form of ours: there is no field to say it beside.
    if (submission.error?.intent) throw new Refusal('invalid', 'bad-form')
    return data(submission.reply(), { status: 400 })
  }
  const form = submission.value
  const here = `/desk/tickets/${number}`
  switch (form.intent) {
    case 'answer':
      await answer(campus, actor, { number, body: form.body, to: form.to, key: form.key })
      await app.queue.wake('deliver')
      throw seeOther(here, 'answered')
    case 'status':
      await changeStatus(campus, actor, { number, to: form.to, sentence: form.sentence, key: form.key })
      await app.queue.wake('deliver')
      throw seeOther(here, 'changed')
    case 'handover':
      await handOver(campus, actor, {
        number,
        departmentId: form.department,
        sentence: form.sentence,
        key: form.key,
      })
      throw seeOther(here, 'handed-over')
    case 'merge': {
      const exists = await readTicket(campus, form.into, actor).catch((error: unknown) => {
        if (error instanceof Refusal && (error.kind === 'not-found' || error.kind === 'gone')) return null
        throw error
      })
      if (!exists)
        return data(submission.reply({ fieldErrors: { into: ['unknownTicket'] } }), { status: 400 })
      await merge(campus, actor, { number, into: form.into, sentence: form.sentence, key: form.key })
      await app.queue.wake('deliver')
      throw seeOther(`/desk/tickets/${form.into}`, 'merged')
    }
    case 'note':
      await leaveNote(campus, actor, { number, body: form.note, key: form.key })
      throw seeOther(here, 'noted')
    case 'unmask':
      await askUnmasking(campus, actor, { number, name: form.name, reason: form.reason })
      throw seeOther(here, 'unmasking-asked')
    case 'refer':
      if (!can(actor, 'refer')) throw notAllowed('not-yours')
      await readTicket(campus, number, actor)
      await refer(campus, actor, { number, listId: form.office })
      throw seeOther(here, 'referred')
  }
})

/** Who may be asked about: whoever raised it, and whoever speaks on this page of it. */
function namesOn({ raisedBy, entries }: TicketView): Array<string> {
  const said = [
    ...(raisedBy === null || raisedBy === 'former' ? [] : [raisedBy.name]),
    ...entries.flatMap(({ pseudonym }) => pseudonym?.name ?? []),
  ]
  return [...new Set(said)]
}

function numberOf({ params }: Door): number {
  const number = numberIn(params.number)
  if (number === null) throw notFound('no-such-ticket')
  return number
}

export default function DeskTicket() {
  const { desk, ticket, mirrors, offices, referred, may, names, asked, next, others, older, key } =
    useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>() as SubmissionResult<Array<string>> | undefined
  const now = useNow()
  const t = useText()
  const action = `/desk/tickets/${ticket.number}`
  const sent = lastResult?.initialValue as Record<string, string> | undefined
  const [, fields] = useForm<Record<string, string>>({
    id: 'desk',
    lastResult: lastResult ?? null,
    defaultValue: {},
  })
  /** What was sent with one of the forms, and what was wrong with it, for that form alone. */
  const written = (intent: DeskIntent, name: string, id: string) => {
    const mine = sent?.intent === intent
    return {
      id,
      name,
      errors: mine ? sayErrors(t, fields[name]?.errors) : [],
      ...(mine && sent[name] !== undefined ? { defaultValue: sent[name] } : {}),
    }
  }
  const inputs = {
    body: written('answer', 'body', 'answer-body'),
    to: written('answer', 'to', 'answer-to'),
    statusTo: written('status', 'to', 'status-to'),
    statusSentence: written('status', 'sentence', 'status-sentence'),
    department: written('handover', 'department', 'handover-department'),
    handoverSentence: written('handover', 'sentence', 'handover-sentence'),
    into: written('merge', 'into', 'merge-into'),
    mergeSentence: written('merge', 'sentence', 'merge-sentence'),
    note: written('note', 'note', 'note'),
    name: written('unmask', 'name', 'unmask-name'),
    reason: written('unmask', 'reason', 'unmask-reason'),
    office: written('refer', 'office', 'refer-office'),
  }
  const errors = Object.values(inputs).flatMap(({ id, errors }) => errors.map((text) => ({ id, text })))
  const [raisedBy] = ticket.posts
  return (
    <DeskShell here="queue" {...desk}>
      <Columns
        head={<TicketHead ticket={ticket} now={now} />}
        aside={
          <>
            <Section title={t('ticket.progress')} id="progress">
              <Stepper ticket={ticket} now={now} />
            </Section>
            <p>
              <a href={ticketHref(ticket)}>{t('desk.toPublic')}</a>
            </p>
            {may.handOver && (
              <DeskPart title={t('desk.handover')} open={sent?.intent === 'handover'}>
                <DeskAction action={action} intent="handover" keyed={key} send={t('desk.handover')}>
                  <SelectField
                    {...inputs.department}
                    label={t('desk.handoverTo')}
                    options={[
                      { value: '', text: t('form.choose') },
                      ...others.map(({ id, name }) => ({ value: String(id), text: name })),
                    ]}
                  />
                  <TextField {...inputs.handoverSentence} label={t('desk.handoverWhy')} dir="auto" required />
                </DeskAction>
              </DeskPart>
            )}
            {may.speak && (
              <>
                <DeskPart title={t('desk.changeStatus')} open={sent?.intent === 'status'}>
                  <DeskAction action={action} intent="status" keyed={key} send={t('desk.changeStatus')}>
                    <SelectField
                      {...inputs.statusTo}
                      label={t('desk.newStatus')}
                      options={next.map((status) => ({ value: status, text: t(`status.${status}`) }))}
                    />
                    <TextField
                      {...inputs.statusSentence}
                      label={t('desk.publicSentence')}
                      hint={t('desk.publicSentenceHint')}
                      dir="auto"
                      required
                    />
                  </DeskAction>
                </DeskPart>
              </>
            )}
            {may.handOver && (
              <DeskPart title={t('desk.merge')} open={sent?.intent === 'merge'}>
                <DeskAction action={action} intent="merge" keyed={key} send={t('desk.merge')}>
                  <TextField {...inputs.into} label={t('desk.mergeInto')} inputMode="numeric" required />
                  <TextField {...inputs.mergeSentence} label={t('desk.publicSentence')} dir="auto" required />
                </DeskAction>
              </DeskPart>
            )}
            {may.handOver && (
              <DeskPart title={t('desk.noteLabel')} open={sent?.intent === 'note'}>
                <DeskAction action={action} intent="note" keyed={key} send={t('desk.noteSend')}>
                  <TextArea
                    {...inputs.note}
                    label={t('desk.noteLabel')}
                    hint={t('desk.noteHint')}
                    rows={3}
                    required
                  />
                </DeskAction>
              </DeskPart>
            )}
            {may.refer && (
              <DeskPart title={t('care.referTicket')} open={sent?.intent === 'refer'} id="refer">
                {referred > 0 && <p>{t('care.referredBefore', { count: referred })}</p>}
                {offices.length === 0 ? (
                  <p>{t('care.noOffices')}</p>
                ) : (
                  <DeskAction action={action} intent="refer" keyed={key} send={t('care.refer')}>
                    <p className="hint">{t('care.referTicketHint')}</p>
                    <SelectField
                      {...inputs.office}
                      label={t('care.referOffice')}
                      options={offices.map(({ id, name }) => ({ value: String(id), text: name }))}
                    />
                  </DeskAction>
                )}
              </DeskPart>
            )}
            {may.unmask && names.length > 0 && (
              <DeskPart
                title={t('unmask.askTitle')}
                open={sent?.intent === 'unmask' || asked !== null}
                id="unmask"
              >
                <DeskAction action={action} intent="unmask" keyed={key} send={t('unmask.send')}>
                  <SelectField
                    {...(asked === null ? {} : { defaultValue: asked })}
                    {...inputs.name}
                    label={t('unmask.name')}
                    options={[
                      { value: '', text: t('form.choose') },
                      ...names.map((name) => ({ value: name, text: name })),
                    ]}
                  />
                  <TextArea
                    {...inputs.reason}
                    label={t('unmask.reason')}
                    hint={t('unmask.reasonHint')}
                    rows={4}
                    required
                  />
                </DeskAction>
              </DeskPart>
            )}
          </>
        }
      >
        <ErrorSummary errors={errors} />
        <Section title={t('ticket.concern')} id="concern">
          {ticket.hidden && <HiddenNote note={ticket.hidden} />}
          {ticket.source !== 'web' && raisedBy ? (
            <>
              {raisedBy.gone || raisedBy.hidden ? (
                <TicketText text={ticket.body} />
              ) : (
                <PostCard post={raisedBy} />
              )}
              <ReplyReason post={raisedBy} />
            </>
          ) : (
            <TicketText text={ticket.body} />
          )}
        </Section>
        {ticket.official && <OfficialAnswer entry={ticket.official} />}
        {may.speak ? (
          <AnswerPanel
            action={action}
            department={ticket.department?.name ?? t('board.unassigned')}
            status={ticket.status}
            next={next}
            mirrors={mirrors}
            submissionKey={key}
            body={inputs.body}
            to={inputs.to}
          />
        ) : (
          <Flash kind="info">{t(ticket.department ? 'desk.notYours' : 'desk.unownedHint')}</Flash>
        )}
        <Section title={t('ticket.timeline')} id="timeline">
          <TimelinePages here={ticketHref(ticket)} older={older} newer={null} />
          <Timeline
            entries={ticket.entries}
            now={now}
            pinned={ticket.official?.id ?? null}
            here={ticketHref(ticket)}
            staff
            moderates={may.moderate}
            {...(may.unmask ? { askOn: action } : {})}
          />
        </Section>
      </Columns>
    </DeskShell>
  )
}

/** Something less common than answering: folded away until it is wanted. */
function DeskPart(props: { title: string; open: boolean; id?: string; children: ReactNode }) {
  const { title, open, id, children } = props
  return (
    <details className="desk-part" open={open} id={id}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}

function DeskAction(props: {
  action: string
  intent: DeskIntent
  keyed: string
  send: string
  children: ReactNode
}) {
  return (
    <form method="post" action={props.action} noValidate className="form">
      <input type="hidden" name="key" value={props.keyed} />
      {props.children}
      <Button type="submit" name="intent" value={props.intent}>
        {props.send}
      </Button>
    </form>
  )
}
