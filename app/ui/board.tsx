import { useText, useWritten } from '#app/catalogue/text.ts'
import type { Piece, TicketRow } from '#app/domain/tickets/views.ts'
import { SourceMark } from './source-mark.tsx'
import { StatusMark } from './status-mark.tsx'
import { Time } from './time.tsx'
import { VoteButton } from './vote-button.tsx'

export function ticketHref({ number, slug }: { number: number; slug: string }): string {
  return slug ? `/tickets/${number}/${encodeURIComponent(slug)}` : `/tickets/${number}`
}

type BoardRowProps = { ticket: TicketRow; now: Date; back: string; owned?: boolean | undefined }

export function BoardRow({ ticket, now, back, owned = false }: BoardRowProps) {
  const t = useText()
  const written = useWritten()
  const { number, title, votes, voted, department } = ticket
  return (
    <li className="row">
      <VoteButton
        number={number}
        title={title}
        votes={votes}
        voted={voted}
        status={ticket.status}
        back={back}
      />
      <div className="row-text">
        <a className="row-title" href={ticketHref(ticket)}>
          <bdi lang={written}>{ticket.hit ? <Marked pieces={ticket.hit.title} /> : title}</bdi>
        </a>
        {ticket.hit?.snippet && (
          <p className="row-snippet" dir="auto" lang={written}>
            <Marked pieces={ticket.hit.snippet} />
          </p>
        )}
        <div className="facts">
          <StatusMark status={ticket.status} />
          {owned ? null : department ? (
            <a href={`/departments/${department.slug}`}>
              <bdi>{department.name}</bdi>
            </a>
          ) : (
            <span>{t('board.unassigned')}</span>
          )}
          <SourceMark source={ticket.source} />
          <Time at={ticket.createdAt} now={now} />
          {ticket.comments > 0 && <span>{t('board.comments', { count: ticket.comments })}</span>}
          <span className="row-answers" data-answered={ticket.answers > 0 || undefined}>
            {ticket.answers > 0 ? t('board.answers', { count: ticket.answers }) : t('board.noAnswer')}
          </span>
        </div>
      </div>
    </li>
  )
}

/** A text with what was searched for marked in it. */
function Marked({ pieces }: { pieces: Array<Piece> }) {
  return pieces.map(({ text, hit }, index) => (hit ? <mark key={index}>{text}</mark> : text))
}

export type BoardListProps = {
  tickets: Array<TicketRow>
  now: Date
  /** Path and query of this page: where a vote returns to. */
  back: string
  label?: string
  id?: string
  /** All belong to the department whose page this is, so that no row names it. */
  owned?: boolean
}

export function BoardList({ tickets, now, back, label, id, owned }: BoardListProps) {
  const t = useText()
  return (
    <ol className="board" id={id} aria-label={label ?? t('board.list')}>
      {tickets.map((ticket) => (
        <BoardRow key={ticket.number} ticket={ticket} now={now} back={back} owned={owned} />
      ))}
    </ol>
  )
}
