import type { Campus } from '#app/domain/campus.ts'
import { keepDraft, readDraft, takeDraft } from '#app/domain/people/drafts.server.ts'

/** A form that could not be taken yet, as it was sent. */
export type KeptForm = { action: string; fields: Array<[name: string, value: string]> }

/**
 * Keeps a form for one person, sealed: it may hold what only they should see.
 * @param personId null: a visitor's, for whoever has its key
 * @returns its key
 */
export function keepForm(
  campus: Campus,
  personId: string | null,
  action: string,
  form: Iterable<[string, FormDataEntryValue]>,
): Promise<string> {
  const fields = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  return keepDraft(campus, { form: campus.seal.seal(JSON.stringify({ personId, action, fields })) })
}

/** @returns null when it is too old, or somebody else's */
export async function readKeptForm(
  campus: Campus,
  personId: string | null,
  key: string,
): Promise<KeptForm | null> {
  const { form } = await readDraft(campus, key)
  if (form === undefined) return null
  // Drafts are also kept by pages that seal nothing: those are no forms.
  const kept = unsealed(campus, form)
  return kept?.personId === personId ? { action: kept.action, fields: kept.fields } : null
}

/**
 * Uses up a form that was kept, once.
 * @param wait how long it has to have been kept, in milliseconds
 */
export async function takeKeptForm(
  campus: Campus,
  { key, personId, action }: { key: string; personId: string | null; action: string },
  wait: number,
): Promise<'taken' | 'early' | 'unknown'> {
  const kept = await readKeptForm(campus, personId, key)
  if (kept?.action !== action) return 'unknown'
  return (await takeDraft(campus, key, wait)) ? 'taken' : 'early'
}

function unsealed(campus: Campus, form: string): (KeptForm & { personId: string | null }) | null {
  try {
    return JSON.parse(campus.seal.open(form)) as KeptForm & { personId: string | null }
  } catch {
    return null
  }
}
