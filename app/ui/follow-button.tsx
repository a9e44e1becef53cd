import { useText } from '#app/catalogue/text.ts'
import { Marked } from './slots.tsx'

export function FollowButton({
  number,
  followed,
  back,
}: {
  number: number
  followed: boolean
  back: string
}) {
  const t = useText()
  const button = (followed: boolean) => (
    <button className="button" name="intent" value={followed ? 'unfollow' : 'follow'}>
      {followed ? t('follow.following') : t('follow.follow')}
      {followed && <span className="unseen">, {t('follow.undo')}</span>}
    </button>
  )
  return (
    <form className="follow" method="post" action={`/tickets/${number}`}>
      <input type="hidden" name="back" value={back} />
      <Marked
        name={`followed:${number}`}
        is={followed ? 'yes' : ''}
        options={{ '': button(false), yes: button(true) }}
      />
      <p className="hint">{t('follow.hint')}</p>
    </form>
  )
}
