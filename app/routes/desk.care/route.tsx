import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { can } from '#app/domain/people/can.ts'
import { countCare, readCareQueue } from '#app/domain/screening/care.server.ts'
import type { CareRow } from '#app/domain/screening/views.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Facts } from '#app/ui/facts.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import { open } from '#app/web/door.server.ts'
import { useNow } from '#app/web/frame.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('care')

export const loader = open('count-care', async (door) => {
  const reads = can(door.viewer, 'handle-care')
  const [desk, counts, queue] = await Promise.all([
    readDesk(door, door.viewer),
    countCare(door.campus),
    reads ? readCareQueue(door.campus) : null,
  ])
  return { desk, counts, queue }
})

export default function Care() {
  const { desk, counts, queue } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here="care" {...desk}>
      <PageTitle title={t('care.title')} intro={t('care.intro')} />
      <p>
        {t('care.counts', {
          waiting: String(counts.waiting),
          unopened: String(counts.unopened),
          overdue: String(counts.overdue),
        })}
      </p>
      {queue === null && <p>{t('care.countsOnly')}</p>}
      {queue?.length === 0 && <EmptyState title={t('care.empty')} hint={t('care.emptyHint')} />}
      {queue && queue.length > 0 && (
        <ul className="requests">
          {queue.map((row) => (
            <li className="request" key={row.id}>
              <h2>
                <a href={`/desk/care/${row.id}`}>{t('care.open', { id: row.id })}</a>
              </h2>
              <Standing row={row} />
            </li>
          ))}
        </ul>
      )}
    </DeskShell>
  )
}

function Standing({ row }: { row: CareRow }) {
  const now = useNow()
  const t = useText()
  return (
    <>
      <p>
        <strong>{row.kinds.map((kind) => t(`listKind.${kind}`)).join(', ') || t('care.unknown')}</strong>{' '}
        {row.overdue && <span className="late-count">{t('care.overdue')}</span>}
      </p>
      <Facts
        facts={[
          [t('care.arrived'), <Time key="came" at={row.createdAt} now={now} />],
          [
            t('care.opened'),
            row.openedAt ? <Time key="opened" at={row.openedAt} now={now} /> : t('care.unopened'),
          ],
          ...(row.referredAt
            ? [[t('care.referred'), <Time key="referred" at={row.referredAt} now={now} />] as const]
            : []),
        ]}
      />
      {row.disputed && <p>{t('care.disputed')}</p>}
    </>
  )
}
