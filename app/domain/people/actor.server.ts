import { asc, desc, eq, like } from 'drizzle-orm'
import type { Affiliation, Role } from '#app/vocabulary.ts'
import { departments, people, staff } from '#db/schema/index.ts'
import type { Actor, Campus } from '../campus.ts'

/** Who a person is here, as every rule asks. A student works nowhere, so only staff is looked up. */
export async function actorOf(
  campus: Campus,
  { id, role, affiliations }: { id: string; role: Role; affiliations: ReadonlyArray<Affiliation> },
): Promise<Actor> {
  const person = { personId: id, role, affiliations }
  if (role === 'student') return { ...person, departmentIds: [] }
  const rows = await campus.db
    .select({ departmentId: staff.departmentId })
    .from(staff)
    .where(eq(staff.personId, id))
  return { ...person, departmentIds: rows.map((row) => row.departmentId) }
}

/** The same for somebody of whom only the id is known. */
export async function findActor(campus: Campus, personId: string): Promise<Actor> {
  const [person] = await campus.db
    .select({ id: people.id, role: people.role, affiliations: people.affiliations })
    .from(people)
    .where(eq(people.id, personId))
  if (!person) throw new Error('There is no such person')
  return actorOf(campus, person)
}

/** Where the made-up people of a demonstration have their addresses. No mail is ever sent there. */
export const DEMO_MAIL_DOMAIN = 'demo.quad.example'

/** The people of the demonstration, for its one-click sign-in: students first. Never called anywhere else. */
export async function listDemoPeople(campus: Campus) {
  const rows = await campus.db
    .select({ id: people.id, email: people.email, role: people.role, department: departments.name })
    .from(people)
    .leftJoin(staff, eq(staff.personId, people.id))
    .leftJoin(departments, eq(departments.id, staff.departmentId))
    .where(like(people.email, `%@${DEMO_MAIL_DOMAIN}`))
    .orderBy(desc(eq(people.role, 'student')), desc(people.role), asc(people.email))
  return rows
}

/** Where mail reaches a person; null where no provider says. */
export async function mailOf(campus: Campus, personId: string): Promise<string | null> {
  const [person] = await campus.db.select({ email: people.email }).from(people).where(eq(people.id, personId))
  return person?.email ?? null
}
