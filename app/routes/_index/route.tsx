import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import type { Campus } from '#app/domain/campus.ts'
import { departmentIdOf } from '#app/domain/departments/find.server.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { MOST_COUNTED, openBoard, readBoard } from '#app/domain/tickets/board.server.ts'
import { useNow, type Handle } from '#app/web/frame.ts'
import { BoardList } from '#app/ui/board.tsx'
import { Section } from '#app/ui/columns.tsx'
import { EmptyState } from '#app/ui/empty-state.tsx'
import { Filters } from '#app/ui/filters.tsx'
import { Found } from '#app/ui/found.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { pageHref, readBoardAddress } from '#app/routes/_index/address.ts'
import { open } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'

export const handle: Handle = { here: 'board', enhance: ['vote'], paintAt: 'tickets' }

export const meta: MetaFunction<typeof loader> = (args) => {
  const t = textIn('en')
  const query = args.data?.address.q
  return [
    pageTitle(args, query ? t('pageTitle.search', { query }) : t('pageTitle.board')),
    { name: 'description', content: t('board.intro') },
  ]
}

export const loader = open('visit', async ({ campus, url, viewer, shows, passSearch }) => {
  shows('lists')
  const address = readBoardAddress(url.searchParams)
  if (address.q !== '') await passSearch()
  const query = {
    ...address,
    search: address.q,
    departmentId: address.department === null ? null : await departmentIdOf(campus, address.department),
  }
  const personId = viewer?.personId ?? null
  const [page, departments] = await Promise.all([openBoard(campus, query, personId), listDepartments(campus)])
  return {
    address,
    departments,
    counts: page.counts,
    mostCounted: MOST_COUNTED,
    respelt: page.respelt,
    tickets: page.rows,
    // Who finds nothing is shown what others care about.
    instead: page.rows.length === 0 && address.from === null ? await readInstead(campus, personId) : null,
    previous: pageHref(url, 'before', page.previous),
    next: pageHref(url, 'after', page.next),
    here: `${url.pathname}${url.search}`,
  }
})

const INSTEAD = 5

async function readInstead(campus: Campus, personId: string | null) {
  const open = { status: 'open', departmentId: null, source: null, search: '', from: null } as const
  const [backed, newest] = await Promise.all([
    readBoard(campus, { ...open, sort: 'most-backed' }, personId),
    readBoard(campus, { ...open, sort: 'newest' }, personId),
  ])
  return { backed: backed.rows.slice(0, INSTEAD), newest: newest.rows.slice(0, INSTEAD) }
}

export default function Board() {
  const { address, departments, counts, mostCounted, respelt, tickets, instead, previous, next, here } =
    useLoaderData<typeof loader>()
  const now = useNow()
  const t = useText()
  const department = departments.find(({ slug }) => slug === address.department)
  return (
    <>
      {address.q === '' ? (
        <PageTitle title={t('board.title')} intro={t('board.intro')} />
      ) : (
        <PageTitle title={t('board.searchTitle')} />
      )}
      <Filters action="/" choice={address} departments={departments} counts={counts} />
      {department && (
        <p className="found">
          <a href={`/departments/${department.slug}`}>{t('department.about', { name: department.name })}</a>
        </p>
      )}
      {address.q !== '' && tickets.length > 0 && (
        <Found query={address.q} counts={counts} most={mostCounted} respelt={respelt} />
      )}
      {tickets.length > 0 ? (
        <BoardList id="tickets" tickets={tickets} now={now} back={here} />
      ) : (
        <EmptyState
          id="tickets"
          title={t(instead?.newest.length ? 'board.nothingFound' : 'board.empty')}
          hint={t(instead?.newest.length ? 'board.nothingFoundHint' : 'board.emptyHint')}
        >
          <a className="button primary" href="/tickets/new">
            {t('shell.raise')}
          </a>
        </EmptyState>
      )}
      {instead && instead.newest.length > 0 && (
        <>
          <Section title={t('sort.most-backed')} id="most-backed">
            <BoardList tickets={instead.backed} now={now} back={here} label={t('sort.most-backed')} />
          </Section>
          <Section title={t('sort.newest')} id="newest">
            <BoardList tickets={instead.newest} now={now} back={here} label={t('sort.newest')} />
          </Section>
        </>
      )}
      <Pager previous={previous} next={next} />
    </>
  )
}
