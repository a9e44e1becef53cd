import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { ANSWER_APPEAL_WITHIN, appeal } from '#app/domain/moderation/appeal.server.ts'
import { readOwnDecisions } from '#app/domain/moderation/decisions.server.ts'
import { readOwnReports } from '#app/domain/moderation/report.server.ts'
import type { Decision } from '#app/domain/moderation/views.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { AppealForm, LONGEST_APPEAL } from './form.ts'

export const meta = titled('decided')

export const loader = open('manage-self', async ({ campus, viewer }) => {
  const [decisions, reports] = await Promise.all([
    readOwnDecisions(campus, viewer),
    readOwnReports(campus, viewer.personId),
  ])
  return { decisions, reports, within: ANSWER_APPEAL_WITHIN }
})

export const action = open('manage-self', async ({ campus, request, viewer }) => {
  const submission = parseWithZod(await request.formData(), { schema: AppealForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  await appeal(campus, viewer, submission.value)
  throw seeOther('/me/decisions', 'appealed')
})

export default function Decisions() {
  const { decisions, reports, within } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <div className="prose">
      <PageTitle title={t('decided.title')} intro={t('decided.intro')} />
      {decisions.length === 0 ? (
        <p>{t('decided.none')}</p>
      ) : (
        <ul className="requests">
          {decisions.map((decision) => (
            <li key={decision.id} className="request">
              <About decision={decision} within={within} />
            </li>
          ))}
        </ul>
      )}
      <Section title={t('decided.reportsTitle')} id="reports">
        {reports.length === 0 ? (
          <p>{t('decided.reportsNone')}</p>
        ) : (
          <ul>
            {reports.map(({ ticketNumber, reason, reportedAt, hidden }) => (
              <li key={reportedAt.toISOString()}>
                <a href={`/tickets/${ticketNumber}`}>
                  {t('decided.reported', { number: String(ticketNumber), reason: t(`reason.${reason}`) })}
                </a>
                , <Time at={reportedAt} style="date" />:{' '}
                {t(hidden === null ? 'decided.waiting' : hidden ? 'decided.wasHidden' : 'decided.stays')}
              </li>
            ))}
          </ul>
        )}
      </Section>
    </div>
  )
}

function About({ decision, within }: { decision: Decision; within: number }) {
  const { id, kind, ticketNumber, reason, explanation, policyVersion, at, until, undoneAt, appeal, may } =
    decision
  const t = useText()
  return (
    <>
      <h2>
        {kind === 'block' ? (
          <>
            {t(
              undoneAt !== null
                ? 'decided.wasBlocked'
                : reason === 'vote-fraud'
                  ? 'decided.blockedVotes'
                  : 'decided.blocked',
            )}{' '}
            <Time at={undoneAt ?? until!} />
          </>
        ) : (
          <>
            {t('decided.hidden', { kind: t(`decided.${kind}`) })}{' '}
            <a href={`/tickets/${ticketNumber}`}>{t('ticket.number', { number: String(ticketNumber) })}</a>
          </>
        )}
      </h2>
      <p>
        <Time at={at} style="date" />. {t('decided.reason', { reason: t(`reason.${reason}`) })}{' '}
        <a href={`/moderation/policy?version=${policyVersion}`}>
          {t('hidden.policy', { version: String(policyVersion) })}
        </a>
      </p>
      <blockquote dir="auto">{explanation}</blockquote>
      {decision.words !== null && (
        <details>
          <summary>{t('decided.words')}</summary>
          <TicketText text={decision.words} />
        </details>
      )}
      {undoneAt && (
        <p>
          {t('decided.undone')}, <Time at={undoneAt} style="date" />
        </p>
      )}
      {appeal && (
        <>
          <h3>{t('decided.appealed')}</h3>
          <blockquote dir="auto">{appeal.body}</blockquote>
          {appeal.decidedAt === null ? (
            <p>
              {t('decided.due')} <Time at={appeal.dueAt} style="date" />.
            </p>
          ) : (
            <>
              <p>
                {t(appeal.upheld ? 'decided.upheld' : 'decided.restored')},{' '}
                <Time at={appeal.decidedAt} style="date" />
              </p>
              <blockquote dir="auto">{appeal.sentence}</blockquote>
            </>
          )}
        </>
      )}
      {may.appeal && (
        <form method="post" action="/me/decisions" className="form">
          <input type="hidden" name="against" value={id} />
          <TextArea
            id={`appeal-${id}`}
            name="body"
            label={t('decided.appealTitle')}
            hint={
              <>
                {t('decided.appealHint', { days: String(within) })} <Time at={may.until} style="date" />.
              </>
            }
            rows={4}
            maxLength={LONGEST_APPEAL}
            required
          />
          <Button type="submit">{t('decided.appealSend')}</Button>
        </form>
      )}
      {!may.appeal && appeal === null && undoneAt === null && <p className="hint">{t('decided.late')}</p>}
    </>
  )
}
