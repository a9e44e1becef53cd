import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { readDepartment } from '#app/domain/departments/read.server.ts'
import { readBoard, type BoardQuery } from '#app/domain/tickets/board.server.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { BoardList } from '#app/ui/board.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DepartmentFace } from '#app/ui/department.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { boardHref } from '#app/ui/filters.tsx'
import { open } from '#app/web/door.server.ts'

/** A face, not an archive: the rest is on the board. */
const SHOWN = 10

export const handle: Handle = { here: 'departments', enhance: ['vote'] }

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  {
    title: data
      ? textIn('en')('pageTitle.department', { name: data.department.name })
      : textIn('en')('product'),
  },
]

export const loader = open(async ({ campus, params, url, viewer, shows }) => {
  shows('lists')
  const department = await readDepartment(campus, params.slug ?? '')
  const list = async (only: Pick<BoardQuery, 'sort' | 'status'>) => {
    const query = { ...only, departmentId: department.id, source: null, search: '', from: null }
    const { rows } = await readBoard(campus, query, viewer?.personId ?? null)
    return rows.slice(0, SHOWN)
  }
  const [openTickets, resolved] = await Promise.all([
    list({ sort: 'most-backed', status: 'open' }),
    list({ sort: 'recently-answered', status: 'resolved' }),
  ])
  return { department, openTickets, resolved, here: url.pathname }
})

export default function Department() {
  const { department, openTickets, resolved, here } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  const only = { department: department.slug }
  return (
    <>
      <DepartmentFace department={department} feedHref={`/feed.xml?department=${department.slug}`} />
      <Section title={t('department.tickets')} id="open">
        {openTickets.length > 0 ? (
          <>
            <BoardList tickets={openTickets} now={now} back={here} label={t('department.tickets')} />
            <p>
              <a href={boardHref('/', only)}>{t('department.allOpen')}</a>
            </p>
          </>
        ) : (
          <EmptyState title={t('department.noTickets')} hint={t('department.noTicketsHint')} />
        )}
      </Section>
      {resolved.length > 0 && (
        <Section title={t('department.saidAndDone')} id="resolved">
          <BoardList tickets={resolved} now={now} back={here} label={t('department.saidAndDone')} />
          <p>
            <a href={boardHref('/resolved', only)}>{t('department.allResolved')}</a>
          </p>
        </Section>
      )}
    </>
  )
}
