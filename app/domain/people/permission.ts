import type { Actor } from '../campus.ts'

/** Whether someone may speak for the department that owns a ticket. While nobody owns it, nobody speaks. */
export function maySpeakFor(actor: Actor, departmentId: number | null): boolean {
  return departmentId !== null && (actor.role === 'admin' || actor.departmentIds.includes(departmentId))
}

/** Whether someone may pass a ticket on or join it with another: its own department, or any staff while nobody owns it. */
export function mayHandOver(actor: Actor, departmentId: number | null): boolean {
  return maySpeakFor(actor, departmentId) || (departmentId === null && worksHere(actor))
}

/** Staff of any department, or an admin. */
export function worksHere(actor: Actor): boolean {
  return actor.role === 'admin' || (actor.role === 'staff' && actor.departmentIds.length > 0)
}
