/** A session as its owner knows it again. */
export type SessionView = {
  /** Names it in a form. Its id is a key, and is shown to nobody. */
  handle: string
  device: string
  /** A provider's own name, or the slug of one we do not know by name. */
  provider: string
  createdAt: Date
  seenAt: Date
  /** When a second factor was last proven in it. */
  strongAt: Date | null
  /** The one that asks. */
  here: boolean
}
