import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { decideAppeal, takeBack } from '#app/domain/moderation/appeal.server.ts'
import { readAllDecisions } from '#app/domain/moderation/decisions.server.ts'
import { publishPolicy, readPolicy } from '#app/domain/moderation/policy.server.ts'
import { dismiss, readReported } from '#app/domain/moderation/report.server.ts'
import type { Decision, Reported } from '#app/domain/moderation/views.ts'
import { can, PROVEN_WITHIN } from '#app/domain/people/can.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { askProof, open, seeOther } from '#app/web/door.server.ts'
import { useNow } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'
import { tellDecision } from '#app/web/people-mail.server.ts'
import { LONGEST_POLICY, LONGEST_SENTENCE, ModerationForm } from './form.ts'

export const meta = titled('moderate')

export const loader = open('read-moderation', async (door) => {
  const { campus, viewer } = door
  const [desk, reported, decisions, policy] = await Promise.all([
    readDesk(door, viewer),
    readReported(campus),
    readAllDecisions(campus, viewer),
    readPolicy(campus, null),
  ])
  return {
    desk,
    reported,
    decisions,
    policy: policy.body,
    may: {
      moderate: can(viewer, 'moderate', { authorId: null }),
      publish: can(viewer, 'publish-policy'),
    },
  }
})

