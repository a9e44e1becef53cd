import { useText, useWritten, type Text } from '#app/catalogue/text.ts'
import type { PostView } from '#app/domain/tickets/views.ts'
import type { ChannelId } from '#app/vocabulary.ts'
import { BlueskyGlyph, XGlyph } from './icons.tsx'
import { HiddenNote } from './hidden-note.tsx'
import { Time } from './time.tsx'

const marks: Record<ChannelId, JSX.Element> = { x: <XGlyph />, bluesky: <BlueskyGlyph /> }

/**
 * A post as its network asks for it: author, handle, unmodified text, network mark, linked time. The network
 * forbids others' buttons on it, so votes and comments belong beside this card and never in it.
 */
export function PostCard({ post }: { post: PostView }) {
  const t = useText()
  const written = useWritten()
  const network = t(`source.${post.channel}`)
  if (post.hidden) return <HiddenNote note={post.hidden} />
  if (post.gone) return <p className="hint post-gone">{t('post.gone', { network })}</p>
  return (
    <figure className="post" aria-label={t('post.label', { network, name: post.authorName })}>
      {post.parent && (
        <blockquote className="post-parent" cite={post.parent.url}>
          <p className="post-author">
            {t('post.inReplyTo')}{' '}
            <bdi className="post-name">{post.parent.authorName ?? t('post.unknownAuthor')}</bdi>{' '}
            {post.parent.authorHandle && <bdi>@{post.parent.authorHandle}</bdi>}
          </p>
          <p className="post-text" dir="auto" lang={written}>
            {post.parent.text}
          </p>
          <a href={post.parent.url} rel="nofollow ugc noopener">
            {t('post.viewOn', { network })}
            <span className="unseen">
              : {t('post.of', { name: post.parent.authorName ?? t('post.unknownAuthor') })}
            </span>
          </a>
        </blockquote>
      )}
      <p className="post-author">
        <bdi className="post-name">{post.authorName}</bdi> <bdi>@{post.authorHandle}</bdi>
        <span className="post-network">
          {marks[post.channel]}
          <span className="unseen">{network}</span>
        </span>
      </p>
      <blockquote cite={post.url}>
        <p className="post-text" dir="auto" lang={written}>
          {post.text}
        </p>
      </blockquote>
      {post.images.length > 0 && (
        <ul className="post-images" aria-label={t('post.images')}>
          {post.images.map((image) => (
            <li key={image.url}>
              <a href={image.url} rel="nofollow ugc noopener noreferrer">
                <bdi>{pictured(image, t)}</bdi>
              </a>
            </li>
          ))}
        </ul>
      )}
      <figcaption>
        <a href={post.url} rel="nofollow ugc noopener">
          <Time at={post.postedAt} />
        </a>
        {post.edited && <span>{t('post.edited')}</span>}
        <a href={post.url} rel="nofollow ugc noopener">
          {t('post.viewOn', { network })}
          <span className="unseen">: {t('post.of', { name: post.authorName })}</span>
        </a>
      </figcaption>
    </figure>
  )
}

/** What a picture shows, as whoever posted it put it in words. */
function pictured({ alt, moving }: PostView['images'][number], t: Text): string {
  if (alt === null || alt.trim() === '') return t(moving ? 'post.videoUndescribed' : 'post.imageUndescribed')
  return t(moving ? 'post.video' : 'post.image', { alt })
}
