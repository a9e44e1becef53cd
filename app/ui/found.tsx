import { useLocale, useText } from '#app/catalogue/text.ts'
import type { BoardCounts } from '#app/domain/tickets/views.ts'

export type FoundProps = {
  query: string
  counts: BoardCounts
  /** As many as are counted. */
  most: number
  respelt: boolean
}

/** What came of a search, above what it found. */
export function Found({ query, counts: { found, atLeast }, most, respelt }: FoundProps) {
  const t = useText()
  const { language } = useLocale()
  return (
    <p className="hint found">
      {atLeast.found
        ? t('board.foundMany', { most: most.toLocaleString(language) })
        : t('board.found', { count: found })}
      {Object.values(atLeast).includes(true) && <span> {t('board.atLeast')}</span>}
      {respelt && <bdi> {t('board.respelt', { query })}</bdi>}
    </p>
  )
}
