import { useText } from '#app/catalogue/text.ts'
import type { PostView } from '#app/domain/tickets/views.ts'
import { Check, Warning } from './icons.tsx'

/** For staff, beside a post: whether its network lets us reply and why, or where a person replies by hand. */
export function ReplyReason({ post }: { post: PostView }) {
  const t = useText()
  const network = t(`source.${post.channel}`)
  if (post.gone) return <p className="reply-reason">{t('post.whyGone', { network })}</p>
  if (post.summons !== null)
    return (
      <p className="reply-reason">
        <Check /> {t(post.summons === 'mentioned' ? 'post.whyMentioned' : 'post.whyQuoted', { network })}
      </p>
    )
  return (
    <p className="reply-reason" data-by-hand>
      <Warning /> {t('post.whyNot', { network })}{' '}
      <a href={post.url} rel="noopener">
        {t('post.replyByHand', { network })}
      </a>
    </p>
  )
}
