import { useText } from '#app/catalogue/text.ts'
import { THEMES, type Theme } from '#app/vocabulary.ts'

/** Posts to `/theme`, so that it works without scripts. */
export function ThemeChoice({ theme, back }: { theme: Theme; back: string }) {
  const t = useText()
  return (
    <form className="theme-choice" method="post" action="/theme" aria-label={t('theme.label')}>
      <input type="hidden" name="back" value={back} />
      {THEMES.map((choice) => (
        <button key={choice} name="theme" value={choice} aria-pressed={choice === theme}>
          {t(`theme.${choice}`)}
        </button>
      ))}
    </form>
  )
}
