import { useText } from '#app/catalogue/text.ts'
import type { Responsible as Owner } from '#app/domain/tickets/views.ts'
import { SourceMark } from './source-mark.tsx'
import { Time } from './time.tsx'

/** Who answers for a ticket, since when, and where else they can be reached. */
export function Responsible({ responsible }: { responsible: Owner | null }) {
  const t = useText()
  if (!responsible) return <p>{t('board.unassigned')}</p>
  const { department, since, from, accounts } = responsible
  return (
    <div className="responsible">
      <p>
        <a href={`/departments/${department.slug}`}>
          <bdi>{department.name}</bdi>
        </a>{' '}
        {t('ticket.responsibleSince')} <Time at={since} style="date" />
      </p>
      {from && (
        <p>
          {t('ticket.handedOverFrom')}{' '}
          <a href={`/departments/${from.slug}`}>
            <bdi>{from.name}</bdi>
          </a>
        </p>
      )}
      {accounts.length > 0 && (
        <p>
          {t('ticket.answersOn')}{' '}
          {accounts.map(({ channel, handle, url }) => (
            <span key={url}>
              <SourceMark source={channel} />{' '}
              <a href={url} rel="noopener">
                <bdi>@{handle}</bdi>
              </a>{' '}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
