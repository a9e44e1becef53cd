import type { Source, Summons, ChannelId } from '#app/vocabulary.ts'

/** What someone says, in the one shape every source is brought into before any rule runs. */
export type Concern = {
  source: Source
  title: string
  text: string
  /** The person, when it was raised here; null when a network spoke. */
  personId: string | null
  /** Whether its author may vote, and so backs it; see `can`. */
  backed?: boolean
  /** What they chose, if anything. */
  departmentId: number | null
  /** Departments whose accounts were named, in the order they were named. */
  addressed: Array<number>
  hashtags: Array<string>
  /** Made with the form; null where the source has an identity of its own. */
  submissionKey: string | null
}

/** A post as intake receives it. The network's own shape ends before this. */
export type IncomingPost = {
  channel: ChannelId
  externalId: string
  firstId: string
  author: { id: string; handle: string; name: string }
  text: string
  url: string
  postedAt: Date
  conversationId: string
  inReplyTo: string | null
  /** The post it quotes. */
  quotes?: string | null | undefined
  /** Handles it names, lower case. */
  mentions: Array<string>
  hashtags: Array<string>
  summons: Summons | null
  repost: boolean
  parent: { authorName: string | null; authorHandle: string | null; text: string; url: string } | null
  images: Array<{ url: string; alt: string | null; moving?: boolean | undefined }>
}
