import { useText } from '#app/catalogue/text.ts'

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
  return (
    <form className="follow" method="post" action={`/tickets/${number}`}>
      <input type="hidden" name="back" value={back} />
      <button className="button" name="intent" value={followed ? 'unfollow' : 'follow'}>
        {followed ? t('follow.following') : t('follow.follow')}
        {followed && <span className="unseen">, {t('follow.undo')}</span>}
      </button>
      <p className="hint">{t('follow.hint')}</p>
    </form>
  )
}
