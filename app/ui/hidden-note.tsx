import { useText } from '#app/catalogue/text.ts'
import type { HiddenNote as Note } from '#app/domain/tickets/views.ts'
import { Time } from './time.tsx'

/** What stands in the place of what a moderator hid. */
export function HiddenNote({ note }: { note: Note }) {
  const t = useText()
  return (
    <p className="hint hidden-note">
      {t('hidden.note')}, <Time at={note.at} style="date" />.{' '}
      {t('hidden.reason', { reason: t(`reason.${note.reason}`) })}{' '}
      <a href={`/moderation/policy?version=${note.policyVersion}`}>
        {t('hidden.policy', { version: String(note.policyVersion) })}
      </a>
      . {t(`hidden.${note.appeal}`)}
    </p>
  )
}
