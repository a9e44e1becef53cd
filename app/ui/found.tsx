import { useLocale, useText } from '#app/catalogue/text.ts'

export type FoundProps = {
  query: string
  /** How many; null: more than are counted. */
  found: number | null
  /** As many as are counted. */
  most: number
  respelt: boolean
}

/** What came of a search, above what it found. */
export function Found({ query, found, most, respelt }: FoundProps) {
  const t = useText()
  const { language } = useLocale()
  return (
    <p className="hint found">
      {found === null
        ? t('board.foundMany', { most: most.toLocaleString(language) })
        : t('board.found', { count: found })}
      {respelt && <bdi> {t('board.respelt', { query })}</bdi>}
    </p>
  )
}
