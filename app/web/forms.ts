import type { Text } from '#app/catalogue/text.ts'
import { z } from 'zod'

/**
 * What a form error says: a key of the catalogue's `form` group and its numbers, written as a query string so
 * that it travels through zod and conform, which know only text.
 */
function fault(key: string, numbers: Record<string, number> = {}): string {
  const query = new URLSearchParams(Object.entries(numbers).map(([name, value]) => [name, String(value)]))
  return query.size > 0 ? `${key}?${query}` : key
}

/** The errors of a field, as a person reads them. */
export function sayErrors(text: Text, errors: ReadonlyArray<string> | undefined): Array<string> {
  return (errors ?? []).map((error) => {
    const [key = '', query] = error.split('?')
    const say = text as (key: string, numbers: Record<string, string>) => string
    return say(`form.${key}`, Object.fromEntries(new URLSearchParams(query)))
  })
}

// Control characters cannot be seen, and the overrides among them turn the text around them.
// eslint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFEFF]/g

/** Words as they are kept: one kind of line end, nothing invisible, no white space around. */
export function clean(words: string): string {
  return words.replace(/\r\n?/g, '\n').replace(UNSEEN, '').normalize('NFC').trim()
}

/** `missing` says what to write where there is nothing: a key of the catalogue's `form` group. */
type Limits = { min?: number; max: number; missing?: string }

/** Words that must be there. Lengths are counted in characters as people see them in code points. */
export function words({ min = 1, max, missing = 'required' }: Limits) {
  return z.string({ error: fault(missing) }).transform((value, context) => {
    const kept = clean(value)
    const length = [...kept].length
    const wrong =
      length === 0
        ? fault(value === '' ? missing : 'onlySpaces')
        : length > max
          ? fault('tooLong', { count: length, max })
          : length < min
            ? fault('tooShort', { min })
            : null
    if (wrong) context.addIssue({ code: 'custom', message: wrong })
    return kept
  })
}

/** The same on one line. */
export function line(limits: Limits) {
  return words(limits).transform((value) => value.replace(/\s+/g, ' '))
}

/**
 * Made with the form, so that a form sent twice is taken once. No field shows it, so a form without a good one,
 * as an old page may send, is not refused for it: it is taken like a new form.
 */
export const submissionKey = z.uuid().catch(() => crypto.randomUUID())

/** A number of a row, as the database counts them. */
export const id = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform(BigInt)

export function choice(error = 'choose') {
  return { error: fault(error) }
}

/** A code of six digits, however it is spaced. */
export function sixDigits(error: string) {
  return z
    .string(choice(error))
    .transform((code) => code.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/, error))
}

export const mailAddress = z
  .string({ error: fault('required') })
  .trim()
  .toLowerCase()
  .max(254, fault('mail'))
  .pipe(z.email(fault('mail')))

/** What a form that is screened sends along, beside its words. */
export const screened = {
  /** Marks of what its author chose to publish all the same. */
  personal: z.string().max(5000).catch(''),
  /** What is to be taken out, instead of sending it. */
  takeOut: z.string().max(40).optional().catch(undefined),
  /** A visitor wants to sign in, so that the care team can read it. */
  support: z.literal('sign-in').optional().catch(undefined),
}
