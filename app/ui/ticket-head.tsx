import { useText, useWritten, type Text } from '#app/catalogue/text.ts'
import type { TicketView } from '#app/domain/tickets/views.ts'
import { pseudonymIn } from './pseudonym.ts'
import { Marked } from './slots.tsx'
import { SourceMark } from './source-mark.tsx'
import { StatusMark } from './status-mark.tsx'
import { Time } from './time.tsx'

/** Number, title and the facts of a ticket, above its text. */
export function TicketHead({ ticket, now }: { ticket: TicketView; now: Date }) {
  const t = useText()
  return (
    <header className="ticket-head">
      <p className="ticket-number">{t('ticket.number', { number: String(ticket.number) })}</p>
      <h1 dir="auto" lang={useWritten()}>
        {ticket.title}
      </h1>
      <div className="facts">
        <StatusMark status={ticket.status} />
        {ticket.department ? (
          <a href={`/departments/${ticket.department.slug}`}>
            <bdi>{ticket.department.name}</bdi>
          </a>
        ) : (
          <span>{t('board.unassigned')}</span>
        )}
        <SourceMark source={ticket.source} />
        <span>
          <Marked
            name={`mine:${ticket.number}`}
            is={ticket.mine ? 'yes' : ''}
            options={raised(t, ticket.raisedBy)}
          />{' '}
          <Time at={ticket.createdAt} now={now} />
        </span>
      </div>
    </header>
  )
}

/** Who raised it, as everybody reads it, and as the one who did. */
function raised(t: Text, by: TicketView['raisedBy']): { '': string; yes: string } {
  if (by === null) return { '': t('ticket.raised'), yes: t('ticket.raisedByYou') }
  if (by === 'former') return { '': t('ticket.raisedByFormer'), yes: t('ticket.raisedByYou') }
  return {
    '': t('ticket.raisedBy', { who: pseudonymIn(t, by) }),
    yes: t('ticket.raisedByYouAs', { name: by.name }),
  }
}
