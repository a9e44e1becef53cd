import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText, useWritten } from '#app/catalogue/text.ts'
import { readFlag } from '#app/domain/integrity/flags.server.ts'
import { invalidateVotes, previewInvalidation } from '#app/domain/integrity/invalidate.server.ts'
import type { FlagView } from '#app/domain/integrity/views.ts'
import { can, onceProven } from '#app/domain/people/can.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { ErrorSummary } from '#app/ui/error-summary.tsx'
import { SelectField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { VoteFlag } from '#app/ui/vote-flag.tsx'
import { INVALIDATION_REASONS } from '#app/vocabulary.ts'
import { open, seeOther, type OwnDoor } from '#app/web/door.server.ts'
import { sayErrors } from '#app/web/forms.ts'
import { titled } from '#app/web/page-title.ts'
import { CONDITIONS, InvalidateForm } from './form.ts'

export const meta = titled('takingVotes')

export const loader = open('read-vote-flags', async (door) => {
  const { campus, url, viewer } = door
  const id = idOf(door)
  const flag = await readFlag(campus, id)
  const asked = url.searchParams.getAll('condition')
  // Opened without a choice, it shows what is odd about these votes.
  const chosen = url.searchParams.has('chosen') ? asked : flag.signs
  const pattern = {
    conditions: conditionsOf(flag).filter((condition) => chosen.includes(condition)),
    everywhere: url.searchParams.get('everywhere') === 'yes',
  }
  const [desk, preview] = await Promise.all([
    readDesk(door, viewer),
    previewInvalidation(campus, id, pattern),
  ])
  return { desk, flag, pattern, preview, decides: can(onceProven(viewer), 'invalidate-votes') }
})

export const action = open('invalidate-votes', async (door) => {
  const { campus, request, viewer } = door
  const submission = parseWithZod(await request.formData(), { schema: InvalidateForm })
  if (submission.status !== 'success') {
    if (submission.error?.reason) return data({ errors: submission.error.reason }, { status: 400 })
    throw new Refusal('invalid', 'bad-form')
  }
  const { condition, everywhere, reason, expected } = submission.value
  await invalidateVotes(campus, viewer, {
    flagId: idOf(door),
    pattern: { conditions: condition, everywhere: everywhere === 'yes' },
    reason,
    expected,
  })
  throw seeOther('/desk/votes', 'votes-taken-out')
})

/** From which range votes came is forgotten after two days, and cannot be chosen then. */
const conditionsOf = ({ ranged }: FlagView) =>
  CONDITIONS.filter((condition) => ranged || condition !== 'one-range')

function idOf({ params }: Pick<OwnDoor, 'params'>): bigint {
  if (!/^\d{1,18}$/.test(params.flag ?? '')) throw notFound('no-such-flag')
  return BigInt(params.flag!)
}

export default function TakingVotes() {
  const { desk, flag, pattern, preview, decides } = useLoaderData<typeof loader>()
  const wrong = useActionData<{ errors: Array<string> }>()
  const t = useText()
  const written = useWritten()
  const errors = sayErrors(t, wrong?.errors)
  const here = `/desk/votes/${flag.id}`
  return (
    <DeskShell here="votes" {...desk}>
      <PageTitle title={t('taking.title')} intro={t('taking.intro')} />
      <ErrorSummary errors={errors.map((text) => ({ id: 'reason', text }))} />
      <Section title={t('taking.counted')} id="counted">
        <VoteFlag flag={flag} />
      </Section>
      <Section title={t('taking.which')} id="which">
        <form method="get" action={here} className="form">
          <input type="hidden" name="chosen" value="yes" />
          <fieldset className="choices">
            <legend>{t('taking.legend')}</legend>
            {conditionsOf(flag).map((condition) => (
              <label key={condition}>
                <input
                  type="checkbox"
                  name="condition"
                  value={condition}
                  defaultChecked={pattern.conditions.includes(condition)}
                />
                {t(`condition.${condition}`)}
              </label>
            ))}
            <label>
              <input type="checkbox" name="everywhere" value="yes" defaultChecked={pattern.everywhere} />
              {t('taking.everywhere')}
            </label>
          </fieldset>
          <Button>{t('taking.preview')}</Button>
        </form>
        {preview.votes === 0 ? (
          <p>{t('taking.none')}</p>
        ) : (
          <>
            <p>
              <strong>{t('taking.summary', { count: preview.votes })}</strong>
            </p>
            <table className="log" aria-label={t('taking.table')}>
              <thead>
                <tr>
                  <th scope="col">{t('taking.ticket')}</th>
                  <th scope="col">{t('taking.votes')}</th>
                  <th scope="col">{t('taking.before')}</th>
                  <th scope="col">{t('taking.after')}</th>
                </tr>
              </thead>
              <tbody>
                {preview.tickets.map(({ ticket, votes, before, after }) => (
                  <tr key={ticket.number}>
                    <td>
                      <a href={`/desk/tickets/${ticket.number}`}>
                        {t('ticket.number', { number: String(ticket.number) })}
                      </a>{' '}
                      <bdi lang={written}>{ticket.title}</bdi>
                    </td>
                    <td>{votes}</td>
                    <td>{before}</td>
                    <td>{after}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
      </Section>
      {flag.settledAt !== null && <p>{t('taking.settled')}</p>}
      {!decides && <p>{t('taking.readOnly')}</p>}
      {decides && flag.settledAt === null && preview.votes > 0 && (
        <Section title={t('taking.confirmTitle')} id="confirm">
          <form method="post" action={here} className="form">
            {pattern.conditions.map((condition) => (
              <input key={condition} type="hidden" name="condition" value={condition} />
            ))}
            {pattern.everywhere && <input type="hidden" name="everywhere" value="yes" />}
            <input type="hidden" name="expected" value={preview.votes} />
            <SelectField
              id="reason"
              name="reason"
              label={t('taking.reason')}
              hint={t('taking.reasonHint')}
              errors={errors}
              defaultValue=""
              options={[
                { value: '', text: t('taking.choose') },
                ...INVALIDATION_REASONS.map((value) => ({ value, text: t(`invalidation.${value}`) })),
              ]}
              required
            />
            <Button kind="primary" type="submit" name="intent" value="invalidate">
              {t('taking.confirm', { count: preview.votes })}
            </Button>
          </form>
        </Section>
      )}
    </DeskShell>
  )
}
