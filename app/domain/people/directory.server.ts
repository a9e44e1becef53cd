import { and, asc, eq, inArray, isNull, like, sql } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import type { Role } from '#app/vocabulary.ts'
import { departments, people, staff } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'
import type { PersonView } from './views.ts'

export type PeopleQuery = {
  /** Part of a mail address; empty: anybody. */
  text: string
  role: Role | null
  departmentId: number | null
  /** As a page before gave it. */
  after: string | null
}

const PAGE = 50

/** Whoever is known here, those who work here first, then by address. @returns one page, and the key to the next */
export async function listPeople(
  campus: Campus,
  { text, role, departmentId, after }: PeopleQuery,
): Promise<{ people: Array<PersonView>; next: string | null }> {
  const order = sql`(${people.role} = 'student', coalesce(${people.email}, ''), ${people.id})`
  const key = readKey(after)
  const rows = await campus.db
    .select({ id: people.id, email: people.email, role: people.role, disabledAt: people.disabledAt })
    .from(people)
    .where(
      and(
        isNull(people.erasedAt),
        text === '' ? undefined : like(people.email, `%${escaped(text.toLowerCase())}%`),
        role === null ? undefined : eq(people.role, role),
        departmentId === null
          ? undefined
          : inArray(
              people.id,
              campus.db
                .select({ id: staff.personId })
                .from(staff)
                .where(eq(staff.departmentId, departmentId)),
            ),
        key === null ? undefined : sql`${order} > (${key.student}::boolean, ${key.email}, ${key.id})`,
      ),
    )
    .orderBy(asc(sql`${people.role} = 'student'`), asc(sql`coalesce(${people.email}, '')`), asc(people.id))
    .limit(PAGE + 1)
  const page = rows.slice(0, PAGE)
  const last = page.at(-1)
  return {
    people: await withDepartments(campus, page),
    next: rows.length > PAGE && last ? keyOf(last) : null,
  }
}

/** @throws {Refusal} when there is none, or was */
export async function readPerson(campus: Campus, id: string): Promise<PersonView> {
  const rows = await campus.db
    .select({ id: people.id, email: people.email, role: people.role, disabledAt: people.disabledAt })
    .from(people)
    .where(and(eq(people.id, id), isNull(people.erasedAt)))
  const [person] = await withDepartments(campus, rows)
  if (!person) throw notFound('no-such-person')
  return person
}

async function withDepartments(
  campus: Campus,
  rows: Array<Omit<PersonView, 'departments'>>,
): Promise<Array<PersonView>> {
  const ids = rows.map(({ id }) => id)
  const works =
    ids.length === 0
      ? []
      : await campus.db
          .select({ personId: staff.personId, id: departments.id, name: departments.name })
          .from(staff)
          .innerJoin(departments, eq(departments.id, staff.departmentId))
          .where(inArray(staff.personId, ids))
          .orderBy(asc(departments.name))
  return rows.map((row) => ({
    ...row,
    departments: works.filter((one) => one.personId === row.id).map(({ id, name }) => ({ id, name })),
  }))
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

type Key = { student: boolean; email: string; id: string }

function keyOf({ role, email, id }: { role: Role; email: string | null; id: string }): string {
  const key: Key = { student: role === 'student', email: email ?? '', id }
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** A key that is none is as if there were no page before. */
function readKey(after: string | null): Key | null {
  try {
    const key = JSON.parse(Buffer.from(after ?? '', 'base64url').toString()) as Partial<Key>
    const { student, email, id } = key
    return typeof student === 'boolean' && typeof email === 'string' && typeof id === 'string'
      ? { student, email, id }
      : null
  } catch {
    return null
  }
}
