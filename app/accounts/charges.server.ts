import { and, eq, sql } from 'drizzle-orm'
import type { Network, Usage } from '#app/channels/channel.ts'
import type { Campus, InTransaction } from '#app/domain/campus.ts'
import { CHARGES } from '#app/vocabulary.ts'
import { accounts, charges } from '#db/schema/index.ts'
import { leftToSpend, monthOf } from './spending.ts'

/** What an account has cost this month, in millionths of a dollar. */
export async function readSpent(campus: Campus, accountId: number): Promise<number> {
  const [row] = await campus.db
    .select({ cost: sql<number>`coalesce(sum(${charges.cost}), 0)::float8` })
    .from(charges)
    .where(and(eq(charges.accountId, accountId), eq(charges.month, monthOf(campus.clock.now()))))
  return row?.cost ?? 0
}

/** What an account may still cost this month; null: any amount, or its network costs nothing. */
export async function readBudget(
  campus: Campus,
  network: Network,
  account: { id: number; monthlyCap: number | null },
): Promise<number | null> {
  if (network.prices === null || account.monthlyCap === null) return null
  return leftToSpend(account.monthlyCap, await readSpent(campus, account.id))
}

/**
 * Adds what requests have used. Run it in the transaction that keeps what they brought, so that nothing is counted
 * twice; of a process that dies in between, what it had asked is not counted.
 */
export async function addUsage(
  campus: InTransaction,
  accountId: number,
  network: Network | undefined,
  usage: Usage | undefined,
): Promise<void> {
  if (!usage) return
  const month = monthOf(campus.clock.now())
  const rows = CHARGES.flatMap((kind) => {
    const count = usage.charges[kind] ?? 0
    return count > 0 ? { accountId, month, kind, count, cost: count * (network?.prices?.[kind] ?? 0) } : []
  })
  if (rows.length > 0)
    await campus.db
      .insert(charges)
      .values(rows)
      .onConflictDoUpdate({
        target: [charges.accountId, charges.month, charges.kind],
        set: {
          count: sql`${charges.count} + excluded.count`,
          cost: sql`${charges.cost} + excluded.cost`,
        },
      })
  if (Object.keys(usage.allowances).length > 0)
    await campus.db
      .update(accounts)
      .set({ allowances: sql`${accounts.allowances} || ${JSON.stringify(usage.allowances)}::jsonb` })
      .where(eq(accounts.id, accountId))
}
