import { parseWithZod } from '@conform-to/zod/v4'
import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { release } from '#app/domain/intake/release.server.ts'
import { countHeld, readHeldQueue, refuse } from '#app/domain/screening/queue.server.ts'
import type { HeldCount, HeldRow } from '#app/domain/screening/views.ts'
import { Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Facts } from '#app/ui/facts.tsx'
import { SelectField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { HOLD_OUTCOMES, HOLD_REFUSALS } from '#app/vocabulary.ts'
import { open, seeOther } from '#app/web/door.server.ts'
import { useNow } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'
import { HeldForm } from './form.ts'

export const meta = titled('held')

export const loader = open('decide-held', async (door) => {
  const [desk, queue, counts] = await Promise.all([
    readDesk(door, door.viewer),
    readHeldQueue(door.campus),
    countHeld(door.campus),
  ])
  return { desk, queue, counts }
})

export const action = open('decide-held', async ({ campus, viewer, request }) => {
  const submission = parseWithZod(await request.formData(), { schema: HeldForm })
  if (submission.status !== 'success') throw new Refusal('invalid', 'bad-form')
  const form = submission.value
  switch (form.intent) {
    case 'release':
      await release(campus, viewer, form.id)
      throw seeOther('/desk/held', 'hold-released')
    case 'refuse':
    case 'refuse-alike':
      await refuse(campus, viewer, { ...form, alike: form.intent === 'refuse-alike' })
      throw seeOther('/desk/held', 'hold-refused')
  }
})

export default function Held() {
  const { desk, queue, counts } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here="held" {...desk}>
      <PageTitle title={t('heldBack.title')} intro={t('heldBack.intro')} />
      <p className="hint">{t('heldBack.whole')}</p>
      {queue.length === 0 ? (
        <EmptyState title={t('heldBack.empty')} hint={t('heldBack.emptyHint')} />
      ) : (
        <ul className="requests">
          {queue.map((row) => (
            <Row key={row.id} row={row} />
          ))}
        </ul>
      )}
      <Section title={t('heldBack.countsTitle')} id="counts">
        <ul className="records">
          {counts.map((count) => (
            <li key={count.kind}>
              <Count count={count} />
            </li>
          ))}
        </ul>
      </Section>
    </DeskShell>
  )
}

function Row({ row }: { row: HeldRow }) {
  const now = useNow()
  const t = useText()
  return (
    <li className="request">
      <h2>
        {t(`holdKind.${row.kind}`)}: {t(`heldThing.${row.what}`)}
        {row.overdue && <span className="late-count">{t('heldBack.overdue')}</span>}
      </h2>
      <p className="hint">
        <Time at={row.createdAt} now={now} />
        {row.author && `, ${t('heldBack.by', { author: row.author })}`}
        {row.ticketNumber !== null && (
          <>
            , {t('heldBack.forTicket')}{' '}
            <a href={`/desk/tickets/${row.ticketNumber}`}>
              {t('ticket.number', { number: String(row.ticketNumber) })}
            </a>
          </>
        )}
        {row.url && (
          <>
            {', '}
            <a href={row.url}>{t('heldBack.view', { network: t(`source.${row.source}`) })}</a>
          </>
        )}
      </p>
      {row.found.length > 0 && (
        <p>{t('heldBack.finds', { kinds: row.found.map((kind) => t(`personalKind.${kind}`)).join(', ') })}</p>
      )}
      {row.expiresAt && (
        <p>
          {t('heldBack.expires')} <Time at={row.expiresAt} now={now} />
        </p>
      )}
      {row.alike > 1 && <p>{t('heldBack.alike', { count: row.alike })}</p>}
      {row.words.title && (
        <h3>
          <bdi>{row.words.title}</bdi>
        </h3>
      )}
      <TicketText text={row.words.text} />
      <form method="post" action="/desk/held" className="form">
        <input type="hidden" name="id" value={row.id} />
        <SelectField
          id={`reason-${row.id}`}
          name="reason"
          label={t('heldBack.reason')}
          options={HOLD_REFUSALS.map((reason) => ({ value: reason, text: t(`holdRefusal.${reason}`) }))}
        />
        <div className="form-actions">
          <Button name="intent" value="release">
            {t('heldBack.release')}
          </Button>
          <Button name="intent" value="refuse">
            {t('heldBack.refuse')}
          </Button>
          {row.alike > 1 && (
            <Button name="intent" value="refuse-alike">
              {t('heldBack.refuseAlike', { count: row.alike })}
            </Button>
          )}
        </div>
      </form>
    </li>
  )
}

function Count({ count }: { count: HeldCount }) {
  const t = useText()
  const became = HOLD_OUTCOMES.flatMap((outcome) => {
    const number = count.outcomes[outcome]
    return number ? [`${t(`holdOutcome.${outcome}`)}: ${number}`] : []
  })
  return (
    <>
      <h3>{t(`holdKind.${count.kind}`)}</h3>
      <Facts
        facts={[
          [t('heldBack.total'), String(count.held)],
          [t('heldBack.waiting'), String(count.waiting)],
          [t('heldBack.late'), String(count.overdue)],
          ...(became.length > 0 ? [[t('heldBack.became'), became.join(', ')] as const] : []),
          [
            t('heldBack.median'),
            count.medianMinutes === null
              ? t('heldBack.never')
              : t('heldBack.minutes', { minutes: String(count.medianMinutes) }),
          ],
        ]}
      />
    </>
  )
}
