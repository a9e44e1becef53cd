import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { departmentIdOf } from '#app/domain/departments/find.server.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { MOST_COUNTED, openBoard } from '#app/domain/tickets/board.server.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { BoardList } from '#app/ui/board.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Filters } from '#app/ui/filters.tsx'
import { Found } from '#app/ui/found.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { pageHref, readBoardAddress } from '#app/routes/_index/address.ts'
import { open } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'

export const handle: Handle = { here: 'resolved', enhance: ['vote'], paintAt: 'tickets' }

export const meta: MetaFunction<typeof loader> = (args) => {
  const t = textIn('en')
  const query = args.data?.address.q
  return [
    pageTitle(args, query ? t('pageTitle.searchResolved', { query }) : t('pageTitle.resolved')),
    { name: 'description', content: t('resolved.intro') },
  ]
}

export const loader = open('visit', async ({ campus, url, viewer, shows, passSearch }) => {
  shows('lists')
  const address = readBoardAddress(url.searchParams, { status: 'resolved' })
  if (address.q !== '') await passSearch()
  const departmentId = address.department === null ? null : await departmentIdOf(campus, address.department)
  const [page, departments] = await Promise.all([
    openBoard(campus, { ...address, search: address.q, departmentId }, viewer?.personId ?? null),
    listDepartments(campus),
  ])
  return {
    address,
    departments,
    counts: page.counts,
    mostCounted: MOST_COUNTED,
    respelt: page.respelt,
    tickets: page.rows,
    previous: pageHref(url, 'before', page.previous),
    next: pageHref(url, 'after', page.next),
    here: `${url.pathname}${url.search}`,
  }
})

/** You said, we did: for visitors who want to know whether this university answers. */
export default function Resolved() {
  const { address, departments, counts, mostCounted, respelt, tickets, previous, next, here } =
    useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  const narrowed = address.q !== '' || address.department !== null || address.source !== null
  return (
    <>
      <PageTitle title={t('resolved.title')} intro={t('resolved.intro')} />
      <Filters action="/resolved" choice={address} departments={departments} counts={counts} fixedStatus />
      {address.q !== '' && tickets.length > 0 && (
        <Found query={address.q} counts={counts} most={mostCounted} respelt={respelt} />
      )}
      {tickets.length > 0 ? (
        <BoardList id="tickets" tickets={tickets} now={now} back={here} label={t('resolved.title')} />
      ) : (
        <EmptyState
          id="tickets"
          title={t(narrowed ? 'resolved.nothingFound' : 'resolved.empty')}
          hint={t(narrowed ? 'resolved.nothingFoundHint' : 'resolved.emptyHint')}
        />
      )}
      <Pager previous={previous} next={next} />
    </>
  )
}
