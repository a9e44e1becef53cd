import { Feed } from 'feed'
import { textIn } from '#app/catalogue/text.ts'
import { readModerationLog } from '#app/domain/moderation/log.server.ts'
import { openBare } from '#app/web/door.server.ts'

/** What moderators decided last, as Atom. */
export const loader = openBare('visit', async ({ app, campus, shows }) => {
  shows()
  const { entries } = await readModerationLog(campus, 1)
  const t = textIn('en')
  const { publicUrl } = app.env
  const feed = new Feed({
    id: `${publicUrl}/moderation/feed.xml`,
    title: t('moderation.feedTitle', { campus: app.env.campus.name }),
    description: t('moderation.intro'),
    link: `${publicUrl}/moderation`,
    feedLinks: { atom: `${publicUrl}/moderation/feed.xml` },
    updated: entries[0]?.at ?? new Date(0),
    copyright: '',
    generator: t('product'),
  })
  for (const entry of entries)
    feed.addItem({
      id: `${publicUrl}/moderation#${entry.id}`,
      link: `${publicUrl}/moderation`,
      title: `${t(`moderation.kind.${entry.kind}`)}: ${t(`reason.${entry.reason}`)}`,
      description: [
        t('hidden.policy', { version: String(entry.policyVersion) }),
        `${t('moderation.role')}: ${t(`viewer.${entry.role}`)}`,
        `${t('moderation.appeal')}: ${t(`moderation.appealState.${entry.appeal}`)}`,
      ].join('. '),
      date: entry.at,
    })
  return new Response(feed.atom1(), {
    headers: { 'Content-Type': 'application/atom+xml; charset=utf-8', 'Cache-Control': 'public, max-age=60' },
  })
})
