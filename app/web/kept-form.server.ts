import type { Campus } from '#app/domain/campus.ts'
import { keepDraft, readDraft } from '#app/domain/people/drafts.server.ts'

/** A form that could not be taken yet, as it was sent. */
export type KeptForm = { action: string; fields: Array<[name: string, value: string]> }

/** Keeps a form for one person, sealed: it may hold what only they should see. @returns its key */
export function keepForm(campus: Campus, personId: string, action: string, form: FormData): Promise<string> {
  const fields = [...form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []))
  return keepDraft(campus, { form: campus.seal.seal(JSON.stringify({ personId, action, fields })) })
}

/** @returns null when it is too old, or somebody else's */
export async function readKeptForm(campus: Campus, personId: string, key: string): Promise<KeptForm | null> {
  const { form } = await readDraft(campus, key)
  if (form === undefined) return null
  // Drafts are also kept by pages that seal nothing: those are no forms.
  const kept = unsealed(campus, form)
  return kept?.personId === personId ? { action: kept.action, fields: kept.fields } : null
}

function unsealed(campus: Campus, form: string): (KeptForm & { personId: string }) | null {
  try {
    return JSON.parse(campus.seal.open(form)) as KeptForm & { personId: string }
  } catch {
    return null
  }
}
