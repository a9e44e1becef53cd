import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { readQueue } from '#app/domain/tickets/queue.server.ts'
import { useNow } from '#app/web/frame.ts'
import { DeskShell } from '#app/ui/desk-shell.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { QueueList } from '#app/ui/queue-row.tsx'
import { readDesk } from '#app/routes/desk/whose.server.ts'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('queue')

export const loader = open('open-desk', async (door) => {
  const actor = door.viewer
  const desk = await readDesk(door, actor)
  const items = await readQueue(door.campus, actor, desk.departmentId)
  return { desk, items, late: items.filter(({ urgency }) => urgency === 'late').length }
})

export default function Queue() {
  const { desk, items, late } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  return (
    <DeskShell here="queue" {...desk} late={late}>
      <PageTitle title={t('desk.queueTitle')} intro={t('desk.queueIntro')} />
      {items.length > 0 ? (
        <QueueList items={items} now={now} hrefOf={({ number }) => `/desk/tickets/${number}`} />
      ) : (
        <EmptyState title={t('desk.queueEmpty')} hint={t('desk.queueEmptyHint')} />
      )}
    </DeskShell>
  )
}
