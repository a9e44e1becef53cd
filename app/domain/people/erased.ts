import { gone, Refusal } from '#app/platform/errors.ts'

const FOREIGN_KEY_VIOLATION = '23503'

/** A null character, half of a pair of signs, a number beyond every column, or something else where a number stands. */
const NOT_STORABLE = ['22021', '22P05', '22003', '22P02']

/**
 * The refusal that an error is, or means. Whoever was erased while something of them was on its way has no row any more
 * that it could belong to; and what no form of ours sends may be nothing that the database takes. It alone can see both,
 * and asking it before would cost every vote a question.
 */
export function refusalIn(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  const told: unknown = error instanceof Error && error.cause ? error.cause : error
  if (typeof told !== 'object' || told === null) return null
  // The two drivers give the name of the constraint under names of their own.
  const { code, constraint, constraint_name } = told as Record<string, unknown>
  if (NOT_STORABLE.includes(String(code))) return new Refusal('invalid', 'not-storable')
  const violated = code === FOREIGN_KEY_VIOLATION ? String(constraint_name ?? constraint) : ''
  return violated.endsWith('_people_id_fk') ? gone('account-erased') : null
}
