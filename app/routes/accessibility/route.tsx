import { useLoaderData } from '@remix-run/react'
import { useText } from '#app/catalogue/text.ts'
import { Section } from '#app/ui/columns.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { Time } from '#app/ui/time.tsx'
import { open } from '#app/web/door.server.ts'
import { titled } from '#app/web/page-title.ts'

export const meta = titled('accessibility')

/** Whoever goes through the statement again sets this to the day it was done. */
const REVIEWED = new Date('2026-11-28T12:00:00Z')

export const loader = open('visit', async ({ app, shows }) => {
  shows()
  return { campus: app.env.campus.name, contact: app.env.contact }
})

export default function Accessibility() {
  const { campus, contact } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <div className="prose">
      <PageTitle title={t('accessibility.title')} intro={t('accessibility.intro', { campus })} />
      <Section title={t('accessibility.aimTitle')} id="aim">
        <p>{t('accessibility.aim')}</p>
        <p>{t('accessibility.law')}</p>
      </Section>
      <Section title={t('accessibility.testsTitle')} id="tests">
        <p>{t('accessibility.tests')}</p>
        <Points of="testPoints" />
      </Section>
      <Section title={t('accessibility.limitsTitle')} id="limits">
        <Points of="limitPoints" />
      </Section>
      <Section title={t('accessibility.contactTitle')} id="contact">
        {contact ? (
          <>
            <p>
              {t('accessibility.contact')} <a href={`mailto:${contact}`}>{contact}</a>
            </p>
            <p>{t('accessibility.contactHow')}</p>
          </>
        ) : (
          <p>{t('accessibility.contactUnset', { campus })}</p>
        )}
      </Section>
      <p className="hint">
        {t('accessibility.reviewed')} <Time at={REVIEWED} style="date" />
      </p>
    </div>
  )
}

function Points({ of }: { of: 'testPoints' | 'limitPoints' }) {
  const t = useText()
  return (
    <ul>
      {t(`accessibility.${of}`, { returnObjects: true }).map((point) => (
        <li key={point}>{point}</li>
      ))}
    </ul>
  )
}
