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

/** A policy is plain text; a short line without a full stop stands above what follows. */
function sectionsOf(body: string): Array<{ heading: string; text: string }> {
  const sections = [{ heading: '', text: '' }]
  for (const paragraph of body
    .replaceAll('\r\n', '\n')
    .trim()
    .split(/\n\s*\n/u)) {
    if (paragraph.length <= 60 && !/[\n.,:;!?]$/u.test(paragraph))
      sections.push({ heading: paragraph, text: '' })
    else sections.at(-1)!.text += `${paragraph}\n\n`
  }
  return sections.filter(({ heading, text }) => heading + text !== '')
}

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
      {sectionsOf(policy.body).map(({ heading, text }) => (
        <section className="part" key={heading + text}>
          {heading !== '' && <h2>{heading}</h2>}
          {text !== '' && <TicketText text={text} />}
        </section>
      ))}
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
