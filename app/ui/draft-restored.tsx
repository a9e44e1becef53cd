import { useText } from '#app/catalogue/text.ts'

/** Shown by the script that keeps drafts, when it put one back. */
export function DraftRestored({ draft }: { draft: string }) {
  const t = useText()
  return (
    <p className="draft-restored hint" data-restored={draft} role="status" hidden>
      {t('draft.restored')}{' '}
      <button type="button" className="plain">
        {t('draft.discard')}
      </button>
    </p>
  )
}
