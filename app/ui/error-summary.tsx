import { useText } from '#app/catalogue/text.ts'

/** Above a form that came back: what to mend, each linked to its field. Takes the focus, so that it is heard first. */
export function ErrorSummary({ errors }: { errors: Array<{ id: string; text: string; label?: string }> }) {
  const t = useText()
  if (errors.length === 0) return null
  return (
    // eslint-disable-next-line jsx-a11y/no-autofocus -- after a failed form, this is where reading must go on
    <div className="error-summary" role="alert" tabIndex={-1} autoFocus>
      <h2>{t('form.problems', { count: errors.length })}</h2>
      <ul>
        {errors.map(({ id, text, label }) => (
          <li key={id}>
            <a href={`#${id}`}>{label ? `${label}${label.endsWith('?') ? '' : ':'} ${text}` : text}</a>
          </li>
        ))}
      </ul>
      <p>{t('form.kept')}</p>
    </div>
  )
}
