import { randomUUID } from 'node:crypto'
import { getFormProps, useForm } from '@conform-to/react'
import { parseWithZod } from '@conform-to/zod/v4'
import { data, type MetaFunction } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { departmentExists, findRaised } from '#app/domain/intake/raise.server.ts'
import { submitConcern } from '#app/domain/intake/submit.server.ts'
import { LONGEST_TITLE } from '#app/domain/intake/title.ts'
import { can } from '#app/domain/people/can.ts'
import { keepDraft, NO_DRAFT, readDraft } from '#app/domain/people/drafts.server.ts'
import { readRules } from '#app/domain/screening/rules.server.ts'
import { lookThrough, takenOut } from '#app/domain/screening/screen.ts'
import type { Office, PointedOut as Piece } from '#app/domain/screening/views.ts'
import { findSimilar } from '#app/domain/tickets/similar.server.ts'
import type { SimilarTicket } from '#app/domain/tickets/views.ts'
import { after, HOUR } from '#app/platform/clock.ts'
import { notAllowed, Refusal } from '#app/platform/errors.ts'
import type { Handle } from '#app/web/frame.ts'
import { Similar } from '#app/ui/similar.tsx'
import { ticketHref } from '#app/ui/board.tsx'
import { Button } from '#app/ui/button.tsx'
import { DraftRestored } from '#app/ui/draft-restored.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField, TextArea, TextField } from '#app/ui/field.tsx'
import { Flash } from '#app/ui/flash.tsx'
import { VisitorSupport } from '#app/ui/offices.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { PointedOut } from '#app/ui/pointed-out.tsx'
import { FormGuard, FormKey } from '#app/ui/slots.tsx'
import { open, seeOther, signInFirst } from '#app/web/door.server.ts'
import { passGate } from '#app/web/gate.server.ts'
import { pageTitle } from '#app/web/page-title.ts'
import { sayErrors } from '#app/web/forms.ts'
import { stampOf } from '#app/web/stamp.ts'
import { LONGEST_TEXT, TicketForm } from './form.ts'

export const handle: Handle = { here: 'new', enhance: ['raise'] }

export const meta: MetaFunction = (args) => [
  pageTitle(args, textIn('en')('pageTitle.newTicket')),
  { name: 'description', content: textIn('en')('newTicket.intro') },
]

export const loader = open('visit', async ({ campus, url, shows }) => {
  shows()
  const draftId = url.searchParams.get('draft')
  const [departments, draft] = await Promise.all([
    listDepartments(campus),
    draftId === null ? NO_DRAFT : readDraft(campus, draftId),
  ])
  // What was written earlier is sent at once, and was not written at once.
  const made = draftId === null ? campus.clock.now() : after(campus.clock.now(), -HOUR)
  return { departments, draft, key: draft.key ?? randomUUID(), made: stampOf(campus.seal, made) }
})

export const action = open('visit', async (door) => {
  const { campus, request, viewer } = door
  const form = await request.formData()
  let submission = parseWithZod(form, { schema: TicketForm })
  if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  const rules = await readRules(campus)
  const { takeOut } = submission.value
  if (takeOut !== undefined) {
    const { title, text } = submission.value
    for (const [name, left] of Object.entries(takenOut({ title, text }, rules, takeOut))) form.set(name, left)
    submission = parseWithZod(form, { schema: TicketForm })
    if (submission.status !== 'success') return data(submission.reply(), { status: 400 })
  }
  const { title, text, department, key, similar, personal, support } = submission.value
  const look = lookThrough({ title, text }, rules, personal)
  const safety = look.offices.length > 0
  if (safety && viewer === null && support === undefined)
    return data({ ...submission.reply(), offices: look.offices })
  if (!safety && look.asks) return data({ ...submission.reply(), found: look.found, marks: look.marks })
  if (takeOut !== undefined) return data({ ...submission.reply(), takenOut: true })
  // Whoever may be in need is shown help at once, and waits for nothing.
  if (!safety) await passGate(door, 'raise', '/tickets/new', form)
  const unknownDepartment = () =>
    data(submission.reply({ fieldErrors: { department: ['unknownDepartment'] } }), { status: 400 })
  if (!safety && similar === 'ask') {
    const tickets = await findSimilar(campus, title)
    // Asked after the search, which finds what the same form, pressed twice, has raised a moment ago.
    const own =
      viewer && tickets.length > 0
        ? await findRaised(campus, { submissionKey: key, personId: viewer.personId })
        : null
    if (own) throw seeOther(ticketHref(own), 'raised')
    if (tickets.length > 0) return data({ ...submission.reply(), similar: tickets })
  }
  if (viewer === null) {
    if (department !== undefined && !(await departmentExists(campus, department))) return unknownDepartment()
    const kept = { title, text, key, department: String(department ?? ''), similar: 'seen', personal }
    const draft = await keepDraft(campus, kept)
    throw signInFirst(`/tickets/new?draft=${draft}`)
  }
  if (!can(viewer, 'raise')) throw notAllowed('not-yours')
  const concern = {
    source: 'web' as const,
    title,
    text,
    personId: viewer.personId,
    backed: can(viewer, 'vote', campus),
    departmentId: department ?? null,
    addressed: [],
    hashtags: [],
    submissionKey: key,
  }
  try {
    const became = await submitConcern(campus, concern, look)
    return became.kind === 'held'
      ? seeOther(`/me/held/${became.id}`)
      : seeOther(ticketHref(became.made), 'raised')
  } catch (error) {
    const reason = error instanceof Refusal ? error.reason : null
    if (reason === 'no-such-department') return unknownDepartment()
    if (reason !== 'too-many-tickets') throw error
    return data(submission.reply({ formErrors: ['tooManyTickets'] }), { status: 429 })
  }
})

