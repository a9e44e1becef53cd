import { useText } from '#app/catalogue/text.ts'
import type { KnownAs } from '#app/domain/people/views.ts'

/** Who somebody is, to those who may know it now. */
export function Behind({ title, known: { email, identities } }: { title: string; known: KnownAs }) {
  const t = useText()
  return (
    <div role="status">
      <p>
        <strong>{title}</strong>
      </p>
      <ul>
        <li>{email ? t('unmask.seenMail', { mail: email }) : t('unmask.seenNoMail')}</li>
        {identities.map((identity) => (
          <li key={`${identity.issuer} ${identity.subject}`}>{t('unmask.seenAs', identity)}</li>
        ))}
      </ul>
    </div>
  )
}
