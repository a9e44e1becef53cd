import type { Actor } from '#app/domain/campus.ts'
import { departmentIdOf } from '#app/domain/departments/find.server.ts'
import { listDepartments } from '#app/domain/departments/read.server.ts'
import { can, reach } from '#app/domain/people/can.ts'
import type { Door } from '#app/web/door.server.ts'

/** Whose desk a page shows: the departments one may choose among, and the one chosen in the address. */
export async function readDesk({ campus, url }: Door, actor: Actor) {
  const seen = reach(actor)
  const slug = url.searchParams.get('department') || null
  const all = await listDepartments(campus)
  return {
    departments: seen === 'everywhere' ? all : all.filter(({ id }) => seen.includes(id)),
    department: slug,
    departmentId: slug === null ? null : await departmentIdOf(campus, slug),
    admin: can(actor, 'manage-departments'),
    audits: can(actor, 'read-audit-log'),
    decides: can(actor, 'decide-held'),
    cares: can(actor, 'count-care'),
    screens: can(actor, 'manage-screening'),
    watches: can(actor, 'read-moderation'),
    judges: can(actor, 'read-vote-flags'),
  }
}
