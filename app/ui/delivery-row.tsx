import { useText } from '#app/catalogue/text.ts'
import type { DeliveryState } from '#app/vocabulary.ts'
import { ticketHref } from './board.tsx'
import type { DeliveryView } from '#app/outbound/views.ts'
import { EmptyState } from './empty-state.tsx'
import { Check, Clock, Cross, Warning } from './icons.tsx'
import { Time } from './time.tsx'

const signs: Record<DeliveryState, JSX.Element> = {
  queued: <Clock />,
  sending: <Clock />,
  checking: <Clock />,
  sent: <Check />,
  parked: <Warning />,
  skipped: <Cross />,
  'by-hand': <Check />,
}

/** One promise to speak on a network. Posts `intent` retry, skip or by-hand with `delivery`. */
export function DeliveryRow({
  delivery,
  now,
  action,
}: {
  delivery: DeliveryView
  now: Date
  action: string
}) {
  const t = useText()
  const { id, ticket, state, retryAt, postUrl } = delivery
  const network = t(`source.${delivery.channel}`)
  const about = <span className="unseen"> {t('delivery.about', { number: String(ticket.number) })}</span>
  return (
    <li className="delivery" data-state={state}>
      <p className="delivery-state">
        {signs[state]} <strong>{t(`delivery.state.${state}`)}</strong>
      </p>
      <div className="delivery-text">
        <a className="row-title" href={ticketHref(ticket)}>
          {t('ticket.number', { number: String(ticket.number) })} <bdi>{ticket.title}</bdi>
        </a>
        <p className="facts">
          <span>
            {t('delivery.as')} <bdi>@{delivery.handle}</bdi> ({network})
          </span>
          {delivery.attempts > 0 && <span>{t('delivery.tries', { count: delivery.attempts })}</span>}
          {retryAt && (
            <span>
              {t('delivery.retryAt')} <Time at={retryAt} now={now} />
            </span>
          )}
          {postUrl && (
            <a href={postUrl} rel="noopener">
              {t('post.viewOn', { network })}
            </a>
          )}
        </p>
        {delivery.reason && <p className="reason">{delivery.reason}</p>}
        <details>
          <summary>
            {t('delivery.text')}
            {about}
          </summary>
          <p className="post-text" dir="auto">
            {delivery.text}
          </p>
        </details>
      </div>
      {delivery.undecided && (
        <form method="post" action={action}>
          <input type="hidden" name="delivery" value={id} />
          <button className="button" name="intent" value="retry">
            {t('delivery.retry')}
            {about}
          </button>
          {state !== 'skipped' && (
            <button className="button" name="intent" value="skip">
              {t('delivery.skip')}
              {about}
            </button>
          )}
          <button className="button" name="intent" value="by-hand">
            {t('delivery.byHand')}
            {about}
          </button>
        </form>
      )}
    </li>
  )
}

export type DeliveryListProps = { deliveries: Array<DeliveryView>; now: Date; action: string }

export function DeliveryList({ deliveries, now, action }: DeliveryListProps) {
  const t = useText()
  if (deliveries.length === 0) {
    return <EmptyState title={t('channel.deliveriesEmpty')} hint={t('channel.deliveriesEmptyHint')} />
  }
  return (
    <ul className="deliveries">
      {deliveries.map((delivery) => (
        <DeliveryRow key={delivery.id} delivery={delivery} now={now} action={action} />
      ))}
    </ul>
  )
}