export const action = open('read-moderation', async (door) => {
  const { app, campus, request, viewer } = door
  const sent = await request.formData()
  const submission = parseWithZod(sent, { schema: ModerationForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const form = submission.value
  switch (form.intent) {
    case 'dismiss':
      await dismiss(campus, viewer, form.entry)
      throw seeOther('/desk/moderation', 'dismissed')
    case 'uphold':
    case 'restore': {
      const upheld = form.intent === 'uphold'
      const { email } = await decideAppeal(campus, viewer, {
        against: form.against,
        upheld,
        sentence: form.sentence,
      })
      const outcome = textIn('en')(upheld ? 'decided.upheld' : 'decided.restored')
      await tellDecision(app, email, { kind: 'appealed', outcome, sentence: form.sentence })
      throw seeOther('/desk/moderation', 'appeal-decided')
    }
    case 'take-back': {
      const { email } = await takeBack(campus, viewer, form.against)
      await tellDecision(app, email, { kind: 'taken-back' })
      throw seeOther('/desk/moderation', 'decision-taken-back')
    }
    case 'publish':
      await askProof(door, PROVEN_WITHIN['publish-policy'], sent)
      await publishPolicy(campus, viewer, form.body)
      throw seeOther('/desk/moderation', 'policy-published')
  }
})

export default function Moderation() {
  const { desk, reported, decisions, policy, may } = useLoaderData<typeof loader>()
  const t = useText()
  const waiting = decisions
    .filter(({ appeal }) => appeal !== null && appeal.decidedAt === null)
    .sort((a, b) => +a.appeal!.dueAt - +b.appeal!.dueAt)
  const rest = decisions.filter((decision) => !waiting.includes(decision))
  return (
    <DeskShell here="moderation" {...desk}>
      <PageTitle title={t('moderate.title')} intro={t('moderate.intro')} />
      <Section title={t('moderate.reportsTitle')} id="reports">
        {reported.length === 0 ? (
          <p>{t('moderate.reportsEmpty')}</p>
        ) : (
          <ul className="requests">
            {reported.map((line) => (
              <Report key={line.entryId} line={line} moderates={may.moderate} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('moderate.appealsTitle')} id="appeals">
        {waiting.length === 0 ? (
          <p>{t('moderate.appealsEmpty')}</p>
        ) : (
          <ul className="requests">
            {waiting.map((decision) => (
              <Decided key={decision.id} decision={decision} moderates={may.moderate} />
            ))}
          </ul>
        )}
      </Section>
      <Section title={t('moderate.decisionsTitle')} id="decisions">
        {rest.length === 0 ? (
          <p>{t('moderate.decisionsEmpty')}</p>
        ) : (
          <ul className="requests">
            {rest.map((decision) => (
              <Decided key={decision.id} decision={decision} moderates={false} />
            ))}
          </ul>
        )}
      </Section>
      {may.publish && (
        <details className="desk-part">
          <summary>{t('moderate.policy')}</summary>
          <form method="post" action="/desk/moderation" className="form">
            <TextArea
              id="policy"
              name="body"
              label={t('moderate.policyBody')}
              rows={20}
              defaultValue={policy}
              maxLength={LONGEST_POLICY}
              required
            />
            <Button type="submit" name="intent" value="publish">
              {t('moderate.policySend')}
            </Button>
          </form>
        </details>
      )}
    </DeskShell>
  )
}

function Report({ line, moderates }: { line: Reported; moderates: boolean }) {
  const now = useNow()
  const t = useText()
  return (
    <li className="request">
      <h3>
        {t('moderate.reporters', { count: line.reporters })}:{' '}
        <a href={`/desk/tickets/${line.ticketNumber}`}>
          {t('ticket.number', { number: String(line.ticketNumber) })}
        </a>
      </h3>
      {line.urgent && (
        <p>
          <strong>{t('moderate.urgent')}</strong>
        </p>
      )}
      {line.coordinated && (
        <p>
          <strong>{t('moderate.coordinated')}</strong>
        </p>
      )}
      <p className="hint">
        {line.reasons.map(({ reason, count }) => `${t(`reason.${reason}`)} ${count}`).join(', ')},{' '}
        <Time at={line.firstAt} now={now} />
      </p>
      <blockquote>
        <TicketText text={line.words} />
      </blockquote>
      {line.remarks.length > 0 && (
        <ul>
          {line.remarks.map((remark, index) => (
            <li key={index} dir="auto">
              {remark}
            </li>
          ))}
        </ul>
      )}
      {moderates && (
        <form method="post" action="/desk/moderation" className="form">
          <input type="hidden" name="entry" value={line.entryId} />
          <p>
            <a href={`/desk/moderation/hide/${line.entryId}`}>{t('moderate.look')}</a>
          </p>
          <Button type="submit" name="intent" value="dismiss">
            {t('moderate.dismiss')}
          </Button>
        </form>
      )}
    </li>
  )
}

function Decided({ decision, moderates }: { decision: Decision; moderates: boolean }) {
  const { id, kind, ticketNumber, words, name, reason, explanation, policyVersion, at, until } = decision
  const { appeal, undoneAt, may } = decision
  const now = useNow()
  const t = useText()
  return (
    <li className="request">
      <h3>
        {kind === 'block'
          ? t('moderate.block', { name: name! })
          : t('moderate.hidden', { kind: t(`decided.${kind}`) })}{' '}
        <a href={`/desk/tickets/${ticketNumber}`}>{t('ticket.number', { number: String(ticketNumber) })}</a>
      </h3>
      <p className="hint">
        <Time at={at} now={now} />
        {until && (
          <>
            {' '}
            {t('moderate.until')} <Time at={until} />
          </>
        )}
        . {t('moderate.by', { reason: t(`reason.${reason}`), version: String(policyVersion) })}
      </p>
      {words !== null && (
        <details>
          <summary>{t('moderate.said')}</summary>
          <TicketText text={words} />
        </details>
      )}
      <blockquote dir="auto">{explanation}</blockquote>
      {undoneAt && (
        <p>
          {t('decided.undone')}, <Time at={undoneAt} now={now} />
        </p>
      )}
      {appeal && (
        <>
          <h4>{t('moderation.appeal')}</h4>
          <blockquote dir="auto">{appeal.body}</blockquote>
          {appeal.decidedAt === null ? (
            <p>
              {appeal.dueAt < now && <strong>{t('moderate.overdue')}. </strong>}
              {t('moderate.due')} <Time at={appeal.dueAt} now={now} />
            </p>
          ) : (
            <p dir="auto">
              {t(appeal.upheld ? 'decided.upheld' : 'decided.restored')}: {appeal.sentence}
            </p>
          )}
        </>
      )}
      {may.takeBack && (
        <form method="post" action="/desk/moderation" className="form">
          <input type="hidden" name="against" value={id} />
          <p className="hint">{t('moderate.takeBackHint')}</p>
          <Button type="submit" name="intent" value="take-back">
            {t('moderate.takeBack')}
          </Button>
        </form>
      )}
      {moderates && !may.decide && <p>{t('moderate.notYours')}</p>}
      {moderates && may.decide && (
        <form method="post" action="/desk/moderation" className="form">
          <input type="hidden" name="against" value={id} />
          <TextArea
            id={`sentence-${id}`}
            name="sentence"
            label={t('moderate.sentence')}
            rows={2}
            maxLength={LONGEST_SENTENCE}
            required
          />
          <div className="form-actions">
            <Button type="submit" name="intent" value="restore">
              {t('moderate.restore')}
            </Button>
            <Button type="submit" name="intent" value="uphold">
              {t('moderate.uphold')}
            </Button>
          </div>
        </form>
      )}
    </li>
  )
}
