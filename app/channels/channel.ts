import type { ChannelId, Charge, Summons } from '#app/vocabulary.ts'

/** Someone on a network. `name` and `handle` are what the network shows. */
export type NetworkAuthor = { id: string; handle: string; name: string }

/** A picture on a post. Kept as a link, never copied. */
export type PostImage = {
  url: string
  alt: string | null
  /** It is a still from a video. */
  moving?: boolean | undefined
}

/** One post from a network, in the shape every channel delivers. */
export type InboundPost = {
  /** The newest version's id: what a reply must point to. */
  externalId: string
  /** The first version's id: the same for every edit of one post. */
  firstId: string
  author: NetworkAuthor
  /** Unmodified text, as the network's display rules ask. */
  text: string
  url: string
  postedAt: Date
  conversationId: string
  inReplyTo: string | null
  /** The post it quotes. */
  quotes?: string | null | undefined
  /** Handles named in the post, without the at sign, in lower case, in the order of the text. */
  mentions: Array<string>
  /** Without the number sign, in lower case. */
  hashtags: Array<string>
  /** Why we may answer it on the network, or null when the network would refuse. */
  summons: Summons | null
  /** A repost of someone else's words: never a concern. */
  repost: boolean
  /** The post this one replies to or quotes, when the network sent it along. */
  parent: { author: NetworkAuthor | null; text: string; url: string } | null
  images: Array<PostImage>
}

/** What we ask a network to publish: always a reply to a post, from one of our accounts. */
export type OutboundPost = {
  /** Ours, and the same for every attempt: a network that takes keys from us never publishes it twice. */
  key: string
  text: string
  /** What did not fit, part by part, each a reply to the one before. Only where the network has threads. */
  more: Array<string>
  inReplyTo: string
  conversationId: string
}

/** How to recognise a post of ours that may have gone out. */
export type DeliveryKey = OutboundPost & { attemptedAt: Date }

/** Opaque to everything but the channel. Null: never read before. */
export type Cursor = string | null

export type ReadResult = {
  posts: Array<InboundPost>
  /** Where to resume. Equal to the cursor given when the page run was cut short, so that nothing is passed over. */
  next: Cursor
  /** Where to resume when only so many of them were kept; absent where that is where it began. */
  after?: ((kept: number) => Cursor) | undefined
  /** Why the reading was cut short, in a sentence for the desk; null when it was complete. */
  trouble: Trouble | null
}

/** What went wrong while reading. `at`: not before this moment. `signed-out`: not until a person signs in again. */
export type Trouble = { kind: 'later' | 'signed-out'; reason: string; at: Date | null }

export type SendResult =
  | { kind: 'sent'; externalId: string; url: string | null }
  | { kind: 'later'; reason: string; at: Date | null } // 429, 5xx: retry by the curve
  | { kind: 'refused'; reason: string } // never again; show it on the desk
  | { kind: 'signed-out'; reason: string } // pause the account, keep the queue
  | { kind: 'unknown'; reason: string } // it may be out: look before sending twice

/** What a look through our own posts found. `absent` is only said after a complete look. */
export type FindResult =
  | { kind: 'found'; externalId: string; url: string | null }
  | { kind: 'absent' }
  | { kind: 'later'; reason: string; at: Date | null }
  | { kind: 'signed-out'; reason: string }

/** How posts stand on the network now. What it did not speak of is in neither list. */
export type LookUpResult =
  | { kind: 'looked'; posts: Array<InboundPost>; gone: Array<string> }
  | { kind: 'later'; reason: string; at: Date | null }
  | { kind: 'signed-out'; reason: string }

/** How much of a window of requests is left. */
export type Allowance = { left: number; of: number; until: Date }

/** What the network told of its limits since an account was opened. */
export type Allowances = Partial<Record<'read' | 'send', Allowance>>

/** Pays for readings. Sending is paid for by whoever knows what became of it. */
export type Purse = {
  /**
   * Sets aside what a request may cost at most, before it is made.
   * @param purpose of requests for the same thing only the last counts: what a broken one brought comes again
   * @returns null where that could pass what may be spent
   */
  reserve(purpose: string, kind: Charge, most: number): Promise<Reserved | null>
}
export type Reserved = {
  /** Never called where nobody knows what the request brought. @param used of the most that was set aside */
  settle(used: number): Promise<void>
}

