import { useText } from '#app/catalogue/text.ts'
import { OPEN_STATUSES, type Status } from '#app/vocabulary.ts'
import { UpArrow } from './icons.tsx'
import { Marked } from './slots.tsx'

export type VoteButtonProps = {
  number: number
  title: string
  votes: number
  voted: boolean
  status: Status
  back: string
}

/**
 * One plain form: it works without scripts, and costs a cached page nothing. `back` is where it returns to. On
 * a closed ticket the votes are counted, and there is nothing to press.
 */
export function VoteButton({ number, title, votes, voted, status, back }: VoteButtonProps) {
  const t = useText()
  if (!OPEN_STATUSES.some((open) => open === status)) {
    return (
      <p className="vote counted">
        <b>{votes}</b> <span>{t('vote.counted')}</span>
      </p>
    )
  }
  const button = (voted: boolean) => (
    <button name="intent" value={voted ? 'unvote' : 'vote'} data-voted={voted || undefined}>
      <UpArrow />
      <b data-live="votes">{votes}</b> <span>{voted ? t('vote.backed') : t('vote.back')}</span>
      <span className="unseen">
        {voted && <span>, {t('vote.undo')}</span>}: {title}
      </span>
    </button>
  )
  return (
    <form className="vote" method="post" action={`/votes/${number}`}>
      <input type="hidden" name="back" value={back} />
      <Marked
        name={`voted:${number}`}
        is={voted ? 'yes' : ''}
        options={{ '': button(false), yes: button(true) }}
      />
    </form>
  )
}
