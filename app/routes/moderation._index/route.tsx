import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { countByMonth, readModerationLog } from '#app/domain/moderation/log.server.ts'
import { countHeld } from '#app/domain/screening/queue.server.ts'
import { toldOf } from '#app/domain/screening/told.ts'
import { FEWEST } from '#app/platform/suppressed.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Section } from '#app/ui/columns.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Pager } from '#app/ui/pager.tsx'
import { Time } from '#app/ui/time.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('moderation')

export const loader = open('visit', async ({ campus, url, shows }) => {
  shows()
  const asked = url.searchParams.get('page') ?? '1'
  if (!/^[1-9]\d{0,5}$/.test(asked)) throw new Refusal('invalid', 'bad-address')
  const page = Number(asked)
  const [log, months, held] = await Promise.all([
    readModerationLog(campus, page),
    countByMonth(campus),
    page === 1 ? countHeld(campus) : [],
  ])
  return {
    ...log,
    held: held.map(toldOf),
    months,
    previous: page > 1 ? `/moderation?page=${page - 1}` : null,
    next: log.more ? `/moderation?page=${page + 1}` : null,
  }
})

/** @param month such as 2026-11 */
function nameOf(month: string): string {
  const format = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat('en-GB', format).format(new Date(`${month}-01T00:00:00Z`))
}

export default function Moderation() {
  const { entries, held, months, previous, next } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <>
      <PageTitle title={t('moderation.title')} intro={t('moderation.intro')} />
      <ul>
        <li>
          <a href="/moderation/policy">{t('moderation.policyLink')}</a>
        </li>
        <li>
          <a href="/moderation/feed.xml">{t('moderation.feedLink')}</a>
        </li>
      </ul>
      {entries.length === 0 ? (
        <p>{t('moderation.empty')}</p>
      ) : (
        <>
          <Section title={t('moderation.monthsTitle')} id="months">
            <ul className="months">
              {months.map(({ month, ...counts }) => (
                <li key={month}>
                  <strong>{nameOf(month)}</strong>
                  <p className="facts">
                    {(['concerns', 'comments', 'blocks', 'restored'] as const).map((kind) => (
                      <span key={kind}>
                        {t(`moderation.${kind}`)}: {counts[kind]}
                      </span>
                    ))}
                  </p>
                </li>
              ))}
            </ul>
          </Section>
          <Section title={t('moderation.listTitle')} id="decisions">
            <ul className="months">
              {entries.map((entry) => (
                <li key={entry.id}>
                  <strong>{t(`moderation.kind.${entry.kind}`)}</strong>
                  {entry.days !== null && ` ${t('moderation.days', { days: String(entry.days) })}`}
                  {entry.network && `, ${t('moderation.network')}`}, <Time at={entry.at} style="date" />.{' '}
                  {t('hidden.reason', { reason: t(`reason.${entry.reason}`) })}{' '}
                  <a href={`/moderation/policy?version=${entry.policyVersion}`}>
                    {t('hidden.policy', { version: String(entry.policyVersion) })}
                  </a>
                  . {t('moderation.role')}: {t(`viewer.${entry.role}`)}. {t('moderation.appeal')}:{' '}
                  {t(`moderation.appealState.${entry.appeal}`)}.
                </li>
              ))}
            </ul>
          </Section>
        </>
      )}
      {held.length > 0 && (
        <Section title={t('moderation.heldTitle')} id="held">
          <p>{t('moderation.heldIntro')}</p>
          <ul className="months">
            {held.map(({ kind, held, published, medianMinutes }) => (
              <li key={kind}>
                <strong>{t(`holdKind.${kind}`)}</strong>
                <p className="facts">
                  <span>
                    {held === null
                      ? t('moderation.heldFew', { number: String(FEWEST) })
                      : t('moderation.held', { number: String(held) })}
                  </span>
                  {published !== null && (
                    <span>{t('moderation.heldPublished', { number: String(published) })}</span>
                  )}
                  {medianMinutes !== null && (
                    <span>{t('moderation.heldMedian', { minutes: String(medianMinutes) })}</span>
                  )}
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Pager previous={previous} next={next} />
    </>
  )
}
