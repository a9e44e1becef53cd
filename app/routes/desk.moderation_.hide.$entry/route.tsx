import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { APPEAL_DAYS } from '#app/domain/moderation/appeal.server.ts'
import { hide, readOriginal, readSaid, standingHiding } from '#app/domain/moderation/hide.server.ts'
import { can } from '#app/domain/people/can.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { SelectField, TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { HIDE_REASONS } from '#app/vocabulary.ts'
import { open, seeOther, type Door } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { tellDecision } from '#app/web/people-mail.server.ts'
import { HideForm, LONGEST_EXPLANATION } from './form.ts'

export const meta = titled('moderate')

export const loader = open('read-moderation', async (door) => {
  const { campus, viewer } = door
  const entryId = entryIn(door.params)
  const [desk, said, words, hidden] = await Promise.all([
    readDesk(door, viewer),
    readSaid(campus, entryId),
    readOriginal(campus, entryId),
    standingHiding(campus, entryId),
  ])
  return {
    desk,
    entry: String(entryId),
    ticketNumber: said.ticketNumber,
    words,
    hidden: hidden !== null,
    may: can(viewer, 'moderate', { authorId: said.authorId }),
  }
})

export const action = open('read-moderation', async ({ app, campus, params, request, viewer }) => {
  const submission = parseWithZod(await request.formData(), { schema: HideForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const { reason, explanation } = submission.value
  const { email, ticketNumber } = await hide(campus, viewer, {
    entryId: entryIn(params),
    reason,
    explanation,
  })
  const told = await tellDecision(app, email, {
    kind: 'hidden',
    number: ticketNumber,
    reason: textIn('en')(`reason.${reason}`),
    explanation,
    days: APPEAL_DAYS,
  })
  throw seeOther(`/desk/tickets/${ticketNumber}`, told ? 'hidden' : 'hidden-untold')
})

function entryIn(params: Door['params']): bigint {
  if (!/^\d{1,18}$/.test(params.entry ?? '')) throw notFound('no-such-entry')
  return BigInt(params.entry!)
}

export default function Hide() {
  const { desk, entry, ticketNumber, words, hidden, may } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here="moderation" {...desk}>
      <PageTitle title={t('moderate.hideTitle')} intro={t('moderate.hideIntro')} />
      <p>
        <a href={`/desk/tickets/${ticketNumber}`}>{t('ticket.number', { number: String(ticketNumber) })}</a>
      </p>
      <h2>{t('moderate.said')}</h2>
      <blockquote className="quoted">
        <TicketText text={words} />
      </blockquote>
      {hidden && <p>{t('moderate.already')}</p>}
      {!hidden && may && (
        <form method="post" action={`/desk/moderation/hide/${entry}`} className="form">
          <SelectField
            id="reason"
            name="reason"
            label={t('moderate.reason')}
            required
            options={[
              { value: '', text: t('form.choose') },
              ...HIDE_REASONS.map((reason) => ({ value: reason, text: t(`reason.${reason}`) })),
            ]}
          />
          <TextArea
            id="explanation"
            name="explanation"
            label={t('moderate.explanation')}
            hint={t('moderate.explanationHint')}
            rows={4}
            maxLength={LONGEST_EXPLANATION}
            required
          />
          <Button type="submit">{t('moderate.hideSend')}</Button>
        </form>
      )}
    </DeskShell>
  )
}
