import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { departmentIdOf } from '#app/domain/departments/find.server.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { countBoard, readBoard } from '#app/domain/tickets/board.server.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { BoardList } from '#app/ui/board.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Filters } from '#app/ui/filters.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { pageHref, readBoardAddress } from '#app/routes/_index/address.ts'
import { open } from '#app/web/door.server.ts'

export const handle: Handle = { here: 'board', enhance: ['vote'] }

export const meta: MetaFunction<typeof loader> = () => [{ title: textIn('en')('pageTitle.board') }]

export const loader = open(async ({ campus, url, viewer, shows }) => {
  shows('lists')
  const address = readBoardAddress(url.searchParams)
  const query = {
    ...address,
    search: address.q,
    departmentId: address.department === null ? null : await departmentIdOf(campus, address.department),
  }
  const [page, departments, found] = await Promise.all([
    readBoard(campus, query, viewer?.personId ?? null),
    listDepartments(campus),
    address.q === '' ? null : countBoard(campus, query),
  ])
  return {
    address,
    departments,
    found,
    tickets: page.rows,
    previous: pageHref(url, 'before', page.previous),
    next: pageHref(url, 'after', page.next),
    here: `${url.pathname}${url.search}`,
  }
})

export default function Board() {
  const { address, departments, found, tickets, previous, next, here } = useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  const department = departments.find(({ slug }) => slug === address.department)
  return (
    <>
      <PageTitle title={t('board.title')} intro={t('board.intro')} />
      <Filters action="/" choice={address} departments={departments} />
      {department && (
        <p>
          <a href={`/departments/${department.slug}`}>{t('department.about', { name: department.name })}</a>
        </p>
      )}
      {found !== null && tickets.length > 0 && (
        <p className="hint">{t('board.found', { count: Math.max(found, tickets.length) })}</p>
      )}
      {tickets.length > 0 ? (
        <BoardList tickets={tickets} now={now} back={here} />
      ) : (
        <EmptyState title={t('board.empty')} hint={t('board.emptyHint')}>
          <a className="button primary" href="/tickets/new">
            {t('shell.raise')}
          </a>
        </EmptyState>
      )}
      <Pager previous={previous} next={next} />
    </>
  )
}
