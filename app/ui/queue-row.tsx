import { useText } from '#app/catalogue/text.ts'
import type { QueueItem } from '#app/domain/tickets/views.ts'
import type { Urgency } from '#app/vocabulary.ts'
import { Arrow, Check, Clock, Warning } from './icons.tsx'
import { SourceMark } from './source-mark.tsx'
import { StatusMark } from './status-mark.tsx'
import { Time } from './time.tsx'

const signs: Record<Urgency, JSX.Element> = {
  unowned: <Arrow />,
  late: <Warning />,
  soon: <Clock />,
  calm: <Clock />,
  settled: <Check />,
}

export function QueueRow({ item, now, href }: { item: QueueItem; now: Date; href: string }) {
  const t = useText()
  return (
    <li className="queue-row" data-urgency={item.urgency}>
      <p className="urgency">
        {signs[item.urgency]}
        <span>
          <strong>{t(`desk.${item.urgency}`)}</strong>
          {item.promisedAt && <Time at={item.promisedAt} now={now} />}
        </span>
      </p>
      <div className="row-text">
        <a className="row-title" href={href}>
          <bdi>{item.title}</bdi>
        </a>
        <div className="facts">
          <span>{t('ticket.number', { number: String(item.number) })}</span>
          <StatusMark status={item.status} />
          <span>{item.department ? <bdi>{item.department.name}</bdi> : t('board.unassigned')}</span>
          <SourceMark source={item.source} />
          <Time at={item.createdAt} now={now} />
        </div>
      </div>
      <p className="row-votes">{t('desk.votes', { count: item.votes })}</p>
    </li>
  )
}

/** `hrefOf` says where a ticket opens on the desk. */
export function QueueList({
  items,
  now,
  hrefOf,
}: {
  items: Array<QueueItem>
  now: Date
  hrefOf(item: QueueItem): string
}) {
  const t = useText()
  return (
    <ol className="queue" aria-label={t('desk.queueTitle')}>
      {items.map((item) => (
        <QueueRow key={item.number} item={item} now={now} href={hrefOf(item)} />
      ))}
    </ol>
  )
}
