import { useText } from '#app/catalogue/text.ts'
import type { TicketRow } from '#app/domain/tickets/views.ts'
import { ticketHref } from './board.tsx'
import { StatusMark } from './status-mark.tsx'
import { VotePress } from './vote-button.tsx'

const FORM = 'back-similar'

/**
 * While someone writes a title: what was raised before, ready to be backed. It stands inside their form, where a
 * second form may not be and where Enter must never vote, so its buttons belong to `SimilarForm`.
 */
export function SimilarTickets({ tickets }: { tickets: Array<TicketRow> }) {
  const t = useText()
  if (tickets.length === 0) return null
  return (
    <section className="similar" aria-labelledby="similar-title">
      <h2 id="similar-title">{t('newTicket.similar')}</h2>
      <p className="hint">{t('newTicket.similarHint')}</p>
      <ol className="board">
        {tickets.map((ticket) => (
          <li key={ticket.number} className="row">
            <div className="vote">
              <VotePress ticket={ticket} form={FORM} formAction={`/tickets/${ticket.number}`} />
            </div>
            <div className="row-text">
              <a className="row-title" href={ticketHref(ticket)}>
                <bdi>{ticket.title}</bdi>
              </a>
              <div className="facts">
                <StatusMark status={ticket.status} />
                {ticket.department && <bdi>{ticket.department.name}</bdi>}
              </div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Once on the page, outside every other form. */
export function SimilarForm() {
  return <form id={FORM} method="post" hidden />
}
