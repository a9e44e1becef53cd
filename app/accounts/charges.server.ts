import { and, eq, lt, sql, type SQL } from 'drizzle-orm'
import type { Allowances, Network, Purse } from '#app/channels/channel.ts'
import { together, type Campus, type InTransaction } from '#app/domain/campus.ts'
import { after, MINUTE } from '#app/platform/clock.ts'
import { CHARGES, type Charge } from '#app/vocabulary.ts'
import { accounts, charges, reservations } from '#db/schema/index.ts'
import { leftToSpend, monthOf } from './spending.ts'

/** Longer than a request lasts: what was set aside before that has lost its process, or its answer. */
const LASTS = MINUTE

type Counts = Partial<Record<Charge, number>>

/** What an account has cost in a month, with what requests under way may cost, in millionths of a dollar. */
export const spentIn = (accountId: SQL | number, month: string) => sql<number>`(
  (select coalesce(sum(cost), 0) from ${charges} where account_id = ${accountId} and month = ${month}) +
  (select coalesce(sum(cost), 0) from ${reservations} where account_id = ${accountId} and month = ${month})
)::float8`

export async function readSpent(campus: Campus, accountId: number): Promise<number> {
  const [row] = await campus.db
    .select({ cost: spentIn(accountId, monthOf(campus.clock.now())) })
    .from(accounts)
    .where(eq(accounts.id, accountId))
  return row?.cost ?? 0
}

/** The account, of which nobody else may spend until the transaction ends. */
export async function holdSpending(campus: InTransaction, accountId: number) {
  const [account] = await campus.db
    .select()
    .from(accounts)
    .where(eq(accounts.id, accountId))
    .for('no key update')
  if (!account) throw new Error(`There is no account ${accountId}`)
  return account
}

/** Counts as spent what something may cost at most. Run it where the account's spending is held. */
export async function setAside(
  campus: InTransaction,
  accountId: number,
  purpose: string,
  prices: Record<Charge, number>,
  counts: Counts,
): Promise<void> {
  const now = campus.clock.now()
  const rows = CHARGES.flatMap((kind) => {
    const count = counts[kind] ?? 0
    const cost = count * prices[kind]
    return count > 0 ? { accountId, purpose, month: monthOf(now), kind, count, cost, madeAt: now } : []
  })
  if (rows.length > 0) await campus.db.insert(reservations).values(rows)
}

/** What was set aside for this was used. */
export async function spend(campus: InTransaction, accountId: number, purpose: string): Promise<void> {
  for (const { month, kind, count, cost } of await giveBack(campus, accountId, purpose))
    await add(campus, { accountId, month, kind, count, cost })
}

/** What was set aside for this was not used. */
export function giveBack(campus: InTransaction, accountId: number, purpose: string) {
  return campus.db
    .delete(reservations)
    .where(and(eq(reservations.accountId, accountId), eq(reservations.purpose, purpose)))
    .returning()
}

async function add(campus: InTransaction, row: typeof charges.$inferInsert): Promise<void> {
  await campus.db
    .insert(charges)
    .values(row)
    .onConflictDoUpdate({
      target: [charges.accountId, charges.month, charges.kind],
      set: { count: sql`${charges.count} + excluded.count`, cost: sql`${charges.cost} + excluded.cost` },
    })
}

/** What pays for an account's readings; null where its network costs nothing. `refused`: once it did not pay. */
export function purseOf(
  campus: Campus,
  { prices }: Network,
  accountId: number,
): (Purse & { refused(): boolean }) | null {
  if (prices === null) return null
  let refused = false
  return {
    refused: () => refused,
    async reserve(purpose, kind, most) {
      const [cost, now] = [prices[kind] * most, campus.clock.now()]
      const [month, madeAt] = [monthOf(now), now]
      const row = { accountId, purpose, month, kind, count: most, cost, madeAt }
      const id = await together(campus, async (campus) => {
        const { monthlyCap } = await holdSpending(campus, accountId)
        const spent = await readSpent(campus, accountId)
        const lost = and(
          eq(reservations.accountId, accountId),
          eq(reservations.purpose, purpose),
          lt(reservations.madeAt, after(now, -LASTS)),
        )
        const before = await campus.db.select().from(reservations).where(lost)
        const again = before.reduce((sum, one) => sum + (one.month === month ? one.cost : 0), 0)
        const left = leftToSpend(monthlyCap, spent - again)
        if (left !== null && cost > left) return null
        await campus.db.delete(reservations).where(lost)
        const [kept] = await campus.db.insert(reservations).values(row).returning({ id: reservations.id })
        return kept!.id
      })
      if (id === null) {
        refused = true
        return null
      }
      return {
        settle: (used) =>
          together(campus, async (campus) => {
            await campus.db.delete(reservations).where(eq(reservations.id, id))
            if (used > 0)
              await add(campus, { accountId, month, kind, count: used, cost: used * prices[kind] })
          }),
      }
    },
  }
}

export async function noteAllowances(
  campus: InTransaction,
  accountId: number,
  allowances: Allowances = {},
): Promise<void> {
  if (Object.keys(allowances).length > 0)
    await campus.db
      .update(accounts)
      .set({ allowances: sql`${accounts.allowances} || ${JSON.stringify(allowances)}::jsonb` })
      .where(eq(accounts.id, accountId))
}
