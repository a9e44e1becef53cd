import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { disputeHold, readOwnHold, withdrawHold } from '#app/domain/screening/hold.server.ts'
import { notFound, Refusal } from '#app/platform/errors.ts'
import { Button } from '#app/ui/button.tsx'
import { Section } from '#app/ui/columns.tsx'
import { Offices } from '#app/ui/offices.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { open, seeOther, type Door } from '#app/web/door.server.ts'
import type { Handle } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'

export const handle: Handle = { enhance: ['raise'] }

export const meta = titled('ownHold')

export const loader = open('manage-self', ({ campus, viewer, params }) =>
  readOwnHold(campus, viewer.personId, idOf(params)),
)

export const action = open('manage-self', async ({ campus, viewer, params, request }) => {
  const form = await request.formData()
  const id = idOf(params)
  switch (form.get('intent')) {
    case 'withdraw':
      await withdrawHold(campus, viewer.personId, id)
      throw seeOther('/me', 'hold-taken-back')
    case 'dispute':
      await disputeHold(campus, viewer.personId, id)
      throw seeOther(`/me/held/${id}`, 'hold-disputed')
    default:
      throw new Refusal('invalid', 'bad-form')
  }
})

function idOf(params: Door['params']): bigint {
  const { hold = '' } = params
  if (!/^\d{1,18}$/.test(hold)) throw notFound('no-such-hold')
  return BigInt(hold)
}

export default function OwnHold() {
  const { hold, offices } = useLoaderData<typeof loader>()
  const t = useText()
  const here = `/me/held/${hold.id}`
  const waits = hold.outcome === null
  const safety = hold.kind === 'safety'
  return (
    <div className="prose" data-forgets={hold.what === 'comment' ? `comment-${hold.ticketNumber}` : 'raise'}>
      {safety && waits ? (
        <>
          <PageTitle title={t('support.title')} intro={t('support.notPublic')} />
          <Offices offices={offices} />
          <p>{t('own.care')}</p>
        </>
      ) : (
        <PageTitle title={t('own.title')} />
      )}
      {hold.learnedAt && (
        <p>
          {t('own.learned')} <Time at={hold.learnedAt} />.
        </p>
      )}
      {waits && !safety && <p>{t(`own.${hold.kind === 'safety' ? 'care' : hold.kind}`)}</p>}
      {hold.outcome !== null && (
        <p>
          {t('own.became', { outcome: t(`holdOutcome.${hold.outcome}`) })}{' '}
          {hold.reason && t('own.why', { reason: t(`holdRefusal.${hold.reason}`) })}{' '}
          {(hold.outcome === 'released' || hold.outcome === 'expired') && hold.ticketNumber !== null && (
            <>
              {t('own.where')}{' '}
              <a href={`/tickets/${hold.ticketNumber}`}>
                {t('ticket.number', { number: String(hold.ticketNumber) })}
              </a>
            </>
          )}
        </p>
      )}
      <Section title={t('own.words')} id="words">
        <p className="hint">
          {t(`heldThing.${hold.what}`)}, {t('own.since')} <Time at={hold.createdAt} />
        </p>
        {hold.words ? (
          <>
            {hold.words.title && (
              <h3>
                <bdi>{hold.words.title}</bdi>
              </h3>
            )}
            <TicketText text={hold.words.text} />
          </>
        ) : (
          <p>{t('own.erased')}</p>
        )}
      </Section>
      {waits && safety && hold.disputed && <p>{t('own.disputed')}</p>}
      {hold.words && (
        <form method="post" action={here} className="form">
          {waits && safety && !hold.disputed && (
            <>
              <Button name="intent" value="dispute">
                {t('own.dispute')}
              </Button>
              <p className="hint">{t('own.disputeHint')}</p>
            </>
          )}
          <Button name="intent" value="withdraw">
            {t(waits ? 'own.withdraw' : 'own.erase')}
          </Button>
          <p className="hint">{t('own.withdrawHint')}</p>
        </form>
      )}
    </div>
  )
}
