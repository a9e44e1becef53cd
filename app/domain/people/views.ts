import type { Role } from '#app/vocabulary.ts'

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

/** Somebody, as an admin sees them. What they raised or backed is told to nobody here. */
export type PersonView = {
  id: string
  email: string | null
  role: Role
  departments: Array<{ id: number; name: string }>
  disabledAt: Date | null
}

export type InvitationView = {
  id: string
  email: string
  role: Role
  department: string | null
  createdAt: Date
  expiresAt: Date
  expired: boolean
}

export type LogLine = {
  id: bigint
  /** The line's place in the chain. */
  sequence: bigint | null
  at: Date
  actorId: string | null
  event: string
  subject: string
  details: Record<string, string | number | boolean | null>
}

/** Who somebody is, as their sign-ins say. */
export type KnownAs = {
  email: string | null
  identities: Array<{ issuer: string; subject: string }>
}
