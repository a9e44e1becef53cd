import { parseWithZod } from '@conform-to/zod/v4'
import { data } from '@remix-run/node'
import { useActionData, useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { release } from '#app/domain/intake/release.server.ts'
import {
  closeCareHold,
  leaveCareNote,
  listOffices,
  openCareHold,
  referHold,
} from '#app/domain/screening/care.server.ts'
import { learnAuthor } from '#app/domain/screening/emergency.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { Behind } from '#app/ui/behind.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { Facts } from '#app/ui/facts.tsx'
import { TextArea } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { listAdmins } from '#app/domain/people/admins.server.ts'
import { PROVEN_WITHIN } from '#app/domain/people/can.ts'
import { askProof, open, seeOther, type Door } from '#app/web/door.server.ts'
import { sayErrors } from '#app/web/forms.ts'
import { tellLearned } from '#app/web/people-mail.server.ts'
import { useNow } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'
import { CareForm } from './form.ts'

export const meta = titled('careOne')

export const loader = open('handle-care', async (door) => {
  const { campus, viewer } = door
  const held = await openCareHold(campus, viewer, idOf(door))
  const [desk, offices] = await Promise.all([readDesk(door, viewer), listOffices(campus)])
  return { desk, held, offices }
})

export const action = open('handle-care', async (door) => {
  const { campus, viewer, request } = door
  const id = idOf(door)
  const sent = await request.formData()
  const submission = parseWithZod(sent, { schema: CareForm })
  if (submission.status !== 'success') {
    if (submission.error?.intent || submission.error?.office) throw new Refusal('invalid', 'bad-form')
    return data(submission.reply(), { status: 400 })
  }
  const form = submission.value
  const here = `/desk/care/${id}`
  switch (form.intent) {
    case 'refer':
      await referHold(campus, viewer, id, form.office)
      throw seeOther(here, 'referred')
    case 'note':
      await leaveCareNote(campus, viewer, id, form.note)
      throw seeOther(here, 'noted')
    case 'learn': {
      await askProof(door, PROVEN_WITHIN['learn-author'], sent)
      await learnAuthor(campus, viewer, { id, reason: form.why })
      const admins = await listAdmins(campus)
      const reached = admins.flatMap(({ email, disabled }) => (email === null || disabled ? [] : [email]))
      await tellLearned(door.app, reached, String(id))
      throw seeOther(`${here}#author`, 'author-learned')
    }
    case 'close':
      await closeCareHold(campus, viewer, id)
      throw seeOther('/desk/care', 'hold-closed')
    case 'release':
      await release(campus, viewer, id)
      throw seeOther('/desk/care', 'hold-released')
  }
})

function idOf({ params }: Door): bigint {
  const { hold = '' } = params
  if (!/^\d{1,18}$/.test(hold)) throw notFound('no-such-hold')
  return BigInt(hold)
}

export default function CareOne() {
  const { desk, held, offices } = useLoaderData<typeof loader>()
  const lastResult = useActionData<typeof action>()
  const now = useNow()
  const t = useText()
  const here = `/desk/care/${held.id}`
  const kinds = held.kinds.map((kind) => t(`listKind.${kind}`)).join(', ') || t('care.unknown')
  return (
    <DeskShell here="care" {...desk}>
      <PageTitle title={t('care.one', { id: held.id })} intro={kinds} />
      {held.disputed && <p>{t('care.disputed')}</p>}
      <Section title={t('care.words')} id="words">
        <Facts facts={[[t('care.arrived'), <Time key="came" at={held.createdAt} now={now} />]]} />
        {held.words ? (
          <>
            {held.words.title && (
              <h3>
                <bdi>{held.words.title}</bdi>
              </h3>
            )}
            <TicketText text={held.words.text} />
          </>
        ) : (
          <p>{t('own.erased')}</p>
        )}
        {held.url && (
          <p>
            {t('care.post')}{' '}
            <a href={held.url}>{t('post.viewOn', { network: t(`source.${held.source}`) })}</a>
          </p>
        )}
      </Section>
      <Section title={t('care.refer')} id="refer">
        <p className="hint">{t('care.referHint')}</p>
        {offices.length === 0 ? (
          <p>
            {t('care.noOffices')} <a href="/desk/screening">{t('care.noOfficesLink')}</a>
          </p>
        ) : (
          <ul className="offices">
            {offices.map(({ id, name }) => (
              <li key={id}>
                <form method="post" action={here}>
                  <input type="hidden" name="office" value={id} />
                  <Button name="intent" value="refer">
                    {t('care.referTo', { office: name })}
                  </Button>
                </form>
              </li>
            ))}
          </ul>
        )}
        {held.referrals.length > 0 && (
          <>
            <h3>{t('care.referrals')}</h3>
            <ul>
              {held.referrals.map(({ office, at, minutes, mailedAt }) => (
                <li key={at.toISOString()}>
                  <bdi>{office}</bdi>, <Time at={at} now={now} />,{' '}
                  {t('care.after', { minutes: String(minutes) })};{' '}
                  {t(mailedAt ? 'care.mailed' : 'care.unmailed')}
                </li>
              ))}
            </ul>
          </>
        )}
      </Section>
      {held.hasAuthor && (
        <Section title={t('care.author')} id="author">
          {held.author ? (
            <Behind title={t('care.wroteIt')} known={held.author} />
          ) : held.outcome === null ? (
            <form method="post" action={here} className="form" noValidate>
              <p className="hint">{t('care.learnHint')}</p>
              <TextArea
                id="why"
                name="why"
                label={t('care.why')}
                hint={t('care.whyHint')}
                errors={sayErrors(t, lastResult?.error?.why ?? undefined)}
                rows={3}
                required
              />
              <Button name="intent" value="learn">
                {t('care.learn')}
              </Button>
            </form>
          ) : (
            <p className="hint">{t('care.authorOver')}</p>
          )}
        </Section>
      )}
      <Section title={t('care.notes')} id="notes">
        <ul>
          {held.notes.map(({ body, at, mine }) => (
            <li key={at.toISOString()}>
              <Time at={at} now={now} /> {mine && t('care.mine')}
              <TicketText text={body} />
            </li>
          ))}
        </ul>
        <form method="post" action={here} className="form" noValidate>
          <TextArea
            id="note"
            name="note"
            label={t('care.note')}
            errors={sayErrors(t, lastResult?.error?.note ?? undefined)}
            rows={3}
            required
          />
          <Button name="intent" value="note">
            {t('care.noteSend')}
          </Button>
        </form>
      </Section>
      <Section title={t('care.decide')} id="decide">
        {held.outcome === null ? (
          <form method="post" action={here} className="form">
            <Button name="intent" value="close">
              {t('care.close')}
            </Button>
            <p className="hint">{t('care.closeHint')}</p>
            <Button name="intent" value="release">
              {t('care.release')}
            </Button>
            <p className="hint">{t('care.releaseHint')}</p>
          </form>
        ) : (
          <p>{t('care.decided', { outcome: t(`holdOutcome.${held.outcome}`) })}</p>
        )}
      </Section>
    </DeskShell>
  )
}
