import { useText } from '#app/catalogue/text.ts'
import type { Source } from '#app/vocabulary.ts'
import { BlueskyGlyph, WebForm, XGlyph } from './icons.tsx'

const marks: Record<Source, JSX.Element> = { web: <WebForm />, x: <XGlyph />, bluesky: <BlueskyGlyph /> }
/** X's mark is its name: the word beside it would say it twice. */
const speaks: Record<Source, boolean> = { web: false, x: true, bluesky: false }

/** Where a concern came from. */
export function SourceMark({ source }: { source: Source }) {
  const t = useText()
  return (
    <span className="source">
      {marks[source]}
      {speaks[source] ? <span className="unseen">{t(`source.${source}`)}</span> : t(`source.${source}`)}
    </span>
  )
}
