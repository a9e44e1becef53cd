import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { countUnmaskings } from '#app/domain/privacy/unmask.server.ts'
import { FEWEST, suppressed } from '#app/platform/suppressed.ts'
import { Section } from '#app/ui/columns.tsx'
import { Complaint } from '#app/ui/complaint.tsx'
import { Facts } from '#app/ui/facts.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('trust')

export const loader = open('visit', async ({ app, campus, shows }) => {
  shows()
  const { asked, granted } = await countUnmaskings(campus)
  return {
    campus: app.env.campus.name,
    contact: app.env.contact,
    // What is kept back does not leave the server.
    asked: suppressed(asked) ? null : asked,
    granted: suppressed(granted) ? null : granted,
  }
})

export default function Trust() {
  const { campus, contact, asked, granted } = useLoaderData<typeof loader>()
  const t = useText()
  const figure = (count: number | null) =>
    count === null ? t('few', { fewest: String(FEWEST) }) : String(count)
  return (
    <div className="prose">
      <PageTitle title={t('trust.title')} intro={t('trust.intro', { campus })} />
      <Section title={t('trust.publicTitle')} id="public">
        <Points of="publicPoints" />
      </Section>
      <Section title={t('trust.staffTitle')} id="staff">
        <Points of="staffPoints" />
        <h3>{t('trust.countTitle')}</h3>
        <Facts
          facts={[
            [t('trust.asked'), figure(asked)],
            [t('trust.granted'), figure(granted)],
          ]}
        />
      </Section>
      <Section title={t('trust.keptTitle')} id="kept">
        <Points of="keptPoints" />
      </Section>
      <Section title={t('trust.rightsTitle')} id="rights">
        <p>
          {t('trust.rights')} <a href="/me">{t('me.link')}</a>
        </p>
      </Section>
      <Section title={t('trust.cannotTitle')} id="cannot">
        <Points of="cannotPoints" />
      </Section>
      <Complaint contact={contact} campus={campus} />
    </div>
  )
}

function Points({ of }: { of: 'publicPoints' | 'staffPoints' | 'keptPoints' | 'cannotPoints' }) {
  const t = useText()
  return (
    <ul>
      {t(`trust.${of}`, { returnObjects: true }).map((point) => (
        <li key={point}>{point}</li>
      ))}
    </ul>
  )
}
