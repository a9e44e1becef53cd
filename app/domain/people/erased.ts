import { gone, Refusal } from '#app/platform/errors.ts'

const FOREIGN_KEY_VIOLATION = '23503'

/**
 * The refusal that an error is, or means. Whoever was erased while something of them was on its way has no row any more
 * that it could belong to. The database alone can see that, and asking it before would cost every vote a question.
 */
export function refusalIn(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  const told: unknown = error instanceof Error && error.cause ? error.cause : error
  if (typeof told !== 'object' || told === null) return null
  // The two drivers give the name of the constraint under names of their own.
  const { code, constraint, constraint_name } = told as Record<string, unknown>
  const violated = code === FOREIGN_KEY_VIOLATION ? String(constraint_name ?? constraint) : ''
  return violated.endsWith('_people_id_fk') ? gone('account-erased') : null
}
