import { asc, desc, eq, like } from 'drizzle-orm'
import type { Role } from '#app/vocabulary.ts'
import { departments, people, staff } from '#db/schema/index.ts'
import type { Actor, Campus } from '../campus.ts'

/** Who a person is here, as every rule asks. A student works nowhere, so only staff is looked up. */
export async function actorOf(campus: Campus, person: { id: string; role: Role }): Promise<Actor> {
  if (person.role === 'student') return { personId: person.id, role: person.role, departmentIds: [] }
  const rows = await campus.db
    .select({ departmentId: staff.departmentId })
    .from(staff)
    .where(eq(staff.personId, person.id))
  return { personId: person.id, role: person.role, departmentIds: rows.map((row) => row.departmentId) }
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
