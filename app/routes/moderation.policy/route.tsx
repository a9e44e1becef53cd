import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { listPolicies, readPolicy } from '#app/domain/moderation/policy.server.ts'
import { Refusal } from '#app/platform/errors.ts'
import { Section } from '#app/ui/columns.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { TicketText } from '#app/ui/ticket-text.tsx'
import { Time } from '#app/ui/time.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('policy')

export const loader = open('visit', async ({ campus, url, shows }) => {
  shows()
  const asked = url.searchParams.get('version')
  if (asked !== null && !/^[1-9]\d{0,8}$/.test(asked)) throw new Refusal('invalid', 'bad-address')
  const [policy, versions] = await Promise.all([
    readPolicy(campus, asked === null ? null : Number(asked)),
    listPolicies(campus),
  ])
  return { policy, versions }
})

export default function Policy() {
  const { policy, versions } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <div className="prose">
      <PageTitle title={t('moderation.policyTitle')} />
      <p>
        {t('moderation.policyIntro', { version: String(policy.version) })}{' '}
        <Time at={policy.publishedAt} style="date" />.
      </p>
      {policy.version !== versions[0]!.version && <p>{t('moderation.versionsOld')}</p>}
      <TicketText text={policy.body} />
      <Section title={t('moderation.versions')} id="versions">
        <ul>
          {versions.map(({ version, publishedAt }) => (
            <li key={version}>
              <a href={`/moderation/policy?version=${version}`}>
                {t('hidden.policy', { version: String(version) })}
              </a>
              , <Time at={publishedAt} style="date" />
            </li>
          ))}
        </ul>
      </Section>
    </div>
  )
}
