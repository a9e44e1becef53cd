import { z } from 'zod'
import { compilePattern } from '#app/domain/screening/pattern.ts'
import { LIST_KINDS } from '#app/vocabulary.ts'
import { choice, clean, line } from '#app/web/forms.ts'

const LINES = 500

/** One thing a line. */
const lines = (item: z.ZodType<string, string>) =>
  z
    .string()
    .max(20_000, choice('tooManyItems').error)
    .optional()
    .transform(linesOf)
    .pipe(z.array(item).max(LINES, choice('tooManyItems').error))

const words = z.string().max(100, choice('termTooLong').error)
const pattern = words.refine((text) => compilePattern(text) !== null, choice('pattern'))
const wholeNumber = (max: number) =>
  z.coerce
    .number(choice('wholeNumber'))
    .int(choice('wholeNumber'))
    .min(1, choice('wholeNumber').error)
    .max(max, choice('wholeNumber').error)
const optionalLine = (max: number) =>
  z
    .string()
    .max(max, choice('termTooLong').error)
    .optional()
    .transform((text) => clean(text ?? ''))

export const SettingsForm = z.object({
  intent: z.literal('settings'),
  reviewImports: z.enum(['yes', 'no']).transform((said) => said === 'yes'),
  country: z
    .string(choice('countryCode'))
    .trim()
    .toUpperCase()
    .pipe(z.string().regex(/^[A-Z]{2}$/, choice('countryCode').error)),
  studentNumbers: lines(pattern),
  rooms: lines(pattern),
  own: lines(words),
  seniors: lines(words),
  careMinutes: wholeNumber(10_000),
  heldMinutes: wholeNumber(10_000),
  spamHours: wholeNumber(1000),
})

export const ListForm = z.object({
  intent: z.literal('list'),
  /** Left out: a new one. */
  id: z.coerce.number().int().positive().optional(),
  kind: z.enum(LIST_KINDS, choice()),
  name: line({ min: 2, max: 60 }),
  office: optionalLine(100),
  phone: optionalLine(40),
  email: z.union([z.literal(''), z.email(choice('mail')).max(254)]).optional(),
  crisisLine: optionalLine(100),
  crisisPhone: optionalLine(40),
  guidance: optionalLine(1000),
  language: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z]{2,3}$/, choice('countryCode').error)
    .optional(),
  newWords: lines(words),
})

/** What stands in the field of a language: each has one of its own. */
export const wordsField = (language: string) => `words-${language}`

/** The words of a list by language, without those that have none any more. */
export function wordsIn(form: FormData): Record<string, Array<string>> {
  const fields = [...form].flatMap(([name, value]) => {
    const language = /^words-([a-z]{2,3})$/.exec(name)?.[1]
    return language === undefined || typeof value !== 'string' ? [] : [[language, linesOf(value)] as const]
  })
  return Object.fromEntries(
    fields
      .filter(([, phrases]) => phrases.length > 0)
      .map(([language, phrases]) => [language, phrases.slice(0, LINES).map((one) => one.slice(0, 100))]),
  )
}

function linesOf(text: string | undefined): Array<string> {
  const entries = clean(text ?? '').split('\n')
  return [...new Set(entries.map((entry) => entry.trim()).filter(Boolean))]
}
