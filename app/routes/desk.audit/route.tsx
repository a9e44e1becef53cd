import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readHead } from '#app/domain/people/audit-chain.server.ts'
import { listEvents, readLog } from '#app/domain/people/audit-log.server.ts'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { Button } from '#app/ui/button.tsx'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { SelectField } from '#app/ui/field.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { Time } from '#app/ui/time.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('audit')

const HERE = '/desk/audit'

export const loader = open('read-audit-log', async (door) => {
  const { campus, url, viewer } = door
  const asked = url.searchParams.get('event')
  const before = url.searchParams.get('before') ?? ''
  const [desk, events, head] = await Promise.all([
    readDesk(door, viewer),
    listEvents(campus),
    readHead(campus),
  ])
  const event = events.find((known) => known === asked) ?? null
  const { lines, next } = await readLog(campus, {
    event,
    before: /^\d{1,18}$/.test(before) ? BigInt(before) : null,
  })
  return {
    desk,
    events,
    event,
    head: head && `${head.sequence}:${head.hash}`,
    lines: lines.map(({ id, sequence, details, ...line }) => ({
      ...line,
      id: String(id),
      sequence: String(sequence),
      details: Object.entries(details).map(([name, value]) => `${name}: ${value}`),
    })),
    next:
      next === null ? null : `${HERE}?${new URLSearchParams({ ...(event ? { event } : {}), before: next })}`,
  }
})

export default function Audit() {
  const { desk, events, event, head, lines, next } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <DeskShell here="audit" {...desk}>
      <PageTitle title={t('audit.title')} intro={t('audit.intro')} />
      {head && (
        <p>
          {t('audit.head')} <code>{head}</code>
        </p>
      )}
      <form method="get" action={HERE} className="people-search">
        <SelectField
          id="event"
          name="event"
          label={t('audit.event')}
          defaultValue={event ?? ''}
          options={[
            { value: '', text: t('audit.anyEvent') },
            ...events.map((name) => ({ value: name, text: name })),
          ]}
        />
        <Button>{t('audit.show')}</Button>
      </form>
      {lines.length === 0 ? (
        <EmptyState title={t('audit.empty')} hint={t('audit.emptyHint')} />
      ) : (
        <table className="log" aria-label={t('audit.table')}>
          <thead>
            <tr>
              <th scope="col">{t('audit.sequence')}</th>
              <th scope="col">{t('audit.at')}</th>
              <th scope="col">{t('audit.event')}</th>
              <th scope="col">{t('audit.by')}</th>
              <th scope="col">{t('audit.to')}</th>
              <th scope="col">{t('audit.details')}</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <tr key={line.id}>
                <td>{line.sequence}</td>
                <td>
                  <Time at={line.at} />
                </td>
                <td>{line.event}</td>
                <td>{line.actorId ?? t('audit.nobody')}</td>
                <td>{line.subject}</td>
                <td>{line.details.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Pager previous={null} next={next} />
    </DeskShell>
  )
}
