import { asc, eq } from 'drizzle-orm'
import { notFound } from '#app/platform/errors.ts'
import { screeningSettings, wordLists } from '#db/schema/index.ts'
import { together, type Actor, type Campus } from '../campus.ts'
import { record } from '../people/audit.server.ts'
import type { WordList } from './views.ts'

export type Settings = Omit<typeof screeningSettings.$inferSelect, 'id'>
export type ScreeningRules = Settings & { lists: Array<WordList> }

/** What this campus looks for. */
export async function readRules(campus: Campus): Promise<ScreeningRules> {
  const [settings] = await campus.db.select().from(screeningSettings)
  const lists = await campus.db.select().from(wordLists).orderBy(asc(wordLists.id))
  return { ...settings!, lists }
}

export async function saveSettings(campus: Campus, actor: Actor, settings: Settings): Promise<void> {
  await together(campus, async (campus) => {
    await campus.db.update(screeningSettings).set(settings)
    await record(campus, {
      actorId: actor.personId,
      event: 'screening.changed',
      subject: 'screening:settings',
    })
  })
}

/**
 * @param list without an id: a new one
 * @returns false where another has its name
 */
export async function saveList(
  campus: Campus,
  actor: Actor,
  { id, ...list }: Omit<WordList, 'id'> & { id: number | null },
): Promise<boolean> {
  return together(campus, async (campus) => {
    const [same] = await campus.db
      .select({ id: wordLists.id })
      .from(wordLists)
      .where(eq(wordLists.name, list.name))
    if (same && same.id !== id) return false
    const [saved] =
      id === null
        ? await campus.db.insert(wordLists).values(list).returning({ id: wordLists.id })
        : await campus.db
            .update(wordLists)
            .set(list)
            .where(eq(wordLists.id, id))
            .returning({ id: wordLists.id })
    if (!saved) throw notFound('no-such-office')
    await record(campus, {
      actorId: actor.personId,
      event: 'screening.changed',
      subject: `word-list:${saved.id}`,
    })
    return true
  })
}
