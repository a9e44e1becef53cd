import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readSaid, standingHiding } from '#app/domain/moderation/hide.server.ts'
import { report } from '#app/domain/moderation/report.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import { SelectField, TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { HIDE_REASONS } from '#app/vocabulary.ts'
import { open, seeOther, type Door } from '#app/web/door.server.ts'
import { passGate } from '#app/web/gate.server.ts'
import { titled } from '#app/web/page-title.ts'
import { LONGEST_REMARK, ReportForm } from './form.ts'

export const meta = titled('report')

export const loader = open('report', async ({ campus, params }) => {
  const entryId = entryIn(params)
  const said = await readSaid(campus, entryId)
  // Whoever reports is a reader: what is hidden is not read here either.
  const hidden = (await standingHiding(campus, entryId)) !== null
  return { entry: String(entryId), words: hidden ? null : said.words }
})

export const action = open('report', async (door) => {
  const { campus, params, request, viewer } = door
  const entryId = entryIn(params)
  const form = await request.formData()
  const submission = parseWithZod(form, { schema: ReportForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const { reason, words } = submission.value
  const { ticketNumber } = await readSaid(campus, entryId)
  await passGate(door, 'report', `/report/${entryId}`, form, `/tickets/${ticketNumber}`)
  await report(campus, viewer, { entryId, reason, words: words ?? null })
  throw seeOther(`/tickets/${ticketNumber}`, 'reported')
})

function entryIn(params: Door['params']): bigint {
  if (!/^\d{1,18}$/.test(params.entry ?? '')) throw notFound('no-such-entry')
  return BigInt(params.entry!)
}

export default function Report() {
  const { entry, words } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <div className="prose">
      <PageTitle title={t('report.title')} intro={t('report.intro')} />
      {words === null ? (
        <p>{t('report.hidden')}</p>
      ) : (
        <>
          <h2>{t('report.said')}</h2>
          <blockquote className="quoted">
            <TicketText text={words} />
          </blockquote>
          <form method="post" action={`/report/${entry}`} className="form">
            <SelectField
              id="reason"
              name="reason"
              label={t('report.reason')}
              required
              options={[
                { value: '', text: t('form.choose') },
                ...HIDE_REASONS.map((reason) => ({ value: reason, text: t(`reason.${reason}`) })),
              ]}
            />
            <TextArea
              id="words"
              name="words"
              label={t('report.words')}
              rows={3}
              maxLength={LONGEST_REMARK}
              optional
            />
            <p>
              <a href="/moderation/policy">{t('moderation.policyTitle')}</a>
            </p>
            <Button type="submit">{t('report.send')}</Button>
          </form>
        </>
      )}
    </div>
  )
}
