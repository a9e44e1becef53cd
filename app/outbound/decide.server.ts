import { eq } from 'drizzle-orm'
import type { Actor, Campus } from '#app/domain/campus.ts'
import { can } from '#app/domain/people/can.ts'
import { decideDelivery } from '#app/outbox/deliveries.server.ts'
import { conflict, notAllowed } from '#app/platform/errors.ts'
import { accounts, deliveries } from '#db/schema/index.ts'

export const DECISIONS = ['retry', 'skip', 'by-hand'] as const
export type Decision = (typeof DECISIONS)[number]

/**
 * What staff decides about a delivery that is not out.
 * @throws {Refusal} when the account is another department's, or the delivery is settled or being sent
 */
export async function decide(campus: Campus, actor: Actor, id: bigint, decision: Decision): Promise<void> {
  const [account] = await campus.db
    .select({ departmentId: accounts.departmentId })
    .from(deliveries)
    .innerJoin(accounts, eq(accounts.id, deliveries.accountId))
    .where(eq(deliveries.id, id))
  // Seeing a delivery, as an auditor does, is not deciding about it.
  if (!account || !can(actor, 'manage-accounts', account)) throw notAllowed('other-department')
  if (!(await decideDelivery(campus.db, id, decision, campus.clock.now()))) throw conflict('delivery-settled')
}
