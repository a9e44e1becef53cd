import { useText, useWritten } from '#app/catalogue/text.ts'
import type { FlagView } from '#app/domain/integrity/views.ts'
import { Facts } from './facts.tsx'
import { Time } from './time.tsx'

/** What was counted of ten odd minutes of votes, in numbers. */
export function VoteFlag({ flag }: { flag: FlagView }) {
  const t = useText()
  const { measures, ticket } = flag
  const share = (count: number, all: number) =>
    t('flags.share', {
      number: String(count),
      percent: all > 0 ? String(Math.round((100 * count) / all)) : '0',
    })
  const counted = (['young', 'single', 'oneRange', 'ring'] as const).map(
    (measure) => [t(`flags.${measure}`), share(measures[measure], measures.votes)] as const,
  )
  return (
    <>
      <h3>
        <a href={`/desk/tickets/${ticket.number}`}>
          {t('ticket.number', { number: String(ticket.number) })}{' '}
          <bdi lang={useWritten()}>{ticket.title}</bdi>
        </a>
      </h3>
      <p>
        <Time at={flag.since} />. {flag.signs.map((sign) => t(`sign.${sign}`)).join('. ')}.
      </p>
      <Facts
        facts={[
          [t('flags.votes'), String(measures.votes)],
          [t('flags.usual'), String(Math.round(measures.usual * 10) / 10)],
          ...counted,
          [t('flags.campus'), share(measures.othersYoung, measures.others)],
        ]}
      />
    </>
  )
}
