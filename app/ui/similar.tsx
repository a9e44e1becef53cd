import type { ReactNode } from 'react'
import { useText, useWritten } from '#app/catalogue/text.ts'
import type { SimilarTicket } from '#app/domain/tickets/views.ts'
import { OPEN_STATUSES } from '#app/vocabulary.ts'
import { ticketHref } from './board.tsx'
import { Button } from './button.tsx'
import { StatusMark } from './status-mark.tsx'

export type SimilarProps = {
  tickets: Array<SimilarTicket>
  /** The page came back to ask this, so reading goes on here. */
  here?: boolean
  /** The other way on. */
  children?: ReactNode
}

/**
 * Stands inside the form of a new ticket: "this is mine too" sends what was written along, so that none of it is
 * lost. Titles open beside the form for the same reason.
 */
export function Similar({ tickets, here, children }: SimilarProps) {
  const t = useText()
  const written = useWritten()
  return (
    <section
      className="similar"
      aria-labelledby="similar-title"
      data-said={t('similar.found', { count: tickets.length })}
      role={here ? 'alert' : undefined}
    >
      <h2 id="similar-title">{t('similar.title')}</h2>
      <p className="hint">{t('similar.hint')}</p>
      <ul>
        {tickets.map(({ number, slug, title, status, votes }) => (
          <li key={number}>
            <div>
              <a href={ticketHref({ number, slug })} target="_blank" rel="noopener">
                <bdi lang={written}>{title}</bdi>
                <span className="unseen"> ({t('similar.newTab')})</span>
              </a>
              <p className="facts">
                <StatusMark status={status} />
                <span>{t('vote.count', { count: votes })}</span>
              </p>
            </div>
            {OPEN_STATUSES.some((open) => open === status) && (
              <Button type="submit" formAction={`/mine/${number}`} formNoValidate>
                {t('similar.mine')}
                <span className="unseen">: {title}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      {children}
    </section>
  )
}
