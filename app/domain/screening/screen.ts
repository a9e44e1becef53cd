import { createHash } from 'node:crypto'
import { textIn } from '#app/catalogue/text.ts'
import type { HoldKind, PersonalKind } from '#app/vocabulary.ts'
import { findPersonal, takeOut, type Found } from './personal.ts'
import type { ScreeningRules } from './rules.server.ts'
import type { Office, PointedOut } from './views.ts'
import { matchLists } from './words.ts'

/** What a form holds, as it was looked through. */
export type Look = {
  /** Lists of which words stand in it. */
  offices: Array<Office>
  /** Everything personal in it. */
  found: Array<PointedOut>
  /** Whether its author has still to say what becomes of something. */
  asks: boolean
  /** Marks of all that was found, to be sent along with "publish it anyway". */
  marks: string
}

/** What no author can publish, because it opens too much. */
const NEVER_PUBLIC: ReadonlyArray<PersonalKind> = ['student-number']
/** A name alone is pointed out and holds nothing up: much of what a campus must hear names somebody. */
const HOLDS_A_POST: ReadonlyArray<PersonalKind> = ['student-number', 'mail', 'phone', 'room']

/**
 * Looks through the fields of a form.
 * @param chosen marks of what its author chose to publish, as `Look` gave them
 */
export function lookThrough(fields: Record<string, string>, rules: ScreeningRules, chosen: string): Look {
  const known = new Set(chosen.split(' '))
  const found = foundIn(fields, rules)
  const marks = found.map(({ text }) => markOf(text))
  const matched = matchLists(Object.values(fields), rules.lists)
  return {
    offices: rules.lists.filter(({ id }) => matched.includes(id)).map(officeOf),
    found: found.map(({ start: _start, end: _end, ...one }) => one),
    asks: marks.some((mark) => !known.has(mark)),
    marks: [...new Set(marks)].join(' '),
  }
}

/** Whether something stands in it that only a person may let through. */
export const needsPerson = ({ found }: Pick<Look, 'found'>) =>
  found.some(({ kind }) => NEVER_PUBLIC.includes(kind))

/**
 * The fields without what was found.
 * @param which one of them by its id; `all`
 */
export function takenOut(
  fields: Record<string, string>,
  rules: ScreeningRules,
  which: string,
): Record<string, string> {
  const found = foundIn(fields, rules).filter(({ id }) => which === 'all' || which === id)
  return Object.fromEntries(
    Object.entries(fields).map(([field, text]) => [
      field,
      takeOut(
        text,
        found.filter((one) => one.field === field),
        (kind) => textIn('en')(`removed.${kind}`),
      ),
    ]),
  )
}

/** Why a post waits for a person, if it does. */
export function holdFor(
  texts: ReadonlyArray<string>,
  rules: ScreeningRules,
): { kind: HoldKind; lists: Array<number>; found: Array<PersonalKind> } | null {
  const lists = matchLists(texts, rules.lists)
  const found = [
    ...new Set(texts.flatMap((text) => findPersonal(text, rules)).map(({ kind }) => kind)),
  ].filter((kind) => HOLDS_A_POST.includes(kind))
  if (lists.length > 0) return { kind: 'safety', lists, found }
  if (found.length > 0) return { kind: 'personal-data', lists, found }
  return rules.reviewImports ? { kind: 'review', lists, found } : null
}

function foundIn(fields: Record<string, string>, rules: ScreeningRules): Array<PointedOut & Found> {
  return Object.entries(fields).flatMap(([field, text]) =>
    findPersonal(text, rules).map((one, index) => ({ ...one, field, id: `${field}-${index}` })),
  )
}

/** The same piece has the same mark wherever it stands: moved, it need not be asked about again. */
function markOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function officeOf({ id, kind, name, office, phone, crisisLine, crisisPhone, guidance }: Office): Office {
  return { id, kind, name, office, phone, crisisLine, crisisPhone, guidance }
}
