import type { Seal } from '#app/platform/seal.ts'

/** When a form was made, written into it so that nobody else can write it. */
export function stampOf(seal: Seal, at: Date): string {
  const made = at.getTime().toString(36)
  return `${made}.${seal.mark('form made', made)}`
}

/** How old a form is, in milliseconds; null where the stamp is none of ours. */
export function ageOf(seal: Seal, stamp: string, now: Date): number | null {
  const [made = '', mark = ''] = stamp.split('.')
  return seal.sameMark(mark, seal.mark('form made', made)) ? now.getTime() - Number.parseInt(made, 36) : null
}
