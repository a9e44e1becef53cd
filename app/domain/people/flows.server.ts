import { and, eq, gt, isNull } from 'drizzle-orm'
import { after, MINUTE } from '#app/platform/clock.ts'
import { assertionsSeen, signInFlows } from '#db/schema/index.ts'
import type { Campus } from '../campus.ts'

/** How long somebody may take at a provider's page. */
export const FLOW_LASTS = 15 * MINUTE

export type NewFlow = {
  id: string
  provider: string
  /** What this browser alone holds. */
  browser: string
  /** Sealed before it is kept. */
  kept: string
  next: string
}

export async function beginFlow(campus: Campus, { browser, kept, ...flow }: NewFlow): Promise<void> {
  const now = campus.clock.now()
  await campus.db.insert(signInFlows).values({
    ...flow,
    browserMark: browserMark(campus, browser),
    kept: campus.seal.seal(kept),
    createdAt: now,
    expiresAt: after(now, FLOW_LASTS),
  })
}

export type Found =
  | { kind: 'found'; provider: string; kept: string; next: string; begunAt: Date }
  | { kind: 'refused'; fault: 'not-begun' | 'other-browser' | 'other-provider' | 'used' | 'expired' }

export type FlowKey = { id: string; provider: string; browser: string | null }

/** Ends a flow, once, by the browser that began it. Whoever is refused changes nothing. */
export async function takeFlow(campus: Campus, key: FlowKey): Promise<Found> {
  const mark = key.browser === null ? null : browserMark(campus, key.browser)
  const now = campus.clock.now()
  const [taken] =
    mark === null
      ? []
      : await campus.db
          .update(signInFlows)
          .set({ usedAt: now })
          .where(and(good(campus, key), eq(signInFlows.browserMark, mark)))
          .returning()
  return taken ? found(campus, taken) : whyNot(campus, key, mark)
}

/** A flow that still waits for its answer, whoever asks: a form that another site sends brings no cookie along. */
export async function waitingFlow(campus: Campus, key: Omit<FlowKey, 'browser'>): Promise<Found> {
  const [flow] = await campus.db.select().from(signInFlows).where(good(campus, key))
  return flow ? found(campus, flow) : whyNot(campus, key, null)
}

/** A flow that was ended in this browser, for what is told about it afterwards. */
export async function endedFlow(campus: Campus, id: string, browser: string | null): Promise<Found> {
  const [flow] = await campus.db.select().from(signInFlows).where(eq(signInFlows.id, id))
  const good =
    flow?.usedAt && browser !== null && campus.seal.sameMark(flow.browserMark, browserMark(campus, browser))
  return good && flow.expiresAt > campus.clock.now()
    ? found(campus, flow)
    : { kind: 'refused', fault: 'not-begun' }
}

/** Keeps what became of a flow. */
export async function keepWithFlow(campus: Campus, id: string, kept: string): Promise<void> {
  await campus.db
    .update(signInFlows)
    .set({ kept: campus.seal.seal(kept) })
    .where(eq(signInFlows.id, id))
}

/** @returns whether this was never taken before */
export async function takeOnce(
  campus: Campus,
  issuer: string,
  { id, until }: { id: string; until: Date },
): Promise<boolean> {
  const taken = await campus.db
    .insert(assertionsSeen)
    .values({ issuer, id: campus.seal.mark('assertion', id), expiresAt: until })
    .onConflictDoNothing()
    .returning({ id: assertionsSeen.id })
  return taken.length > 0
}

function good(campus: Campus, { id, provider }: Omit<FlowKey, 'browser'>) {
  return and(
    eq(signInFlows.id, id),
    eq(signInFlows.provider, provider),
    isNull(signInFlows.usedAt),
    gt(signInFlows.expiresAt, campus.clock.now()),
  )
}

function found(campus: Campus, { provider, kept, next, createdAt }: typeof signInFlows.$inferSelect): Found {
  return { kind: 'found', provider, kept: campus.seal.open(kept), next, begunAt: createdAt }
}

async function whyNot(
  campus: Campus,
  { id, provider }: Omit<FlowKey, 'browser'>,
  mark: string | null,
): Promise<Found> {
  const [flow] = await campus.db.select().from(signInFlows).where(eq(signInFlows.id, id))
  const fault = !flow
    ? 'not-begun'
    : flow.provider !== provider
      ? 'other-provider'
      : flow.usedAt
        ? 'used'
        : flow.expiresAt <= campus.clock.now()
          ? 'expired'
          : mark === null || !campus.seal.sameMark(flow.browserMark, mark)
            ? 'other-browser'
            : 'used'
  return { kind: 'refused', fault }
}

function browserMark(campus: Campus, browser: string): string {
  return campus.seal.mark('sign-in browser', browser)
}
