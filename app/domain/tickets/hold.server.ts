import { asc, eq, inArray } from 'drizzle-orm'
import { conflict, gone, notFound } from '#app/platform/errors.ts'
import { departments, tickets } from '#db/schema/index.ts'
import type { InTransaction } from '../campus.ts'

export type HeldTicket = typeof tickets.$inferSelect

/** Locks tickets until the transaction ends, in the order of their numbers so that no two wait for each other. */
export async function hold(campus: InTransaction, numbers: Array<number>): Promise<Array<HeldTicket>> {
  const held = await campus.db
    .select()
    .from(tickets)
    .where(inArray(tickets.number, numbers))
    .orderBy(asc(tickets.number))
    .for('update')
  return numbers.map((number) => {
    const ticket = held.find((row) => row.number === number)
    if (!ticket) throw notFound('no-such-ticket')
    return ticket
  })
}

export async function holdOne(campus: InTransaction, number: number): Promise<HeldTicket> {
  const [ticket] = await hold(campus, [number])
  return ticket!
}

/** @throws {Refusal} on a ticket that goes on in another one, or is no more: nothing can be said on it */
export function refuseEnded({ status }: Pick<HeldTicket, 'status'>): void {
  if (status === 'merged') throw conflict('already-merged')
  if (status === 'withdrawn') throw gone('withdrawn')
}

/** @throws {Refusal} when there is no such department */
export async function departmentOf(campus: InTransaction, id: number) {
  const [department] = await campus.db.select().from(departments).where(eq(departments.id, id))
  if (!department) throw notFound('no-such-department')
  return department
}
