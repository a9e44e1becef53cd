import { randomBytes } from 'node:crypto'
import { and, eq, gt, lte } from 'drizzle-orm'
import { after, DAY } from '#app/platform/clock.ts'
import { drafts } from '#db/schema/index.ts'
import { storable } from '#db/storable.ts'
import type { Campus } from '../campus.ts'

/** How long words wait for the person who wrote them. */
export const DRAFT_LASTS = 7 * DAY

export type Draft = Partial<Record<string, string>>

export const NO_DRAFT: Draft = {}

/** Keeps what someone wrote before they were signed in, sealed: it may be what never becomes public. @returns the only key to it */
export async function keepDraft(campus: Campus, fields: Record<string, string>): Promise<string> {
  const id = randomBytes(16).toString('base64url')
  const kept = Object.fromEntries(Object.entries(fields).map((field) => field.map(storable)))
  const sealed = campus.seal.seal(JSON.stringify(kept))
  await campus.db.insert(drafts).values({ id, fields: { sealed }, createdAt: campus.clock.now() })
  return id
}

/** What was kept, or nothing. It stays until it is old: a page may be opened twice. */
export async function readDraft(campus: Campus, id: string): Promise<Draft> {
  const [draft] = await campus.db
    .select({ fields: drafts.fields })
    .from(drafts)
    .where(and(eq(drafts.id, id), gt(drafts.createdAt, after(campus.clock.now(), -DRAFT_LASTS))))
  if (!draft) return NO_DRAFT
  const { sealed } = draft.fields
  // Those of before were not sealed, and are gone within a week.
  return sealed === undefined ? draft.fields : (JSON.parse(campus.seal.open(sealed)) as Draft)
}

/**
 * Uses up a draft, once, however often it is asked for at the same time.
 * @param wait how old it has to be, in milliseconds @returns whether it was there and old enough
 */
export async function takeDraft(campus: Campus, id: string, wait: number): Promise<boolean> {
  const taken = await campus.db
    .delete(drafts)
    .where(and(eq(drafts.id, id), lte(drafts.createdAt, after(campus.clock.now(), -wait))))
    .returning({ id: drafts.id })
  return taken.length > 0
}
