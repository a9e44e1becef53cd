/** Every job there is. `list.server.ts` says what each does and how often. */
export const JOB_NAMES = [
  'import',
  'look-up',
  'deliver',
  'tell-owners',
  'tell-unmasked',
  'tell-care',
  'tell-invalidated',
  'look-at-votes',
  'housekeeping',
] as const
export type JobName = (typeof JOB_NAMES)[number]
