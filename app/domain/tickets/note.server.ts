import { notAllowed } from '#app/platform/errors.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { can } from '../people/can.ts'
import { alreadySaid, append } from '../timeline/append.server.ts'
import { holdOne } from './hold.server.ts'

/** Leaves a note that only staff can read. @throws {Refusal} unless the actor's department owns the ticket */
export async function leaveNote(
  campus: Campus,
  actor: Actor,
  note: { number: number; body: string; key?: string | undefined },
): Promise<void> {
  await together(campus, async (campus) => {
    const ticket = await holdOne(campus, note.number)
    if (await alreadySaid(campus, actor.personId, note.key)) return
    if (!can(actor, 'leave-note', ticket)) throw notAllowed('other-department')
    await append(campus, {
      ticketNumber: ticket.number,
      kind: 'note',
      audience: 'staff',
      authorId: actor.personId,
      departmentId: ticket.departmentId,
      body: note.body,
      submissionKey: note.key ?? null,
    })
  })
}
