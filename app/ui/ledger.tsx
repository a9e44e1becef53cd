import type { ReactNode } from 'react'
import { useText } from '#app/catalogue/text.ts'
import type { LedgerLine } from '#app/domain/integrity/views.ts'
import { Time } from './time.tsx'

/** What was decided about votes. @param more what can be done about a line, in a column of its own */
export function LedgerTable({
  lines,
  more,
}: {
  lines: ReadonlyArray<LedgerLine>
  more?: { title: string; of(line: LedgerLine): ReactNode }
}) {
  const t = useText()
  return (
    <table className="log" aria-label={t('ledger.table')}>
      <thead>
        <tr>
          <th scope="col">{t('ledger.at')}</th>
          <th scope="col">{t('ledger.what')}</th>
          <th scope="col">{t('ledger.why')}</th>
          <th scope="col">{t('ledger.who')}</th>
          <th scope="col">{t('ledger.undone')}</th>
          {more && <th scope="col">{more.title}</th>}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.id} id={`decision-${line.id}`}>
            <td>
              <Time at={line.at} />
            </td>
            <td>
              <ul>
                {line.tickets.map(({ number, votes }) => (
                  <li key={number}>
                    <a href={`/tickets/${number}`}>
                      {t('ledger.of', { votes: String(votes), number: String(number) })}
                    </a>
                  </li>
                ))}
              </ul>
            </td>
            <td>{t(`invalidation.${line.reason}`)}</td>
            <td>{t(`viewer.${line.role}`)}</td>
            <td>
              {line.undone ? (
                <>
                  <Time at={line.undone.at} />:{' '}
                  {t('ledger.back', {
                    count: line.undone.votes,
                    role: t(`viewer.${line.undone.role}`),
                  })}
                </>
              ) : (
                t('ledger.standing')
              )}
            </td>
            {more && <td>{more.of(line)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
