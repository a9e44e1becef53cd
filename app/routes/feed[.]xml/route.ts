import { Feed } from 'feed'
import { textIn } from '#app/catalogue/text.ts'
import { readDepartment } from '#app/domain/departments/read.server.ts'
import { readFeed } from '#app/domain/tickets/feed.server.ts'
import { ticketHref } from '#app/ui/board.tsx'
import { pseudonymIn } from '#app/ui/pseudonym.ts'
import { openBare } from '#app/web/door.server.ts'

/** The newest tickets as Atom, of the campus or of one department. */
export const loader = openBare('visit', async ({ app, campus, url, shows }) => {
  shows('lists')
  const slug = url.searchParams.get('department')
  const department = slug ? await readDepartment(campus, slug) : null
  const items = await readFeed(campus, department?.id ?? null)
  const t = textIn('en')
  const { publicUrl } = app.env
  const self = `${publicUrl}/feed.xml${department ? `?department=${department.slug}` : ''}`
  const feed = new Feed({
    id: self,
    title: t('feed.title', { campus: department?.name ?? app.env.campus.name }),
    description: t('feed.subtitle'),
    link: department ? `${publicUrl}/departments/${department.slug}` : `${publicUrl}/`,
    feedLinks: { atom: self },
    updated: items[0]?.updatedAt ?? new Date(0),
    copyright: '',
    generator: t('product'),
  })
  for (const item of items) {
    feed.addItem({
      // The number alone, so that a better title does not make a new entry.
      id: `${publicUrl}/tickets/${item.number}`,
      link: `${publicUrl}${ticketHref(item)}`,
      title: escapeHtml(item.title),
      description: t('feed.status', {
        department: item.department ?? t('feed.unowned'),
        status: t(`status.${item.status}`),
      }),
      content: escapeHtml(item.official ?? item.body),
      ...(item.raisedBy ? { author: [{ name: pseudonymIn(t, item.raisedBy) }] } : {}),
      published: item.createdAt,
      date: item.updatedAt,
    })
  }
  return new Response(feed.atom1(), {
    headers: { 'Content-Type': 'application/atom+xml; charset=utf-8', 'Cache-Control': 'public, max-age=60' },
  })
})

/** Atom's content is read as HTML; what people wrote is text. */
function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\n', '<br>')
}
