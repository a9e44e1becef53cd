/** Who is on the practice network, and what was said before anyone came. Plain data. */
export type World = {
  users: Array<WorldUser>
  /**
   * Apps that may use the API. `bearerToken` allows reading without an account; with a client's id and secret, people
   * can let it in by OAuth 2.
   */
  apps: Array<{
    key: string
    secret: string
    bearerToken?: string
    clientId?: string
    clientSecret?: string
  }>
  /** Oldest first: a reply comes after what it replies to. */
  posts: Array<WorldPost>
}

export type WorldUser = {
  id: string
  handle: string
  name: string
  /** With both, an app can speak for this user: an official account. */
  accessToken?: string
  accessSecret?: string
}

export type WorldPost = {
  /** Needed only where another post refers to it. */
  id?: string
  author: string
  text: string
  /** ISO 8601 */
  at: string
  inReplyTo?: string
  quote?: string
  repost?: string
  images?: Array<WorldImage>
}

/** A picture, or the still of a video, which the practice network draws itself. */
export type WorldImage = { alt: string | null; moving?: boolean }

export const EMPTY_WORLD: World = { users: [], apps: [], posts: [] }