/** One of our accounts on one network, ready to speak. No member throws: trouble is data. */
export type Channel = {
  id: ChannelId
  read(since: Cursor): Promise<ReadResult>
  send(post: OutboundPost): Promise<SendResult>
  /** Did an `unknown` go out after all? */
  find(key: DeliveryKey): Promise<FindResult>
  /**
   * Posts with one of these hashtags, by people who did not speak to us, and those that quote a post of ours, where
   * reading does not bring them. There may be no hashtags.
   */
  search?(hashtags: Array<string>, since: Cursor): Promise<ReadResult>
  /** @param externalIds as many as there are; the channel asks in the batches its network takes */
  lookUp?(externalIds: Array<string>): Promise<LookUpResult>
  allowances?(): Allowances
  /** Has the network tell us of this account what it is to tell: see `Calls`. */
  subscribe?(
    webhookId: string,
    events: ReadonlyArray<string>,
  ): Promise<{ kind: 'subscribed' } | { kind: 'failed'; reason: string }>
  /** Who these credentials belong to. */
  identify(): Promise<{ kind: 'identified'; author: NetworkAuthor } | { kind: 'failed'; reason: string }>
}

/** What came of asking for new credentials. */
export type Renewal =
  | { kind: 'renewed'; credentials: string }
  | { kind: 'later'; reason: string }
  | { kind: 'signed-out'; reason: string }

/**
 * Asks for new credentials, one process at a time, and stores them before it tells them.
 * @param exchange is given the credentials as they are kept now; when those are newer than the ones that ran
 * out, it returns them as they are
 */
export type Renew = (exchange: (kept: string) => Promise<Renewal>) => Promise<Renewal>

/** An account of ours, as a network opens it. */
export type OpenAccount = {
  externalId: string
  handle: string
  credentials: string
  renew: Renew
  /** Absent: nothing is counted. */
  purse?: Purse | null | undefined
}

/** How a person signs an account in on the network's own page. */
export type SignIn = {
  /**
   * @param callback where the network sends the browser back to, with a code and the state
   * @returns where the browser goes, and what to keep until it is back
   */
  begin(callback: string): { url: string; state: string; verifier: string }
  /** @returns credentials, or why there are none */
  finish(
    code: string,
    verifier: string,
    callback: string,
  ): Promise<{ kind: 'renewed'; credentials: string } | { kind: 'failed'; reason: string }>
}

/** What a network told of itself, about one of our accounts or about somebody who wrote to one. */
export type News =
  | { kind: 'post'; accountId: string; post: InboundPost }
  | { kind: 'gone'; externalId: string; authorId: string }
  /** Something that reading will find. */
  | { kind: 'unclear' }

/** How a network calls us, so that we need not ask so often. */
export type Hook = {
  /** The answer to a network that makes sure that it is us; null: that is not what it asked. */
  challenge(query: URLSearchParams): object | null
  /** What a call tells; null: it does not come from the network. `body` as it came: it is what was signed. */
  open(body: Buffer, headers: Headers): Array<News> | null
}

/** What a network tells us, about which account of ours. */
export type Subscribed = { accountId: string; event: string }

/** Where a network is told to call us, in the name of our app. */
export type Calls = {
  /** All that it is to tell of each account, in the network's own words. */
  events: ReadonlyArray<string>
  /** What it has noted for an address of ours. `others`: where else it calls for this app. */
  read(url: string): Promise<
    | {
        kind: 'read'
        webhook: { id: string; valid: boolean } | null
        others: Array<string>
        subscribed: Array<Subscribed>
      }
    | { kind: 'failed'; reason: string }
  >
  /** Notes an address, after it has made sure that it is us who listen there. */
  register(url: string): Promise<{ kind: 'registered'; id: string } | { kind: 'failed'; reason: string }>
  /** Makes sure again, where it had given up on us. */
  check(id: string): Promise<{ kind: 'registered'; id: string } | { kind: 'failed'; reason: string }>
}

/** A network: its limits, and how to open an account on it. */
export type Network = {
  id: ChannelId
  name: string
  /** The longest post, by `measure`. */
  limit: number
  /** How the network itself counts. */
  measure(text: string): number
  /** The page of an account there. */
  profileUrl(handle: string): string
  /** Whether a reply names the one it answers, or the network tells them without that. */
  addresses: boolean
  /** Whether an answer may go on in further posts. */
  threads: boolean
  /** What it bills, in millionths of a dollar; null: nothing. */
  prices: Record<Charge, number> | null
  /** What a post with this text is billed as. */
  chargeOf?(text: string): Charge
  /** Absent: accounts are connected by what a person types here. */
  signIn?: SignIn
  open(account: OpenAccount): Channel
  hook?: Hook
  /** Absent: it does not call us, or our app lacks the keys to have it do so. */
  calls?: Calls
}
