import type { InboundPost } from '#app/channels/channel.ts'
import type { IncomingPost } from '#app/domain/intake/concern.ts'
import type { ChannelId } from '#app/vocabulary.ts'

/** A post as intake receives it: the network's own shape ends here. */
export function toIncoming(channel: ChannelId, post: InboundPost): IncomingPost {
  return {
    ...post,
    channel,
    parent: post.parent && {
      authorName: post.parent.author?.name ?? null,
      authorHandle: post.parent.author?.handle ?? null,
      text: post.parent.text,
      url: post.parent.url,
    },
  }
}
