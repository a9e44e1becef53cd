import { useText } from '#app/catalogue/text.ts'
import { Section } from './columns.tsx'

/** Whom to write to about how data is handled, and when an answer comes (UK Data (Use and Access) Act 2025, s. 103). */
export function Complaint({ contact, campus }: { contact: string | null; campus: string }) {
  const t = useText()
  return (
    <Section title={t('complaint.title')} id="complaint">
      {contact ? (
        <p>
          {t('complaint.text')} <a href={`mailto:${contact}`}>{contact}</a>
        </p>
      ) : (
        <p>{t('complaint.unset', { campus })}</p>
      )}
      <p>{t('complaint.further')}</p>
    </Section>
  )
}
