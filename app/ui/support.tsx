import { useText } from '#app/catalogue/text.ts'
import type { TicketView } from '#app/domain/tickets/views.ts'

/** Votes, and beside them the voices from networks, with what each of them counts. */
export function Support({
  votes,
  voices,
  takenOut = 0,
}: Pick<TicketView, 'votes' | 'voices'> & { takenOut?: number }) {
  const t = useText()
  return (
    <div className="support">
      <p>
        {[
          t('vote.count', { count: votes }),
          ...voices.map(({ channel, count }) => t('vote.voices', { count, network: t(`source.${channel}`) })),
        ].join(', ')}
      </p>
      {takenOut > 0 && (
        <p>
          {t('ledger.ofTicket', { count: takenOut })} <a href="/ledger">{t('ledger.seeWhy')}</a>
        </p>
      )}
      <details className="definitions">
        <summary>{t('vote.meaning')}</summary>
        <p>{t('vote.votesMeaning')}</p>
        <p>{t('vote.voicesMeaning')}</p>
      </details>
    </div>
  )
}
