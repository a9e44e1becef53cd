import { useText } from '#app/catalogue/text.ts'
import { Arrow } from './icons.tsx'

export function Pager({ previous, next }: { previous: string | null; next: string | null }) {
  const t = useText()
  if (!previous && !next) return null
  return (
    <nav className="pager" aria-label={t('pager.label')}>
      {previous && (
        <a className="button previous" rel="prev" href={previous}>
          <Arrow /> {t('pager.previous')}
        </a>
      )}
      {next && (
        <a className="button next" rel="next" href={next}>
          {t('pager.next')} <Arrow />
        </a>
      )}
    </nav>
  )
}
