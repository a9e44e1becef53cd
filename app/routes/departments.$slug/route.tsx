import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { readDepartment, readResolutions } from '#app/domain/departments/read.server.ts'
import { readBoard } from '#app/domain/tickets/board.server.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { BoardList } from '#app/ui/board.tsx'
import { Section } from '#app/ui/columns.tsx'
import { DepartmentFace, SaidAndDone } from '#app/ui/department.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { boardHref } from '#app/ui/filters.tsx'
import { open } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'

/** A face, not an archive: the rest is on the board. */
const SHOWN = { open: 10, resolved: 6 }

export const handle: Handle = { here: 'departments', enhance: ['vote'] }

export const meta: MetaFunction<typeof loader> = (args) => {
  const { data } = args
  return data
    ? [
        pageTitle(args, data.department.name),
        { name: 'description', content: data.department.purpose },
        {
          tagName: 'link',
          rel: 'alternate',
          type: 'application/atom+xml',
          title: textIn('en')('department.feed'),
          href: feedOf(data.department),
        },
      ]
    : []
}

export const loader = open('visit', async ({ campus, params, url, viewer, shows }) => {
  shows('lists')
  const department = await readDepartment(campus, params.slug ?? '')
  const [{ rows }, resolutions] = await Promise.all([
    readBoard(
      campus,
      {
        sort: 'most-backed',
        status: 'open',
        departmentId: department.id,
        source: null,
        search: '',
        from: null,
      },
      viewer?.personId ?? null,
    ),
    readResolutions(campus, department.id, SHOWN.resolved),
  ])
  return { department, openTickets: rows.slice(0, SHOWN.open), resolutions, here: url.pathname }
})

const feedOf = ({ slug }: { slug: string }) => `/feed.xml?department=${slug}`

export default function Department() {
  const { department, openTickets, resolutions, here } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  const only = { department: department.slug }
  return (
    <>
      <DepartmentFace department={department} feedHref={feedOf(department)} />
      <Section title={t('department.tickets')} id="open">
        {openTickets.length > 0 ? (
          <>
            <BoardList tickets={openTickets} now={now} back={here} label={t('department.tickets')} owned />
            <p>
              <a href={boardHref('/', only)}>{t('department.allOpen')}</a>
            </p>
          </>
        ) : (
          <EmptyState title={t('department.noTickets')} hint={t('department.noTicketsHint')} />
        )}
      </Section>
      {resolutions.length > 0 && (
        <Section title={t('department.saidAndDone')} id="resolved">
          <SaidAndDone resolutions={resolutions} />
          <p>
            <a href={boardHref('/resolved', only)}>{t('department.allResolved')}</a>
          </p>
        </Section>
      )}
    </>
  )
}
