import type { Actor } from '#app/domain/campus.ts'
import { departmentIdOf } from '#app/domain/departments/find.server.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import type { Door } from '#app/web/door.server.ts'

/** Whose desk a page shows: the departments one may choose among, and the one chosen in the address. */
export async function readDesk({ campus, url }: Door, actor: Actor) {
  const slug = url.searchParams.get('department') || null
  const all = await listDepartments(campus)
  return {
    departments: actor.role === 'admin' ? all : all.filter(({ id }) => actor.departmentIds.includes(id)),
    department: slug,
    departmentId: slug === null ? null : await departmentIdOf(campus, slug),
    admin: actor.role === 'admin',
  }
}
