import { eq } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import { departments } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** @returns the department's id. @throws {Refusal} when there is none with this slug */
export async function departmentIdOf(campus: Campus, slug: string): Promise<number> {
  const [row] = await campus.db
    .select({ id: departments.id })
    .from(departments)
    .where(eq(departments.slug, slug))
  if (!row) throw notFound('no-such-department')
  return row.id
}