/** What stands between the form and its ticket: one of these at most. */
type Step = {
  similar?: Array<SimilarTicket>
  offices?: Array<Office>
  found?: Array<Piece>
  marks?: string
  takenOut?: true
}

export default function NewTicket() {
  const { departments, draft, key, made } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const t = useText()
  const [form, fields] = useForm({
    id: 'ticket',
    lastResult: lastResult ?? null,
    defaultValue: {
      title: draft.title,
      text: draft.text,
      department: draft.department,
      key,
      made,
      similar: draft.similar ?? 'ask',
      personal: draft.personal ?? '',
    },
  })
  const { title, text, department } = fields
  const { similar, found, marks, offices, takenOut } = (lastResult ?? {}) as Step
  const errors = [
    { field: title, label: t('newTicket.titleLabel') },
    { field: text, label: t('newTicket.bodyLabel') },
    { field: department, label: t('newTicket.departmentLabel') },
  ].flatMap(({ field, label }) => sayErrors(t, field.errors).map((text) => ({ id: field.id, label, text })))
  return (
    <>
      <PageTitle title={t('newTicket.title')} intro={t('newTicket.intro')} />
      {sayErrors(t, form.errors).map((error) => (
        <Flash key={error} kind="problem">
          {error}
        </Flash>
      ))}
      <ErrorSummary errors={errors} />
      {takenOut && <Flash kind="done">{t('pointedOut.done')}</Flash>}
      {draft.title !== undefined && !lastResult && <Flash kind="info">{t('newTicket.draftReady')}</Flash>}
      <form method="post" action="/tickets/new" {...getFormProps(form)} className="form" data-draft="raise">
        <DraftRestored draft="raise" />
        <FormKey value={fields.key.initialValue ?? key} />
        {!found && <input type="hidden" name="personal" value={fields.personal.initialValue ?? ''} />}
        <FormGuard made={fields.made.initialValue ?? made} />
        {/* What the Enter key presses: not the first of the similar tickets. */}
        <button hidden />
        <input
          type="hidden"
          name="similar"
          value={similar ? 'seen' : (fields.similar.initialValue ?? 'ask')}
        />
        {offices && <VisitorSupport offices={offices} />}
        {found && <PointedOut found={found} marks={marks ?? ''} />}
        {similar && (
          <Similar tickets={similar} here>
            <Button kind="primary" type="submit">
              {t('similar.different')}
            </Button>
          </Similar>
        )}
        <TextField
          id={title.id}
          name={title.name}
          label={t('newTicket.titleLabel')}
          hint={t('newTicket.titleHint', { max: String(LONGEST_TITLE) })}
          errors={sayErrors(t, title.errors)}
          defaultValue={title.initialValue}
          dir="auto"
          autoComplete="off"
          required
        />
        <div className="similar-place" data-similar={title.id} data-from="/tickets/similar">
          <p className="unseen" role="status" />
          <div />
        </div>
        <TextArea
          id={text.id}
          name={text.name}
          label={t('newTicket.bodyLabel')}
          hint={t('newTicket.bodyHint')}
          errors={sayErrors(t, text.errors)}
          defaultValue={text.initialValue}
          data-longest={LONGEST_TEXT}
          required
        />
        <SelectField
          id={department.id}
          name={department.name}
          label={t('newTicket.departmentLabel')}
          hint={t('newTicket.departmentHint')}
          errors={sayErrors(t, department.errors)}
          defaultValue={department.initialValue ?? ''}
          options={[
            { value: '', text: t('newTicket.departmentAny') },
            ...departments.map(({ id, name }) => ({ value: String(id), text: name })),
          ]}
        />
        <p className="hint">{t('newTicket.public')}</p>
        <p className="hint">{t('newTicket.private')}</p>
        <Button kind="primary" type="submit">
          {t('newTicket.send')}
        </Button>
      </form>
    </>
  )
}
