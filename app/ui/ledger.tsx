import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { LedgerLine } from '#app/domain/integrity/views.ts'
import { Facts } from './facts.tsx'
import { Time } from './time.tsx'

/** What was decided about votes. @param more what can be done about a line */
export function Ledger({
  lines,
  more,
}: {
  lines: ReadonlyArray<LedgerLine>
  more?: (line: LedgerLine) => ReactNode
}) {
  const t = useText()
  return (
    <ol className="ledger">
      {lines.map((line) => (
        <li key={line.id} id={`decision-${line.id}`}>
          <Facts
            facts={[
              [t('ledger.at'), <Time key="at" at={line.at} />],
              [
                t('ledger.what'),
                <ul key="what">
                  {line.tickets.map(({ number, votes }) => (
                    <li key={number}>
                      <a href={`/tickets/${number}`}>
                        {t('ledger.of', { votes: String(votes), number: String(number) })}
                      </a>
                    </li>
                  ))}
                </ul>,
              ],
              [t('ledger.why'), t(`invalidation.${line.reason}`)],
              [t('ledger.who'), t(`viewer.${line.role}`)],
              [
                t('ledger.undone'),
                line.undone ? (
                  <>
                    <Time at={line.undone.at} />:{' '}
                    {t('ledger.back', {
                      count: line.undone.votes,
                      role: t(`viewer.${line.undone.role}`),
                    })}
                  </>
                ) : (
                  t('ledger.standing')
                ),
              ],
            ]}
          />
          {more?.(line)}
        </li>
      ))}
    </ol>
  )
}
