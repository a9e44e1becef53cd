import { parseWithZod } from '@conform-to/zod/v4'
import { useActionData, useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { block, blockedUntil } from '#app/domain/moderation/block.server.ts'
import { readSaid } from '#app/domain/moderation/hide.server.ts'
import { can } from '#app/domain/people/can.ts'
import { notAllowed, Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { SelectField, TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import { BLOCK_DAYS, BLOCK_REASONS, type BlockDays, type BlockReason } from '#app/vocabulary.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'
import { tellDecision } from '#app/web/people-mail.server.ts'
import { BlockForm, LONGEST_EXPLANATION } from './form.ts'

export const meta = titled('moderate')

export const loader = open('read-moderation', async (door) => {
  const entry = door.url.searchParams.get('entry') ?? ''
  const name = door.url.searchParams.get('name') ?? ''
  if (!/^\d{1,18}$/.test(entry) || name === '') throw new Refusal('invalid', 'bad-address')
  if (!can(door.viewer, 'moderate', { authorId: null })) throw notAllowed('staff-only')
  const [desk, { ticketNumber }] = await Promise.all([
    readDesk(door, door.viewer),
    readSaid(door.campus, BigInt(entry)),
  ])
  return { desk, entry, name, ticketNumber }
})

type Preview = { reason: BlockReason; days: BlockDays; explanation: string; until: Date }

export const action = open('read-moderation', async ({ app, campus, request, viewer }): Promise<Preview> => {
  const submission = parseWithZod(await request.formData(), { schema: BlockForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  if (!can(viewer, 'moderate', { authorId: null })) throw notAllowed('staff-only')
  const { intent, entry, name, reason, days, explanation } = submission.value
  const { ticketNumber } = await readSaid(campus, entry)
  if (intent === 'preview')
    return { reason, days, explanation, until: blockedUntil(campus.clock.now(), days) }
  const { email } = await block(campus, viewer, { ticketNumber, name, reason, days, explanation })
  await tellDecision(app, email, {
    kind: 'blocked',
    length: days,
    reason: textIn('en')(`reason.${reason}`),
    explanation,
  })
  throw seeOther('/desk/moderation', 'blocked')
})

export default function Block() {
  const { desk, entry, name, ticketNumber } = useLoaderData<typeof loader>()
  const preview = useActionData<typeof action>()
  const t = useText()
  const here = `/desk/moderation/block?${new URLSearchParams({ name, entry })}`
  return (
    <DeskShell here="moderation" {...desk}>
      <PageTitle title={t('moderate.blockTitle')} intro={t('moderate.blockIntro')} />
      <p>
        <a href={`/desk/tickets/${ticketNumber}`}>
          {t('moderate.who', { name, number: String(ticketNumber) })}
        </a>
      </p>
      {preview && (
        <form method="post" action={here} className="form">
          <h2>{t('moderate.previewTitle')}</h2>
          <p>
            {t('moderate.previewUntil')} <Time at={preview.until} />.
          </p>
          <p dir="auto">
            {t('moderate.previewReason', {
              reason: t(`reason.${preview.reason}`),
              explanation: preview.explanation,
            })}
          </p>
          {Object.entries({
            entry,
            name,
            reason: preview.reason,
            days: String(preview.days),
            explanation: preview.explanation,
          }).map(([field, value]) => (
            <input key={field} type="hidden" name={field} value={value} />
          ))}
          <Button type="submit" name="intent" value="block">
            {t('moderate.blockSend')}
          </Button>
        </form>
      )}
      <form method="post" action={here} className="form">
        <input type="hidden" name="entry" value={entry} />
        <input type="hidden" name="name" value={name} />
        <SelectField
          id="reason"
          name="reason"
          label={t('moderate.reason')}
          required
          defaultValue={preview?.reason ?? ''}
          options={[
            { value: '', text: t('form.choose') },
            ...BLOCK_REASONS.map((reason) => ({ value: reason, text: t(`reason.${reason}`) })),
          ]}
        />
        <SelectField
          id="days"
          name="days"
          label={t('moderate.days')}
          defaultValue={String(preview?.days ?? 7)}
          options={BLOCK_DAYS.map((days) => ({
            value: String(days),
            text: t('moderate.daysOf', { count: days }),
          }))}
        />
        <TextArea
          id="explanation"
          name="explanation"
          label={t('moderate.explanation')}
          hint={t('moderate.explanationHint')}
          rows={4}
          maxLength={LONGEST_EXPLANATION}
          defaultValue={preview?.explanation ?? ''}
          required
        />
        <Button type="submit" name="intent" value="preview">
          {t('moderate.preview')}
        </Button>
      </form>
    </DeskShell>
  )
}
